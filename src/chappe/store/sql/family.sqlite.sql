-- Closed accounts, whatever comes into their purses, and keys that were made by asking.

-- set_heirs: from now on what comes into these purses is another's
UPDATE purse SET heir = j.value ->> 1 FROM json_each(?) j WHERE purse.id = j.value ->> 0;

-- drop_heirs: what comes into an account's purses is its own again
UPDATE purse SET heir = 0 WHERE account = ?;

-- left_behind: what came into those of these purses that have an heir
SELECT json_group_array(json_array(p.id, p.heir, p.balance))
FROM json_each(?) j CROSS JOIN purse p ON p.id = j.value
WHERE p.heir > 0 AND p.balance > 0;

-- begin_closing: there is something to be called off or dropped
INSERT INTO closing (account) VALUES (?) ON CONFLICT DO NOTHING;

-- closing: accounts of which something is
SELECT json_group_array(account) FROM (SELECT account FROM closing ORDER BY account);

-- end_closing: there is nothing any more
DELETE FROM closing WHERE account = ?;

-- ahead_of: an account's orders in some stretches of which something waits for a later time
{stretches}
SELECT json_group_array(json(row)) FROM (
    SELECT json_array(o.id, o.first, o.first + o.total - 1) AS row
    FROM b CROSS JOIN ordr o INDEXED BY ordr_later
    ON o.id / 4096 = b.v AND o.account = ?3 AND o.later > 0
    WHERE o.later > ?4 AND o.stage = 0 ORDER BY o.id DESC LIMIT ?5
);

-- made_keys: a page of keys
SELECT json_group_array(json_array(digest, id, account, kind, at, ends)) FROM (
    SELECT * FROM made_key WHERE digest > ? ORDER BY digest LIMIT ?
);

-- drop_keys: they open nothing any more
DELETE FROM made_key WHERE digest IN (SELECT value FROM json_each(?));
