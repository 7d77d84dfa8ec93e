-- Callbacks that are over, found by their account and time, and owed again.

-- _again: news by its keys, each with the time from which on it is owed
SELECT (j ->> 0)::bigint AS subject, (j ->> 1)::integer AS seq, (j ->> 2)::bigint AS due
FROM jsonb_array_elements($1::jsonb) j;

-- orders_before: an account's orders in some stretches that were taken in some time or begin later
SELECT coalesce(json_agg(json_build_array(o.id, o.first, o.last) ORDER BY o.id), '[]')::text
FROM generate_series($1::bigint, $2::bigint) b
CROSS JOIN LATERAL (
    SELECT id, first, first + total - 1 AS last FROM ordr
    WHERE id / 4096 = b AND account = $3 AND at < $5 AND (at >= $4 OR later >= $4) OFFSET 0
) o;

-- orders_begun: the same of those alone of which a letter begins later than the order
SELECT coalesce(json_agg(json_build_array(o.id, o.first, o.last) ORDER BY o.id), '[]')::text
FROM generate_series($1::bigint, $2::bigint) b
CROSS JOIN LATERAL (
    SELECT id, first, first + total - 1 AS last FROM ordr
    WHERE id / 4096 = b AND account = $3 AND later > 0 AND at < $5 AND later >= $4 OFFSET 0
) o;

-- news_over: news of some stretches of messages, each of one order, that befell in some time, that
-- is over in one of some ways, and that was not owed anew since; of the first message of a stretch
-- only what is behind some seq
SELECT coalesce(json_agg(
    json_build_array(ordr, subject, seq, done) ORDER BY key, subject, seq
), '[]')::text FROM (
    SELECT j.key, (j.value ->> 0)::bigint AS ordr, n.subject, n.seq, n.done
    FROM jsonb_array_elements($1::jsonb) WITH ORDINALITY j(value, key)
    CROSS JOIN LATERAL (
        SELECT subject, seq, done FROM news
        WHERE subject BETWEEN (j.value ->> 1)::bigint AND (j.value ->> 2)::bigint
        AND (subject > (j.value ->> 1)::bigint OR seq > (j.value ->> 3)::integer)
        AND at >= $2 AND at < $3 AND since < $4
        AND done = ANY (ARRAY(SELECT d::smallint FROM jsonb_array_elements_text($5::jsonb) d))
        OFFSET 0
    ) n
    ORDER BY j.key, n.subject, n.seq LIMIT $6
) f;

-- replies_over: the same of replies that answer nothing, behind one of them: each reply with its
-- news, or without any
SELECT coalesce(json_agg(
    json_build_array(r.at, r.id, n.seq, n.done) ORDER BY r.at, r.id, n.seq
), '[]')::text FROM (
    SELECT at, id FROM reply
    WHERE account = $1 AND at >= $2 AND at < $3 AND (at, id) > ($6, $7) AND message = 0
    ORDER BY at, id LIMIT $8
) r LEFT JOIN news n ON n.subject = -r.id AND n.since < $4
AND n.done = ANY (ARRAY(SELECT d::smallint FROM jsonb_array_elements_text($5::jsonb) d));

-- owe_again: news that is over is owed anew, each from some time on
UPDATE news SET done = 0, due = f.due, since = f.due, tries = 0, holder = 0
FROM (
    SELECT n.subject, n.seq, v.due FROM ({again}) v
    CROSS JOIN LATERAL (
        SELECT subject, seq FROM news
        WHERE subject = v.subject AND seq = v.seq AND done IN (1, 2) OFFSET 0
    ) n
) f
WHERE news.subject = f.subject AND news.seq = f.seq;

-- queue_again: what is owed anew waits behind what is owed of the same message; the sums keep
-- planners from the index of all that is owed
UPDATE news SET due = 4611686018427387904
FROM (
    SELECT n.subject, n.seq FROM ({again}) v
    CROSS JOIN LATERAL (
        SELECT subject, seq FROM news
        WHERE subject = v.subject AND seq = v.seq AND due = v.due AND done + 0 = 0 AND holder = 0
        AND tries = 0 OFFSET 0
    ) n
    CROSS JOIN LATERAL (
        SELECT 1 FROM news
        WHERE subject = n.subject AND seq = n.seq - 1 AND done + 0 = 0 OFFSET 0
    ) p
) f
WHERE news.subject = f.subject AND news.seq = f.seq;
