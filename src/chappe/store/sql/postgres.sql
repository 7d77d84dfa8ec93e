-- The statements of the PostgreSQL store. Each begins with `-- name: purpose`; the names are those
-- of sqlite.sql. Sets travel as one jsonb array each and come back as one JSON value: one round
-- trip per statement. Its sessions plan by nested loops over indexes, in the order of the joins as
-- written here (see `postgres_session.py`). `CROSS JOIN LATERAL (...)` with a LIMIT or an OFFSET 0
-- stands where the planner, left free, may walk a whole table in the order of its key, or collect
-- all rows there are, before it looks for ours. What begins with an underscore is a piece that
-- statements hold as {piece}.

-- _message: the columns of words.news.Message, in its order
{head}, m.state, m.reason, m.at, m.sent_at, m.due, m.parts, m.price, m.operator, m.fold;

-- _head: those of them that never change
m.id, o.id, m.account, o.dialect, coalesce(o.ref, ''), o.at, o.facts, o.trace, l.id, l.facts,
m.number, coalesce(m.given, ''), coalesce(m.ref, ''), coalesce(m.text, l.text), t.sender, t.code;

-- _lapse: when a message's validity runs out
l.start + t.validity_h::bigint * 3600000;

-- _stamp: the transaction that wrote a message last
m.xmin::text::bigint;

-- _behind: whether news of it are owed, which the next ones wait behind
(n.done IS NOT DISTINCT FROM 0)::int;

-- _whole: what a message hangs on
JOIN letter l ON l.id = m.letter JOIN terms t ON t.id = l.terms JOIN ordr o ON o.id = l.ordr;

-- _asked: whether somebody asked for an order, which is none of ours (words.order.OURS)
left(coalesce(o.request_id, ''), 1) <> chr(65534);

-- _reply: the columns of words.news.Reply, in its order
r.id, r.at, r.number, r.code, r.text, r.operator, r.account, r.message, r.stop;

-- _leaves: whether a scheduled message's order was not called off; mostly none is
(
    NOT EXISTS (SELECT 1 FROM ordr WHERE stage = 3) OR (
        SELECT o.stage FROM letter l JOIN ordr o ON o.id = l.ordr WHERE l.id = m.letter
    ) <> 3
);

-- _queues: queues that are not empty, each once
WITH RECURSIVE a(route, channel) AS (
    (SELECT route, channel FROM message WHERE state = 2 ORDER BY route, channel LIMIT 1)
    UNION ALL
    SELECT n.route, n.channel FROM a CROSS JOIN LATERAL (
        SELECT x.route, x.channel FROM message x
        WHERE x.state = 2 AND (x.route, x.channel) > (a.route, a.channel)
        ORDER BY x.route, x.channel LIMIT 1
    ) n
);

-- used_requests: which of these (account, request id) are taken
SELECT coalesce(json_agg(json_build_array(o.account, o.request_id)), '[]')::text
FROM jsonb_array_elements($1::jsonb) j JOIN ordr o
ON o.account = (j ->> 0)::bigint AND o.request_id = j ->> 1;

-- unwilling: those of (place, account, lists, number) whose number stands on one of these lists
SELECT coalesce(json_agg((j ->> 0)::int), '[]')::text
FROM jsonb_array_elements($1::jsonb) j WHERE EXISTS (
    SELECT 1 FROM optout o
    WHERE o.account IN ((j ->> 1)::bigint, 0) AND o.number = (j ->> 3)::bigint
    AND o.list & (j ->> 2)::smallint <> 0
);

-- purses: balances of some purses, which nobody else may change until we commit
SELECT coalesce(json_agg(json_build_array(p.id, p.balance, p.free)), '[]')::text
FROM (
    SELECT p.* FROM jsonb_array_elements($1::jsonb) j JOIN purse p ON p.id = (j ->> 0)::bigint
    ORDER BY p.id FOR UPDATE OF p
) p;

-- set_balances: after reserving
UPDATE purse SET balance = (v ->> 1)::bigint FROM jsonb_array_elements($1::jsonb) v
WHERE purse.id = (v ->> 0)::bigint;

-- add_to_balances: after giving back
UPDATE purse SET balance = balance + (v ->> 1)::bigint FROM jsonb_array_elements($1::jsonb) v
WHERE purse.id = (v ->> 0)::bigint;

-- any_parked: whether any report waits for its part
SELECT EXISTS (SELECT 1 FROM parked);

-- parked: reports that came before their part
SELECT coalesce(json_agg(json_build_array(p.link, p.report)), '[]')::text FROM (
    SELECT p.link, p.report FROM jsonb_array_elements($1::jsonb) j JOIN parked p
    ON p.link = j ->> 0 AND p.ref = j ->> 1 ORDER BY p.id
) p;

-- unpark: they met their part
DELETE FROM parked p USING jsonb_array_elements($1::jsonb) j
WHERE p.link = j ->> 0 AND p.ref = j ->> 1;

-- parts: the parts that operators' ids stand for, and where their messages went
SELECT coalesce(json_agg(json_build_array(
    p.link, p.ref, p.message, p.no, coalesce(m.number, 0)
)), '[]')::text
FROM jsonb_array_elements($1::jsonb) j JOIN part p ON p.link = j ->> 0 AND p.ref = j ->> 1
LEFT JOIN message m ON m.id = p.message;

-- lock_messages: in the order of their ids: two nodes that want some of the same wait for each
-- other in one direction only
SELECT 1 FROM message WHERE id = ANY (
    ARRAY(SELECT (j ->> 0)::bigint FROM jsonb_array_elements($1::jsonb) j)
) ORDER BY id FOR NO KEY UPDATE;

-- same_rows: messages that nobody has touched since they were known, nor told news of them
SELECT coalesce(json_agg(m.id), '[]')::text
FROM jsonb_array_elements($1::jsonb) v JOIN message m ON m.id = (v ->> 0)::bigint
LEFT JOIN news n ON (v ->> 2)::integer = 1 AND n.subject = m.id AND n.seq = m.news
WHERE {stamp} = (v ->> 1)::bigint AND ((v ->> 2)::integer = 0 OR n.done = 0);

