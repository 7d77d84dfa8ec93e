-- Dropped files, and orders in pieces.

-- dropped: files of a place that something is still owed for, and orders in portions that a node is
-- at or that are left; the oldest first
SELECT json_group_array(json_array(
    id, account, name, at, size, ordr, first, total, taken, gone, sent_at, told_at
)) FROM (
    SELECT * FROM dropped
    WHERE CASE name WHEN '' THEN holder = ?2 OR holder NOT IN {living} ELSE place IN ('', ?1) END
    ORDER BY id
);

-- left_portions: orders in portions whose node is over, the oldest first
SELECT json_group_array(json_array(
    id, account, name, at, size, ordr, first, total, taken, gone, sent_at, told_at
)) FROM (SELECT * FROM dropped WHERE name = '' AND holder NOT IN {living} ORDER BY id);

-- attempt: the numbers of the order that is being made of a file
UPDATE dropped SET ordr = ?, first = ?, total = ? WHERE id = ? AND taken = 0;

-- decided: the order of a file is taken
UPDATE dropped SET taken = 1 WHERE id = ?;

-- let_go: messages of a stretch may leave when their letter says, which may be now; those of an
-- order that was called off only seem to wait for their time
UPDATE message SET due = l.start, (state, lapse) = (
    SELECT CASE is_due WHEN 1 THEN ?6 ELSE ?4 END, CASE is_due WHEN 1 THEN {lapse} ELSE 0 END
    FROM (
        SELECT l.start <= ?5 AND NOT EXISTS (
            SELECT 1 FROM ordr o WHERE o.id = l.ordr AND o.stage = 3
        ) AS is_due
    )
)
FROM letter l CROSS JOIN terms t ON t.id = l.terms
WHERE message.id BETWEEN ?1 AND ?2 AND message.due = ?3 AND message.state = ?4
AND l.id = message.letter;

-- owe_births: the first news of messages of a stretch that were just let go
INSERT INTO news (
    subject, seq, event, state, reason, at, operator, lane, due, since, holder, account
)
SELECT m.id, 1, CASE m.state WHEN ?4 THEN ?5 ELSE ?6 END, m.state, m.reason, ?3, '',
    t.lane | (m.state = ?4),
    CASE t.hold_m WHEN 0 THEN ?3 ELSE (?3 / (t.hold_m * 60000) + 1) * t.hold_m * 60000 END, ?3, 0,
    m.account
FROM message m NOT INDEXED CROSS JOIN letter l ON l.id = m.letter
CROSS JOIN terms t ON t.id = l.terms
WHERE m.id BETWEEN ?1 AND ?2 AND m.news = 0 AND m.state IN (?4, ?7, ?8)
AND t.events & CASE m.state WHEN ?4 THEN ?5 ELSE ?6 END;

-- count_births: they are counted with their messages
UPDATE message SET news = 1 WHERE id BETWEEN ?1 AND ?2 AND news = 0 AND EXISTS (
    SELECT 1 FROM news n WHERE n.subject = message.id
);

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
