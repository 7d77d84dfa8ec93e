-- Callbacks that are over, found by their account and time, and owed again.

-- orders_before: an account's orders in some stretches that were taken in some time or begin later
{ascending}
SELECT json_group_array(json_array(id, first, last)) FROM (
    SELECT o.id, o.first, o.first + o.total - 1 AS last
    FROM b CROSS JOIN ordr o INDEXED BY ordr_account ON o.id / 4096 = b.v AND o.account = ?3
    WHERE o.at < ?5 AND (o.at >= ?4 OR o.later >= ?4) ORDER BY o.id
);

-- orders_begun: the same of those alone of which a letter begins later than the order
{ascending}
SELECT json_group_array(json_array(id, first, last)) FROM (
    SELECT o.id, o.first, o.first + o.total - 1 AS last
    FROM b CROSS JOIN ordr o INDEXED BY ordr_later
    ON o.id / 4096 = b.v AND o.account = ?3 AND o.later > 0
    WHERE o.at < ?5 AND o.later >= ?4 ORDER BY o.id
);

-- news_over: news of some stretches of messages, each of one order, that befell in some time, that
-- is over in one of some ways, and that was not owed anew since; of the first message of a stretch
-- only what is behind some seq
SELECT json_group_array(json_array(ordr, subject, seq, done)) FROM (
    SELECT j.value ->> 0 AS ordr, n.subject, n.seq, n.done
    FROM json_each(?1) j
    CROSS JOIN news n ON n.subject BETWEEN j.value ->> 1 AND j.value ->> 2
    WHERE (n.subject > j.value ->> 1 OR n.seq > j.value ->> 3)
    AND n.at >= ?2 AND n.at < ?3 AND n.since < ?4
    AND n.done IN (SELECT value FROM json_each(?5))
    ORDER BY j.key, n.subject, n.seq LIMIT ?6
);

-- replies_over: the same of replies that answer nothing, behind one of them: each reply with its
-- news, or without any
SELECT json_group_array(json_array(r.at, r.id, n.seq, n.done)) FROM (
    SELECT at, id FROM reply INDEXED BY reply_account
    WHERE account = ?1 AND at >= ?2 AND at < ?3 AND (at, id) > (?6, ?7) AND message = 0
    ORDER BY at, id LIMIT ?8
) r LEFT JOIN news n ON n.subject = -r.id AND n.since < ?4
AND n.done IN (SELECT value FROM json_each(?5));

-- owe_again: news that is over is owed anew, each from some time on
WITH v(subject, seq, due) AS (VALUES {rows})
UPDATE news SET done = 0, due = v.due, since = v.due, tries = 0, holder = 0
FROM v WHERE news.subject = v.subject AND news.seq = v.seq AND news.done IN (1, 2);

-- queue_again: what is owed anew waits behind what is owed of the same message
WITH v(subject, seq, due) AS (VALUES {rows})
UPDATE news SET due = 4611686018427387904
FROM v WHERE news.subject = v.subject AND news.seq = v.seq AND news.due = v.due
AND news.done = 0 AND news.holder = 0 AND news.tries = 0 AND EXISTS (
    SELECT 1 FROM news p WHERE p.subject = v.subject AND p.seq = v.seq - 1 AND p.done = 0
);