-- move_rows: messages that something happened to
SELECT coalesce(json_agg(json_build_array(
    {row}
)), '[]')::text
FROM jsonb_array_elements_text($1::jsonb) j JOIN message m ON m.id = j::bigint
JOIN letter l ON l.id = m.letter JOIN terms t ON t.id = l.terms
LEFT JOIN news n ON n.subject = m.id AND n.seq = m.news;

-- left_rows: messages that just left, with all that may be remembered of them
SELECT coalesce(json_agg(json_build_array(
    {row}, 0, 0, json_build_array(json_build_array({head}), m.parts, t.url, t.form)
)), '[]')::text
FROM jsonb_array_elements_text($1::jsonb) j JOIN message m ON m.id = j::bigint {whole}
LEFT JOIN news n ON n.subject = m.id AND n.seq = m.news;

-- move: the general change of state; `taken`, `ended` and `claim` are its fast cases
UPDATE message SET
    state = (v ->> 1)::smallint, reason = (v ->> 2)::smallint, at = (v ->> 3)::bigint,
    due = (v ->> 4)::bigint, sent_at = (v ->> 5)::bigint, money = (v ->> 6)::smallint,
    news = (v ->> 7)::integer, operator = v ->> 8, fold = v ->> 9, route = (v ->> 10)::bigint,
    lapse = (v ->> 11)::bigint, sending = (v ->> 12)::integer, holder = 0
FROM jsonb_array_elements($1::jsonb) v WHERE message.id = (v ->> 0)::bigint;

-- taken: the same where operators took messages and nobody is told
UPDATE message SET
    state = $2, reason = 0, money = $3, at = (v ->> 1)::bigint, sent_at = (v ->> 1)::bigint,
    due = (v ->> 2)::bigint, holder = 0
FROM jsonb_array_elements($1::jsonb) v WHERE message.id = (v ->> 0)::bigint;

-- ended: the same where messages came to their end
UPDATE message SET
    state = (v ->> 1)::smallint, reason = (v ->> 2)::smallint, at = (v ->> 3)::bigint,
    money = (v ->> 4)::smallint, news = (v ->> 5)::integer, operator = v ->> 6, holder = 0
FROM jsonb_array_elements($1::jsonb) v WHERE message.id = (v ->> 0)::bigint;

-- _between: the first account of a queue between two
(SELECT min(m.account) FROM message m WHERE m.state = 2 AND m.route = $1 AND m.channel = $2
    AND m.account > b.low AND m.account < coalesce(b.high, 9223372036854775807));

-- claim_accounts: who has something due in this queue, after a given account; of some it is known
-- behind which due time and number they wait
WITH RECURSIVE known AS MATERIALIZED (
    SELECT (j ->> 0)::bigint AS account, (j ->> 1)::bigint AS due, (j ->> 2)::bigint AS id
    FROM jsonb_array_elements($6::jsonb) j
), a(account) AS (
    SELECT coalesce({between}, b.high) FROM (
        SELECT $3::bigint AS low, (SELECT min(account) FROM known WHERE account > $3) AS high
    ) b
    UNION ALL
    SELECT coalesce({between}, b.high) FROM a CROSS JOIN LATERAL (
        SELECT a.account AS low, (SELECT min(account) FROM known WHERE account > a.account) AS high
        OFFSET 0
    ) b WHERE a.account IS NOT NULL
)
SELECT coalesce(json_agg(account), '[]')::text FROM (
    SELECT a.account FROM a LEFT JOIN known k ON k.account = a.account CROSS JOIN LATERAL (
        SELECT 1 FROM message m WHERE m.state = 2 AND m.route = $1 AND m.channel = $2
        AND m.account = a.account AND m.due <= $4
        AND (m.due, m.id) > (coalesce(k.due, -1), coalesce(k.id, 0)) LIMIT 1
    ) d LIMIT $5
) w;

-- claim_rows: the first due messages of one account in one queue behind a due time and a number,
-- save those another node takes
SELECT coalesce(json_agg(json_build_array(
    json_build_array(
        m.id, m.number, coalesce(m.text, l.text),
        CASE t.sender WHEN '' THEN t.code ELSE t.sender END,
        t.alphabet, t.udh, t.flash, t.validity_h, m.sending, m.account, m.route, m.channel,
        l.speech, m.due
    ),
    l.id, l.start, t.opens, t.closes, t.hours,
    (t.bars <> 0 AND EXISTS (
        SELECT 1 FROM optout o
        WHERE o.account IN (m.account, 0) AND o.number = m.number AND o.list & t.bars <> 0
    ))::int
)), '[]')::text
FROM (
    SELECT * FROM message
    WHERE state = 2 AND route = $1 AND channel = $2 AND account = $3 AND due <= $4
    AND (due, id) > ($6, $7) ORDER BY due, id LIMIT $5 FOR UPDATE SKIP LOCKED
) m JOIN letter l ON l.id = m.letter JOIN terms t ON t.id = l.terms;

-- claim_letter: due messages of one letter
SELECT coalesce(json_agg(id), '[]')::text FROM (
    SELECT id FROM message
    WHERE state = 2 AND route = $1 AND channel = $2 AND account = $3 AND due <= $4 AND letter = $5
    LIMIT $6 FOR UPDATE SKIP LOCKED
) m;

-- start_anew: the validity of a letter counts from its next opening
UPDATE letter SET start = $1 WHERE id = $2;

-- renew: the validity of these messages' letters counts from now
UPDATE letter SET start = $1 WHERE id IN (
    SELECT m.letter FROM jsonb_array_elements_text($2::jsonb) j JOIN message m ON m.id = j::bigint
);

