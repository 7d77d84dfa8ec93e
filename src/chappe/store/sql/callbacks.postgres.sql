-- Callbacks of an account, the newest first.

-- _tried: each try of one that was not heard
(SELECT coalesce(json_agg(json_build_array(a.at, a.answer, a.took) ORDER BY a.at), '[]') FROM (
    SELECT at, answer, took FROM attempt
    WHERE subject = n.subject AND seq = n.seq ORDER BY at LIMIT 100
) a);

-- callbacks_in: those of some stretches of messages, each backwards, that ended in one of some
-- ways; of the last message of a stretch only what is before some seq
SELECT coalesce(json_agg(row), '[]')::text FROM (
    SELECT json_build_array(
        n.subject, n.seq, n.event, n.at, n.due, n.tries, n.done, n.answer, n.told_at, n.took,
        CASE n.url WHEN '' THEN coalesce((
            SELECT t.url FROM message m JOIN letter l ON l.id = m.letter
            JOIN terms t ON t.id = l.terms WHERE m.id = n.subject
        ), '') ELSE n.url END, {tried}
    ) AS row
    FROM (
        SELECT j.key, f.* FROM jsonb_array_elements($1::jsonb) WITH ORDINALITY j(value, key)
        CROSS JOIN LATERAL (
            SELECT * FROM news
            WHERE subject BETWEEN (j.value ->> 0)::bigint AND (j.value ->> 1)::bigint
            AND (subject < (j.value ->> 1)::bigint OR seq < (j.value ->> 2)::bigint)
            AND account = $2 AND ($3::integer >> done) & 1 = 1 OFFSET 0
        ) f
        ORDER BY j.key, f.subject DESC, f.seq DESC LIMIT $4
    ) n
    ORDER BY n.key, n.subject DESC, n.seq DESC
) f;

-- callbacks_of_replies: replies that answer nothing, before one of them, each with its callbacks
SELECT coalesce(json_agg(json_build_array(r.at, r.id, (
    SELECT coalesce(json_agg(json_build_array(
        n.subject, n.seq, n.event, n.at, n.due, n.tries, n.done, n.answer, n.told_at, n.took,
        n.url, {tried}
    ) ORDER BY n.seq DESC), '[]') FROM news n
    WHERE n.subject = -r.id AND ($4::integer >> n.done) & 1 = 1
)) ORDER BY r.at DESC, r.id DESC), '[]')::text FROM (
    SELECT at, id FROM reply
    WHERE account = $1 AND at <= $2 AND (at < $2 OR id < $3) AND message = 0
    ORDER BY at DESC, id DESC LIMIT $5
) r;
