-- The statements of the SQLite store. Each begins with `-- name: purpose`.
-- Sets travel as one JSON array each, or as rows bound at {rows}, and come back as one JSON value:
-- one step per statement, as the driver gives up the interpreter lock at every step.

-- used_requests: which of these (account, request id) are taken
SELECT json_group_array(json_array(o.account, o.request_id))
FROM json_each(?) j CROSS JOIN ordr o INDEXED BY ordr_request
ON o.account = j.value ->> 0 AND o.request_id = j.value ->> 1;

-- purses: balances of some purses
SELECT json_group_array(json_array(id, balance, free))
FROM purse WHERE id IN (SELECT value FROM json_each(?));

-- set_balances: after reserving
UPDATE purse SET balance = v.value ->> 1 FROM json_each(?) v WHERE purse.id = v.value ->> 0;

-- add_to_balances: after giving back
UPDATE purse SET balance = balance + (v.value ->> 1) FROM json_each(?) v
WHERE purse.id = v.value ->> 0;

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

-- parts: the parts that operators' ids stand for
WITH v(link, ref) AS (VALUES {rows})
SELECT json_group_array(json_array(p.link, p.ref, p.message, p.no))
FROM v CROSS JOIN part p ON p.link = v.link AND p.ref = v.ref;

-- move_rows: messages that something happened to
SELECT json_group_array(json_array(
    m.id, m.state, m.reason, m.money, m.price, m.sending, m.fold, m.news, m.at, m.due, m.sent_at,
    m.operator, m.account, m.route, m.channel, l.ordr, l.purse, l.events, l.silent_h, l.silence,
    l.lane, n.seq IS NOT NULL
))
FROM json_each(?) j CROSS JOIN message m ON m.id = j.value
CROSS JOIN letter l ON l.id = m.letter
LEFT JOIN news n ON n.subject = m.id AND n.seq = m.news AND n.done = 0;

-- move: the only statement that changes states but `claim`
WITH v(id, state, reason, at, due, sent_at, money, news, operator, fold, route) AS (VALUES {rows})
UPDATE message SET
    state = v.state, reason = v.reason, at = v.at, due = v.due, sent_at = v.sent_at,
    money = v.money, news = v.news, operator = v.operator, fold = v.fold, route = v.route,
    holder = 0
FROM v WHERE message.id = v.id;

-- claim_accounts: who has something due in this queue, after a given account
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
    ) LIMIT ?5
);

-- claim_rows: the first due messages of one account in one queue
SELECT json_group_array(json_array(
    m.id, m.number, coalesce(m.text, l.text), CASE l.sender WHEN '' THEN l.code ELSE l.sender END,
    l.alphabet, l.udh, l.flash, l.validity_h, m.sending, m.account, m.route, m.channel,
    l.id, l.start, l.opens, l.closes, l.hours,
    l.bars AND EXISTS (
        SELECT 1 FROM optout o WHERE o.account IN (m.account, 0) AND o.number = m.number
    )
))
FROM (
    SELECT * FROM message INDEXED BY message_queue
    WHERE state = 2 AND route = ? AND channel = ? AND account = ? AND due <= ?
    ORDER BY due, id LIMIT ?
) m CROSS JOIN letter l ON l.id = m.letter;

-- claim_letter: due messages of one letter
SELECT json_group_array(id) FROM (
    SELECT id FROM message INDEXED BY message_queue
    WHERE state = 2 AND route = ? AND channel = ? AND account = ? AND due <= ? AND letter = ?
    LIMIT ?
);

-- start_anew: the validity of a letter counts from its next opening
UPDATE letter SET start = ? WHERE id = ?;

-- claim: they are on their way
UPDATE message SET state = ?, holder = ? WHERE id IN (SELECT value FROM json_each(?));

-- told: how calls ended
WITH v(subject, seq, done, due, answer, wanted) AS (VALUES {rows})
UPDATE news SET
    done = v.done, due = v.due, answer = v.answer, tries = tries + v.wanted, holder = 0
FROM v WHERE news.subject = v.subject AND news.seq = v.seq;

-- news_behind: news that stood behind those that are over; their time never comes by itself
WITH v(subject, seq) AS (VALUES {rows})
SELECT json_group_array(json_array(n.subject, n.seq, n.lane))
FROM v CROSS JOIN news n ON n.subject = v.subject AND n.seq = v.seq
WHERE n.done = 0 AND n.due = 4611686018427387904;

-- free_news: their turn
UPDATE news SET due = v.value ->> 2, holder = v.value ->> 3
FROM json_each(?) v WHERE news.subject = v.value ->> 0 AND news.seq = v.value ->> 1;

