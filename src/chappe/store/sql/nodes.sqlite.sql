-- Who lives among nodes, and who has what. A file has one node at a time.

-- _now: by the machine's clock
CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER);

-- _living: nodes that are not over
(SELECT id FROM node WHERE over = 0);

-- date: what it says
SELECT {now};

-- enrol: a node begins
INSERT INTO node (id, name) VALUES (?, ?);

-- first_beat: and lives for so long
INSERT INTO pulse (node, until, said) VALUES (?, {now} + ?, '');

-- end_namesakes: who had the name before is over
UPDATE node SET over = 1 WHERE name = ? AND id <> ? AND over = 0;

-- is_late: whether it should have been felt before now
SELECT coalesce((SELECT until < {now} FROM pulse WHERE node = ?), 0);

-- beat: it goes on to live, unless it is over
UPDATE pulse SET until = {now} + ?2, said = ?3 WHERE node = ?1 AND node IN {living};

-- end_lapsed: whoever was not felt in time is over
UPDATE node SET over = 1 WHERE over = 0 AND id IN (SELECT node FROM pulse WHERE until < {now});

-- resign: it ends by itself
UPDATE node SET over = 1 WHERE id = ? AND over = 0;

-- free_tenures: what those had that are over
UPDATE tenure SET node = 0 WHERE node <> 0 AND node NOT IN {living};

-- fellows: all that live, and what they say
SELECT json_group_array(json_array(id, name, said)) FROM (
    SELECT n.id, n.name, p.said FROM node n JOIN pulse p ON p.node = n.id
    WHERE n.over = 0 ORDER BY n.id
);

-- tenures: who has what
SELECT json_group_array(json_array(what, node, term)) FROM (SELECT * FROM tenure ORDER BY what);

-- take: it is this node's, if it was nobody's and the node lives
INSERT INTO tenure (what, node, term) SELECT ?1, id, 1 FROM node WHERE id = ?2 AND over = 0
ON CONFLICT (what) DO UPDATE SET node = excluded.node, term = term + 1 WHERE tenure.node = 0;

-- leave: it is nobody's
UPDATE tenure SET node = 0 WHERE what = ? AND node = ?;

-- left_nodes: those that are over and whose news and messages are to be taken over
SELECT json_group_array(id) FROM (SELECT id FROM node WHERE over = 1 ORDER BY id);

-- settle_nodes: that is done
UPDATE node SET over = 2 WHERE over = 1 AND id IN (SELECT value FROM json_each(?));

-- drop_pulses: of those that are over
DELETE FROM pulse WHERE node IN (SELECT id FROM node WHERE over = 2);

-- drop_nodes: all but the last
DELETE FROM node WHERE over = 2 AND id < ?;

-- drawn: the next numbers of orders and of messages
SELECT json_group_object(name, next) FROM counter WHERE name IN ('message', 'order');

-- note_changes: accounts, or keys by their digests, that are not what they were
INSERT INTO change (at, node, account, digest)
SELECT {now}, ?2, value ->> 0, value ->> 1 FROM json_each(?1);

-- changes: what others changed behind a number, and whether nobody can still be at an earlier one
SELECT json_group_array(json_array(id, account, digest, at < {now} - ?3)) FROM (
    SELECT * FROM change WHERE id > ?1 AND node <> ?2 ORDER BY id
);

-- last_change: the last of which nobody can still be at an earlier one
SELECT coalesce((SELECT max(id) FROM change WHERE at < {now} - ?), 0);

-- drop_changes: old ones
DELETE FROM change WHERE at < {now} - ?;

-- some_accounts: accounts by their numbers
SELECT json_group_array(json_array(a.id, a.facts, a.secrets))
FROM json_each(?) j JOIN account a ON a.id = j.value;

-- some_keys: keys that were made by asking, by their digests
SELECT json_group_array(json_array(k.digest, k.id, k.account, k.kind, k.at, k.ends))
FROM json_each(?) j JOIN made_key k ON k.digest = j.value;
