-- What phones show of messages, and what numbers wrote.

-- carrying: how messages travel, by their numbers
SELECT coalesce(
    json_agg(json_build_array(m.id, t.alphabet, t.flash, t.udh, l.speech)), '[]'
)::text
FROM jsonb_array_elements_text($1::jsonb) j JOIN message m ON m.id = j::bigint
JOIN letter l ON l.id = m.letter JOIN terms t ON t.id = l.terms;

-- last_written: the last that a number wrote; the order is written so that no planner goes through
-- all replies for it
SELECT coalesce(json_agg(json_build_array({reply})), '[]')::text FROM (
    SELECT * FROM reply WHERE number = $1 AND ($2::jsonb IS NULL OR account IN (
        SELECT a::bigint FROM jsonb_array_elements_text($2::jsonb) a
    ))
    ORDER BY id + 0 DESC LIMIT $3
) r;