-- claim: they are on their way
UPDATE message SET state = $1, holder = $2
FROM jsonb_array_elements_text($3::jsonb) j WHERE message.id = j::bigint;

-- told: calls that are over
UPDATE news SET
    done = (v ->> 2)::smallint, answer = v ->> 3, tries = tries + (v ->> 4)::integer, holder = 0,
    told_at = $2::bigint, took = (v ->> 5)::bigint
FROM jsonb_array_elements($1::jsonb) v
WHERE news.subject = (v ->> 0)::bigint AND news.seq = (v ->> 1)::integer;

-- tell_again: calls that are to be tried once more
UPDATE news SET
    due = (v ->> 2)::bigint, answer = v ->> 3, tries = tries + (v ->> 4)::integer, holder = 0,
    told_at = $2::bigint, took = (v ->> 5)::bigint
FROM jsonb_array_elements($1::jsonb) v
WHERE news.subject = (v ->> 0)::bigint AND news.seq = (v ->> 1)::integer;

-- news_behind: news that stood behind what is over; its time never comes by itself
SELECT coalesce(json_agg(json_build_array(n.subject, n.seq, n.lane)), '[]')::text
FROM jsonb_array_elements($1::jsonb) j
CROSS JOIN LATERAL (
    SELECT * FROM news WHERE subject = (j ->> 0)::bigint AND seq = (j ->> 1)::integer LIMIT 1
) n WHERE n.done = 0 AND n.due = 4611686018427387904;

-- free_news: its turn
UPDATE news SET due = (v ->> 2)::bigint, holder = (v ->> 3)::bigint
FROM jsonb_array_elements($1::jsonb) v
WHERE news.subject = (v ->> 0)::bigint AND news.seq = (v ->> 1)::integer;

-- news: news with all that a dialect needs to word it
SELECT coalesce(json_agg(json_build_array(
    n.subject, n.seq, n.event, n.state, n.reason, n.at, n.operator,
    CASE n.dialect WHEN '' THEN o.dialect ELSE n.dialect END, n.account,
    CASE n.url WHEN '' THEN t.url ELSE n.url END,
    CASE n.form WHEN '' THEN coalesce(t.form, '') ELSE n.form END, n.tries, n.since,
    CASE WHEN m.id IS NULL THEN NULL ELSE json_build_array({message}) END,
    CASE WHEN r.id IS NULL THEN NULL ELSE json_build_array({reply}) END,
    CASE n.event WHEN 256 THEN (
        SELECT json_build_array(y.short, y.target) FROM tiny y WHERE y.message = n.subject
    ) END
)), '[]')::text
FROM jsonb_array_elements($1::jsonb) j JOIN news n
ON n.subject = (j ->> 0)::bigint AND n.seq = (j ->> 1)::integer
LEFT JOIN message m ON m.id = n.subject
LEFT JOIN letter l ON l.id = m.letter
LEFT JOIN terms t ON t.id = l.terms
LEFT JOIN ordr o ON o.id = l.ordr
LEFT JOIN reply r ON n.reply <> 0 AND r.id = n.reply;

-- stretches: the first and the last stretch of message numbers
SELECT json_build_array(
    coalesce((SELECT min(id) FROM message), 0) >> 12,
    coalesce((SELECT max(id) FROM message), -1) >> 12
)::text;

-- stretch_at: when the messages of a stretch were taken
SELECT coalesce((
    SELECT o.at FROM message m {whole} WHERE m.id >= $1::bigint << 12 ORDER BY m.id LIMIT 1
), 0);

-- tie: the message that a reply answers, which somebody asked for. What two nodes took within a
-- second may have numbers that are the other way round
SELECT (
    SELECT json_build_array(m.account, m.id, o.dialect, t.events, m.news, EXISTS (
        SELECT 1 FROM news n WHERE n.subject = m.id AND n.seq = m.news AND n.done = 0
    )::int, t.url, t.reply_url, t.stop_url, t.click_url)
    FROM generate_series($1::bigint, $2::bigint) b
    CROSS JOIN LATERAL (SELECT * FROM message WHERE id >> 12 = b AND number = $3 OFFSET 0) m
    {whole}
    WHERE (t.code = $4 OR t.sender = $4) AND o.at >= $5 AND m.state BETWEEN 3 AND 8
    AND {asked}
    ORDER BY o.at DESC, m.id DESC LIMIT 1
)::text;

-- senders: accounts that sent to a number under a code
SELECT coalesce(json_agg(DISTINCT m.account), '[]')::text
FROM generate_series($1::bigint, $2::bigint) b
CROSS JOIN LATERAL (SELECT * FROM message WHERE id >> 12 = b AND number = $3 OFFSET 0) m
{whole}
WHERE (t.code = $4 OR t.sender = $4) AND o.at >= $5;

-- code_owner: the account whose own short code this is
SELECT (
    SELECT id FROM account WHERE facts::jsonb ->> 'short_code' = nullif($1, '') ORDER BY id LIMIT 1
);

-- count_news: a message's customer is owed one more
UPDATE message SET news = $1 WHERE id = $2;

-- opt_out: numbers that are not to be written to, by a list
INSERT INTO optout (account, number, at, source, list)
SELECT (v ->> 0)::bigint, (v ->> 1)::bigint, $2, $3, $4 FROM jsonb_array_elements($1::jsonb) v
ON CONFLICT DO NOTHING;

-- confirmations: opt-outs behind a reply that have yet to be confirmed
SELECT coalesce(
    json_agg(json_build_array(reply, account, dialect, number, code, at, text)), '[]'
)::text FROM (SELECT * FROM confirmation WHERE reply > $1 ORDER BY reply LIMIT $2) c;

-- confirmed: these are, or will never be
DELETE FROM confirmation
WHERE reply = ANY (ARRAY(SELECT j::bigint FROM jsonb_array_elements_text($1::jsonb) j));

