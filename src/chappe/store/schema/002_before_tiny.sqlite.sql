-- Where the short URL of a message leads, for those that have one.

CREATE TABLE tiny (
    message INTEGER PRIMARY KEY,
    account INTEGER NOT NULL,
    at INTEGER NOT NULL,        -- when its letter was to leave: it is forgotten with its text
    short TEXT NOT NULL,        -- as it stands in the text
    target TEXT NOT NULL,       -- '': forgotten
    clicks INTEGER NOT NULL DEFAULT 0,
    last_at INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX tiny_clicked ON tiny (account, message) WHERE clicks > 0;
CREATE INDEX tiny_target ON tiny (at) WHERE target <> '';
