-- Messages by what is known of them, the newest first.

-- _fits: whether a message is one of those that are looked for
($2::integer >> m.state) & 1 = 1 AND $3::integer IN (-1, m.reason)
AND $4::integer IN (-1, m.channel) AND $5::bigint IN (0, m.number)
AND ($6::text = '' OR m.route IN (
    SELECT r::bigint FROM jsonb_array_elements_text($7::jsonb) r
) AND coalesce((
    SELECT max((p.link = $6)::integer) FROM part p WHERE p.message = m.id
), 1) = 1);

-- _taken: whether an order is one of those whose messages are looked for
($8::integer = 1 OR o.deleted = 0) AND o.at >= $9::bigint AND o.at < $10::bigint
AND $11::text IN ('', o.dialect);

-- _whose: whether a message is of one of these accounts, or all are meant
($12::jsonb IS NULL OR m.account IN (
    SELECT a::bigint FROM jsonb_array_elements_text($12::jsonb) a
));

-- _seen: what a message's own columns do not tell of it
m.channel, coalesce(
    (SELECT json_agg(DISTINCT p.link) FROM part p WHERE p.message = m.id),
    (SELECT r.links::json FROM route r WHERE r.id = m.route), '[]'
);

-- sought_orders: orders of a stretch of numbers
SELECT coalesce(json_agg(json_build_array(id, first, last)), '[]')::text FROM (
    SELECT o.id, o.first, o.first + o.total - 1 AS last FROM ordr o
    WHERE o.id >= $1 AND o.id < $2 AND ($3::integer = 1 OR o.deleted = 0)
    AND o.at >= $4 AND o.at < $5 AND $6::text IN ('', o.dialect) ORDER BY o.id DESC LIMIT $7
) f;

-- sought_orders_of: orders of some accounts, in some stretches
SELECT coalesce(json_agg(json_build_array(id, first, last)), '[]')::text FROM (
    SELECT o.id, o.first, o.first + o.total - 1 AS last
    FROM generate_series($1::bigint, $2::bigint) b
    CROSS JOIN jsonb_array_elements_text($8::jsonb) j
    CROSS JOIN LATERAL (
        SELECT * FROM ordr WHERE id / 4096 = b AND account = j::bigint AND id < $9
        AND ($3::integer = 1 OR deleted = 0) AND at >= $4 AND at < $5
        AND $6::text IN ('', dialect) ORDER BY id DESC LIMIT $7
    ) o
    ORDER BY o.id DESC LIMIT $7
) f;

-- sought_in: messages of some stretches, each backwards
SELECT coalesce(json_agg(row), '[]')::text FROM (
    SELECT json_build_array(json_build_array({message}), {seen}) AS row
    FROM (
        SELECT n, m.id FROM jsonb_array_elements($1::jsonb) WITH ORDINALITY j(stretch, n)
        JOIN message m ON m.id BETWEEN (stretch ->> 0)::bigint AND (stretch ->> 1)::bigint
        WHERE {fits} ORDER BY n, m.id DESC LIMIT $8
    ) f JOIN message m ON m.id = f.id
    {whole}
    ORDER BY f.n, f.id DESC
) f;

-- sought_to: the last numbers of what is to somebody, in some stretches, before one of them
SELECT coalesce(json_agg(id), '[]')::text FROM (
    SELECT m.id FROM generate_series($1::bigint, $2::bigint) b
    CROSS JOIN LATERAL (SELECT * FROM message WHERE id >> 12 = b AND number = $3 OFFSET 0) m
    WHERE m.id < $4 ORDER BY m.id DESC LIMIT $5
) f;

-- sought_some: messages by their numbers, backwards
SELECT coalesce(json_agg(row), '[]')::text FROM (
    SELECT json_build_array(json_build_array({message}), {seen}) AS row
    FROM (
        SELECT m.id FROM jsonb_array_elements_text($1::jsonb) j JOIN message m ON m.id = j::bigint
        {whole}
        WHERE {fits} AND {taken} AND {whose}
        ORDER BY m.id DESC LIMIT $13
    ) f JOIN message m ON m.id = f.id
    {whole}
    ORDER BY f.id DESC
) f;

-- sought_below: the last numbers of what is in some states, in a stretch
SELECT coalesce(json_agg(id), '[]')::text FROM (
    SELECT m.id FROM message m
    WHERE m.id >= $1 AND m.id < $2 AND ($3::integer >> m.state) & 1 = 1
    AND ($5::jsonb IS NULL OR m.account IN (
        SELECT a::bigint FROM jsonb_array_elements_text($5::jsonb) a
    ))
    ORDER BY m.id DESC LIMIT $4
) f;

-- sought_queued: the last numbers of what waits for a link, before one of them; the order is
-- written so that no planner goes through all messages for it
SELECT coalesce(json_agg(id), '[]')::text FROM (
    SELECT m.id FROM message m WHERE m.state = 2 AND m.id + 0 < $1 ORDER BY m.id + 0 DESC LIMIT $2
) f;

-- sought_queued_of: the same of some accounts, on some routes
SELECT coalesce(json_agg(id), '[]')::text FROM (
    SELECT m.id FROM jsonb_array_elements_text($3::jsonb) r CROSS JOIN generate_series(0, 3) c
    CROSS JOIN jsonb_array_elements_text($2::jsonb) j
    CROSS JOIN LATERAL (
        SELECT id FROM message WHERE state = 2 AND route = r::bigint AND channel = c
        AND account = j::bigint AND id + 0 < $1 OFFSET 0
    ) m
    ORDER BY m.id DESC LIMIT $4
) f;

-- sought_scheduled: the same of what waits for its time
SELECT coalesce(json_agg(id), '[]')::text FROM (
    SELECT m.id FROM message m WHERE m.state = 1 AND m.id + 0 < $1 ORDER BY m.id + 0 DESC LIMIT $2
) f;

-- sought_sending: the same of what is on its way
SELECT coalesce(json_agg(id), '[]')::text FROM (
    SELECT m.id FROM message m WHERE m.state = 3 AND m.id < $1 ORDER BY m.id DESC LIMIT $2
) f;

-- waiting_counted: how many messages wait for a link or for their time, up to so many of each
SELECT json_build_array(
    (SELECT count(*) FROM (SELECT 1 FROM message WHERE state = 2 LIMIT $1) q),
    (SELECT count(*) FROM (SELECT 1 FROM message WHERE state = 1 LIMIT $1) s)
)::text;

-- order_taken: when an order was taken, or else the next one
SELECT coalesce((SELECT at FROM ordr WHERE id >= $1 ORDER BY id LIMIT 1), 0);

-- message_taken: the same of a message's order
SELECT coalesce((SELECT o.at FROM message m {whole} WHERE m.id >= $1 ORDER BY m.id LIMIT 1), 0);