-- opt_in: numbers that stand on a list no more
DELETE FROM optout o USING jsonb_array_elements($1::jsonb) v
WHERE o.account = (v ->> 0)::bigint AND o.number = (v ->> 1)::bigint AND o.list = $2;

-- draw: the next numbers of a counter
INSERT INTO counter AS c (name, next) VALUES ($1, 1 + $2::bigint)
ON CONFLICT (name) DO UPDATE SET next = c.next + $2::bigint RETURNING next - $2::bigint;

-- route: the number of an ordered list of links
INSERT INTO route (links) VALUES ($1)
ON CONFLICT (links) DO UPDATE SET links = excluded.links RETURNING id;

-- routes: all of them
SELECT coalesce(json_agg(json_build_array(id, links) ORDER BY id), '[]')::text FROM route;

-- accounts: all of them
SELECT coalesce(json_agg(json_build_array(id, facts, secrets) ORDER BY id), '[]')::text
FROM account;

-- has_account: whether there is one of this login
SELECT EXISTS (SELECT 1 FROM account WHERE login = $1);

-- put_account: make or change the account of a login
INSERT INTO account (login, at, facts, secrets) VALUES ($1, $2, $3, $4)
ON CONFLICT (login) DO UPDATE SET facts = excluded.facts, secrets = excluded.secrets RETURNING id;

-- put_purse: make a purse, or set whether it is post-paid
INSERT INTO purse AS p (account, name, balance, free) VALUES ($1, $2, 0, coalesce($3::smallint, 0))
ON CONFLICT (account, name) DO UPDATE SET free = coalesce($3::smallint, p.free) RETURNING id;

-- purses_of: an account's purses
SELECT coalesce(json_agg(json_build_array(name, id, balance, free) ORDER BY id), '[]')::text
FROM purse WHERE account = $1;

-- ledger_of: an account's last bookings
SELECT coalesce(json_agg(json_build_array(name, at, amount, kind, ordr, note)), '[]')::text FROM (
    SELECT p.name, g.at, g.amount, g.kind, g.ordr, g.note
    FROM purse p CROSS JOIN LATERAL (
        SELECT * FROM ledger WHERE purse = p.id ORDER BY purse DESC, id DESC LIMIT $2
    ) g
    WHERE p.account = $1 ORDER BY g.id DESC LIMIT $2
) g;

-- audit: purses whose balance is not the sum of their bookings
SELECT coalesce(json_agg(json_build_array(id, balance, booked)), '[]')::text FROM (
    SELECT p.id, p.balance, coalesce((SELECT sum(amount) FROM ledger g WHERE g.purse = p.id), 0)
    AS booked FROM purse p
) p WHERE balance <> booked;

-- heirs: messages that nodes left on their way which are over
SELECT coalesce(json_agg(json_build_array(id, account, channel)), '[]')::text FROM (
    SELECT * FROM (SELECT * FROM message WHERE state = 3 ORDER BY id OFFSET 0) m
    WHERE holder NOT IN {living} LIMIT $1
) m;

-- doubt: note what was decided of messages in doubt
INSERT INTO doubt AS d (message, at, choice, times)
SELECT v::bigint, $2, $3, 1 FROM jsonb_array_elements_text($1::jsonb) v
ON CONFLICT (message) DO UPDATE
SET at = excluded.at, choice = excluded.choice, times = d.times + 1;

-- doubts: messages that were in doubt, the newest first
SELECT coalesce(json_agg(json_build_array(message, at, choice, times, number, state)), '[]')::text
FROM (
    SELECT d.*, m.number, m.state FROM doubt d LEFT JOIN message m ON m.id = d.message
    ORDER BY d.at DESC, d.message DESC LIMIT $1
) d;

-- release_news: what nodes held that are over
UPDATE news SET holder = 0 WHERE done = 0 AND holder <> 0 AND holder NOT IN {living};

-- owing: the accounts behind a lane that are owed news; a lane says whose it is
WITH RECURSIVE a(lane) AS (
    SELECT (SELECT min(lane) FROM news WHERE done = 0 AND lane >= $1)
    UNION ALL
    SELECT (
        SELECT min(n.lane) FROM news n WHERE n.done = 0 AND n.lane >= ((a.lane >> 33) + 1) << 33
    ) FROM a WHERE a.lane IS NOT NULL
)
SELECT coalesce(json_agg(account), '[]')::text FROM (
    SELECT lane >> 33 AS account FROM a WHERE lane IS NOT NULL LIMIT $2
) w;

-- lanes: where news is owed in a stretch of lanes, and since when nobody holds them
WITH RECURSIVE a(lane) AS (
    SELECT (SELECT min(lane) FROM news WHERE done = 0 AND lane >= $1 AND lane < $2)
    UNION ALL
    SELECT (
        SELECT min(n.lane) FROM news n WHERE n.done = 0 AND n.lane > a.lane AND n.lane < $2
    ) FROM a WHERE a.lane IS NOT NULL
)
SELECT coalesce(
    json_agg(json_build_array(lane, coalesce(due, 4611686018427387904))), '[]'
)::text FROM (
    SELECT lane, (
        SELECT due FROM news n
        WHERE n.done = 0 AND n.lane = a.lane AND n.holder = 0 ORDER BY n.due LIMIT 1
    ) AS due FROM a WHERE lane IS NOT NULL LIMIT $3
) w;

-- owed: the first owed news of a lane that nobody holds
SELECT coalesce(json_agg(json_build_array(subject, seq)), '[]')::text FROM (
    SELECT subject, seq FROM news
    WHERE done = 0 AND lane = $1 AND due <= $2 AND holder = 0
    ORDER BY due LIMIT $3 FOR UPDATE SKIP LOCKED
) n;

-- hold_news: this node will tell it
UPDATE news SET holder = $1 FROM jsonb_array_elements($2::jsonb) v
WHERE news.subject = (v ->> 0)::bigint AND news.seq = (v ->> 1)::integer;

