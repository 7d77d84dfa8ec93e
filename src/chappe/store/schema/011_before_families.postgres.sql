-- What families and keys that are made by asking need.

-- The purse that gets whatever comes into this one, since its account was closed; 0: it is in use.
ALTER TABLE purse ADD COLUMN heir bigint NOT NULL DEFAULT 0;
CREATE INDEX purse_left ON purse (id) WHERE heir > 0 AND balance > 0;

-- Accounts that were closed, and of which something is still to be called off or dropped.
CREATE TABLE closing (account bigint PRIMARY KEY);

CREATE TABLE made_key (
    digest text PRIMARY KEY,
    id text NOT NULL,
    account bigint NOT NULL,
    kind text NOT NULL,
    at bigint NOT NULL,
    ends bigint NOT NULL        -- 0: it has no end
);
