-- What the console needs: who may come in besides accounts, who is in, and what was done by hand.

-- Who works at the installation, by a login of their own. `account` 0: all accounts may be seen.
CREATE TABLE staff (
    login TEXT PRIMARY KEY,       -- folded, so that it is the same whatever its case
    role INTEGER NOT NULL,
    account INTEGER NOT NULL DEFAULT 0,
    password TEXT NOT NULL,
    at INTEGER NOT NULL
);

-- A visit lasts until it is ended. Its token is kept as a digest alone.
CREATE TABLE visit (
    digest TEXT PRIMARY KEY,
    login TEXT NOT NULL,
    account INTEGER NOT NULL,     -- 0: of one of the staff
    proof TEXT NOT NULL,          -- what proved it: a visit ends when that holds no more
    at INTEGER NOT NULL,
    until INTEGER NOT NULL
);
CREATE INDEX visit_until ON visit (until);
CREATE INDEX visit_login ON visit (login, account);

-- What was done by hand, by whom, and to which account (0: to none in particular).
CREATE TABLE deed (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    who TEXT NOT NULL,
    account INTEGER NOT NULL,
    what TEXT NOT NULL,
    facts TEXT NOT NULL           -- JSON, without secrets
);
CREATE INDEX deed_account ON deed (account, id);
CREATE INDEX deed_at ON deed (at);
