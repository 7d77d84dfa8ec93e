-- Opt-outs as a whole: out, page by page, and in again.

-- opt_outs_behind: opt-outs behind one of them, of accounts up to one of them, by some lists
SELECT coalesce(json_agg(
    json_build_array(account, number, list, at, source) ORDER BY account, number, list
), '[]')::text FROM (
    SELECT * FROM optout
    WHERE (account, number, list) > ($1, $2, $3::smallint) AND account <= $4
    AND list & $5::smallint <> 0
    ORDER BY account, number, list LIMIT $6
) o;

-- opt_outs_with: on which of some accounts' lists a number stands
SELECT coalesce(json_agg(
    json_build_array(account, number, list, at, source) ORDER BY account, list
), '[]')::text
FROM jsonb_array_elements_text($1::jsonb) a CROSS JOIN LATERAL (
    SELECT * FROM optout WHERE account = a::bigint AND number = $2
) o;

-- keep_opt_outs: opt-outs as they were elsewhere; what is there stays as it is
INSERT INTO optout (account, number, list, at, source)
SELECT (v ->> 0)::bigint, (v ->> 1)::bigint, (v ->> 2)::smallint, (v ->> 3)::bigint, v ->> 4
FROM jsonb_array_elements($1::jsonb) v
ON CONFLICT DO NOTHING;
