-- The statements of the SQLite store. Each begins with `-- name: purpose`.
-- Sets travel as one JSON array each, or as rows bound at {rows}, and come back as one JSON value:
-- one step per statement, as the driver gives up the interpreter lock at every step. What begins
-- with an underscore is a piece that statements hold as {piece}.

-- _message: the columns of words.news.Message, in its order
{head}, m.state, m.reason, m.at, m.sent_at, m.due, m.parts, m.price, m.operator, m.fold;

-- _head: those of them that never change
m.id, o.id, m.account, o.dialect, coalesce(o.ref, ''), o.at, o.facts, o.trace, l.id, l.facts,
m.number, coalesce(m.given, ''), coalesce(m.ref, ''), coalesce(m.text, l.text), t.sender, t.code;

-- _lapse: when a message's validity runs out
l.start + t.validity_h * 3600000;

-- _stamp: nobody else writes
0;

-- _behind: whether news of it are owed, which the next ones wait behind
n.seq IS NOT NULL;

-- _whole: what a message hangs on
CROSS JOIN letter l ON l.id = m.letter CROSS JOIN terms t ON t.id = l.terms
CROSS JOIN ordr o ON o.id = l.ordr;

-- _asked: whether somebody asked for an order, which is none of ours (words.order.OURS)
substr(coalesce(o.request_id, ''), 1, 1) <> char(65534);

-- _reply: the columns of words.news.Reply, in its order
r.id, r.at, r.number, r.code, r.text, r.operator, r.account, r.message, r.stop;

-- _stretches: stretches of numbers, the newest first
WITH RECURSIVE b(v) AS (SELECT ?2 UNION ALL SELECT v - 1 FROM b WHERE v > ?1);

-- _leaves: whether a scheduled message's order was not called off; mostly none is
(
    NOT EXISTS (SELECT 1 FROM ordr INDEXED BY ordr_called_off WHERE stage = 3) OR (
        SELECT o.stage FROM letter l CROSS JOIN ordr o ON o.id = l.ordr WHERE l.id = m.letter
    ) <> 3
);

-- _queues: queues that are not empty, each once
WITH RECURSIVE a(route, channel) AS (
    SELECT * FROM (SELECT route, channel FROM message INDEXED BY message_queue WHERE state = 2
                   ORDER BY route, channel LIMIT 1)
    UNION ALL
    SELECT n.route, n.channel FROM a CROSS JOIN message n
    -- Of (route, channel) > (...) SQLite takes the route alone to its index.
    WHERE n.id = coalesce((
        SELECT x.id FROM message x INDEXED BY message_queue
        WHERE x.state = 2 AND x.route = a.route AND x.channel > a.channel
        ORDER BY x.channel LIMIT 1
    ), (
        SELECT x.id FROM message x INDEXED BY message_queue
        WHERE x.state = 2 AND x.route > a.route ORDER BY x.route, x.channel LIMIT 1
    ))
);

-- used_requests: which of these (account, request id) are taken
SELECT json_group_array(json_array(o.account, o.request_id))
FROM json_each(?) j CROSS JOIN ordr o INDEXED BY ordr_request
ON o.account = j.value ->> 0 AND o.request_id = j.value ->> 1;

-- unwilling: those of (place, account, lists, number) whose number stands on one of these lists
WITH v(place, account, list, number) AS (VALUES {rows})
SELECT json_group_array(v.place) FROM v WHERE EXISTS (
    SELECT 1 FROM optout o
    WHERE o.account IN (v.account, 0) AND o.number = v.number AND o.list & v.list
);

-- purses: balances of some purses
WITH v(id) AS (VALUES {rows})
SELECT json_group_array(json_array(p.id, p.balance, p.free))
FROM v CROSS JOIN purse p ON p.id = v.id;

-- set_balances: after reserving
WITH v(id, balance) AS (VALUES {rows})
UPDATE purse SET balance = v.balance FROM v WHERE purse.id = v.id;

-- add_to_balances: after giving back
UPDATE purse SET balance = balance + (v.value ->> 1) FROM json_each(?) v
WHERE purse.id = v.value ->> 0;

-- any_parked: whether any report waits for its part
SELECT EXISTS (SELECT 1 FROM parked);

-- parked: reports that came before their part
WITH v(link, ref) AS (VALUES {rows})
SELECT json_group_array(json_array(p.link, p.report)) FROM (
    SELECT p.link, p.report FROM v CROSS JOIN parked p INDEXED BY parked_ref
    ON p.link = v.link AND p.ref = v.ref ORDER BY p.rowid
) p;

-- unpark: they met their part
DELETE FROM parked WHERE rowid IN (
    SELECT p.rowid FROM json_each(?) j CROSS JOIN parked p INDEXED BY parked_ref
    ON p.link = j.value ->> 0 AND p.ref = j.value ->> 1
);

-- parts: the parts that operators' ids stand for, and where their messages went
WITH v(link, ref) AS (VALUES {rows})
SELECT json_group_array(json_array(p.link, p.ref, p.message, p.no, coalesce(m.number, 0)))
FROM v CROSS JOIN part p ON p.link = v.link AND p.ref = v.ref
LEFT JOIN message m ON m.id = p.message;

