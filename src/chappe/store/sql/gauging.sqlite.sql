-- How much waits. Each statement stops after a bounded number of rows.

-- queue_counts: how much waits in each queue
{queues}
SELECT json_group_array(json_array(a.route, a.channel, (
    SELECT count(*) FROM (
        SELECT 1 FROM message m INDEXED BY message_queue
        WHERE m.state = 2 AND m.route = a.route AND m.channel = a.channel LIMIT ?1
    )
))) FROM a;

-- queue_oldest: since when each account waits in each queue
WITH RECURSIVE a(route, channel, account) AS (
    SELECT * FROM (
        SELECT route, channel, account FROM message INDEXED BY message_queue WHERE state = 2
        ORDER BY route, channel, account LIMIT 1
    )
    UNION ALL
    SELECT n.route, n.channel, n.account FROM a CROSS JOIN message n
    WHERE n.id = (
        SELECT x.id FROM message x INDEXED BY message_queue
        WHERE x.state = 2 AND (x.route, x.channel, x.account) > (a.route, a.channel, a.account)
        ORDER BY x.route, x.channel, x.account LIMIT 1
    )
    LIMIT ?1
)
SELECT json_group_array(json_array(a.route, a.channel, (
    SELECT m.due FROM message m INDEXED BY message_queue
    WHERE m.state = 2 AND m.route = a.route AND m.channel = a.channel AND m.account = a.account
    ORDER BY m.due LIMIT 1
))) FROM a;

-- owed_oldest: how much news is owed that is not held back on purpose, and since when
SELECT json_array(count(*), coalesce(min(since), 0)) FROM (
    SELECT due, tries, since FROM news INDEXED BY news_owed WHERE done = 0 LIMIT ?2
) n
WHERE n.due <= ?1 OR n.tries > 0 OR n.due = 4611686018427387904;

-- doubts_held: messages in doubt that wait for somebody's decision
SELECT count(*) FROM (
    SELECT 1 FROM doubt d CROSS JOIN message m ON m.id = d.message
    WHERE d.choice = 'held' AND m.state = ?1 LIMIT ?2
);