-- due_scheduled: scheduled messages whose time has come
SELECT coalesce(json_agg(id), '[]')::text FROM (
    SELECT m.id FROM message m
    WHERE m.state = 1 AND m.due <= $1 AND {leaves} ORDER BY m.due, m.id LIMIT $2
) f;

-- next_scheduled: when the next one is due; where the first of all were called off, the earliest
-- time at which one may be that was not
SELECT coalesce(
    min(m.due) FILTER (WHERE {leaves}), CASE count(*) WHEN 100 THEN max(m.due) END, 0
) FROM (
    SELECT due, letter FROM message WHERE state = 1 AND due < 4611686018427387904
    ORDER BY due LIMIT 100
) m;

-- unplaced: messages of some stretches that wait for their time or for their link
-- (the state is written so that the indexes of all that wait do not offer themselves)
SELECT coalesce(json_agg(id), '[]')::text FROM (
    SELECT m.id FROM jsonb_array_elements($1::jsonb) WITH ORDINALITY j(stretch, n)
    CROSS JOIN LATERAL (
        SELECT id FROM message
        WHERE id BETWEEN (stretch ->> 0)::bigint AND (stretch ->> 1)::bigint
        AND (state - 1 = 0 OR state - 2 = 0)
        ORDER BY id LIMIT $2
    ) m
    LIMIT $2
) f;

-- ahead: an account's orders of one reference in some stretches that begin late enough, and that
-- nobody else may change until we commit
SELECT coalesce(json_agg(row), '[]')::text FROM (
    SELECT json_build_array(o.id, o.first, o.first + o.total - 1) AS row
    FROM generate_series($1::bigint, $2::bigint) b
    CROSS JOIN LATERAL (
        SELECT * FROM ordr
        WHERE id >> 12 = b AND account = $3 AND ref = $4 AND start > 0 AND start >= $6
        AND dialect = $5 AND stage = 0 OFFSET 0 FOR UPDATE
    ) o
    ORDER BY o.id DESC LIMIT $7
) f;

-- set_stage: orders that come from one stage to another
UPDATE ordr SET stage = $3::smallint
WHERE id = ANY (ARRAY(SELECT j::bigint FROM jsonb_array_elements_text($1::jsonb) j))
AND stage = $2::smallint;

-- last_to: the last order that was asked for with a recipient, in each of some stretches
SELECT coalesce(json_agg(ordr), '[]')::text FROM (
    SELECT f.ordr
    FROM generate_series($1::bigint, $2::bigint) b
    CROSS JOIN LATERAL (
        SELECT o.id AS ordr
        FROM (SELECT * FROM message WHERE id >> 12 = b AND number = $3 OFFSET 0) m
        JOIN letter l ON l.id = m.letter
        CROSS JOIN LATERAL (SELECT * FROM ordr WHERE id = l.ordr OFFSET 0) o
        WHERE m.account = $4 AND o.dialect = $5 AND o.deleted = 0 AND {asked}
        ORDER BY m.id DESC LIMIT 1
    ) f
    ORDER BY b DESC LIMIT $6
) f;

-- delete_order: an order of an account, once
UPDATE ordr SET deleted = 1 WHERE id = $1 AND account = $2 AND dialect = $3 AND deleted = 0;

-- _calls: whether an order is calls
(SELECT count(*) FROM message m WHERE m.id = o.first AND m.channel = 1);

-- begins: when an order begins that is whole for later, its stage, its messages, whether they are
-- calls
SELECT json_build_array(start, stage, first, first + total - 1, {calls})::text
FROM ordr o WHERE id = $1;

-- called_off: orders that nothing leaves of, and that are not yet emptied
SELECT coalesce(
    json_agg(json_build_array(id, first, first + total - 1, {calls}) ORDER BY id), '[]'
)::text FROM (
    SELECT id, first, total FROM ordr WHERE stage = 3 ORDER BY id LIMIT $1
) o;

-- _missed: calls that nobody took and that are to be made again
state + 0 = 4 AND channel = 1 AND reason IN (39, 40, 41);

-- due_again: those whose time has come, and whether their orders were deleted
SELECT coalesce(json_agg(json_build_array(m.id, o.deleted) ORDER BY m.due, m.id), '[]')::text FROM (
    SELECT id, letter, due FROM message WHERE {missed} AND due <= $1 ORDER BY due, id LIMIT $2
) m CROSS JOIN LATERAL (SELECT ordr FROM letter WHERE id = m.letter OFFSET 0) l
CROSS JOIN LATERAL (SELECT deleted FROM ordr WHERE id = l.ordr OFFSET 0) o;

-- next_again: when the next of them is due
SELECT coalesce(min(due), 0) FROM (
    SELECT due FROM message WHERE {missed} ORDER BY due LIMIT 1
) m;

-- fallen_silent: sent messages that no receipt came for in time
SELECT coalesce(json_agg(id), '[]')::text FROM (
    SELECT id FROM message WHERE state IN (4, 5) AND due <= $1 AND NOT ({missed})
    ORDER BY due, id LIMIT $2
) m;

-- lapsed: queued messages whose validity ran out
SELECT coalesce(json_agg(id), '[]')::text FROM (
    SELECT m.id FROM message m JOIN letter l ON l.id = m.letter JOIN terms t ON t.id = l.terms
    WHERE m.state = 2 AND m.lapse > 0 AND m.lapse <= $1
    AND l.start + t.validity_h::bigint * 3600000 <= $1
    ORDER BY m.lapse, m.id LIMIT $2
) m;

-- hasten: messages that were queued by a clock that was fast are due
UPDATE message SET due = $1 WHERE id IN (
    SELECT id FROM message WHERE state = 2 AND due > $1 AND at > $1 LIMIT $2
);

-- waiting: queues that are not empty
{queues}
SELECT coalesce(json_agg(json_build_array(route, channel)), '[]')::text FROM a;