-- move_rows: messages that something happened to
SELECT json_group_array(json_array(
    {row}
))
FROM json_each(?) j CROSS JOIN message m ON m.id = j.value
CROSS JOIN letter l ON l.id = m.letter CROSS JOIN terms t ON t.id = l.terms
LEFT JOIN news n ON n.subject = m.id AND n.seq = m.news AND n.done = 0;

-- left_rows: messages that just left, with all that may be remembered of them
SELECT json_group_array(json_array(
    {row}, 0, 0, json_array(json_array({head}), m.parts, t.url, t.form)
))
FROM json_each(?) j CROSS JOIN message m ON m.id = j.value {whole}
LEFT JOIN news n ON n.subject = m.id AND n.seq = m.news AND n.done = 0;

-- move: the general change of state; `taken`, `ended` and `claim` are its fast cases
WITH v(
    id, state, reason, at, due, sent_at, money, news, operator, fold, route, lapse, sending
) AS (VALUES {rows})
UPDATE message SET
    state = v.state, reason = v.reason, at = v.at, due = v.due, sent_at = v.sent_at,
    money = v.money, news = v.news, operator = v.operator, fold = v.fold, route = v.route,
    lapse = v.lapse, sending = v.sending, holder = 0
FROM v WHERE message.id = v.id;

-- taken: the same where operators took messages and nobody is told
WITH v(id, at, due) AS (VALUES {rows})
UPDATE message SET
    state = ?, reason = 0, money = ?, at = v.at, sent_at = v.at, due = v.due, holder = 0
FROM v WHERE message.id = v.id;

-- ended: the same where messages came to their end
WITH v(id, state, reason, at, money, news, operator) AS (VALUES {rows})
UPDATE message SET
    state = v.state, reason = v.reason, at = v.at, money = v.money, news = v.news,
    operator = v.operator, holder = 0
FROM v WHERE message.id = v.id;

-- claim_accounts: who has something due in this queue, after a given account; of some it is known
-- behind which due time and number they wait, which is of no use here: what is gone is gone
WITH RECURSIVE a(account) AS (
    SELECT (SELECT min(account) FROM message INDEXED BY message_queue
            WHERE state = 2 AND route = ?1 AND channel = ?2 AND account > ?3)
    UNION ALL
    SELECT (SELECT min(account) FROM message INDEXED BY message_queue
            WHERE state = 2 AND route = ?1 AND channel = ?2 AND account > a.account)
    FROM a WHERE a.account IS NOT NULL
)
SELECT json_group_array(account) FROM (
    SELECT a.account FROM a WHERE EXISTS (
        SELECT 1 FROM message m INDEXED BY message_queue WHERE m.state = 2 AND m.route = ?1
        AND m.channel = ?2 AND m.account = a.account AND m.due <= ?4
    ) LIMIT ?5 + 0 * length(?6)
);

-- claim_rows: the first due messages of one account in one queue behind a due time and a number
SELECT json_group_array(json_array(
    json_array(
        m.id, m.number, coalesce(m.text, l.text),
        CASE t.sender WHEN '' THEN t.code ELSE t.sender END,
        t.alphabet, t.udh, t.flash, t.validity_h, m.sending, m.account, m.route, m.channel,
        l.speech, m.due
    ),
    l.id, l.start, t.opens, t.closes, t.hours,
    t.bars AND EXISTS (
        SELECT 1 FROM optout o
        WHERE o.account IN (m.account, 0) AND o.number = m.number AND o.list & t.bars
    )
))
FROM (
    SELECT * FROM message INDEXED BY message_queue
    WHERE state = 2 AND route = ?1 AND channel = ?2 AND account = ?3 AND due <= ?4
    AND (due, id) > (?6, ?7) ORDER BY due, id LIMIT ?5
) m CROSS JOIN letter l ON l.id = m.letter CROSS JOIN terms t ON t.id = l.terms;

-- claim_letter: due messages of one letter
SELECT json_group_array(id) FROM (
    SELECT id FROM message INDEXED BY message_queue
    WHERE state = 2 AND route = ? AND channel = ? AND account = ? AND due <= ? AND letter = ?
    LIMIT ?
);

-- start_anew: the validity of a letter counts from its next opening
UPDATE letter SET start = ? WHERE id = ?;

-- renew: the validity of these messages' letters counts from now
UPDATE letter SET start = ?1 WHERE id IN (
    SELECT m.letter FROM json_each(?2) j CROSS JOIN message m ON m.id = j.value
);

-- claim: they are on their way
UPDATE message SET state = ?, holder = ? WHERE id IN (SELECT value FROM json_each(?));

-- told: calls that are over
WITH v(subject, seq, done, answer, called, took) AS (VALUES {rows})
UPDATE news SET done = v.done, answer = v.answer, tries = tries + v.called, holder = 0, told_at = ?,
    took = v.took
FROM v WHERE news.subject = v.subject AND news.seq = v.seq;

-- tell_again: calls that are to be tried once more
WITH v(subject, seq, due, answer, called, took) AS (VALUES {rows})
UPDATE news SET due = v.due, answer = v.answer, tries = tries + v.called, holder = 0, told_at = ?,
    took = v.took
