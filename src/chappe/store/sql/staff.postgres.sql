-- Who may come into the console, who is in it, and what was done by hand.

-- put_staff: somebody is of the staff from now on, or is so otherwise
INSERT INTO staff (login, role, account, password, at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (login) DO UPDATE
SET role = excluded.role, account = excluded.account, password = excluded.password;

-- drop_staff: somebody is no longer
DELETE FROM staff WHERE login = $1;

-- all_staff: those who are, of one login or of all
SELECT coalesce(json_agg(
    json_build_array(login, role, account, password, at) ORDER BY login
), '[]')::text FROM staff WHERE $1::text = '' OR login = $1;

-- begin_visit: somebody is in
INSERT INTO visit (digest, login, account, proof, at, until) VALUES ($1, $2, $3, $4, $5, $6);

-- visits: who is in by a token, at some time
SELECT coalesce(json_agg(json_build_array(digest, login, account, proof, at, until)), '[]')::text
FROM visit WHERE digest = $1 AND until > $2;

-- end_visit: a visit is over
DELETE FROM visit WHERE digest = $1;

-- end_visits: all of somebody's are
DELETE FROM visit WHERE login = $1 AND account = $2;

-- drop_visits: so are those whose time is up
DELETE FROM visit WHERE digest IN (SELECT digest FROM visit WHERE until <= $1 LIMIT $2);

-- note_deed: somebody did something
INSERT INTO deed (at, who, account, what, facts) VALUES ($1, $2, $3, $4, $5);

-- deeds: what was done before one of them, the newest first
SELECT coalesce(json_agg(
    json_build_array(id, at, who, account, what, facts) ORDER BY id DESC
), '[]')::text FROM (
    SELECT * FROM deed WHERE id < $1 ORDER BY id DESC LIMIT $2
) d;

-- deeds_to: the same of what was done to one account
SELECT coalesce(json_agg(
    json_build_array(id, at, who, account, what, facts) ORDER BY id DESC
), '[]')::text FROM (
    SELECT * FROM deed WHERE account = $1 AND id < $2 ORDER BY id DESC LIMIT $3
) d;

-- deeds_among: the same of what was done to some accounts
SELECT coalesce(json_agg(
    json_build_array(id, at, who, account, what, facts) ORDER BY id DESC
), '[]')::text FROM (
    SELECT d.* FROM jsonb_array_elements_text($1::jsonb) j CROSS JOIN LATERAL (
        SELECT * FROM deed WHERE account = j::bigint AND id < $2 ORDER BY id DESC LIMIT $3
    ) d ORDER BY d.id DESC LIMIT $3
) d;

-- drop_deeds: what was done long ago
DELETE FROM deed WHERE id IN (SELECT id FROM deed WHERE at < $1 ORDER BY at LIMIT $2);