-- backlog: messages of an account that wait for a link, counted up to a bound
{queues}
SELECT count(*) FROM (
    SELECT 1 FROM a JOIN message m
    ON m.state = 2 AND m.route = a.route AND m.channel = a.channel AND m.account = $1 LIMIT $2
) m;

-- order: one order of an account
SELECT (SELECT json_build_object(
    'id', id, 'account', account, 'dialect', dialect, 'at', at, 'ref', coalesce(ref, ''),
    'first', first, 'total', total, 'cost', cost, 'facts', facts, 'stage', stage
) FROM ordr WHERE id = $1 AND account = $2 AND deleted = 0)::text;

-- to_leave: when a message was to leave
SELECT coalesce((
    SELECT l.start FROM message m JOIN letter l ON l.id = m.letter WHERE m.id = $1
), 0)::text;

-- order_stretches: the first and the last stretch of order numbers
SELECT json_build_array(
    coalesce((SELECT min(id) FROM ordr), 0) >> 12, coalesce((SELECT max(id) FROM ordr), -1) >> 12
)::text;

-- orders_by_ref: an account's orders of one reference in some stretches, the newest first
SELECT coalesce(json_agg(row), '[]')::text FROM (
    SELECT json_build_object(
        'id', o.id, 'account', o.account, 'dialect', o.dialect, 'at', o.at, 'ref', o.ref,
        'first', o.first, 'total', o.total, 'cost', o.cost, 'facts', o.facts, 'stage', o.stage
    ) AS row
    FROM generate_series($1::bigint, $2::bigint) b
    CROSS JOIN LATERAL (
        SELECT * FROM ordr WHERE id >> 12 = b AND account = $3 AND ref = $4 OFFSET 0
    ) o
    WHERE o.dialect = $5 AND o.deleted = 0 ORDER BY o.id DESC LIMIT $6
) f;

-- messages: a stretch of messages, in order
SELECT coalesce(json_agg(row), '[]')::text FROM (
    SELECT json_build_array({message}) AS row
    FROM message m {whole}
    WHERE m.id BETWEEN $1 AND $2 ORDER BY m.id LIMIT $3
) f;

-- stretch: the letters of a stretch, and all its messages in order: what a letter says is said
-- once, and not for each of its thousand messages
WITH s AS MATERIALIZED (SELECT * FROM message WHERE id BETWEEN $1 AND $2)
SELECT json_build_array(
    (SELECT coalesce(json_agg(json_build_array(
        l.id, o.id, o.dialect, coalesce(o.ref, ''), o.at, o.facts, o.trace, l.facts, l.text,
        t.sender, t.code
    )), '[]') FROM (SELECT DISTINCT letter FROM s) d
    JOIN letter l ON l.id = d.letter JOIN terms t ON t.id = l.terms JOIN ordr o ON o.id = l.ordr),
    (SELECT coalesce(json_agg(json_build_array(
        m.id, m.letter, m.account, m.number, m.given, m.ref, m.text, m.state, m.reason, m.at,
        m.sent_at, m.due, m.parts, m.price, m.operator, m.fold
    ) ORDER BY m.id), '[]') FROM s m)
)::text;

-- messages_by_ref: an account's messages of one reference in some stretches, the newest first
SELECT coalesce(json_agg(row), '[]')::text FROM (
    SELECT json_build_array({message}) AS row
    FROM generate_series($1::bigint, $2::bigint) b
    CROSS JOIN LATERAL (SELECT * FROM message WHERE id >> 12 = b AND ref = $4 OFFSET 0) m
    JOIN letter l ON l.id = m.letter JOIN terms t ON t.id = l.terms
    CROSS JOIN LATERAL (SELECT * FROM ordr WHERE id = l.ordr OFFSET 0) o
    WHERE m.account = $3 AND o.dialect = $5 AND o.deleted = 0 ORDER BY m.id DESC LIMIT $6
) f;

-- letters_by_ref: the same of letters: the first and the last message of each
SELECT coalesce(json_agg(row), '[]')::text FROM (
    SELECT json_build_array(l.id, l.id + l.total - 1) AS row
    FROM generate_series($1::bigint, $2::bigint) b
    CROSS JOIN LATERAL (SELECT * FROM letter WHERE id >> 12 = b AND ref = $4 OFFSET 0) l
    CROSS JOIN LATERAL (SELECT * FROM ordr WHERE id = l.ordr OFFSET 0) o
    WHERE o.account = $3 AND o.dialect = $5 AND o.deleted = 0 ORDER BY l.id DESC LIMIT $6
) f;

-- unnamed: messages in stretches of messages that bear no reference, the newest first
SELECT coalesce(json_agg(row), '[]')::text FROM (
    SELECT json_build_array({message}) AS row FROM (
        SELECT u.* FROM jsonb_array_elements($1::jsonb) j CROSS JOIN LATERAL (
            SELECT * FROM message
            WHERE id BETWEEN (j ->> 0)::bigint AND (j ->> 1)::bigint AND ref IS NULL
            ORDER BY id DESC LIMIT $2
        ) u ORDER BY u.id DESC LIMIT $2
    ) m
    {whole}
    ORDER BY m.id DESC
) f;

-- messages_to: messages to a number in some stretches, the newest first
SELECT coalesce(json_agg(row), '[]')::text FROM (
    SELECT json_build_array({message}) AS row
    FROM generate_series($1::bigint, $2::bigint) b
    CROSS JOIN LATERAL (SELECT * FROM message WHERE id >> 12 = b AND number = $3 OFFSET 0) m
    {whole}
    ORDER BY m.id DESC LIMIT $4
) f;

