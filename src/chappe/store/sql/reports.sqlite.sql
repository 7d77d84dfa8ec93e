-- What of an account's left in a stretch of time.

-- _left_at: when a message left, or was over without having left; nothing while it is on its way
CASE WHEN m.sent_at > 0 THEN m.sent_at WHEN m.state BETWEEN 5 AND 10 THEN m.at END;

-- _ascending: stretches of numbers, the oldest first
WITH RECURSIVE b(v) AS (SELECT ?1 UNION ALL SELECT v + 1 FROM b WHERE v < ?2);

-- order_at: when the first order was taken of a stretch, or of those behind it
SELECT coalesce((SELECT at FROM ordr WHERE id >= ? << 12 ORDER BY id LIMIT 1), 0);

-- orders_taken: an account's orders in some stretches that were taken in some time or begin later
{ascending}
SELECT json_group_array(json_array(o.id, o.first, o.first + o.total - 1))
FROM b CROSS JOIN ordr o INDEXED BY ordr_account ON o.id / 4096 = b.v AND o.account = ?3
WHERE o.dialect = ?4 AND o.at < ?6 AND (o.at >= ?5 OR o.later >= ?5) AND o.deleted = 0;

-- orders_later: the same of those alone of which a letter begins later than the order
{ascending}
SELECT json_group_array(json_array(o.id, o.first, o.first + o.total - 1))
FROM b CROSS JOIN ordr o INDEXED BY ordr_later
ON o.id / 4096 = b.v AND o.account = ?3 AND o.later > 0
WHERE o.dialect = ?4 AND o.start < ?6 AND o.later >= ?5 AND o.deleted = 0;

-- left_in: messages of some stretches that left in some time
SELECT json_group_array(json(row)) FROM (
    SELECT json_array({left_at}, m.id) AS row
    FROM json_each(?1) j
    CROSS JOIN message m NOT INDEXED ON m.id BETWEEN j.value ->> 0 AND j.value ->> 1
    WHERE {left_at} >= ?2 AND {left_at} < ?3
    ORDER BY {left_at}, m.id
);

-- orders_left: which of some orders have such a message
SELECT json_group_array(json_array(j.value ->> 0, j.value ->> 2 - j.value ->> 1 + 1))
FROM json_each(?1) j WHERE EXISTS (
    SELECT 1 FROM message m NOT INDEXED WHERE m.id BETWEEN j.value ->> 1 AND j.value ->> 2
    AND {left_at} >= ?2 AND {left_at} < ?3
);

-- left_messages: some messages, each with what it was answered last and whether it was by a STOP:
-- read in the order in which they are named, nothing sorted
SELECT json_group_array(json_array(
    json_array({message}),
    coalesce((
        SELECT r.text FROM reply r INDEXED BY reply_message
        WHERE r.message = m.id AND r.message > 0 ORDER BY r.at DESC, r.id DESC LIMIT 1
    ), ''),
    (
        SELECT coalesce(max(r.stop), 0) FROM reply r INDEXED BY reply_message
        WHERE r.message = m.id AND r.message > 0
    )
))
FROM json_each(?) j CROSS JOIN message m ON m.id = j.value
{whole};

-- order_sums: some orders, each with its first message, counted
SELECT json_group_array(json(row)) FROM (
    SELECT json_array(
        o.id, o.at, coalesce(o.ref, ''), o.facts, o.stage, json_array({message}),
        json((
            SELECT json_group_array(json_array(state, reason, n, parts, cost)) FROM (
                SELECT state, reason, count(*) AS n, sum(parts) AS parts,
                    sum(CASE WHEN money IN (1, 2) THEN price ELSE 0 END) AS cost
                FROM message x NOT INDEXED WHERE x.id BETWEEN o.first AND o.first + o.total - 1
                GROUP BY state, reason ORDER BY state, reason
            )
        )),
        (
            SELECT count(*) FROM reply r INDEXED BY reply_message
            WHERE r.message BETWEEN o.first AND o.first + o.total - 1 AND r.message > 0
        ),
        (
            SELECT count(*) FROM reply r INDEXED BY reply_message
            WHERE r.message BETWEEN o.first AND o.first + o.total - 1 AND r.message > 0
            AND r.stop = 1
        )
    ) AS row
    FROM json_each(?) j CROSS JOIN ordr o ON o.id = j.value CROSS JOIN message m ON m.id = o.first
    CROSS JOIN letter l ON l.id = m.letter CROSS JOIN terms t ON t.id = l.terms
    ORDER BY j.key
);
