-- What reports of a stretch of time need.

-- When the last letter of an order begins that has one for later; 0: all begin with its acceptance.
-- Such an order is the only one whose messages leave long after it was taken.
ALTER TABLE ordr ADD COLUMN later bigint NOT NULL DEFAULT 0;
UPDATE ordr SET later = (
    SELECT max(start) FROM letter WHERE id BETWEEN ordr.first AND ordr.first + ordr.total - 1
) WHERE EXISTS (
    SELECT 1 FROM letter
    WHERE id BETWEEN ordr.first AND ordr.first + ordr.total - 1 AND start > ordr.at
);
CREATE INDEX ordr_later ON ordr ((id / 4096), account, id) WHERE later > 0;

-- What a message was answered. Replies are few.
CREATE INDEX reply_message ON reply (message) WHERE message > 0;
