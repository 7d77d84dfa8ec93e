-- Orders that go to a group and begin later; who is in it may be asked to stay until then. An order
-- that is called off is not in here any more.
CREATE TABLE group_order (
    ordr BIGINT PRIMARY KEY,
    account BIGINT NOT NULL,
    book_group BIGINT NOT NULL,
    start BIGINT NOT NULL       -- when the letter to the group may leave first
);
CREATE INDEX group_order_of ON group_order (account, book_group, start);
