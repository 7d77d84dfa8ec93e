-- Messages by what is known of them, the newest first.

-- _fits: whether a message is one of those that are looked for
(?2 >> m.state) & 1 AND ?3 IN (-1, m.reason) AND ?4 IN (-1, m.channel) AND ?5 IN (0, m.number)
AND (?6 = '' OR m.route IN (SELECT value FROM json_each(?7)) AND coalesce((
    SELECT max(p.link = ?6) FROM part p INDEXED BY part_message WHERE p.message = m.id
), 1));

-- _taken: whether an order is one of those whose messages are looked for
(?8 = 1 OR o.deleted = 0) AND o.at >= ?9 AND o.at < ?10 AND ?11 IN ('', o.dialect);

-- _whose: whether a message is of one of these accounts, or all are meant
(?12 IS NULL OR m.account IN (SELECT value FROM json_each(?12)));

-- _seen: what a message's own columns do not tell of it
m.channel, json(coalesce(
    (
        SELECT CASE count(*) WHEN 0 THEN NULL ELSE json_group_array(link) END FROM (
            SELECT DISTINCT link FROM part INDEXED BY part_message WHERE message = m.id
            ORDER BY link
        )
    ),
    (SELECT links FROM route WHERE id = m.route), '[]'
));

-- sought_orders: orders of a stretch of numbers
SELECT json_group_array(json_array(id, first, last)) FROM (
    SELECT o.id, o.first, o.first + o.total - 1 AS last FROM ordr o NOT INDEXED
    WHERE o.id >= ?1 AND o.id < ?2 AND (?3 = 1 OR o.deleted = 0) AND o.at >= ?4 AND o.at < ?5
    AND ?6 IN ('', o.dialect) ORDER BY o.id DESC LIMIT ?7
);

-- sought_orders_of: orders of some accounts, in some stretches
{stretches}
SELECT json_group_array(json_array(id, first, last)) FROM (
    SELECT o.id, o.first, o.first + o.total - 1 AS last
    FROM b CROSS JOIN json_each(?8) j CROSS JOIN ordr o INDEXED BY ordr_account
    ON o.id / 4096 = b.v AND o.account = j.value
    WHERE o.id < ?9 AND (?3 = 1 OR o.deleted = 0) AND o.at >= ?4 AND o.at < ?5
    AND ?6 IN ('', o.dialect) ORDER BY o.id DESC LIMIT ?7
);

-- sought_in: messages of some stretches, each backwards
SELECT json_group_array(json(row)) FROM (
    SELECT json_array(json_array({message}), {seen}) AS row
    FROM (
        SELECT j.key AS n, m.id FROM json_each(?1) j
        CROSS JOIN message m NOT INDEXED ON m.id BETWEEN j.value ->> 0 AND j.value ->> 1
        WHERE {fits} ORDER BY n, m.id DESC LIMIT ?8
    ) f CROSS JOIN message m ON m.id = f.id
    {whole}
    ORDER BY f.n, f.id DESC
);

-- sought_to: the last numbers of what is to somebody, in some stretches, before one of them
{stretches}
SELECT json_group_array(id) FROM (
    SELECT m.id FROM b CROSS JOIN message m INDEXED BY message_number
    ON m.id >> 12 = b.v AND m.number = ?3
    WHERE m.id < ?4 ORDER BY m.id DESC LIMIT ?5
);

-- sought_some: messages by their numbers, backwards
SELECT json_group_array(json(row)) FROM (
    SELECT json_array(json_array({message}), {seen}) AS row
    FROM (
        SELECT m.id FROM json_each(?1) j CROSS JOIN message m ON m.id = j.value
        {whole}
        WHERE {fits} AND {taken} AND {whose}
        ORDER BY m.id DESC LIMIT ?13
    ) f CROSS JOIN message m ON m.id = f.id
    {whole}
    ORDER BY f.id DESC
);

-- sought_below: the last numbers of what is in some states, in a stretch
SELECT json_group_array(id) FROM (
    SELECT m.id FROM message m NOT INDEXED WHERE m.id >= ?1 AND m.id < ?2 AND (?3 >> m.state) & 1
    AND (?5 IS NULL OR m.account IN (SELECT value FROM json_each(?5)))
    ORDER BY m.id DESC LIMIT ?4
);

-- sought_queued: the last numbers of what waits for a link, before one of them. Within an index the
-- last mostly come last: read from there, nearly all the others are passed over unsorted.
SELECT json_group_array(id) FROM (
    SELECT id FROM (
        SELECT m.id FROM message m INDEXED BY message_queue WHERE m.state = 2 AND m.id < ?1
        ORDER BY m.route DESC, m.channel DESC, m.account DESC, m.due DESC
        LIMIT 4611686018427387904
    ) ORDER BY id DESC LIMIT ?2
);

-- sought_queued_of: the same of some accounts, on some routes
SELECT json_group_array(id) FROM (
    SELECT m.id FROM json_each(?3) r CROSS JOIN json_each('[0, 1, 2, 3]') c
    CROSS JOIN json_each(?2) j CROSS JOIN message m INDEXED BY message_queue
    ON m.state = 2 AND m.route = r.value AND m.channel = c.value AND m.account = j.value
    WHERE m.id < ?1 ORDER BY m.id DESC LIMIT ?4
);

-- sought_scheduled: the same of what waits for its time
SELECT json_group_array(id) FROM (
    SELECT id FROM (
        SELECT m.id FROM message m INDEXED BY message_scheduled WHERE m.state = 1 AND m.id < ?1
        ORDER BY m.due DESC LIMIT 4611686018427387904
    ) ORDER BY id DESC LIMIT ?2
);

-- sought_sending: the same of what is on its way
SELECT json_group_array(id) FROM (
    SELECT m.id FROM message m INDEXED BY message_sending WHERE m.state = 3 AND m.id < ?1
    ORDER BY m.id DESC LIMIT ?2
);

-- waiting_counted: how many messages wait for a link or for their time, up to so many of each
SELECT json_array(
    (SELECT count(*) FROM (
        SELECT 1 FROM message INDEXED BY message_queue WHERE state = 2 LIMIT ?1
    )),
    (SELECT count(*) FROM (
        SELECT 1 FROM message INDEXED BY message_scheduled WHERE state = 1 LIMIT ?1
    ))
);

-- order_taken: when an order was taken, or else the next one
SELECT coalesce((SELECT at FROM ordr WHERE id >= ? ORDER BY id LIMIT 1), 0);

-- message_taken: the same of a message's order
SELECT coalesce((SELECT o.at FROM message m {whole} WHERE m.id >= ? ORDER BY m.id LIMIT 1), 0);
