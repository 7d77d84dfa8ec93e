-- What more dialects need.

-- STOPs and clicks may be told elsewhere than replies and statuses; and where a piece of news is
-- told stands in it once it is written.
ALTER TABLE terms ADD COLUMN stop_url TEXT NOT NULL DEFAULT '';
ALTER TABLE terms ADD COLUMN click_url TEXT NOT NULL DEFAULT '';
UPDATE news SET url = t.reply_url
FROM message m, letter l, terms t
WHERE news.reply <> 0 AND news.done = 0 AND news.url = '' AND m.id = news.subject
AND l.id = m.letter AND t.id = l.terms;

-- A number may stand on several lists: who wrote STOP need not be whom a customer barred by hand.
ALTER TABLE optout ADD COLUMN list smallint NOT NULL DEFAULT 1;  -- one of words.order.Lists
ALTER TABLE optout DROP CONSTRAINT optout_pkey, ADD PRIMARY KEY (account, number, list);

-- An account's orders, by stretches as ordr_ref has them; these are written otherwise, so that no
-- planner takes this index for that one. Messages are found by their orders.
CREATE INDEX ordr_account ON ordr ((id / 4096), account, id);