FROM v WHERE news.subject = v.subject AND news.seq = v.seq;

-- news_behind: news that stood behind what is over; its time never comes by itself
WITH v(subject, seq) AS (VALUES {rows})
SELECT json_group_array(json_array(n.subject, n.seq, n.lane))
FROM v CROSS JOIN news n ON n.subject = v.subject AND n.seq = v.seq
WHERE n.done = 0 AND n.due = 4611686018427387904;

-- free_news: its turn
UPDATE news SET due = v.value ->> 2, holder = v.value ->> 3
FROM json_each(?) v WHERE news.subject = v.value ->> 0 AND news.seq = v.value ->> 1;

-- news: news with all that a dialect needs to word it
WITH v(subject, seq) AS (VALUES {rows})
SELECT json_group_array(json_array(
    n.subject, n.seq, n.event, n.state, n.reason, n.at, n.operator,
    CASE n.dialect WHEN '' THEN o.dialect ELSE n.dialect END, n.account,
    CASE n.url WHEN '' THEN t.url ELSE n.url END,
    CASE n.form WHEN '' THEN coalesce(t.form, '') ELSE n.form END, n.tries, n.since,
    CASE WHEN m.id IS NULL THEN NULL ELSE json_array({message}) END,
    CASE WHEN r.id IS NULL THEN NULL ELSE json_array({reply}) END,
    CASE n.event WHEN 256 THEN (
        SELECT json_array(y.short, y.target) FROM tiny y WHERE y.message = n.subject
    ) END
))
FROM v CROSS JOIN news n ON n.subject = v.subject AND n.seq = v.seq
LEFT JOIN message m ON m.id = n.subject
LEFT JOIN letter l ON l.id = m.letter
LEFT JOIN terms t ON t.id = l.terms
LEFT JOIN ordr o ON o.id = l.ordr
LEFT JOIN reply r ON n.reply <> 0 AND r.id = n.reply;

-- stretches: the first and the last stretch of message numbers
SELECT json_array(
    coalesce((SELECT min(id) FROM message), 0) >> 12,
    coalesce((SELECT max(id) FROM message), -1) >> 12
);

-- stretch_at: when the messages of a stretch were taken
SELECT coalesce((
    SELECT o.at FROM message m {whole} WHERE m.id >= ? << 12 ORDER BY m.id LIMIT 1
), 0);

-- tie: the message that a reply answers, which somebody asked for
{stretches}
SELECT (
    SELECT json_array(m.account, m.id, o.dialect, t.events, m.news, EXISTS (
        SELECT 1 FROM news n WHERE n.subject = m.id AND n.seq = m.news AND n.done = 0
    ), t.url, t.reply_url, t.stop_url, t.click_url)
    FROM b CROSS JOIN message m INDEXED BY message_number ON m.id >> 12 = b.v AND m.number = ?3
    {whole}
    WHERE (t.code = ?4 OR t.sender = ?4) AND o.at >= ?5 AND m.state BETWEEN 3 AND 8
    AND {asked}
    ORDER BY m.id DESC LIMIT 1
);

-- senders: accounts that sent to a number under a code
{stretches}
SELECT json_group_array(DISTINCT m.account)
FROM b CROSS JOIN message m INDEXED BY message_number ON m.id >> 12 = b.v AND m.number = ?3
{whole}
WHERE (t.code = ?4 OR t.sender = ?4) AND o.at >= ?5;

-- code_owner: the account whose own short code this is
SELECT (
    SELECT id FROM account WHERE facts ->> 'short_code' = nullif(?, '') ORDER BY id LIMIT 1
);

-- count_news: a message's customer is owed one more
UPDATE message SET news = ? WHERE id = ?;

-- opt_out: numbers that are not to be written to, by a list
INSERT OR IGNORE INTO optout (account, number, at, source, list)
SELECT value ->> 0, value ->> 1, ?2, ?3, ?4 FROM json_each(?1);

-- confirmations: opt-outs behind a reply that have yet to be confirmed
SELECT json_group_array(json_array(reply, account, dialect, number, code, at, text)) FROM (
    SELECT * FROM confirmation WHERE reply > ? ORDER BY reply LIMIT ?
);

-- confirmed: these are, or will never be
DELETE FROM confirmation WHERE reply IN (SELECT value FROM json_each(?));

-- opt_in: numbers that stand on a list no more
DELETE FROM optout WHERE (account, number, list) IN (
    SELECT value ->> 0, value ->> 1, ?2 FROM json_each(?1)
);

-- draw: the next numbers of a counter
INSERT INTO counter (name, next) VALUES (?1, 1 + ?2)
ON CONFLICT (name) DO UPDATE SET next = next + ?2 RETURNING next - ?2;

-- route: the number of an ordered list of links
INSERT INTO route (links) VALUES (?) ON CONFLICT (links) DO UPDATE SET links = links RETURNING id;

-- routes: all of them
SELECT json_group_array(json_array(id, links)) FROM (SELECT * FROM route ORDER BY id);

-- accounts: all of them
SELECT json_group_array(json_array(id, facts, secrets)) FROM (SELECT * FROM account ORDER BY id);

