-- How much waits. Each statement stops after a bounded number of rows.

-- queue_counts: how much waits in each queue
{queues}
SELECT coalesce(json_agg(json_build_array(a.route, a.channel, (
    SELECT count(*) FROM (
        SELECT 1 FROM message m
        WHERE m.state = 2 AND m.route = a.route AND m.channel = a.channel LIMIT $1::bigint
    ) s
))), '[]')::text FROM a;

-- queue_oldest: since when each account waits in each queue
WITH RECURSIVE a(route, channel, account) AS (
    (
        SELECT route, channel, account FROM message WHERE state = 2
        ORDER BY route, channel, account LIMIT 1
    )
    UNION ALL
    SELECT n.route, n.channel, n.account FROM a CROSS JOIN LATERAL (
        SELECT x.route, x.channel, x.account FROM message x
        WHERE x.state = 2 AND (x.route, x.channel, x.account) > (a.route, a.channel, a.account)
        ORDER BY x.route, x.channel, x.account LIMIT 1
    ) n
)
SELECT coalesce(json_agg(json_build_array(b.route, b.channel, (
    SELECT m.due FROM message m
    WHERE m.state = 2 AND m.route = b.route AND m.channel = b.channel AND m.account = b.account
    ORDER BY m.due LIMIT 1
))), '[]')::text FROM (SELECT * FROM a LIMIT $1::bigint) b;

-- owed_oldest: how much news is owed that is not held back on purpose, and since when
SELECT json_build_array(count(*), coalesce(min(n.since), 0))::text FROM (
    SELECT due, tries, since FROM news WHERE done = 0 ORDER BY lane, due LIMIT $2::bigint
) n
WHERE n.due <= $1::bigint OR n.tries > 0 OR n.due = 4611686018427387904;

-- doubts_held: messages in doubt that wait for somebody's decision
SELECT count(*) FROM (
    SELECT 1 FROM doubt d
    CROSS JOIN LATERAL (SELECT state FROM message WHERE id = d.message OFFSET 0) m
    WHERE d.choice = 'held' AND m.state = $1::bigint LIMIT $2::bigint
) s;
