-- Opt-outs as a whole: out, page by page, and in again.

-- opt_outs_behind: opt-outs behind one of them, of accounts up to one of them, by some lists
SELECT json_group_array(json_array(account, number, list, at, source)) FROM (
    SELECT * FROM optout
    WHERE (account, number, list) > (?1, ?2, ?3) AND account <= ?4 AND list & ?5
    ORDER BY account, number, list LIMIT ?6
);

-- opt_outs_with: on which of some accounts' lists a number stands
SELECT json_group_array(json_array(account, number, list, at, source)) FROM (
    SELECT o.* FROM json_each(?1) j CROSS JOIN optout o
    ON o.account = j.value AND o.number = ?2 ORDER BY o.account, o.list
);

-- keep_opt_outs: opt-outs as they were elsewhere; what is there stays as it is
INSERT OR IGNORE INTO optout (account, number, list, at, source)
SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 FROM json_each(?);