-- has_account: whether there is one of this login
SELECT EXISTS (SELECT 1 FROM account WHERE login = ?);

-- put_account: make or change the account of a login
INSERT INTO account (login, at, facts, secrets) VALUES (?, ?, ?, ?)
ON CONFLICT (login) DO UPDATE SET facts = excluded.facts, secrets = excluded.secrets RETURNING id;

-- put_purse: make a purse, or set whether it is post-paid
INSERT INTO purse (account, name, balance, free) VALUES (?1, ?2, 0, coalesce(?3, 0))
ON CONFLICT (account, name) DO UPDATE SET free = coalesce(?3, free) RETURNING id;

-- purses_of: an account's purses
SELECT json_group_array(json_array(name, id, balance, free)) FROM (
    SELECT * FROM purse WHERE account = ? ORDER BY id
);

-- ledger_of: an account's last bookings
SELECT json_group_array(json_array(name, at, amount, kind, ordr, note)) FROM (
    SELECT p.name, g.at, g.amount, g.kind, g.ordr, g.note
    FROM purse p CROSS JOIN ledger g ON g.id IN (
        SELECT id FROM ledger WHERE purse = p.id ORDER BY id DESC LIMIT ?2
    )
    WHERE p.account = ?1 ORDER BY g.id DESC LIMIT ?2
);

-- audit: purses whose balance is not the sum of their bookings
SELECT json_group_array(json_array(id, balance, booked)) FROM (
    SELECT p.id, p.balance, coalesce((SELECT sum(amount) FROM ledger g WHERE g.purse = p.id), 0)
    AS booked FROM purse p
) WHERE balance <> booked;

-- heirs: messages that nodes left on their way which are over
SELECT json_group_array(json_array(id, account, channel)) FROM (
    SELECT id, account, channel FROM message INDEXED BY message_sending
    WHERE state = 3 AND holder NOT IN {living}
    ORDER BY id LIMIT ?
);

-- doubt: note what was decided of messages in doubt
INSERT INTO doubt (message, at, choice, times) SELECT value, ?2, ?3, 1 FROM json_each(?1) WHERE 1
ON CONFLICT (message) DO UPDATE
SET at = excluded.at, choice = excluded.choice, times = times + 1;

-- doubts: messages that were in doubt, the newest first
SELECT json_group_array(json_array(message, at, choice, times, number, state)) FROM (
    SELECT d.*, m.number, m.state FROM doubt d LEFT JOIN message m ON m.id = d.message
    ORDER BY d.at DESC, d.message DESC LIMIT ?
);

-- release_news: what nodes held that are over
UPDATE news SET holder = 0 WHERE done = 0 AND holder <> 0 AND holder NOT IN {living};

-- owing: the accounts behind a lane that are owed news; a lane says whose it is
WITH RECURSIVE a(lane) AS (
    SELECT (SELECT min(lane) FROM news INDEXED BY news_owed WHERE done = 0 AND lane >= ?1)
    UNION ALL
    SELECT (
        SELECT min(lane) FROM news INDEXED BY news_owed
        WHERE done = 0 AND lane >= (a.lane >> 33) + 1 << 33
    ) FROM a WHERE a.lane IS NOT NULL
)
SELECT json_group_array(account) FROM (
    SELECT lane >> 33 AS account FROM a WHERE lane IS NOT NULL LIMIT ?2
);

-- lanes: where news is owed in a stretch of lanes, and since when nobody holds them
WITH RECURSIVE a(lane) AS (
    SELECT (
        SELECT min(lane) FROM news INDEXED BY news_owed
        WHERE done = 0 AND lane >= ?1 AND lane < ?2
    )
    UNION ALL
    SELECT (
        SELECT min(lane) FROM news INDEXED BY news_owed
        WHERE done = 0 AND lane > a.lane AND lane < ?2
    ) FROM a WHERE a.lane IS NOT NULL
)
SELECT json_group_array(json_array(lane, coalesce(due, 4611686018427387904))) FROM (
    SELECT lane, (
        SELECT due FROM news n INDEXED BY news_owed
        WHERE n.done = 0 AND n.lane = a.lane AND n.holder = 0 ORDER BY n.due LIMIT 1
    ) AS due FROM a WHERE lane IS NOT NULL LIMIT ?3
);

-- owed: the first owed news of a lane that nobody holds
SELECT json_group_array(json_array(subject, seq)) FROM (
    SELECT subject, seq FROM news INDEXED BY news_owed
    WHERE done = 0 AND lane = ? AND due <= ? AND holder = 0 ORDER BY due LIMIT ?
);

-- hold_news: this node will tell it
UPDATE news SET holder = ?1 WHERE (subject, seq) IN (
    SELECT value ->> 0, value ->> 1 FROM json_each(?2)
);

-- due_scheduled: scheduled messages whose time has come
SELECT json_group_array(id) FROM (
    SELECT m.id FROM message m INDEXED BY message_scheduled
    WHERE m.state = 1 AND m.due <= ? AND {leaves} ORDER BY m.due, m.id LIMIT ?
);

