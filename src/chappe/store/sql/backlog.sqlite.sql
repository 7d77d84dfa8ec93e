-- What waits, counted.

-- piles_queued: what waits for a link, by route, channel and account
SELECT json_group_array(json_array(route, channel, account, n, due)) FROM (
    SELECT route, channel, account, count(*) AS n, min(due) AS due
    FROM message INDEXED BY message_queue WHERE state = 2
    AND (?1 IS NULL OR account IN (SELECT value FROM json_each(?1)))
    GROUP BY route, channel, account
);

-- piles_ahead: the same of the first that wait for their time, whatever is not let go yet apart
SELECT json_group_array(json_array(route, channel, account, n, due)) FROM (
    SELECT route, channel, account, count(*) AS n, min(due) AS due FROM (
        SELECT route, channel, account, due FROM message INDEXED BY message_scheduled
        WHERE state = 1 AND due < 4611686018427387904 ORDER BY due LIMIT ?2
    )
    WHERE ?1 IS NULL OR account IN (SELECT value FROM json_each(?1))
    GROUP BY route, channel, account
);

-- scheduled_counted: how many of these there are
SELECT count(*) FROM message INDEXED BY message_scheduled
WHERE state = 1 AND due < 4611686018427387904;

-- owed_counts: how much news is owed by some lanes, each up to a bound
SELECT json_group_array((
    SELECT count(*) FROM (
        SELECT 1 FROM news INDEXED BY news_owed WHERE done = 0 AND lane = j.value LIMIT ?2
    )
)) FROM json_each(?1) j;

-- owed_heads: what the first and the last news of some lanes tell, whatever waits behind other
-- news apart
SELECT json_group_array(json_array(
    j.value,
    coalesce(min(
        (SELECT min(since) FROM (
            SELECT since FROM news INDEXED BY news_owed
            WHERE done = 0 AND lane = j.value AND due < 4611686018427387904
            ORDER BY due LIMIT ?2
        )),
        (SELECT min(since) FROM (
            SELECT since FROM news INDEXED BY news_owed
            WHERE done = 0 AND lane = j.value AND due < 4611686018427387904
            ORDER BY due DESC LIMIT ?2
        ))
    ), 0),
    coalesce((
        SELECT CASE n.url WHEN '' THEN t.url ELSE n.url END
        FROM news n INDEXED BY news_owed LEFT JOIN message m ON m.id = n.subject
        LEFT JOIN letter l ON l.id = m.letter LEFT JOIN terms t ON t.id = l.terms
        WHERE n.done = 0 AND n.lane = j.value ORDER BY n.due LIMIT 1
    ), ''),
    coalesce((
        SELECT answer FROM (
            SELECT due, tries, answer FROM news INDEXED BY news_owed
            WHERE done = 0 AND lane = j.value AND due < 4611686018427387904
            ORDER BY due DESC LIMIT ?2
        ) WHERE tries > 0 ORDER BY due DESC LIMIT 1
    ), '')
))
FROM json_each(?1) j WHERE EXISTS (
    SELECT 1 FROM news n INDEXED BY news_owed WHERE n.done = 0 AND n.lane = j.value
);
