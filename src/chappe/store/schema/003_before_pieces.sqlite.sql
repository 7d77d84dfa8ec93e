-- Files that customers dropped, each until nothing more is owed for it. What is kept of an order in
-- pieces hangs on no row of `ordr`, and so is not seen, until the order is taken as a whole.
CREATE TABLE dropped (
    id INTEGER PRIMARY KEY,
    account INTEGER NOT NULL,
    name TEXT NOT NULL,
    at INTEGER NOT NULL,                 -- when it was taken up
    size INTEGER NOT NULL,
    ordr INTEGER NOT NULL DEFAULT 0,     -- the order that is being made of it
    first INTEGER NOT NULL DEFAULT 0,    -- its messages are first .. first + total - 1
    total INTEGER NOT NULL DEFAULT 0,
    taken INTEGER NOT NULL DEFAULT 0,    -- 1: that order was taken; 2: and its customer sees it
    gone INTEGER NOT NULL DEFAULT 0,     -- how many of its messages were let go
    sent_at INTEGER NOT NULL DEFAULT 0,  -- when operators had been given all of it
    told_at INTEGER NOT NULL DEFAULT 0   -- when its customer was last told how it stands
);
