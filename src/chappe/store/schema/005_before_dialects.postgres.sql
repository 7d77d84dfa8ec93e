-- What more dialects need.

-- A letter may bear the reference of those of its recipients who have none of their own.
ALTER TABLE letter ADD COLUMN ref TEXT;
CREATE INDEX letter_ref ON letter ((id >> 12), ref) WHERE ref IS NOT NULL;

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
ALTER TABLE optout ADD COLUMN list smallint NOT NULL DEFAULT 1;  -- one of words.order.Lists
ALTER TABLE optout DROP CONSTRAINT optout_pkey, ADD PRIMARY KEY (account, number, list);

-- An account's orders, by stretches as ordr_ref has them; these are written otherwise, so that no
-- planner takes this index for that one. Messages are found by their orders.
CREATE INDEX ordr_account ON ordr ((id / 4096), account, id);

-- The address book. Fields are JSON; what is known of a number in a group stands apart from what is
-- known of its contact, and neither needs the other.
CREATE TABLE contact (
    account BIGINT NOT NULL,
    number BIGINT NOT NULL,
    at BIGINT NOT NULL,
    fields TEXT NOT NULL,
    PRIMARY KEY (account, number)
);
CREATE INDEX contact_number ON contact (number);
CREATE TABLE book_group (
    account BIGINT NOT NULL,
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    at BIGINT NOT NULL,
    size BIGINT NOT NULL,        -- how many are in it
    PRIMARY KEY (account, id)
);
CREATE INDEX book_group_name ON book_group (account, name, id);
CREATE TABLE member (
    account BIGINT NOT NULL,
    book_group BIGINT NOT NULL,
    number BIGINT NOT NULL,
    fields TEXT NOT NULL,
    PRIMARY KEY (account, book_group, number)
);
CREATE INDEX member_number ON member (number);
