-- What a STOP that is confirmed needs.

-- Opt-outs whose writers have yet to be told that they were heard.
CREATE TABLE confirmation (
    reply INTEGER PRIMARY KEY,       -- the STOP
    account INTEGER NOT NULL,
    dialect TEXT NOT NULL,
    number INTEGER NOT NULL,
    code TEXT NOT NULL,
    at INTEGER NOT NULL,
    text TEXT NOT NULL
);
