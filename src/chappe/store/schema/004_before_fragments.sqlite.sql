-- Pieces of handsets' messages, each until its message is whole.
CREATE TABLE fragment (
    link TEXT NOT NULL,
    pieces TEXT NOT NULL,       -- what all pieces of a message are kept under
    no INTEGER NOT NULL,
    at INTEGER NOT NULL,
    body TEXT NOT NULL,         -- the link's own
    PRIMARY KEY (link, pieces, no)
) WITHOUT ROWID;
