-- What a database of another time still holds to be sent and told.

-- contents: how many accounts and messages there are, and when the last order came
SELECT json_build_array(
    (SELECT count(*) FROM account), (SELECT count(*) FROM message),
    coalesce((SELECT at FROM ordr ORDER BY id DESC LIMIT 1), 0)
)::text;

-- under_way: how many messages would leave, and how much news would be told
SELECT json_build_array(
    (SELECT count(*) FROM message WHERE state = 2)
    + (SELECT count(*) FROM message WHERE state = 3)
    + (SELECT count(*) FROM message m WHERE m.state = 1 AND m.due <= $1 AND {leaves})
    + (SELECT count(*) FROM message WHERE {missed} AND due <= $1),
    (SELECT count(*) FROM news WHERE done = 0)
)::text;

-- queued: messages that wait for a link, but for those of orders that were called off
SELECT coalesce(json_agg(id), '[]')::text FROM (
    SELECT m.id FROM message m WHERE m.state = 2 AND {leaves} LIMIT $1
) q;

-- give_up_news: what is owed is told no more by itself
UPDATE news SET done = $1, answer = $2, holder = 0 WHERE (subject, seq) IN (
    SELECT subject, seq FROM news WHERE done = 0 LIMIT $3
);
