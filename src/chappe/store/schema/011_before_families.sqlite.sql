-- What families and keys that are made by asking need.

-- The purse that gets whatever comes into this one, since its account was closed; 0: it is in use.
ALTER TABLE purse ADD COLUMN heir INTEGER NOT NULL DEFAULT 0;
CREATE INDEX purse_left ON purse (id) WHERE heir > 0 AND balance > 0;

-- Accounts that were closed, and of which something is still to be called off or dropped.
CREATE TABLE closing (account INTEGER PRIMARY KEY) WITHOUT ROWID;

CREATE TABLE made_key (
    digest TEXT PRIMARY KEY,
    id TEXT NOT NULL,
    account INTEGER NOT NULL,
    kind TEXT NOT NULL,
    at INTEGER NOT NULL,
    ends INTEGER NOT NULL        -- 0: it has no end
) WITHOUT ROWID;
