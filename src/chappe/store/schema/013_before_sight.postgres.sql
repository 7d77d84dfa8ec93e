-- What an operator wants to know of a message, and what is counted of all of them.

-- By which action an order came and from where; and the trace that it belongs to, as its customer
-- named it (W3C Trace Context), '' where it belongs to none.
ALTER TABLE ordr ADD COLUMN origin text NOT NULL DEFAULT '';
ALTER TABLE ordr ADD COLUMN trace text NOT NULL DEFAULT '';

-- When the last call ended that told a piece of news, and how many milliseconds it took.
ALTER TABLE news ADD COLUMN told_at bigint NOT NULL DEFAULT 0;
ALTER TABLE news ADD COLUMN took bigint NOT NULL DEFAULT 0;
ALTER TABLE attempt ADD COLUMN took bigint NOT NULL DEFAULT 0;

-- What is counted of a stretch of 4096 messages, as JSON of store.usage.Counted: what takes long to
-- count is remembered until one of them changes.
CREATE TABLE counted (
    stretch bigint PRIMARY KEY,
    first_day bigint NOT NULL,  -- days since 1970, by Paris time
    last_day bigint NOT NULL,
    found text NOT NULL
);
CREATE INDEX counted_days ON counted (last_day);
-- What was counted of messages that are no longer kept.
CREATE TABLE usage (
    day bigint NOT NULL,
    account bigint NOT NULL,
    dialect text NOT NULL,
    channel bigint NOT NULL,
    country text NOT NULL,       -- '' where it is none, or the number was erased
    link text NOT NULL,          -- '' where it never left, or was never answered
    state bigint NOT NULL,
    messages bigint NOT NULL,
    parts bigint NOT NULL,
    price bigint NOT NULL,      -- what was paid, less what was given back
    PRIMARY KEY (day, account, dialect, channel, country, link, state)
);
