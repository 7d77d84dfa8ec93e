-- Files that customers dropped, each until nothing more is owed for it. What is kept of an order in
-- pieces hangs on no row of `ordr`, and so is not seen, until the order is taken as a whole.
CREATE TABLE dropped (
    id BIGINT PRIMARY KEY,
    account BIGINT NOT NULL,
    name TEXT NOT NULL,
    at BIGINT NOT NULL,                 -- when it was taken up
    size BIGINT NOT NULL,
    ordr BIGINT NOT NULL DEFAULT 0,     -- the order that is being made of it
    first BIGINT NOT NULL DEFAULT 0,    -- its messages are first .. first + total - 1
    total BIGINT NOT NULL DEFAULT 0,
    taken BIGINT NOT NULL DEFAULT 0,    -- 1: that order was taken; 2: and its customer sees it
    gone BIGINT NOT NULL DEFAULT 0,     -- how many of its messages were let go
    sent_at BIGINT NOT NULL DEFAULT 0,  -- when operators had been given all of it
    told_at BIGINT NOT NULL DEFAULT 0   -- when its customer was last told how it stands
);