-- news: news with all that a dialect needs to word them
WITH v(subject, seq) AS (VALUES {rows})
SELECT json_group_array(json_array(
    n.subject, n.seq, n.event, n.state, n.reason, n.at, n.operator,
    CASE n.dialect WHEN '' THEN o.dialect ELSE n.dialect END, n.account,
    CASE WHEN n.url <> '' THEN n.url WHEN n.reply <> 0 AND l.reply_url <> '' THEN l.reply_url
         ELSE l.url END,
    CASE n.form WHEN '' THEN l.form ELSE n.form END, n.tries, n.since,
    CASE WHEN m.id IS NULL THEN NULL ELSE json_array(
        m.id, o.id, m.account, o.dialect, coalesce(o.ref, ''), o.at, o.facts, l.id, l.facts,
        m.number, coalesce(m.given, ''), coalesce(m.ref, ''), coalesce(m.text, l.text), l.sender,
        l.code, m.state, m.reason, m.at, m.sent_at, m.due, m.parts, m.price,
        coalesce(m.operator, '')
    ) END,
    CASE WHEN r.id IS NULL THEN NULL ELSE json_array(
        r.id, r.at, r.number, r.code, r.text, r.operator, r.account, r.message, r.stop
    ) END
))
FROM v CROSS JOIN news n ON n.subject = v.subject AND n.seq = v.seq
LEFT JOIN message m ON m.id = n.subject
LEFT JOIN letter l ON l.id = m.letter
LEFT JOIN ordr o ON o.id = l.ordr
LEFT JOIN reply r ON n.reply <> 0 AND r.id = n.reply;

-- stretches: the first and the last stretch of message numbers
SELECT json_array(
    coalesce((SELECT min(id) FROM message), 0) >> 12,
    coalesce((SELECT max(id) FROM message), -1) >> 12
);

-- stretch_at: when the messages of a stretch were taken
SELECT coalesce((
    SELECT o.at FROM message m CROSS JOIN letter l ON l.id = m.letter
    CROSS JOIN ordr o ON o.id = l.ordr WHERE m.id >= ? << 12 ORDER BY m.id LIMIT 1
), 0);

-- tie: the message that a reply answers
WITH RECURSIVE b(v) AS (SELECT ?2 UNION ALL SELECT v - 1 FROM b WHERE v > ?1)
SELECT (
    SELECT json_array(m.account, m.id, l.events, l.lane, m.news, EXISTS (
        SELECT 1 FROM news n WHERE n.subject = m.id AND n.seq = m.news AND n.done = 0
    ), l.reply_url)
    FROM b CROSS JOIN message m INDEXED BY message_number ON m.id >> 12 = b.v AND m.number = ?3
    CROSS JOIN letter l ON l.id = m.letter
    CROSS JOIN ordr o ON o.id = l.ordr
    WHERE (l.code = ?4 OR l.sender = ?4) AND o.at >= ?5 AND m.state BETWEEN 3 AND 8
    ORDER BY m.id DESC LIMIT 1
);

-- senders: accounts that sent to a number under a code
WITH RECURSIVE b(v) AS (SELECT ?2 UNION ALL SELECT v - 1 FROM b WHERE v > ?1)
SELECT json_group_array(DISTINCT m.account)
FROM b CROSS JOIN message m INDEXED BY message_number ON m.id >> 12 = b.v AND m.number = ?3
CROSS JOIN letter l ON l.id = m.letter
CROSS JOIN ordr o ON o.id = l.ordr
WHERE (l.code = ?4 OR l.sender = ?4) AND o.at >= ?5;

-- code_owner: the account whose own short code this is
SELECT (
    SELECT id FROM account WHERE facts ->> 'short_code' = nullif(?, '') ORDER BY id LIMIT 1
);

-- count_news: a message's customer is owed one more
UPDATE message SET news = ? WHERE id = ?;

-- opt_out: numbers that want no more marketing
INSERT OR IGNORE INTO optout (account, number, at, source)
SELECT value ->> 0, value ->> 1, ?2, ?3 FROM json_each(?1);

