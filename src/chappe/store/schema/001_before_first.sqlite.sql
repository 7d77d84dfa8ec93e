-- Everything there is. A column with a default is one that most rows do not bring.

CREATE TABLE counter (name TEXT PRIMARY KEY, next INTEGER NOT NULL) WITHOUT ROWID;

CREATE TABLE account (
    id INTEGER PRIMARY KEY,
    login TEXT NOT NULL UNIQUE,
    at INTEGER NOT NULL,
    facts TEXT NOT NULL,    -- JSON of words.account.Account
    secrets TEXT NOT NULL   -- JSON: hashes and sealed keys, never a plain secret
);

CREATE TABLE purse (
    id INTEGER PRIMARY KEY,
    account INTEGER NOT NULL,
    name TEXT NOT NULL,
    balance INTEGER NOT NULL,   -- always the sum of its ledger rows
    free INTEGER NOT NULL,      -- 1: post-paid, no floor
    UNIQUE (account, name)
);

CREATE TABLE ledger (
    id INTEGER PRIMARY KEY,
    purse INTEGER NOT NULL,
    at INTEGER NOT NULL,
    amount INTEGER NOT NULL,
    kind TEXT NOT NULL,         -- credit | held | released | moved
    ordr INTEGER NOT NULL,
    note TEXT NOT NULL
);
CREATE INDEX ledger_purse ON ledger (purse, id);

CREATE TABLE route (id INTEGER PRIMARY KEY, links TEXT NOT NULL UNIQUE);

CREATE TABLE ordr (
    id INTEGER PRIMARY KEY,
    account INTEGER NOT NULL,
    dialect TEXT NOT NULL,
    at INTEGER NOT NULL,
    ref TEXT,
    request_id TEXT,
    first INTEGER NOT NULL,     -- its messages are first .. first + total - 1
    total INTEGER NOT NULL,
    cost INTEGER NOT NULL,
    facts TEXT NOT NULL,
    start INTEGER NOT NULL DEFAULT 0,    -- when one with a reference begins; 0: with its acceptance
    stage INTEGER NOT NULL DEFAULT 0     -- words.stage.Stage
);
-- Keys that come in no order are indexed by stretches of 4096 ids: an insert touches the few pages
-- of its stretch instead of one page anywhere in a large tree, and a look-up probes the stretches
-- from the newest on.
CREATE INDEX ordr_ref ON ordr (id >> 12, account, ref) WHERE ref IS NOT NULL;
CREATE INDEX ordr_ahead ON ordr (id >> 12, account, ref, start) WHERE start > 0;
CREATE INDEX ordr_called_off ON ordr (id) WHERE stage = 3;
CREATE UNIQUE INDEX ordr_request ON ordr (account, request_id) WHERE request_id IS NOT NULL;

-- What letters of an account mostly have in common: kept once, with the first letter that had it,
-- and used by those that follow within a bounded stretch of numbers (see `drop_terms`).
CREATE TABLE terms (
    id INTEGER PRIMARY KEY,     -- the number of that letter
    purse INTEGER NOT NULL,
    alphabet INTEGER NOT NULL,
    sender TEXT NOT NULL,
    code TEXT NOT NULL,
    flash INTEGER NOT NULL,
    udh TEXT NOT NULL,
    opens INTEGER NOT NULL,
    closes INTEGER NOT NULL,
    hours INTEGER NOT NULL,
    bars INTEGER NOT NULL,
    validity_h INTEGER NOT NULL,
    silent_h INTEGER NOT NULL,
    silence INTEGER NOT NULL,
    events INTEGER NOT NULL,
    url TEXT NOT NULL,
    reply_url TEXT NOT NULL,
    form TEXT NOT NULL,
    lane INTEGER NOT NULL,
    hold_m INTEGER NOT NULL DEFAULT 0  -- news is told together, every so many minutes; 0: at once
);

CREATE TABLE letter (
    id INTEGER PRIMARY KEY,     -- the number of its first message
    total INTEGER NOT NULL,     -- its messages are id .. id + total - 1
    ordr INTEGER NOT NULL,
    terms INTEGER NOT NULL,
    start INTEGER NOT NULL,
    text TEXT NOT NULL,
    facts TEXT NOT NULL
);
CREATE INDEX letter_text ON letter (start) WHERE text <> '';