-- next_scheduled: when the next one is due; where the first of all were called off, the earliest
-- time at which one may be that was not
SELECT coalesce(
    min(CASE WHEN {leaves} THEN m.due END), CASE count(*) WHEN 100 THEN max(m.due) END, 0
) FROM (
    SELECT due, letter FROM message INDEXED BY message_scheduled
    WHERE state = 1 AND due < 4611686018427387904 ORDER BY due LIMIT 100
) m;

-- unplaced: messages of some stretches that wait for their time or for their link; read as they
-- lie, nothing sorted
SELECT json_group_array(id) FROM (
    SELECT m.id FROM json_each(?1) j
    CROSS JOIN message m NOT INDEXED ON m.id BETWEEN j.value ->> 0 AND j.value ->> 1
    WHERE m.state IN (1, 2) LIMIT ?2
);

-- ahead: an account's orders of one reference in some stretches that begin late enough
{stretches}
SELECT json_group_array(json_array(id, first, first + total - 1)) FROM (
    SELECT o.id, o.first, o.total FROM b CROSS JOIN ordr o INDEXED BY ordr_ahead
    ON o.id >> 12 = b.v AND o.account = ?3 AND o.ref = ?4 AND o.start > 0 AND o.start >= ?6
    WHERE o.dialect = ?5 AND o.stage = 0 ORDER BY o.id DESC LIMIT ?7
);

-- set_stage: orders that come from one stage to another
UPDATE ordr SET stage = ?3 WHERE id IN (SELECT value FROM json_each(?1)) AND stage = ?2;

-- last_to: the last order that was asked for with a recipient, in each of some stretches
{stretches}
SELECT json_group_array(id) FROM (
    SELECT f.id FROM b CROSS JOIN ordr f ON f.id = (
        SELECT o.id FROM message m INDEXED BY message_number
        CROSS JOIN letter l ON l.id = m.letter CROSS JOIN ordr o ON o.id = l.ordr
        WHERE m.id >> 12 = b.v AND m.number = ?3
        AND m.account = ?4 AND o.dialect = ?5 AND o.deleted = 0 AND {asked}
        ORDER BY m.id DESC LIMIT 1
    ) ORDER BY b.v DESC LIMIT ?6
);

-- delete_order: an order of an account, once
UPDATE ordr SET deleted = 1 WHERE id = ? AND account = ? AND dialect = ? AND deleted = 0;

-- _calls: whether an order is calls
EXISTS (SELECT 1 FROM message m WHERE m.id = o.first AND m.channel = 1);

-- begins: when an order begins that is whole for later, its stage, its messages, whether they are
-- calls
SELECT json_array(start, stage, first, first + total - 1, {calls}) FROM ordr o WHERE id = ?;

-- called_off: orders that nothing leaves of, and that are not yet emptied
SELECT json_group_array(json_array(id, first, first + total - 1, {calls})) FROM (
    SELECT id, first, total FROM ordr INDEXED BY ordr_called_off WHERE stage = 3 ORDER BY id LIMIT ?
) o;

-- _missed: calls that nobody took and that are to be made again
state + 0 = 4 AND channel = 1 AND reason IN (39, 40, 41);

-- due_again: those whose time has come, and whether their orders were deleted
SELECT json_group_array(json_array(m.id, o.deleted)) FROM (
    SELECT id, letter FROM message INDEXED BY message_again
    WHERE {missed} AND due <= ? ORDER BY due, id LIMIT ?
) m CROSS JOIN letter l ON l.id = m.letter CROSS JOIN ordr o ON o.id = l.ordr;

-- next_again: when the next of them is due
SELECT coalesce(min(due), 0) FROM (
    SELECT due FROM message INDEXED BY message_again WHERE {missed} ORDER BY due LIMIT 1
);

-- fallen_silent: sent messages that no receipt came for in time
SELECT json_group_array(id) FROM (
    SELECT id FROM message INDEXED BY message_silent
    WHERE state IN (4, 5) AND due <= ? AND NOT ({missed}) ORDER BY due, id LIMIT ?
);

-- lapsed: queued messages whose validity ran out
SELECT json_group_array(id) FROM (
    SELECT m.id FROM message m INDEXED BY message_lapse CROSS JOIN letter l ON l.id = m.letter
    CROSS JOIN terms t ON t.id = l.terms
    WHERE m.state = 2 AND m.lapse > 0 AND m.lapse <= ?1 AND l.start + t.validity_h * 3600000 <= ?1
    ORDER BY m.lapse LIMIT ?2
);

-- hasten: messages that were queued by a clock that was fast are due
UPDATE message SET due = ?1 WHERE id IN (
    SELECT id FROM message INDEXED BY message_queue
    WHERE state = 2 AND due > ?1 AND at > ?1 LIMIT ?2
);

-- waiting: queues that are not empty
{queues}
SELECT json_group_array(json_array(route, channel)) FROM a;

-- backlog: messages of an account that wait for a link, counted up to a bound
{queues}
SELECT count(*) FROM (
    SELECT 1 FROM a CROSS JOIN message m INDEXED BY message_queue
    ON m.state = 2 AND m.route = a.route AND m.channel = a.channel AND m.account = ?1 LIMIT ?2
);

