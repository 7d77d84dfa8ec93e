-- Who lives among nodes, and who has what. The database's clock alone says when somebody is over.

-- _now: by that clock
(extract(epoch FROM statement_timestamp()) * 1000)::bigint;

-- _living: nodes that are not over
(SELECT id FROM node WHERE over = 0);

-- date: what it says
SELECT {now};

-- enrol: a node begins
INSERT INTO node (id, name) VALUES ($1, $2);

-- first_beat: and lives for so long
INSERT INTO pulse (node, until, said) VALUES ($1, {now} + $2::bigint, '');

-- end_namesakes: who had the name before is over
UPDATE node SET over = 1 WHERE name = $1 AND id <> $2 AND over = 0;

-- is_late: whether it should have been felt before now
SELECT coalesce((SELECT until < {now} FROM pulse WHERE node = $1), false);

-- beat: it goes on to live, unless it is over
UPDATE pulse SET until = {now} + $2::bigint, said = $3 WHERE node = $1 AND node IN {living};

-- end_lapsed: whoever was not felt in time is over, unless it commits just now
UPDATE node SET over = 1 WHERE id IN (
    SELECT n.id FROM node n JOIN pulse p ON p.node = n.id
    WHERE n.over = 0 AND p.until < {now} FOR UPDATE OF n SKIP LOCKED
);

-- resign: it ends by itself
UPDATE node SET over = 1 WHERE id = $1 AND over = 0;

-- free_tenures: what those had that are over
UPDATE tenure SET node = 0 WHERE node <> 0 AND node NOT IN {living};

-- fellows: all that live, and what they say
SELECT coalesce(json_agg(json_build_array(n.id, n.name, p.said) ORDER BY n.id), '[]')::text
FROM node n JOIN pulse p ON p.node = n.id WHERE n.over = 0;

-- tenures: who has what
SELECT coalesce(json_agg(json_build_array(what, node, term) ORDER BY what), '[]')::text FROM tenure;

-- take: it is this node's, if it was nobody's and the node lives
INSERT INTO tenure AS t (what, node, term) SELECT $1, id, 1 FROM node WHERE id = $2 AND over = 0
ON CONFLICT (what) DO UPDATE SET node = excluded.node, term = t.term + 1 WHERE t.node = 0;

-- leave: it is nobody's
UPDATE tenure SET node = 0 WHERE what = $1 AND node = $2;

-- left_nodes: those that are over and whose news and messages are to be taken over
SELECT coalesce(json_agg(id ORDER BY id), '[]')::text FROM node WHERE over = 1;

-- settle_nodes: that is done
UPDATE node SET over = 2 WHERE over = 1 AND id = ANY (
    ARRAY(SELECT j::bigint FROM jsonb_array_elements_text($1::jsonb) j)
);

-- drop_pulses: of those that are over
DELETE FROM pulse WHERE node IN (SELECT id FROM node WHERE over = 2);

-- drop_nodes: all but the last
DELETE FROM node WHERE over = 2 AND id < $1;

-- drawn: the next numbers of orders and of messages
SELECT coalesce(json_object_agg(name, next), '{}')::text
FROM counter WHERE name IN ('message', 'order');

-- note_changes: accounts, or keys by their digests, that are not what they were
INSERT INTO change (at, node, account, digest)
SELECT {now}, $2::bigint, (v ->> 0)::bigint, v ->> 1 FROM jsonb_array_elements($1::jsonb) v;

-- changes: what others changed behind a number, and whether nobody can still be at an earlier one
SELECT coalesce(json_agg(json_build_array(
    id, account, digest, (at < {now} - $3::bigint)::int
) ORDER BY id), '[]')::text FROM change WHERE id > $1 AND node <> $2;

-- last_change: the last of which nobody can still be at an earlier one
SELECT coalesce((SELECT max(id) FROM change WHERE at < {now} - $1::bigint), 0);

-- drop_changes: old ones
DELETE FROM change WHERE at < {now} - $1::bigint;

-- some_accounts: accounts by their numbers
SELECT coalesce(json_agg(json_build_array(a.id, a.facts, a.secrets)), '[]')::text
FROM jsonb_array_elements_text($1::jsonb) j JOIN account a ON a.id = j::bigint;

-- some_keys: keys that were made by asking, by their digests
SELECT coalesce(
    json_agg(json_build_array(k.digest, k.id, k.account, k.kind, k.at, k.ends)), '[]'
)::text
FROM jsonb_array_elements_text($1::jsonb) j JOIN made_key k ON k.digest = j;

-- tell: have other nodes hear of something
SELECT pg_notify($1, $2) IS NULL;
