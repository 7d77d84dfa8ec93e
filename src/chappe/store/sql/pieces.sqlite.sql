-- Dropped files, and orders in pieces.

-- dropped: files that something is still owed for, the oldest first
SELECT json_group_array(json_array(
    id, account, name, at, size, ordr, first, total, taken, gone, sent_at, told_at
)) FROM (SELECT * FROM dropped ORDER BY id);

-- attempt: the numbers of the order that is being made of a file
UPDATE dropped SET ordr = ?, first = ?, total = ? WHERE id = ? AND taken = 0;

-- decided: the order of a file is taken
UPDATE dropped SET taken = 1 WHERE id = ?;

-- owe_births: the first news of messages of a stretch that are about to be let go
INSERT INTO news (
    subject, seq, event, state, reason, at, operator, lane, due, since, holder, account
)
SELECT m.id, 1, CASE m.state WHEN ?5 THEN ?6 ELSE ?7 END, m.state, m.reason, ?4, '',
    t.lane | (m.state = ?5),
    CASE t.hold_m WHEN 0 THEN ?4 ELSE (?4 / (t.hold_m * 60000) + 1) * t.hold_m * 60000 END, ?4, 0,
    m.account
FROM message m NOT INDEXED CROSS JOIN letter l ON l.id = m.letter
CROSS JOIN terms t ON t.id = l.terms
WHERE m.id BETWEEN ?1 AND ?2 AND m.due = ?3
AND t.events & CASE m.state WHEN ?5 THEN ?6 ELSE ?7 END;

-- count_births: they are counted with their messages
UPDATE message SET news = 1 WHERE id BETWEEN ?1 AND ?2 AND EXISTS (
    SELECT 1 FROM news n WHERE n.subject = message.id
);

-- let_go: messages of a stretch may leave when their letter says
UPDATE message SET due = l.start FROM letter l
WHERE message.id BETWEEN ?1 AND ?2 AND message.due = ?3 AND message.state IN (?4, ?5)
AND l.id = message.letter;

-- queues_of: where messages of a stretch wait
SELECT json_group_array(json_array(route, channel)) FROM (
    SELECT DISTINCT route, channel FROM message NOT INDEXED
    WHERE id BETWEEN ?1 AND ?2 AND state = ?3
);

-- gone: how far it has come
UPDATE dropped SET gone = ? WHERE id = ?;

-- remove_tinies: where short URLs would have led
DELETE FROM tiny WHERE message IN (
    SELECT id FROM message NOT INDEXED WHERE id BETWEEN ? AND ? ORDER BY id LIMIT ?
);

-- remove_pieces: messages of an order that is not taken
DELETE FROM message WHERE id IN (
    SELECT id FROM message NOT INDEXED WHERE id BETWEEN ? AND ? ORDER BY id LIMIT ?
);

-- remove_letters: and its letters
DELETE FROM letter WHERE id IN (
    SELECT id FROM letter NOT INDEXED WHERE id BETWEEN ? AND ? ORDER BY id LIMIT ?
);

-- note_shown: its customer sees that it was taken
UPDATE dropped SET taken = 2 WHERE id = ? AND taken = 1;

-- note_told: when all of it had been sent, and when its customer was last told
UPDATE dropped SET sent_at = ?, told_at = ? WHERE id = ?;

-- drop_over: nothing more is owed
DELETE FROM dropped WHERE id = ?;
