-- What handsets wrote, as people read it: the newest first.

-- heard_by: the last replies to each of some accounts, before one of an instant
SELECT json_group_array(json(k.value)) FROM json_each(?1) j CROSS JOIN json_each((
    SELECT json_group_array(json_array({reply})) FROM (
        SELECT * FROM reply INDEXED BY reply_account
        WHERE account = j.value AND at <= ?2 AND (at < ?2 OR id < ?3)
        ORDER BY at DESC, id DESC LIMIT ?4
    ) r
)) k;

-- heard_by_all: the same to all of them together
SELECT json_group_array(json_array({reply})) FROM (
    SELECT * FROM reply INDEXED BY reply_at WHERE at <= ?1 AND (at < ?1 OR id < ?2)
    ORDER BY at DESC, id DESC LIMIT ?3
) r;

-- heard_from: what a number wrote to some accounts, or to any, before a reply
SELECT json_group_array(json_array({reply})) FROM (
    SELECT * FROM reply INDEXED BY reply_number WHERE number = ?1 AND id < ?2
    AND (?3 IS NULL OR account IN (SELECT j.value FROM json_each(?3) j))
    ORDER BY id DESC LIMIT ?4
) r;

-- heard_later: which of (account, number, at, reply) are not the last that a number wrote to an
-- account
SELECT json_group_array(j.key) FROM json_each(?1) j WHERE EXISTS (
    SELECT 1 FROM reply r INDEXED BY reply_number
    WHERE r.number = j.value ->> 1 AND r.account = j.value ->> 0
    AND (r.at, r.id) > (j.value ->> 2, j.value ->> 3)
);
