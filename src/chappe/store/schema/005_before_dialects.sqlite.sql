-- What more dialects need.

-- A letter may bear the reference of those of its recipients who have none of their own.
ALTER TABLE letter ADD COLUMN ref TEXT;
CREATE INDEX letter_ref ON letter (id >> 12, ref) WHERE ref IS NOT NULL;

-- STOPs and clicks may be told elsewhere than replies and statuses; and where a piece of news is
-- told stands in it once it is written.
ALTER TABLE terms ADD COLUMN stop_url TEXT NOT NULL DEFAULT '';
ALTER TABLE terms ADD COLUMN click_url TEXT NOT NULL DEFAULT '';
UPDATE news SET url = coalesce((
    SELECT t.reply_url FROM message m JOIN letter l ON l.id = m.letter
    JOIN terms t ON t.id = l.terms WHERE m.id = news.subject
), '')
WHERE done = 0 AND reply <> 0 AND url = '';

-- A number may stand on several lists: who wrote STOP need not be whom a customer barred by hand.
CREATE TABLE optout_by_list (
    account INTEGER NOT NULL,   -- 0: everybody's
    number INTEGER NOT NULL,
    list INTEGER NOT NULL DEFAULT 1,    -- one of words.order.Lists
    at INTEGER NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (account, number, list)
) WITHOUT ROWID;
INSERT INTO optout_by_list (account, number, at, source)
    SELECT account, number, at, source FROM optout;
DROP TABLE optout;
ALTER TABLE optout_by_list RENAME TO optout;

-- An account's orders, by stretches as ordr_ref has them; these are written otherwise, so that no
-- planner takes this index for that one. Messages are found by their orders.
CREATE INDEX ordr_account ON ordr (id / 4096, account);

-- The address book. Fields are JSON; what is known of a number in a group stands apart from what is
-- known of its contact, and neither needs the other.
CREATE TABLE contact (
    account INTEGER NOT NULL,
    number INTEGER NOT NULL,
    at INTEGER NOT NULL,
    fields TEXT NOT NULL,
    PRIMARY KEY (account, number)
) WITHOUT ROWID;
CREATE INDEX contact_number ON contact (number);
CREATE TABLE book_group (
    account INTEGER NOT NULL,
    id INTEGER NOT NULL,
    name TEXT NOT NULL,
    at INTEGER NOT NULL,
    size INTEGER NOT NULL,        -- how many are in it
    PRIMARY KEY (account, id)
) WITHOUT ROWID;
CREATE INDEX book_group_name ON book_group (account, name, id);
CREATE TABLE member (
    account INTEGER NOT NULL,
    book_group INTEGER NOT NULL,
    number INTEGER NOT NULL,
    fields TEXT NOT NULL,
    PRIMARY KEY (account, book_group, number)
) WITHOUT ROWID;
CREATE INDEX member_number ON member (number);
