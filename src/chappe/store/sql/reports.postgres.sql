-- What of an account's left in a stretch of time.

-- _left_at: when a message left, or was over without having left; nothing while it is on its way
CASE WHEN m.sent_at > 0 THEN m.sent_at WHEN m.state BETWEEN 5 AND 10 THEN m.at END;

-- order_at: when the first order was taken of a stretch, or of those behind it
SELECT coalesce((SELECT at FROM ordr WHERE id >= $1::bigint << 12 ORDER BY id LIMIT 1), 0);

-- orders_taken: an account's orders in some stretches that were taken in some time or begin later
SELECT coalesce(json_agg(row), '[]')::text FROM (
    SELECT json_build_array(o.id, o.first, o.first + o.total - 1) AS row
    FROM generate_series($1::bigint, $2::bigint) b
    CROSS JOIN LATERAL (
        SELECT * FROM ordr WHERE id / 4096 = b AND account = $3 AND dialect = $4
        AND at < $6 AND (at >= $5 OR later >= $5) AND deleted = 0 ORDER BY id OFFSET 0
    ) o
) f;

-- orders_later: the same of those alone of which a letter begins later than the order
SELECT coalesce(json_agg(row), '[]')::text FROM (
    SELECT json_build_array(o.id, o.first, o.first + o.total - 1) AS row
    FROM generate_series($1::bigint, $2::bigint) b
    CROSS JOIN LATERAL (
        SELECT * FROM ordr WHERE id / 4096 = b AND account = $3 AND later > 0 AND dialect = $4
        AND start < $6 AND later >= $5 AND deleted = 0 ORDER BY id OFFSET 0
    ) o
) f;

-- left_in: messages of some stretches that left in some time
SELECT coalesce(json_agg(row), '[]')::text FROM (
    SELECT json_build_array({left_at}, m.id) AS row
    FROM jsonb_array_elements($1::jsonb) j
    JOIN message m ON m.id BETWEEN (j ->> 0)::bigint AND (j ->> 1)::bigint
    WHERE {left_at} >= $2 AND {left_at} < $3
    ORDER BY {left_at}, m.id
) f;

-- orders_left: which of some orders have such a message
SELECT coalesce(json_agg(row), '[]')::text FROM (
    SELECT json_build_array(j -> 0, (j ->> 2)::bigint - (j ->> 1)::bigint + 1) AS row
    FROM jsonb_array_elements($1::jsonb) WITH ORDINALITY e(j, n)
    CROSS JOIN LATERAL (
        SELECT 1 FROM message m WHERE m.id BETWEEN (j ->> 1)::bigint AND (j ->> 2)::bigint
        AND {left_at} >= $2 AND {left_at} < $3 LIMIT 1
    ) m
    ORDER BY n
) f;

-- left_messages: some messages, each with what it was answered last and whether it was by a STOP
SELECT coalesce(json_agg(row), '[]')::text FROM (
    SELECT json_build_array(
        json_build_array({message}),
        coalesce((
            SELECT r.text FROM (
                SELECT * FROM reply WHERE message = m.id AND message > 0 OFFSET 0
            ) r ORDER BY r.at DESC, r.id DESC LIMIT 1
        ), ''),
        (
            SELECT coalesce(max(r.stop), 0) FROM reply r
            WHERE r.message = m.id AND r.message > 0
        )
    ) AS row
    FROM jsonb_array_elements_text($1::jsonb) WITH ORDINALITY e(j, n)
    JOIN message m ON m.id = j::bigint
    {whole}
    ORDER BY n
) f;

-- order_sums: some orders, each with its first message, counted
SELECT coalesce(json_agg(row), '[]')::text FROM (
    SELECT json_build_array(
        o.id, o.at, coalesce(o.ref, ''), o.facts, o.stage, json_build_array({message}),
        (
            SELECT coalesce(json_agg(json_build_array(state, reason, n, parts, cost)), '[]') FROM (
                SELECT state, reason, count(*) AS n, sum(parts) AS parts,
                    sum(CASE WHEN money IN (1, 2) THEN price ELSE 0 END) AS cost
                FROM message x WHERE x.id BETWEEN o.first AND o.first + o.total - 1
                GROUP BY state, reason ORDER BY state, reason
            ) c
        ),
        (
            SELECT count(*) FROM reply r
            WHERE r.message BETWEEN o.first AND o.first + o.total - 1 AND r.message > 0
        ),
        (
            SELECT count(*) FROM reply r
            WHERE r.message BETWEEN o.first AND o.first + o.total - 1 AND r.message > 0
            AND r.stop = 1
        )
    ) AS row
    FROM jsonb_array_elements_text($1::jsonb) WITH ORDINALITY e(j, n)
    JOIN ordr o ON o.id = j::bigint JOIN message m ON m.id = o.first
    JOIN letter l ON l.id = m.letter JOIN terms t ON t.id = l.terms
    ORDER BY n
) f;