-- order: one order of an account
SELECT (SELECT json_object(
    'id', id, 'account', account, 'dialect', dialect, 'at', at, 'ref', coalesce(ref, ''),
    'first', first, 'total', total, 'cost', cost, 'facts', facts, 'stage', stage
) FROM ordr WHERE id = ? AND account = ? AND deleted = 0);

-- to_leave: when a message was to leave
SELECT coalesce((
    SELECT l.start FROM message m CROSS JOIN letter l ON l.id = m.letter WHERE m.id = ?
), 0);

-- order_stretches: the first and the last stretch of order numbers
SELECT json_array(
    coalesce((SELECT min(id) FROM ordr), 0) >> 12, coalesce((SELECT max(id) FROM ordr), -1) >> 12
);

-- orders_by_ref: an account's orders of one reference in some stretches, the newest first
{stretches}
SELECT json_group_array(json(row)) FROM (
    SELECT json_object(
        'id', o.id, 'account', o.account, 'dialect', o.dialect, 'at', o.at, 'ref', o.ref,
        'first', o.first, 'total', o.total, 'cost', o.cost, 'facts', o.facts, 'stage', o.stage
    ) AS row
    FROM b CROSS JOIN ordr o INDEXED BY ordr_ref
    ON o.id >> 12 = b.v AND o.account = ?3 AND o.ref = ?4
    WHERE o.dialect = ?5 AND o.deleted = 0 ORDER BY o.id DESC LIMIT ?6
);

-- messages: a stretch of messages, in order
SELECT json_group_array(json(row)) FROM (
    SELECT json_array({message}) AS row
    FROM message m {whole}
    WHERE m.id BETWEEN ? AND ? ORDER BY m.id LIMIT ?
);

-- stretch: the letters of a stretch, and all its messages in order, read as they lie: what a letter
-- says is said once, and not for each of its thousand messages
SELECT json_array(
    (SELECT json_group_array(json_array(
        l.id, o.id, o.dialect, coalesce(o.ref, ''), o.at, o.facts, o.trace, l.facts, l.text,
        t.sender, t.code
    )) FROM letter l CROSS JOIN terms t ON t.id = l.terms CROSS JOIN ordr o ON o.id = l.ordr
    WHERE l.id IN (SELECT letter FROM message WHERE id BETWEEN ?1 AND ?2)),
    (SELECT json_group_array(json_array(
        m.id, m.letter, m.account, m.number, m.given, m.ref, m.text, m.state, m.reason, m.at,
        m.sent_at, m.due, m.parts, m.price, m.operator, m.fold
    )) FROM message m WHERE m.id BETWEEN ?1 AND ?2)
);

-- messages_by_ref: an account's messages of one reference in some stretches, the newest first
{stretches}
SELECT json_group_array(json(row)) FROM (
    SELECT json_array({message}) AS row
    FROM b CROSS JOIN message m INDEXED BY message_ref ON m.id >> 12 = b.v AND m.ref = ?4
    {whole}
    WHERE m.account = ?3 AND o.dialect = ?5 AND o.deleted = 0 ORDER BY m.id DESC LIMIT ?6
);

-- letters_by_ref: the same of letters: the first and the last message of each
{stretches}
SELECT json_group_array(json(row)) FROM (
    SELECT json_array(l.id, l.id + l.total - 1) AS row
    FROM b CROSS JOIN letter l INDEXED BY letter_ref ON l.id >> 12 = b.v AND l.ref = ?4
    CROSS JOIN ordr o ON o.id = l.ordr
    WHERE o.account = ?3 AND o.dialect = ?5 AND o.deleted = 0 ORDER BY l.id DESC LIMIT ?6
);

-- unnamed: messages in stretches of messages that bear no reference, the newest first
SELECT json_group_array(json(row)) FROM (
    SELECT json_array({message}) AS row FROM (
        SELECT m.id FROM json_each(?1) j
        CROSS JOIN message m ON m.id BETWEEN j.value ->> 0 AND j.value ->> 1
        WHERE m.ref IS NULL ORDER BY m.id DESC LIMIT ?2
    ) f CROSS JOIN message m ON m.id = f.id
    {whole}
    ORDER BY m.id DESC
);

-- messages_to: messages to a number in some stretches, the newest first
{stretches}
SELECT json_group_array(json(row)) FROM (
    SELECT json_array({message}) AS row
    FROM b CROSS JOIN message m INDEXED BY message_number ON m.id >> 12 = b.v AND m.number = ?3
    {whole}
    ORDER BY m.id DESC LIMIT ?4
);

