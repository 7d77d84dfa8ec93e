-- What several nodes need.

-- A life of a node: whoever is started again is another one. `over` 0: it lives; 1: what it held is
-- to be taken over; 2: that is done. Whoever is over writes nothing any more.
CREATE TABLE node (
    id bigint PRIMARY KEY,
    name text NOT NULL,
    over smallint NOT NULL DEFAULT 0,
    mark bigint NOT NULL DEFAULT 0      -- its last commit
);
CREATE INDEX node_over ON node (over, id) WHERE over < 2;

-- Its pulse stands apart, so that it waits for none of its commits.
CREATE TABLE pulse (
    node bigint PRIMARY KEY,
    until bigint NOT NULL,      -- by the database's clock; it is over unless it is felt before
    said text NOT NULL          -- what others want to know of it
);

-- What one node at a time has: a link, the upkeep. 0: nobody.
CREATE TABLE tenure (
    what text PRIMARY KEY,
    node bigint NOT NULL,
    term bigint NOT NULL        -- grows with each that has it
);

-- Accounts and made keys that were changed, for whoever remembers them.
CREATE TABLE change (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at bigint NOT NULL,         -- by the database's clock
    node bigint NOT NULL,       -- who changed it
    account bigint NOT NULL,    -- 0: it is a key
    digest text NOT NULL DEFAULT ''
);
CREATE INDEX change_at ON change (at);

-- Where a file lies, and which life of a node is at an order in portions.
ALTER TABLE dropped ADD COLUMN place text NOT NULL DEFAULT '';
ALTER TABLE dropped ADD COLUMN holder bigint NOT NULL DEFAULT 0;

-- Numbers of nodes begin above what any node was called before there were several.
INSERT INTO counter (name, next) VALUES ('node', 1000) ON CONFLICT DO NOTHING;
