-- What a STOP that is confirmed needs.

-- Opt-outs whose writers have yet to be told that they were heard.
CREATE TABLE confirmation (
    reply bigint PRIMARY KEY,       -- the STOP
    account bigint NOT NULL,
    dialect TEXT NOT NULL,
    number bigint NOT NULL,
    code TEXT NOT NULL,
    at bigint NOT NULL,
    text TEXT NOT NULL
);
