-- What an operator wants to know of a message, and what is counted of all of them.

-- By which action an order came and from where; and the trace that it belongs to, as its customer
-- named it (W3C Trace Context), '' where it belongs to none.
ALTER TABLE ordr ADD COLUMN origin TEXT NOT NULL DEFAULT '';
ALTER TABLE ordr ADD COLUMN trace TEXT NOT NULL DEFAULT '';

-- When the last call ended that told a piece of news, and how many milliseconds it took.
ALTER TABLE news ADD COLUMN told_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE news ADD COLUMN took INTEGER NOT NULL DEFAULT 0;
ALTER TABLE attempt ADD COLUMN took INTEGER NOT NULL DEFAULT 0;

-- What is counted of a stretch of 4096 messages, as JSON of store.usage.Counted: what takes long to
-- count is remembered until one of them changes.
CREATE TABLE counted (
    stretch INTEGER PRIMARY KEY,
    first_day INTEGER NOT NULL,  -- days since 1970, by Paris time
    last_day INTEGER NOT NULL,
    found TEXT NOT NULL
);
CREATE INDEX counted_days ON counted (last_day);
-- What was counted of messages that are no longer kept.
CREATE TABLE usage (
    day INTEGER NOT NULL,
    account INTEGER NOT NULL,
    dialect TEXT NOT NULL,
    channel INTEGER NOT NULL,
    country TEXT NOT NULL,       -- '' where it is none, or the number was erased
    link TEXT NOT NULL,          -- '' where it never left, or was never answered
    state INTEGER NOT NULL,
    messages INTEGER NOT NULL,
    parts INTEGER NOT NULL,
    price INTEGER NOT NULL,      -- what was paid, less what was given back
    PRIMARY KEY (day, account, dialect, channel, country, link, state)
) WITHOUT ROWID;
