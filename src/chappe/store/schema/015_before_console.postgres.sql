-- What the console needs: who may come in besides accounts, who is in, and what was done by hand.

-- Who works at the installation, by a login of their own. `account` 0: all accounts may be seen.
CREATE TABLE staff (
    login text PRIMARY KEY,       -- folded, so that it is the same whatever its case
    role smallint NOT NULL,
    account bigint NOT NULL DEFAULT 0,
    password text NOT NULL,
    at bigint NOT NULL
);

-- A visit lasts until it is ended. Its token is kept as a digest alone.
CREATE TABLE visit (
    digest text PRIMARY KEY,
    login text NOT NULL,
    account bigint NOT NULL,     -- 0: of one of the staff
    proof text NOT NULL,          -- what proved it: a visit ends when that holds no more
    at bigint NOT NULL,
    until bigint NOT NULL
);
CREATE INDEX visit_until ON visit (until);
CREATE INDEX visit_login ON visit (login, account);

-- What was done by hand, by whom, and to which account (0: to none in particular).
CREATE TABLE deed (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at bigint NOT NULL,
    who text NOT NULL,
    account bigint NOT NULL,
    what text NOT NULL,
    facts text NOT NULL           -- JSON, without secrets
);
CREATE INDEX deed_account ON deed (account, id);
CREATE INDEX deed_at ON deed (at);