-- opt_in: numbers that may be written to again
DELETE FROM optout WHERE (account, number) IN (
    SELECT value ->> 0, value ->> 1 FROM json_each(?)
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

-- heirs: messages that a dead node left on their way
SELECT json_group_array(json_array(id, account, channel)) FROM (
    SELECT id, account, channel FROM message INDEXED BY message_sending WHERE state = 3
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

-- release_news: what a dead node held
UPDATE news SET holder = 0 WHERE done = 0 AND holder <> 0;

-- lanes: where news are owed that nobody holds, and since when
WITH RECURSIVE a(lane) AS (
    SELECT (SELECT min(lane) FROM news INDEXED BY news_owed WHERE done = 0)
    UNION ALL
    SELECT (SELECT min(lane) FROM news INDEXED BY news_owed WHERE done = 0 AND lane > a.lane)
    FROM a WHERE a.lane IS NOT NULL
)
SELECT json_group_array(json_array(lane, due)) FROM (
    SELECT lane, (
        SELECT due FROM news n INDEXED BY news_owed
        WHERE n.done = 0 AND n.lane = a.lane AND n.holder = 0 ORDER BY n.due LIMIT 1
    ) AS due FROM a WHERE lane IS NOT NULL
) WHERE due < 4611686018427387904;

-- owed: the first owed news of a lane that nobody holds
SELECT json_group_array(json_array(subject, seq)) FROM (
    SELECT subject, seq FROM news INDEXED BY news_owed
    WHERE done = 0 AND lane = ? AND due <= ? AND holder = 0 ORDER BY due LIMIT ?
);

-- hold_news: this node will tell them
UPDATE news SET holder = ?1 WHERE (subject, seq) IN (
    SELECT value ->> 0, value ->> 1 FROM json_each(?2)
);

-- due_scheduled: scheduled messages whose time has come
SELECT json_group_array(id) FROM (
    SELECT id FROM message INDEXED BY message_scheduled
    WHERE state = 1 AND due <= ? ORDER BY due, id LIMIT ?
);

-- next_scheduled: when the next one is due
SELECT coalesce((SELECT min(due) FROM message INDEXED BY message_scheduled WHERE state = 1), 0);

-- fallen_silent: sent messages that no receipt came for in time
SELECT json_group_array(id) FROM (
    SELECT id FROM message INDEXED BY message_silent
    WHERE state IN (4, 5) AND due <= ? ORDER BY due, id LIMIT ?
);

-- lapsed: queued messages whose validity ran out
SELECT json_group_array(id) FROM (
    SELECT m.id FROM message m INDEXED BY message_queue CROSS JOIN letter l ON l.id = m.letter
    WHERE m.state = 2 AND l.start + l.validity_h * 3600000 <= ? LIMIT ?
);

-- waiting: queues that are not empty
WITH RECURSIVE a(route, channel) AS (
    SELECT * FROM (SELECT route, channel FROM message INDEXED BY message_queue WHERE state = 2
                   ORDER BY route, channel LIMIT 1)
    UNION ALL
    SELECT n.route, n.channel FROM a CROSS JOIN message n
    WHERE n.id = (
        SELECT x.id FROM message x INDEXED BY message_queue
        WHERE x.state = 2 AND (x.route, x.channel) > (a.route, a.channel)
        ORDER BY x.route, x.channel LIMIT 1
    )
)
SELECT json_group_array(json_array(route, channel)) FROM a;

-- order: one order of an account
SELECT (SELECT json_object(
    'id', id, 'account', account, 'dialect', dialect, 'at', at, 'ref', coalesce(ref, ''),
    'first', first, 'total', total, 'cost', cost, 'facts', facts
) FROM ordr WHERE id = ? AND account = ?);

-- order_stretches: the first and the last stretch of order numbers
SELECT json_array(
    coalesce((SELECT min(id) FROM ordr), 0) >> 12, coalesce((SELECT max(id) FROM ordr), -1) >> 12
);

-- orders_by_ref: an account's orders of one reference in some stretches, the newest first
WITH RECURSIVE b(v) AS (SELECT ?2 UNION ALL SELECT v - 1 FROM b WHERE v > ?1)
SELECT json_group_array(json(row)) FROM (
    SELECT json_object(
        'id', o.id, 'account', o.account, 'dialect', o.dialect, 'at', o.at, 'ref', o.ref,
        'first', o.first, 'total', o.total, 'cost', o.cost, 'facts', o.facts
    ) AS row
    FROM b CROSS JOIN ordr o INDEXED BY ordr_ref
    ON o.id >> 12 = b.v AND o.account = ?3 AND o.ref = ?4
    WHERE o.dialect = ?5 ORDER BY o.id DESC LIMIT ?6
);

-- messages: a stretch of messages, in order
SELECT json_group_array(json(row)) FROM (
    SELECT json_array(
        m.id, o.id, m.account, o.dialect, coalesce(o.ref, ''), o.at, o.facts, l.id, l.facts,
        m.number, coalesce(m.given, ''), coalesce(m.ref, ''), coalesce(m.text, l.text), l.sender,
        l.code, m.state, m.reason, m.at, m.sent_at, m.due, m.parts, m.price,
        coalesce(m.operator, '')
    ) AS row
    FROM message m CROSS JOIN letter l ON l.id = m.letter CROSS JOIN ordr o ON o.id = l.ordr
    WHERE m.id BETWEEN ? AND ? ORDER BY m.id LIMIT ?
);

-- stretch: all messages of a stretch, in order: read as they lie, nothing sorted
SELECT json_group_array(json_array(
    m.id, o.id, m.account, o.dialect, coalesce(o.ref, ''), o.at, o.facts, l.id, l.facts,
    m.number, coalesce(m.given, ''), coalesce(m.ref, ''), coalesce(m.text, l.text), l.sender,
    l.code, m.state, m.reason, m.at, m.sent_at, m.due, m.parts, m.price,
    coalesce(m.operator, '')
))
FROM message m CROSS JOIN letter l ON l.id = m.letter CROSS JOIN ordr o ON o.id = l.ordr
WHERE m.id BETWEEN ? AND ?;

-- messages_by_ref: an account's messages of one reference in some stretches, the newest first
WITH RECURSIVE b(v) AS (SELECT ?2 UNION ALL SELECT v - 1 FROM b WHERE v > ?1)
SELECT json_group_array(json(row)) FROM (
    SELECT json_array(
        m.id, o.id, m.account, o.dialect, coalesce(o.ref, ''), o.at, o.facts, l.id, l.facts,
        m.number, coalesce(m.given, ''), coalesce(m.ref, ''), coalesce(m.text, l.text), l.sender,
        l.code, m.state, m.reason, m.at, m.sent_at, m.due, m.parts, m.price,
        coalesce(m.operator, '')
    ) AS row
    FROM b CROSS JOIN message m INDEXED BY message_ref ON m.id >> 12 = b.v AND m.ref = ?4
    CROSS JOIN letter l ON l.id = m.letter CROSS JOIN ordr o ON o.id = l.ordr
    WHERE m.account = ?3 AND o.dialect = ?5 ORDER BY m.id DESC LIMIT ?6
);

-- messages_to: messages to a number in some stretches, the newest first
WITH RECURSIVE b(v) AS (SELECT ?2 UNION ALL SELECT v - 1 FROM b WHERE v > ?1)
SELECT json_group_array(json(row)) FROM (
    SELECT json_array(
        m.id, o.id, m.account, o.dialect, coalesce(o.ref, ''), o.at, o.facts, l.id, l.facts,
        m.number, coalesce(m.given, ''), coalesce(m.ref, ''), coalesce(m.text, l.text), l.sender,
        l.code, m.state, m.reason, m.at, m.sent_at, m.due, m.parts, m.price,
        coalesce(m.operator, '')
    ) AS row
    FROM b CROSS JOIN message m INDEXED BY message_number ON m.id >> 12 = b.v AND m.number = ?3
    CROSS JOIN letter l ON l.id = m.letter CROSS JOIN ordr o ON o.id = l.ordr
    ORDER BY m.id DESC LIMIT ?4
);

-- tally: a stretch of messages counted
SELECT json_group_array(json_array(state, reason, n, parts)) FROM (
    SELECT state, reason, count(*) AS n, sum(parts) AS parts FROM message
    WHERE id BETWEEN ? AND ? GROUP BY state, reason ORDER BY state, reason
);

-- opted_out: which of these numbers want no marketing of this account
SELECT json_group_array(j.value) FROM json_each(?1) j WHERE EXISTS (
    SELECT 1 FROM optout o WHERE o.account IN (?2, 0) AND o.number = j.value
);

-- opt_outs: an account's list
SELECT json_group_array(json_array(number, at, source)) FROM (
    SELECT number, at, source FROM optout WHERE account = ? ORDER BY number LIMIT ?
);

-- opt_outs_of: who may not write to a number
SELECT json_group_array(json_array(account, at, source)) FROM (
    SELECT * FROM optout WHERE number = ? ORDER BY account
);

-- replies_from: what a number wrote
SELECT json_group_array(json_array(
    id, at, number, code, text, operator, account, message, stop
)) FROM (SELECT * FROM reply WHERE number = ? ORDER BY id);

-- replies: what was written to an account
SELECT json_group_array(json_array(
    id, at, number, code, text, operator, account, message, stop
)) FROM (SELECT * FROM reply WHERE account = ? AND at >= ? ORDER BY at DESC, id DESC LIMIT ?);

-- erase_messages: forget who a number was in its messages
WITH RECURSIVE b(v) AS (SELECT ?2 UNION ALL SELECT v - 1 FROM b WHERE v > ?1)
UPDATE message SET number = 0, given = NULL, ref = NULL, text = ''
WHERE id IN (
    SELECT m.id FROM b CROSS JOIN message m INDEXED BY message_number
    ON m.id >> 12 = b.v AND m.number = ?3 WHERE m.state > 5
);

-- erase_replies: and in what it wrote
UPDATE reply SET number = 0, text = '' WHERE number = ?;

-- forget_letters: erase texts that left long ago; looks at the oldest alone
UPDATE letter SET text = '', facts = '{}' WHERE id IN (
    SELECT id FROM (SELECT id, start FROM letter WHERE text <> '' ORDER BY id LIMIT ?2)
    WHERE start < ?1
);

-- forget_texts: erase old personal texts
UPDATE message SET text = '' WHERE id IN (
    SELECT m.id FROM (SELECT id, letter FROM message WHERE text <> '' ORDER BY id LIMIT ?2) m
    CROSS JOIN letter l ON l.id = m.letter WHERE l.start < ?1
);

-- forget_replies: erase old replies' texts
UPDATE reply SET text = '' WHERE id IN (
    SELECT id FROM reply WHERE at < ? AND text <> '' ORDER BY at LIMIT ?
);

-- drop_messages: old records
DELETE FROM message WHERE id IN (
    SELECT m.id FROM (SELECT * FROM ordr ORDER BY id LIMIT ?2) o CROSS JOIN message m
    ON m.id BETWEEN o.first AND o.first + o.total - 1
    WHERE o.at < ?1 AND m.state > 3 LIMIT ?2
);

-- drop_letters: letters whose messages are gone
DELETE FROM letter WHERE id IN (
    SELECT l.id FROM (SELECT id, ordr FROM letter ORDER BY id LIMIT ?2) l
    CROSS JOIN ordr o ON o.id = l.ordr
    WHERE o.at < ?1 AND NOT EXISTS (
        SELECT 1 FROM message m WHERE m.id BETWEEN o.first AND o.first + o.total - 1
    )
);

-- drop_orders: old orders whose letters are gone
DELETE FROM ordr WHERE id IN (
    SELECT o.id FROM (SELECT * FROM ordr ORDER BY id LIMIT ?2) o
    WHERE o.at < ?1 AND NOT EXISTS (
        SELECT 1 FROM message m WHERE m.id BETWEEN o.first AND o.first + o.total - 1
    ) AND NOT EXISTS (
        SELECT 1 FROM letter l WHERE l.id BETWEEN o.first AND o.first + o.total - 1
    )
);

-- drop_parts: operators' ids of messages that are gone
DELETE FROM part WHERE (link, ref) IN (
    SELECT link, ref FROM part
    WHERE message < (SELECT coalesce(min(id), 4611686018427387904) FROM message) LIMIT ?
);

-- drop_news: old news that are over
DELETE FROM news WHERE (subject, seq) IN (
    SELECT n.subject, n.seq FROM (SELECT * FROM news ORDER BY subject, seq LIMIT ?2) n
    WHERE n.done <> 0 AND n.at < ?1
);

-- drop_attempts: old tries
DELETE FROM attempt WHERE rowid IN (
    SELECT a.rowid FROM (SELECT rowid, at FROM attempt ORDER BY rowid LIMIT ?2) a WHERE a.at < ?1
);

-- drop_strangers: old reports that no part of ours answered to
DELETE FROM parked WHERE rowid IN (
    SELECT p.rowid FROM (SELECT rowid, at FROM parked ORDER BY rowid LIMIT ?2) p WHERE p.at < ?1
);

-- drop_replies: old replies
DELETE FROM reply WHERE id IN (
    SELECT r.id FROM (SELECT id, at FROM reply ORDER BY id LIMIT ?2) r WHERE r.at < ?1
);

-- calls: an account's last callbacks
SELECT json_group_array(json_array(subject, seq, event, at, due, tries, done, answer)) FROM (
    SELECT subject, seq, event, at, due, tries, done, answer FROM news
    WHERE account = ? ORDER BY subject DESC, seq DESC LIMIT ?
);

-- attempts: each try of one callback that was not heard
SELECT json_group_array(json_array(at, answer)) FROM (
    SELECT at, answer FROM attempt WHERE subject = ? AND seq = ? ORDER BY at
);

-- replay: tell it once more
UPDATE news SET done = 0, due = ?, tries = 0, holder = 0 WHERE subject = ? AND seq = ?;

-- strangers: reports that no part of ours answers to
SELECT json_group_array(json_array(link, ref, at, report)) FROM (
    SELECT link, ref, at, report FROM parked ORDER BY rowid DESC LIMIT ?
);