-- trail: what is kept of the way that one message took
SELECT json_object(
    'channel', m.channel,
    'speech', coalesce((SELECT speech FROM letter WHERE id = m.letter), ''),
    'links', json((SELECT links FROM route WHERE id = m.route)),
    'parts', (SELECT json_group_array(json_array(link, ref, no)) FROM (
        SELECT link, ref, no FROM part WHERE message = m.id ORDER BY no, ref
    )),
    'steps', (SELECT json_group_array(json_array(at, event, state, reason, operator)) FROM (
        SELECT at, event, state, reason, operator FROM news WHERE subject = m.id ORDER BY seq
    )),
    'doubts', (SELECT json_group_array(json_array(at, choice, times)) FROM (
        SELECT at, choice, times FROM doubt WHERE message = m.id
    )),
    'origin', coalesce((
        SELECT o.origin FROM letter l CROSS JOIN ordr o ON o.id = l.ordr WHERE l.id = m.letter
    ), ''),
    'money', coalesce(m.money, 0),
    'calls', (SELECT json_group_array(json_array(
        seq, event, at, done, tries, due, told_at, took, answer, url
    )) FROM (
        SELECT seq, event, at, done, tries, due, told_at, took, answer, CASE n.url WHEN '' THEN (
            SELECT t.url FROM letter l CROSS JOIN terms t ON t.id = l.terms WHERE l.id = m.letter
        ) ELSE n.url END AS url FROM news n WHERE n.subject = m.id ORDER BY n.seq
    )),
    'tries', (SELECT json_group_array(json_array(seq, at, answer, took)) FROM (
        SELECT seq, at, answer, took FROM attempt WHERE subject = m.id ORDER BY seq, at
    )),
    'replies', (SELECT json_group_array(json_array({reply})) FROM (
        SELECT * FROM reply INDEXED BY reply_message WHERE message = m.id AND message > 0
        ORDER BY id LIMIT 100
    ) r),
    'tiny', (SELECT json_array(short, target, clicks, last_at) FROM tiny WHERE message = m.id)
) FROM (SELECT 1) LEFT JOIN message m ON m.id = ?;

-- tally: a stretch of messages counted
SELECT json_group_array(json_array(state, reason, n, partly)) FROM (
    SELECT state, reason, count(*) AS n, sum(fold LIKE '%d%' AND trim(fold, 'd') <> '') AS partly
    FROM message
    WHERE id BETWEEN ? AND ? GROUP BY state, reason ORDER BY state, reason
);

-- opted_out: which of these numbers stand on one of these lists of an account, or of everybody
SELECT json_group_array(j.value) FROM json_each(?1) j WHERE EXISTS (
    SELECT 1 FROM optout o WHERE o.account IN (?2, 0) AND o.number = j.value AND o.list & ?3
);

-- opt_outs: some lists of an account
SELECT json_group_array(json_array(number, at, source, list)) FROM (
    SELECT * FROM optout WHERE account = ? AND list & ? ORDER BY number, list LIMIT ?
);

-- opt_outs_of: who may not write to a number
SELECT json_group_array(json_array(account, at, source, list)) FROM (
    SELECT * FROM optout WHERE number = ? ORDER BY account, list
);

-- replies_from: what a number wrote
SELECT json_group_array(json_array({reply})) FROM (
    SELECT * FROM reply WHERE number = ? ORDER BY id
) r;

-- replies: what was written to an account
SELECT json_group_array(json_array({reply})) FROM (
    SELECT * FROM reply WHERE account = ? AND at >= ? ORDER BY at DESC, id DESC LIMIT ?
) r;

-- answers: what was written to an account in a stretch of time, with the messages it answers;
-- all of it, or what answers orders of one reference, in whose place a fact may bear it
SELECT json_group_array(json(row)) FROM (
    SELECT json_array(
        json_array({reply}), CASE WHEN m.id IS NULL THEN NULL ELSE json_array({message}) END
    ) AS row
    FROM reply r INDEXED BY reply_account
    LEFT JOIN message m ON m.id = r.message LEFT JOIN letter l ON l.id = m.letter
    LEFT JOIN terms t ON t.id = l.terms LEFT JOIN ordr o ON o.id = l.ordr
    WHERE r.account = ?1 AND r.at >= ?2 AND (r.at > ?2 OR r.id > ?3) AND r.at < ?4 AND (
        ?6 = '' OR (o.dialect = ?5 AND (o.ref = ?6 OR o.facts ->> nullif(?7, '') = ?6))
    )
    ORDER BY r.at, r.id LIMIT ?8
);

-- erase_messages: forget who a number was in its messages
{stretches}
UPDATE message SET number = 0, given = NULL, ref = NULL, text = ''
WHERE id IN (
    SELECT m.id FROM b CROSS JOIN message m INDEXED BY message_number
    ON m.id >> 12 = b.v AND m.number = ?3 WHERE m.state > 5
);

-- erase_replies: and in what it wrote
UPDATE reply SET number = 0, text = '' WHERE number = ?;

-- forget_texts: erase the personal texts of letters that left long ago
UPDATE message SET text = '' WHERE id IN (
    SELECT m.id FROM (
        SELECT id, total FROM letter INDEXED BY letter_text
        WHERE text <> '' AND start < ?1 ORDER BY start LIMIT ?2
    ) l CROSS JOIN message m INDEXED BY message_text
    ON m.id BETWEEN l.id AND l.id + l.total - 1 AND m.text <> ''
    LIMIT ?2
);

-- forget_letters: erase their own, once no personal one is left
UPDATE letter SET text = '', facts = '{}', speech = '' WHERE id IN (
    SELECT l.id FROM (
        SELECT id, total FROM letter INDEXED BY letter_text
        WHERE text <> '' AND start < ?1 ORDER BY start LIMIT ?2
    ) l WHERE NOT EXISTS (
        SELECT 1 FROM message m INDEXED BY message_text
        WHERE m.id BETWEEN l.id AND l.id + l.total - 1 AND m.text <> ''
    )
);

