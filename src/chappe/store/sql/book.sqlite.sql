-- The address book. The account stands in every key.

-- group_of: one group of an account
SELECT (
    SELECT json_array(id, name, at, size) FROM book_group WHERE account = ? AND id = ?
);

-- group_named: the oldest group of an account that is called so
SELECT (
    SELECT json_array(id, name, at, size) FROM book_group
    WHERE account = ? AND name = ? ORDER BY id LIMIT 1
);

-- groups: a page of an account's groups
SELECT json_group_array(json_array(id, name, at, size)) FROM (
    SELECT * FROM book_group WHERE account = ? AND id > ? ORDER BY id LIMIT ?
);

-- count_groups: how many an account has
SELECT count(*) FROM book_group WHERE account = ?;

-- drop_group: it goes
DELETE FROM book_group WHERE account = ? AND id = ?;

-- resize: a group has grown, or has become smaller
UPDATE book_group SET size = size + ? WHERE account = ? AND id = ?;

-- is_awaited: whether an order goes to a group after some instant
SELECT EXISTS (
    SELECT 1 FROM group_order WHERE account = ? AND book_group = ? AND start > ?
);

-- await_no_more: orders that were called off
DELETE FROM group_order WHERE ordr IN (SELECT value FROM json_each(?));

-- drop_group_orders: of these orders, those that have begun
DELETE FROM group_order WHERE ordr IN (SELECT value FROM json_each(?)) AND start < ?;

-- among: which of these numbers are in a group
SELECT json_group_array(m.number) FROM json_each(?3) j CROSS JOIN member m
ON m.account = ?1 AND m.book_group = ?2 AND m.number = j.value;

-- leave_group: numbers leave a group
DELETE FROM member WHERE account = ?1 AND book_group = ?2 AND number IN (
    SELECT value FROM json_each(?3)
);

-- empty_group: all members of a group
DELETE FROM member WHERE account = ? AND book_group = ?;

-- members: a page of a group's
SELECT json_group_array(json_array(number, json(fields), json(contact))) FROM (
    SELECT m.number, m.fields, coalesce(c.fields, '{}') AS contact FROM member m
    LEFT JOIN contact c ON c.account = m.account AND c.number = m.number
    WHERE m.account = ? AND m.book_group = ? AND m.number > ? ORDER BY m.number LIMIT ?
);

-- member_numbers: the first of a group
SELECT json_group_array(number) FROM (
    SELECT number FROM member WHERE account = ? AND book_group = ? ORDER BY number LIMIT ?
);

-- contact: what is known of one
SELECT (SELECT fields FROM contact WHERE account = ? AND number = ?);

-- count_contacts: how many an account has, counted up to a bound
SELECT count(*) FROM (SELECT 1 FROM contact WHERE account = ? LIMIT ?);

-- put_contact: add one, or change its fields
INSERT INTO contact (account, number, at, fields) VALUES (?, ?, ?, ?)
ON CONFLICT (account, number) DO UPDATE SET fields = excluded.fields;

-- contacts: a page of an account's
SELECT json_group_array(json_array(number, at, json(fields))) FROM (
    SELECT * FROM contact WHERE account = ? AND number > ? ORDER BY number LIMIT ?
);

-- drop_contact: it goes
DELETE FROM contact WHERE account = ? AND number = ?;

-- groups_with: the groups that a number is in, of one account or (0) of any
SELECT json_group_array(json_array(account, book_group)) FROM (
    SELECT account, book_group FROM member INDEXED BY member_number
    WHERE number = ?1 AND (?2 = 0 OR account = ?2) ORDER BY account, book_group
);

-- contacts_of: who has a number in their book
SELECT json_group_array(json_array(account, at, json(fields))) FROM (
    SELECT * FROM contact INDEXED BY contact_number WHERE number = ? ORDER BY account
);

-- erase_contacts: nobody has it any more
DELETE FROM contact WHERE number = ?;
