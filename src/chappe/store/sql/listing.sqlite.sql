-- Pages of what an account has, the newest first.

-- _wanted: an account's orders in a stretch before one of them. Unless all are wanted, those that
-- begin later than some instant are left out, and those that show a message that waits for its time
FROM ordr o INDEXED BY ordr_account
WHERE o.id / 4096 = b.v AND o.account = ?3 AND o.id < ?5
AND (?4 = '' OR o.dialect = ?4) AND o.deleted = 0 AND (
    ?6 = 4611686018427387904 OR (o.start <= ?6 OR o.stage > 0) AND (
        o.stage = 3 OR (SELECT m.state FROM message m WHERE m.id = o.first) <> 1
    )
);

-- orders_counted: how many of them there are in some stretches, one by one
{stretches}
SELECT json_group_array(n) FROM (SELECT (SELECT count(*) {wanted}) AS n FROM b ORDER BY v DESC);

-- orders_of: those of some stretches, each with its messages
{stretches}
SELECT json_group_array(json(row)) FROM (
    SELECT j.value AS row, j.value ->> 0 AS id FROM b CROSS JOIN json_each((
        SELECT json_group_array(json_array(id, first, first + total - 1)) FROM (
            SELECT o.id, o.first, o.total {wanted} ORDER BY o.id DESC LIMIT ?7
        )
    )) j ORDER BY id DESC LIMIT ?7
);

-- order_of: the order of an account's message, and its first message that is not deleted or is
-- this one
SELECT (
    SELECT json_array(o.id, CASE o.deleted WHEN 0 THEN o.first ELSE m.id END)
    FROM message m CROSS JOIN letter l ON l.id = m.letter
    CROSS JOIN ordr o ON o.id = l.ordr WHERE m.id = ? AND m.account = ?
);

-- order_heads: some orders, each with its first message
SELECT json_group_array(json(row)) FROM (
    SELECT json_array(
        o.id, o.at, coalesce(o.ref, ''), o.facts, o.total, o.cost, o.stage, l.start,
        json_array({message})
    ) AS row
    FROM json_each(?) j CROSS JOIN ordr o ON o.id = j.value CROSS JOIN message m ON m.id = o.first
    CROSS JOIN letter l ON l.id = m.letter CROSS JOIN terms t ON t.id = l.terms
    ORDER BY o.id DESC
);

-- messages_in: the messages of some stretches, each backwards, and the stages of their orders
SELECT json_group_array(json(row)) FROM (
    SELECT json_array(json_array({message}), o.stage) AS row
    FROM json_each(?) j
    CROSS JOIN message m NOT INDEXED ON m.id BETWEEN j.value ->> 0 AND j.value ->> 1
    {whole}
    ORDER BY j.key, m.id DESC
);

-- reply_at: when an account's reply came
SELECT (SELECT at FROM reply WHERE id = ? AND account = ?);

-- answers_before: what was written to an account in a stretch of time, before a reply of an instant
SELECT json_group_array(json(row)) FROM (
    SELECT json_array(
        json_array({reply}), CASE WHEN m.id IS NULL THEN NULL ELSE json_array({message}) END
    ) AS row
    FROM (
        SELECT * FROM reply INDEXED BY reply_account
        WHERE account = ?1 AND at >= ?2 AND at <= ?3 AND (at < ?3 OR id < ?4)
        ORDER BY at DESC, id DESC LIMIT ?5 OFFSET ?6
    ) r
    LEFT JOIN message m ON m.id = r.message LEFT JOIN letter l ON l.id = m.letter
    LEFT JOIN terms t ON t.id = l.terms LEFT JOIN ordr o ON o.id = l.ordr
    ORDER BY r.at DESC, r.id DESC
);
