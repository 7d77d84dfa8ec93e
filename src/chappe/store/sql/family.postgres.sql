-- Closed accounts, whatever comes into their purses, and keys that were made by asking.

-- set_heirs: from now on what comes into these purses is another's
UPDATE purse SET heir = (j ->> 1)::bigint FROM jsonb_array_elements($1::jsonb) j
WHERE purse.id = (j ->> 0)::bigint;

-- drop_heirs: what comes into an account's purses is its own again
UPDATE purse SET heir = 0 WHERE account = $1;

-- left_behind: what came into those of these purses that have an heir
SELECT coalesce(json_agg(json_build_array(p.id, p.heir, p.balance) ORDER BY p.id), '[]')::text
FROM jsonb_array_elements_text($1::jsonb) j JOIN purse p ON p.id = j::bigint
WHERE p.heir > 0 AND p.balance > 0;

-- begin_closing: there is something to be called off or dropped
INSERT INTO closing (account) VALUES ($1) ON CONFLICT DO NOTHING;

-- closing: accounts of which something is
SELECT coalesce(json_agg(account ORDER BY account), '[]')::text FROM closing;

-- end_closing: there is nothing any more
DELETE FROM closing WHERE account = $1;

-- ahead_of: an account's orders in some stretches of which something waits for a later time
SELECT coalesce(json_agg(row), '[]')::text FROM (
    SELECT json_build_array(o.id, o.first, o.first + o.total - 1) AS row
    FROM generate_series($1::bigint, $2::bigint) b
    CROSS JOIN LATERAL (
        SELECT * FROM ordr WHERE id / 4096 = b AND account = $3 AND later > 0
        AND later > $4 AND stage = 0 OFFSET 0 FOR UPDATE
    ) o
    ORDER BY o.id DESC LIMIT $5
) f;

-- made_keys: a page of keys
SELECT coalesce(json_agg(json_build_array(digest, id, account, kind, at, ends)), '[]')::text FROM (
    SELECT * FROM made_key WHERE digest > $1 ORDER BY digest LIMIT $2
) k;

-- drop_keys: they open nothing any more
DELETE FROM made_key
WHERE digest = ANY (ARRAY(SELECT jsonb_array_elements_text($1::jsonb)));