-- trail: what is kept of the way that one message took
SELECT json_build_object(
    'channel', m.channel,
    'speech', coalesce((SELECT speech FROM letter WHERE id = m.letter), ''),
    'links', (SELECT links::json FROM route WHERE id = m.route),
    'parts', (SELECT coalesce(json_agg(json_build_array(link, ref, no) ORDER BY no, ref), '[]')
        FROM part WHERE message = m.id),
    'steps', (SELECT coalesce(
            json_agg(json_build_array(at, event, state, reason, operator) ORDER BY seq), '[]')
        FROM news WHERE subject = m.id),
    'doubts', (SELECT coalesce(json_agg(json_build_array(at, choice, times)), '[]')
        FROM doubt WHERE message = m.id),
    'origin', coalesce((
        SELECT o.origin FROM letter l JOIN ordr o ON o.id = l.ordr WHERE l.id = m.letter
    ), ''),
    'money', coalesce(m.money, 0),
    'calls', (SELECT coalesce(json_agg(json_build_array(
            n.seq, n.event, n.at, n.done, n.tries, n.due, n.told_at, n.took, n.answer,
            CASE n.url WHEN '' THEN (
                SELECT t.url FROM letter l JOIN terms t ON t.id = l.terms WHERE l.id = m.letter
            ) ELSE n.url END
        ) ORDER BY n.seq), '[]')
        FROM news n WHERE n.subject = m.id),
    'tries', (SELECT coalesce(
            json_agg(json_build_array(seq, at, answer, took) ORDER BY seq, at), '[]')
        FROM attempt WHERE subject = m.id),
    'replies', (SELECT coalesce(json_agg(json_build_array({reply}) ORDER BY r.id), '[]') FROM (
        SELECT * FROM reply WHERE message = m.id AND message > 0 ORDER BY id LIMIT 100
    ) r),
    'tiny', (SELECT json_build_array(short, target, clicks, last_at) FROM tiny WHERE message = m.id)
)::text FROM (SELECT $1::bigint AS id) one LEFT JOIN message m ON m.id = one.id;

-- tally: a stretch of messages counted
SELECT coalesce(json_agg(json_build_array(state, reason, n, partly)), '[]')::text FROM (
    SELECT state, reason, count(*) AS n,
    count(*) FILTER (WHERE fold LIKE '%d%' AND trim(fold, 'd') <> '') AS partly FROM message
    WHERE id BETWEEN $1 AND $2 GROUP BY state, reason ORDER BY state, reason
) t;

-- opted_out: which of these numbers stand on one of these lists of an account, or of everybody
SELECT coalesce(json_agg(j::bigint), '[]')::text FROM jsonb_array_elements_text($1::jsonb) j
CROSS JOIN LATERAL (
    SELECT 1 FROM optout o
    WHERE o.account IN ($2, 0) AND o.number = j::bigint AND o.list & $3::smallint <> 0 LIMIT 1
) o;

-- opt_outs: some lists of an account
SELECT coalesce(json_agg(json_build_array(number, at, source, list)), '[]')::text FROM (
    SELECT * FROM optout WHERE account = $1 AND list & $2::smallint <> 0
    ORDER BY number, list LIMIT $3
) o;

-- opt_outs_of: who may not write to a number
SELECT coalesce(
    json_agg(json_build_array(account, at, source, list) ORDER BY account, list), '[]'
)::text
FROM optout WHERE number = $1;

-- replies_from: what a number wrote
SELECT coalesce(json_agg(json_build_array({reply}) ORDER BY r.id), '[]')::text
FROM reply r WHERE r.number = $1;

-- replies: what was written to an account
SELECT coalesce(json_agg(json_build_array({reply})), '[]')::text FROM (
    SELECT * FROM reply WHERE account = $1 AND at >= $2 ORDER BY at DESC, id DESC LIMIT $3
) r;

-- answers: what was written to an account in a stretch of time, with the messages it answers;
-- all of it, or what answers orders of one reference, in whose place a fact may bear it
SELECT coalesce(json_agg(row), '[]')::text FROM (
    SELECT json_build_array(
        json_build_array({reply}),
        CASE WHEN m.id IS NULL THEN NULL ELSE json_build_array({message}) END
    ) AS row
    FROM reply r LEFT JOIN message m ON m.id = r.message LEFT JOIN letter l ON l.id = m.letter
    LEFT JOIN terms t ON t.id = l.terms LEFT JOIN ordr o ON o.id = l.ordr
    WHERE r.account = $1 AND r.at >= $2 AND (r.at > $2 OR r.id > $3) AND r.at < $4 AND (
        $6::text = '' OR (o.dialect = $5 AND (o.ref = $6 OR o.facts::json ->> $7::text = $6))
    )
    ORDER BY r.at, r.id LIMIT $8
) f;

-- erase_messages: forget who a number was in its messages
UPDATE message SET number = 0, given = NULL, ref = NULL, text = '' FROM (
    SELECT m.id FROM generate_series($1::bigint, $2::bigint) b
    CROSS JOIN LATERAL (SELECT * FROM message WHERE id >> 12 = b AND number = $3 OFFSET 0) m
    WHERE m.state > 5
) f WHERE message.id = f.id;

-- erase_replies: and in what it wrote
UPDATE reply SET number = 0, text = '' WHERE number = $1;

-- forget_texts: erase the personal texts of letters that left long ago
UPDATE message SET text = '' FROM (
    SELECT m.id FROM (
        SELECT id, total FROM letter WHERE text <> '' AND start < $1 ORDER BY start LIMIT $2
    ) l CROSS JOIN LATERAL (
        SELECT id FROM message WHERE id BETWEEN l.id AND l.id + l.total - 1 AND text <> '' LIMIT $2
    ) m LIMIT $2
) f WHERE message.id = f.id;

-- forget_letters: erase their own, once no personal one is left
UPDATE letter SET text = '', facts = '{}', speech = '' FROM (
    SELECT l.id FROM (
        SELECT id, total FROM letter WHERE text <> '' AND start < $1 ORDER BY start LIMIT $2
    ) l LEFT JOIN LATERAL (
        SELECT 1 AS one FROM message
        WHERE id BETWEEN l.id AND l.id + l.total - 1 AND text <> '' LIMIT 1
    ) m ON true WHERE m.one IS NULL
) f WHERE letter.id = f.id;

