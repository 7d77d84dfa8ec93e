-- Pages of what an account has, the newest first.

-- _wanted: an account's orders in a stretch before one of them. Unless all are wanted, those that
-- begin later than some instant are left out, and those that show a message that waits for its time
FROM ordr o WHERE id / 4096 = b AND account = $3 AND id < $5
AND ($4::text = '' OR dialect = $4) AND deleted = 0 AND (
    $6 = 4611686018427387904 OR (start <= $6 OR stage > 0) AND (
        stage = 3 OR (SELECT m.state FROM message m WHERE m.id = o.first) <> 1
    )
);

-- orders_counted: how many of them there are in some stretches, one by one
SELECT coalesce(json_agg(n ORDER BY b DESC), '[]')::text
FROM generate_series($1::bigint, $2::bigint) b
CROSS JOIN LATERAL (SELECT count(*) AS n {wanted}) c;

-- orders_of: those of some stretches, each with its messages
SELECT coalesce(json_agg(row), '[]')::text FROM (
    SELECT json_build_array(o.id, o.first, o.first + o.total - 1) AS row
    FROM generate_series($1::bigint, $2::bigint) b
    CROSS JOIN LATERAL (SELECT o.* {wanted} ORDER BY id DESC LIMIT $7) o
    ORDER BY o.id DESC LIMIT $7
) f;

-- order_of: the order of an account's message, and its first message that is not deleted or is
-- this one
SELECT (
    SELECT json_build_array(o.id, CASE o.deleted WHEN 0 THEN o.first ELSE m.id END)
    FROM message m JOIN letter l ON l.id = m.letter JOIN ordr o ON o.id = l.ordr
    WHERE m.id = $1 AND m.account = $2
)::text;

-- order_heads: some orders, each with its first message
SELECT coalesce(json_agg(row), '[]')::text FROM (
    SELECT json_build_array(
        o.id, o.at, coalesce(o.ref, ''), o.facts, o.total, o.cost, o.stage, l.start,
        json_build_array({message})
    ) AS row
    FROM jsonb_array_elements_text($1::jsonb) j JOIN ordr o ON o.id = j::bigint
    JOIN message m ON m.id = o.first
    JOIN letter l ON l.id = m.letter JOIN terms t ON t.id = l.terms
    ORDER BY o.id DESC
) f;

-- messages_in: the messages of some stretches, each backwards, and the stages of their orders
SELECT coalesce(json_agg(row), '[]')::text FROM (
    SELECT json_build_array(json_build_array({message}), o.stage) AS row
    FROM jsonb_array_elements($1::jsonb) WITH ORDINALITY j(stretch, n)
    JOIN message m ON m.id BETWEEN (stretch ->> 0)::bigint AND (stretch ->> 1)::bigint
    {whole}
    ORDER BY j.n, m.id DESC
) f;

-- reply_at: when an account's reply came
SELECT (SELECT at FROM reply WHERE id = $1 AND account = $2);

-- answers_before: what was written to an account in a stretch of time, before a reply of an instant
SELECT coalesce(json_agg(row), '[]')::text FROM (
    SELECT json_build_array(
        json_build_array({reply}),
        CASE WHEN m.id IS NULL THEN NULL ELSE json_build_array({message}) END
    ) AS row
    FROM (
        SELECT * FROM reply
        WHERE account = $1 AND at >= $2 AND at <= $3 AND (at < $3 OR id < $4)
        ORDER BY at DESC, id DESC LIMIT $5 OFFSET $6
    ) r
    LEFT JOIN message m ON m.id = r.message LEFT JOIN letter l ON l.id = m.letter
    LEFT JOIN terms t ON t.id = l.terms LEFT JOIN ordr o ON o.id = l.ordr
    ORDER BY r.at DESC, r.id DESC
) f;