CREATE TABLE message (
    id INTEGER PRIMARY KEY,
    letter INTEGER NOT NULL,
    number INTEGER NOT NULL,
    state INTEGER NOT NULL,
    reason INTEGER NOT NULL DEFAULT 0,
    at INTEGER NOT NULL,
    due INTEGER NOT NULL,       -- when it may leave; once sent: when silence is over
    sent_at INTEGER NOT NULL DEFAULT 0,
    channel INTEGER NOT NULL,
    account INTEGER NOT NULL,
    route INTEGER NOT NULL,
    price INTEGER NOT NULL,
    money INTEGER NOT NULL,
    parts INTEGER NOT NULL,     -- billed
    sending INTEGER NOT NULL,   -- on the air
    news INTEGER NOT NULL,      -- how many events its customer is or was owed
    holder INTEGER NOT NULL,
    operator TEXT NOT NULL DEFAULT '',
    given TEXT,
    ref TEXT,
    text TEXT,                  -- NULL: the letter's
    fold TEXT NOT NULL DEFAULT '', -- what became of each part of a long one
    lapse INTEGER NOT NULL DEFAULT 0  -- when its validity runs out, while it is queued
);
CREATE INDEX message_queue ON message (route, channel, account, due) WHERE state = 2;
CREATE INDEX message_sending ON message (id) WHERE state = 3;
CREATE INDEX message_scheduled ON message (due) WHERE state = 1;
CREATE INDEX message_silent ON message (due) WHERE state IN (4, 5);
-- Its second condition keeps planners from going by it through a queue.
CREATE INDEX message_lapse ON message (lapse) WHERE state = 2 AND lapse > 0;
CREATE INDEX message_number ON message (id >> 12, number);
CREATE INDEX message_ref ON message (id >> 12, ref) WHERE ref IS NOT NULL;
CREATE INDEX message_text ON message (id) WHERE text <> '';

CREATE TABLE part (
    link TEXT NOT NULL,
    ref TEXT NOT NULL,
    message INTEGER NOT NULL,
    no INTEGER NOT NULL,
    PRIMARY KEY (link, ref)
) WITHOUT ROWID;
CREATE INDEX part_message ON part (message);

CREATE TABLE parked (
    link TEXT NOT NULL,
    ref TEXT NOT NULL,
    at INTEGER NOT NULL,
    report TEXT NOT NULL
);
CREATE INDEX parked_ref ON parked (link, ref);
CREATE INDEX parked_at ON parked (at);

CREATE TABLE news (
    subject INTEGER NOT NULL,   -- a message, or a reply that answers none, negative
    seq INTEGER NOT NULL,
    event INTEGER NOT NULL,
    state INTEGER NOT NULL,
    reason INTEGER NOT NULL,
    at INTEGER NOT NULL,
    operator TEXT NOT NULL,
    lane INTEGER NOT NULL,
    due INTEGER NOT NULL,
    since INTEGER NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    done INTEGER NOT NULL DEFAULT 0,      -- 0 owed, 1 heard, 2 given up, 3 not wanted
    holder INTEGER NOT NULL,
    answer TEXT NOT NULL DEFAULT '',
    reply INTEGER NOT NULL DEFAULT 0,
    account INTEGER NOT NULL,
    dialect TEXT NOT NULL DEFAULT '',  -- dialect, url and form: '' are the letter's
    url TEXT NOT NULL DEFAULT '',
    form TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (subject, seq)
) WITHOUT ROWID;
CREATE INDEX news_owed ON news (lane, due) WHERE done = 0;

CREATE TABLE attempt (
    subject INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    answer TEXT NOT NULL
);
CREATE INDEX attempt_news ON attempt (subject, seq);

CREATE TABLE reply (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    number INTEGER NOT NULL,
    code TEXT NOT NULL,
    text TEXT NOT NULL,
    operator TEXT NOT NULL,
    account INTEGER NOT NULL,   -- 0: nobody's
    message INTEGER NOT NULL,   -- 0: answers none
    stop INTEGER NOT NULL,
    link TEXT NOT NULL
);
CREATE INDEX reply_account ON reply (account, at);
CREATE INDEX reply_number ON reply (number);
CREATE INDEX reply_at ON reply (at);
CREATE INDEX reply_text ON reply (at) WHERE text <> '';

CREATE TABLE optout (
    account INTEGER NOT NULL,   -- 0: everybody's
    number INTEGER NOT NULL,
    at INTEGER NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (account, number)
) WITHOUT ROWID;

CREATE TABLE doubt (
    message INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    choice TEXT NOT NULL,       -- held | sent again | dropped
    times INTEGER NOT NULL
);
