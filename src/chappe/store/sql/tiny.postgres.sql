-- tiny: the newest of these messages whose short URL leads anywhere
SELECT (
    SELECT json_build_array(y.message, y.short, y.target)::text
    FROM jsonb_array_elements_text($1::jsonb) j
    CROSS JOIN LATERAL (SELECT * FROM tiny WHERE message = j::bigint OFFSET 0) y
    WHERE y.target <> '' ORDER BY y.message DESC LIMIT 1
);

-- count_clicks: short URLs were followed
UPDATE tiny SET
    clicks = tiny.clicks + (v ->> 1)::integer, last_at = greatest(last_at, (v ->> 2)::bigint)
FROM jsonb_array_elements($1::jsonb) v WHERE tiny.message = (v ->> 0)::bigint;

-- clicked_messages: what their news need to know, locked in the order of their ids
SELECT coalesce(json_agg(json_build_array(
    m.id, m.account, t.events, t.lane, m.news, (n.done IS NOT DISTINCT FROM 0), t.click_url
)), '[]')::text
FROM (
    SELECT m.* FROM jsonb_array_elements_text($1::jsonb) j JOIN message m ON m.id = j::bigint
    ORDER BY m.id FOR UPDATE OF m
) m
JOIN letter l ON l.id = m.letter JOIN terms t ON t.id = l.terms
LEFT JOIN news n ON n.subject = m.id AND n.seq = m.news;

-- clicks: messages of an account that left in some time and whose short URL was followed
SELECT coalesce(json_agg(row), '[]')::text FROM (
    SELECT json_build_array(
        json_build_array({message}), y.short, y.target, y.clicks, y.last_at
    ) AS row
    FROM (
        SELECT * FROM tiny WHERE account = $1 AND clicks > 0 AND message > $7 ORDER BY message
    ) y
    JOIN message m ON m.id = y.message
    {whole}
    WHERE y.target <> '' AND y.last_at >= $5 AND o.dialect = $2
    AND CASE m.sent_at WHEN 0 THEN o.at ELSE m.sent_at END >= $5
    AND CASE m.sent_at WHEN 0 THEN o.at ELSE m.sent_at END < $6
    AND ($3::text = '' OR o.facts::json ->> $4::text = $3)
    ORDER BY y.message LIMIT $8
) f;

-- clicks_in: the same of some stretches of messages, which lie one behind the other
SELECT coalesce(json_agg(row), '[]')::text FROM (
    SELECT json_build_array(
        json_build_array({message}), y.short, y.target, y.clicks, y.last_at
    ) AS row
    FROM jsonb_array_elements($1::jsonb) j CROSS JOIN LATERAL (
        SELECT * FROM tiny WHERE account = $2 AND clicks > 0
        AND message BETWEEN (j ->> 0)::bigint AND (j ->> 1)::bigint AND message > $5
        ORDER BY message
    ) y
    JOIN message m ON m.id = y.message
    {whole}
    WHERE y.target <> '' AND y.last_at >= $3
    AND CASE m.sent_at WHEN 0 THEN o.at ELSE m.sent_at END >= $3
    AND CASE m.sent_at WHEN 0 THEN o.at ELSE m.sent_at END < $4
    ORDER BY y.message LIMIT $6
) f;

-- clicks_counted: how many of a stretch of an account's messages were followed, and how often
SELECT json_build_array(count(*), coalesce(sum(clicks), 0))::text FROM tiny
WHERE account = $1 AND message BETWEEN $2 AND $3 AND clicks > 0;

-- own_refs: messages in some stretches that bear a reference instead of their order
SELECT coalesce(json_agg(id), '[]')::text FROM (
    SELECT m.id FROM generate_series($1::bigint, $2::bigint) b
    CROSS JOIN LATERAL (SELECT * FROM message WHERE id >> 12 = b AND ref = $4 OFFSET 0) m
    JOIN letter l ON l.id = m.letter
    CROSS JOIN LATERAL (SELECT * FROM ordr WHERE id = l.ordr OFFSET 0) o
    WHERE m.account = $3 AND o.dialect = $5 AND (o.total = 1 OR o.ref IS NULL)
    ORDER BY m.id DESC LIMIT $6
) f;

-- erase_tinies: forget where a number was led
UPDATE tiny SET short = '', target = '' FROM (
    SELECT m.id FROM generate_series($1::bigint, $2::bigint) b
    CROSS JOIN LATERAL (SELECT * FROM message WHERE id >> 12 = b AND number = $3 OFFSET 0) m
    WHERE m.state > 5
) f WHERE tiny.message = f.id;

-- forget_targets: erase where short URLs of long ago lead
UPDATE tiny SET short = '', target = '' FROM (
    SELECT message FROM tiny WHERE target <> '' AND at < $1 ORDER BY at LIMIT $2
) f WHERE tiny.message = f.message;

-- drop_tinies: with their messages
DELETE FROM tiny USING jsonb_array_elements_text($1::jsonb) j WHERE tiny.message = j::bigint;
