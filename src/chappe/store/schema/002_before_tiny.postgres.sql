-- Where the short URL of a message leads, for those that have one.

CREATE TABLE tiny (
    message bigint PRIMARY KEY,
    account bigint NOT NULL,
    at bigint NOT NULL,         -- when its letter was to leave: it is forgotten with its text
    short text NOT NULL,        -- as it stands in the text
    target text NOT NULL,       -- '': forgotten
    clicks integer NOT NULL DEFAULT 0,
    last_at bigint NOT NULL DEFAULT 0
);
CREATE INDEX tiny_clicked ON tiny (account, message) WHERE clicks > 0;
CREATE INDEX tiny_target ON tiny (at) WHERE target <> '';
