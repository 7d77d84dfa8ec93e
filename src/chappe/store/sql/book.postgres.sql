-- The address book. The account stands in every key.

-- group_of: one group of an account
SELECT (
    SELECT json_build_array(id, name, at, size) FROM book_group WHERE account = $1 AND id = $2
)::text;

-- group_named: the oldest group of an account that is called so
SELECT (
    SELECT json_build_array(id, name, at, size) FROM book_group
    WHERE account = $1 AND name = $2 ORDER BY id LIMIT 1
)::text;

-- groups: a page of an account's groups
SELECT coalesce(json_agg(json_build_array(id, name, at, size)), '[]')::text FROM (
    SELECT * FROM book_group WHERE account = $1 AND id > $2 ORDER BY id LIMIT $3
) g;

-- count_groups: how many an account has
SELECT count(*) FROM book_group WHERE account = $1;

-- drop_group: it goes
DELETE FROM book_group WHERE account = $1 AND id = $2;

-- resize: a group has grown, or has become smaller
UPDATE book_group SET size = size + $1::bigint WHERE account = $2 AND id = $3;

-- is_awaited: whether an order goes to a group after some instant
SELECT EXISTS (
    SELECT 1 FROM group_order WHERE account = $1 AND book_group = $2 AND start > $3
);

-- await_no_more: orders that were called off
DELETE FROM group_order g USING jsonb_array_elements_text($1::jsonb) j WHERE g.ordr = j::bigint;

-- drop_group_orders: of these orders, those that have begun
DELETE FROM group_order g USING jsonb_array_elements_text($1::jsonb) j
WHERE g.ordr = j::bigint AND g.start < $2;

-- among: which of these numbers are in a group
SELECT coalesce(json_agg(m.number), '[]')::text FROM jsonb_array_elements_text($3::jsonb) j
CROSS JOIN LATERAL (
    SELECT number FROM member
    WHERE account = $1 AND book_group = $2 AND number = j::bigint OFFSET 0
) m;

-- leave_group: numbers leave a group
DELETE FROM member WHERE account = $1 AND book_group = $2 AND number = ANY (
    ARRAY(SELECT j::bigint FROM jsonb_array_elements_text($3::jsonb) j)
);

-- empty_group: all members of a group
DELETE FROM member WHERE account = $1 AND book_group = $2;

-- members: a page of a group's
SELECT coalesce(json_agg(json_build_array(number, fields::json, contact::json)), '[]')::text FROM (
    SELECT m.number, m.fields, coalesce(c.fields, '{}') AS contact FROM (
        SELECT * FROM member
        WHERE account = $1 AND book_group = $2 AND number > $3 ORDER BY number LIMIT $4
    ) m LEFT JOIN contact c ON c.account = m.account AND c.number = m.number
    ORDER BY m.number
) f;

-- member_numbers: the first of a group
SELECT coalesce(json_agg(number), '[]')::text FROM (
    SELECT number FROM member WHERE account = $1 AND book_group = $2 ORDER BY number LIMIT $3
) m;

-- contact: what is known of one
SELECT (SELECT fields FROM contact WHERE account = $1 AND number = $2);

-- count_contacts: how many an account has, counted up to a bound
SELECT count(*) FROM (SELECT 1 FROM contact WHERE account = $1 LIMIT $2) c;

-- put_contact: add one, or change its fields
INSERT INTO contact (account, number, at, fields) VALUES ($1, $2, $3, $4)
ON CONFLICT (account, number) DO UPDATE SET fields = excluded.fields;

-- contacts: a page of an account's
SELECT coalesce(json_agg(json_build_array(number, at, fields::json)), '[]')::text FROM (
    SELECT * FROM contact WHERE account = $1 AND number > $2 ORDER BY number LIMIT $3
) c;

-- drop_contact: it goes
DELETE FROM contact WHERE account = $1 AND number = $2;

-- groups_with: the groups that a number is in, of one account or (0) of any
SELECT coalesce(json_agg(json_build_array(account, book_group)), '[]')::text FROM (
    SELECT account, book_group FROM member
    WHERE number = $1 AND ($2::bigint = 0 OR account = $2) ORDER BY account, book_group
) m;

-- contacts_of: who has a number in their book
SELECT coalesce(json_agg(json_build_array(account, at, fields::json) ORDER BY account), '[]')::text
FROM contact WHERE number = $1;

-- erase_contacts: nobody has it any more
DELETE FROM contact WHERE number = $1;
