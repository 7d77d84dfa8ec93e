-- tiny: the newest of these messages whose short URL leads anywhere
SELECT (
    SELECT json_array(y.message, y.short, y.target)
    FROM json_each(?) j CROSS JOIN tiny y ON y.message = j.value
    WHERE y.target <> '' ORDER BY y.message DESC LIMIT 1
);

-- count_clicks: short URLs were followed
WITH v(message, clicks, at) AS (VALUES {rows})
UPDATE tiny SET clicks = tiny.clicks + v.clicks, last_at = max(tiny.last_at, v.at)
FROM v WHERE tiny.message = v.message;

-- clicked_messages: what their news need to know
SELECT json_group_array(json_array(
    m.id, m.account, t.events, t.lane, m.news, EXISTS (
        SELECT 1 FROM news n WHERE n.subject = m.id AND n.seq = m.news AND n.done = 0
    ), t.click_url
))
FROM json_each(?) j CROSS JOIN message m ON m.id = j.value
CROSS JOIN letter l ON l.id = m.letter CROSS JOIN terms t ON t.id = l.terms;

-- clicks: messages of an account that left in some time and whose short URL was followed
SELECT json_group_array(json(row)) FROM (
    SELECT json_array(json_array({message}), y.short, y.target, y.clicks, y.last_at) AS row
    FROM tiny y INDEXED BY tiny_clicked CROSS JOIN message m ON m.id = y.message
    {whole}
    WHERE y.account = ?1 AND y.clicks > 0 AND y.message > ?7 AND y.target <> ''
    AND y.last_at >= ?5 AND o.dialect = ?2
    AND CASE m.sent_at WHEN 0 THEN o.at ELSE m.sent_at END >= ?5
    AND CASE m.sent_at WHEN 0 THEN o.at ELSE m.sent_at END < ?6
    AND (?3 = '' OR o.facts ->> nullif(?4, '') = ?3)
    ORDER BY y.message LIMIT ?8
);

-- clicks_in: the same of some stretches of messages, which lie one behind the other
SELECT json_group_array(json(row)) FROM (
    SELECT json_array(json_array({message}), y.short, y.target, y.clicks, y.last_at) AS row
    FROM json_each(?1) j CROSS JOIN tiny y INDEXED BY tiny_clicked
    ON y.account = ?2 AND y.clicks > 0 AND y.message BETWEEN j.value ->> 0 AND j.value ->> 1
    CROSS JOIN message m ON m.id = y.message
    {whole}
    WHERE y.message > ?5 AND y.target <> '' AND y.last_at >= ?3
    AND CASE m.sent_at WHEN 0 THEN o.at ELSE m.sent_at END >= ?3
    AND CASE m.sent_at WHEN 0 THEN o.at ELSE m.sent_at END < ?4
    ORDER BY y.message LIMIT ?6
);

-- clicks_counted: how many of a stretch of an account's messages were followed, and how often
SELECT json_array(count(*), coalesce(sum(clicks), 0)) FROM tiny INDEXED BY tiny_clicked
WHERE account = ? AND message BETWEEN ? AND ? AND clicks > 0;

-- own_refs: messages in some stretches that bear a reference instead of their order
{stretches}
SELECT json_group_array(id) FROM (
    SELECT m.id FROM b CROSS JOIN message m INDEXED BY message_ref
    ON m.id >> 12 = b.v AND m.ref = ?4
    CROSS JOIN letter l ON l.id = m.letter CROSS JOIN ordr o ON o.id = l.ordr
    WHERE m.account = ?3 AND o.dialect = ?5 AND (o.total = 1 OR o.ref IS NULL)
    ORDER BY m.id DESC LIMIT ?6
);

-- erase_tinies: forget where a number was led
{stretches}
UPDATE tiny SET short = '', target = ''
WHERE message IN (
    SELECT m.id FROM b CROSS JOIN message m INDEXED BY message_number
    ON m.id >> 12 = b.v AND m.number = ?3 WHERE m.state > 5
);

-- forget_targets: erase where short URLs of long ago lead
UPDATE tiny SET short = '', target = '' WHERE message IN (
    SELECT message FROM tiny WHERE target <> '' AND at < ? ORDER BY at LIMIT ?
);

-- drop_tinies: with their messages
DELETE FROM tiny WHERE message IN (SELECT value FROM json_each(?));