-- forget_replies: erase old replies' texts
UPDATE reply SET text = '' WHERE id IN (
    SELECT id FROM reply WHERE at < ? AND text <> '' ORDER BY at LIMIT ?
);

-- orders_after: orders by their numbers, each with the stretch of its messages
SELECT json_group_array(json_array(id, first, last, at)) FROM (
    SELECT id, first, first + total - 1 AS last, at FROM ordr WHERE id > ? ORDER BY id LIMIT ?
);

-- old_messages: messages in some stretches that neither move nor are told of any more
SELECT json_group_array(id) FROM (
    SELECT m.id FROM json_each(?1) j
    CROSS JOIN message m ON m.id BETWEEN j.value ->> 0 AND j.value ->> 1
    WHERE m.state > 3 AND NOT EXISTS (
        SELECT 1 FROM news n WHERE n.subject = m.id AND (n.done = 0 OR n.at >= ?2)
    ) LIMIT ?3
);

-- drop_messages: these are over
DELETE FROM message WHERE id IN (SELECT value FROM json_each(?));

-- drop_parts: and their operators' ids
DELETE FROM part WHERE message IN (SELECT value FROM json_each(?));

-- drop_news: and their news
DELETE FROM news WHERE subject IN (SELECT value FROM json_each(?));

-- drop_attempts: and each try to tell them
DELETE FROM attempt WHERE subject IN (SELECT value FROM json_each(?));

-- drop_doubts: and what was decided of them
DELETE FROM doubt WHERE message IN (SELECT value FROM json_each(?));

-- drop_letters: letters in some stretches whose messages are gone
DELETE FROM letter WHERE id IN (
    SELECT l.id FROM json_each(?1) j
    CROSS JOIN letter l ON l.id BETWEEN j.value ->> 0 AND j.value ->> 1
    WHERE NOT EXISTS (
        SELECT 1 FROM message m WHERE m.id BETWEEN l.id AND l.id + l.total - 1
    ) LIMIT ?2
);

-- drop_orders: orders whose letters are gone
DELETE FROM ordr WHERE id IN (
    SELECT o.id FROM json_each(?) j CROSS JOIN ordr o ON o.id = j.value
    WHERE NOT EXISTS (SELECT 1 FROM letter l WHERE l.id BETWEEN o.first AND o.first + o.total - 1)
);

-- drop_terms: terms that are too far behind the oldest letter to be its own
DELETE FROM terms WHERE id IN (
    SELECT id FROM terms WHERE id < (SELECT min(id) FROM letter) - ? ORDER BY id LIMIT ?
);

-- drop_strangers: old reports that no part of ours answered to
DELETE FROM parked WHERE rowid IN (SELECT rowid FROM parked WHERE at < ? ORDER BY at LIMIT ?);

-- strangers_of: how many reports of nobody a link has
SELECT count(*) FROM parked INDEXED BY parked_of WHERE link = ?;

-- crowd_out: the oldest of a link's reports of nobody
DELETE FROM parked WHERE rowid IN (
    SELECT rowid FROM parked INDEXED BY parked_of WHERE link = ? ORDER BY at LIMIT ?
);

-- drop_old_fragments: old pieces of messages that no link asked about any more
DELETE FROM fragment WHERE (link, pieces, no) IN (
    SELECT link, pieces, no FROM fragment WHERE at < ? LIMIT ?
);

-- drop_reply_news: what was told of old replies that answered nothing
DELETE FROM news WHERE subject IN (
    SELECT -id FROM reply WHERE at < ? ORDER BY at LIMIT ?
);

-- drop_replies: old replies
DELETE FROM reply WHERE id IN (SELECT id FROM reply WHERE at < ? ORDER BY at LIMIT ?);

-- calls: an account's last callbacks
SELECT json_group_array(json_array(subject, seq, event, at, due, tries, done, answer)) FROM (
    SELECT subject, seq, event, at, due, tries, done, answer FROM news
    WHERE account = ? ORDER BY subject DESC, seq DESC LIMIT ?
);

-- attempts: each try of one callback that was not heard
SELECT json_group_array(json_array(at, answer, took)) FROM (
    SELECT at, answer, took FROM attempt WHERE subject = ? AND seq = ? ORDER BY at
);

-- replay: tell it once more
UPDATE news SET done = 0, due = ?, tries = 0, holder = 0 WHERE subject = ? AND seq = ?;

-- strangers: reports that no part of ours answers to
SELECT json_group_array(json_array(link, ref, at, report)) FROM (
    SELECT link, ref, at, report FROM parked ORDER BY rowid DESC LIMIT ?
);

-- fragments: pieces of a link's messages that did not come whole
SELECT json_group_array(json_array(pieces, no, at, body)) FROM (
    SELECT * FROM fragment WHERE link = ? ORDER BY at, pieces, no
);

-- drop_fragments: the message that these are pieces of is there
DELETE FROM fragment WHERE link = ? AND pieces = ?;