-- forget_replies: erase old replies' texts
UPDATE reply SET text = '' FROM (
    SELECT id FROM reply WHERE at < $1 AND text <> '' ORDER BY at LIMIT $2
) f WHERE reply.id = f.id;

-- orders_after: orders by their numbers, each with the stretch of its messages
SELECT coalesce(json_agg(json_build_array(id, first, first + total - 1, at)), '[]')::text FROM (
    SELECT * FROM ordr WHERE id > $1 ORDER BY id LIMIT $2
) o;

-- old_messages: messages in some stretches that neither move nor are told of any more
SELECT coalesce(json_agg(id), '[]')::text FROM (
    SELECT m.id FROM jsonb_array_elements($1::jsonb) j
    JOIN message m ON m.id BETWEEN (j ->> 0)::bigint AND (j ->> 1)::bigint
    LEFT JOIN LATERAL (
        SELECT 1 AS one FROM news
        WHERE subject = m.id AND (done = 0 OR at >= $2) LIMIT 1
    ) n ON true
    WHERE m.state > 3 AND n.one IS NULL LIMIT $3
) f;

-- drop_messages: these are over
DELETE FROM message USING jsonb_array_elements_text($1::jsonb) j WHERE message.id = j::bigint;

-- drop_parts: and their operators' ids
DELETE FROM part USING jsonb_array_elements_text($1::jsonb) j WHERE part.message = j::bigint;

-- drop_news: and their news
DELETE FROM news USING jsonb_array_elements_text($1::jsonb) j WHERE news.subject = j::bigint;

-- drop_attempts: and each try to tell them
DELETE FROM attempt USING jsonb_array_elements_text($1::jsonb) j WHERE attempt.subject = j::bigint;

-- drop_doubts: and what was decided of them
DELETE FROM doubt USING jsonb_array_elements_text($1::jsonb) j WHERE doubt.message = j::bigint;

-- drop_letters: letters in some stretches whose messages are gone
DELETE FROM letter USING (
    SELECT l.id FROM jsonb_array_elements($1::jsonb) j
    JOIN letter l ON l.id BETWEEN (j ->> 0)::bigint AND (j ->> 1)::bigint
    LEFT JOIN LATERAL (
        SELECT 1 AS one FROM message WHERE id BETWEEN l.id AND l.id + l.total - 1 LIMIT 1
    ) m ON true WHERE m.one IS NULL LIMIT $2
) f WHERE letter.id = f.id;

-- drop_orders: orders whose letters are gone
DELETE FROM ordr USING (
    SELECT o.id FROM jsonb_array_elements_text($1::jsonb) j JOIN ordr o ON o.id = j::bigint
    LEFT JOIN LATERAL (
        SELECT 1 AS one FROM letter WHERE id BETWEEN o.first AND o.first + o.total - 1 LIMIT 1
    ) l ON true WHERE l.one IS NULL
) f WHERE ordr.id = f.id;

-- drop_terms: terms that are too far behind the oldest letter to be its own
DELETE FROM terms USING (
    SELECT id FROM terms WHERE id < (SELECT min(id) FROM letter) - $1::bigint ORDER BY id LIMIT $2
) f WHERE terms.id = f.id;

-- drop_strangers: old reports that no part of ours answered to
DELETE FROM parked USING (
    SELECT id FROM parked WHERE at < $1 ORDER BY at LIMIT $2
) f WHERE parked.id = f.id;

-- strangers_of: how many reports of nobody a link has
SELECT count(*) FROM parked WHERE link || '' = $1;

-- crowd_out: the oldest of a link's reports of nobody
DELETE FROM parked USING (
    SELECT id FROM parked WHERE link || '' = $1 ORDER BY at LIMIT $2
) f WHERE parked.id = f.id;

-- drop_old_fragments: old pieces of messages that no link asked about any more
DELETE FROM fragment USING (
    SELECT link, pieces, no FROM fragment WHERE at < $1 LIMIT $2
) f WHERE fragment.link = f.link AND fragment.pieces = f.pieces AND fragment.no = f.no;

-- drop_reply_news: what was told of old replies that answered nothing
DELETE FROM news USING (
    SELECT -id AS subject FROM reply WHERE at < $1 ORDER BY at LIMIT $2
) f WHERE news.subject = f.subject;

-- drop_replies: old replies
DELETE FROM reply USING (
    SELECT id FROM reply WHERE at < $1 ORDER BY at LIMIT $2
) f WHERE reply.id = f.id;

-- calls: an account's last callbacks
SELECT coalesce(json_agg(json_build_array(
    subject, seq, event, at, due, tries, done, answer
)), '[]')::text FROM (
    SELECT subject, seq, event, at, due, tries, done, answer FROM news
    WHERE account = $1 ORDER BY subject DESC, seq DESC LIMIT $2
) n;

-- attempts: each try of one callback that was not heard
SELECT coalesce(json_agg(json_build_array(at, answer, took)), '[]')::text FROM (
    SELECT at, answer, took FROM attempt WHERE subject = $1 AND seq = $2 ORDER BY at
) a;

-- replay: tell it once more
UPDATE news SET done = 0, due = $1, tries = 0, holder = 0 WHERE subject = $2 AND seq = $3;

-- strangers: reports that no part of ours answers to
SELECT coalesce(json_agg(json_build_array(link, ref, at, report)), '[]')::text FROM (
    SELECT link, ref, at, report FROM parked ORDER BY id DESC LIMIT $1
) p;

-- fragments: pieces of a link's messages that did not come whole
SELECT coalesce(
    json_agg(json_build_array(pieces, no, at, body) ORDER BY at, pieces, no), '[]'
)::text FROM fragment WHERE link = $1;

-- drop_fragments: the message that these are pieces of is there
DELETE FROM fragment WHERE link = $1 AND pieces = $2;
