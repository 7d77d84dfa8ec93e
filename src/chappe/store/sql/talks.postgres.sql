-- What handsets wrote, as people read it: the newest first.

-- heard_by: the last replies to each of some accounts, before one of an instant
SELECT coalesce(json_agg(json_build_array({reply})), '[]')::text
FROM jsonb_array_elements_text($1::jsonb) a CROSS JOIN LATERAL (
    SELECT * FROM reply WHERE account = a::bigint AND at <= $2 AND (at < $2 OR id < $3)
    ORDER BY at DESC, id DESC LIMIT $4
) r;

-- heard_by_all: the same to all of them together
SELECT coalesce(json_agg(json_build_array({reply})), '[]')::text
FROM (
    SELECT * FROM reply WHERE at <= $1 AND (at < $1 OR id < $2)
    ORDER BY at DESC, id DESC LIMIT $3
) r;

-- heard_from: what a number wrote to some accounts, or to any, before a reply
SELECT coalesce(json_agg(json_build_array({reply})), '[]')::text
FROM (
    SELECT * FROM (SELECT * FROM reply WHERE number = $1 OFFSET 0) f
    WHERE id < $2 AND ($3::jsonb IS NULL OR account IN (
        SELECT a::bigint FROM jsonb_array_elements_text($3::jsonb) a
    ))
    ORDER BY id DESC LIMIT $4
) r;

-- heard_later: which of (account, number, at, reply) are not the last that a number wrote to an
-- account; looked for by the number alone, from which few replies come
SELECT coalesce(json_agg(n - 1), '[]')::text
FROM jsonb_array_elements($1::jsonb) WITH ORDINALITY j(v, n) WHERE EXISTS (
    SELECT 1 FROM reply WHERE number = (v ->> 1)::bigint
    AND account = (v ->> 0)::bigint
    AND (at + 0, id + 0) > ((v ->> 2)::bigint, (v ->> 3)::bigint)
);
