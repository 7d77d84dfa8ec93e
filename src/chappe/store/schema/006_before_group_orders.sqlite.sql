-- Orders that go to a group and begin later; who is in it may be asked to stay until then. An order
-- that is called off is not in here any more.
CREATE TABLE group_order (
    ordr INTEGER PRIMARY KEY,
    account INTEGER NOT NULL,
    book_group INTEGER NOT NULL,
    start INTEGER NOT NULL       -- when the letter to the group may leave first
) WITHOUT ROWID;
CREATE INDEX group_order_of ON group_order (account, book_group, start);
