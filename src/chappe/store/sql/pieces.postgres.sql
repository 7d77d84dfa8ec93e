-- Dropped files, and orders in pieces.

-- dropped: files of a place that something is still owed for, and orders in portions that a node is
-- at or that are left; the oldest first
SELECT coalesce(json_agg(json_build_array(
    id, account, name, at, size, ordr, first, total, taken, gone, sent_at, told_at
) ORDER BY id), '[]')::text FROM dropped
WHERE CASE name WHEN '' THEN holder = $2 OR holder NOT IN {living} ELSE place IN ('', $1) END;

-- left_portions: orders in portions whose node is over, the oldest first
SELECT coalesce(json_agg(json_build_array(
    id, account, name, at, size, ordr, first, total, taken, gone, sent_at, told_at
) ORDER BY id), '[]')::text FROM dropped
WHERE name = '' AND holder NOT IN {living};

-- attempt: the numbers of the order that is being made of a file
UPDATE dropped SET ordr = $1, first = $2, total = $3 WHERE id = $4 AND taken = 0;

-- decided: the order of a file is taken
UPDATE dropped SET taken = 1 WHERE id = $1;

-- let_go: messages of a stretch may leave when their letter says, which may be now; those of an
-- order that was called off only seem to wait for their time
UPDATE message SET
    due = f.start, state = CASE WHEN f.is_due THEN $6::smallint ELSE $4::smallint END,
    lapse = CASE WHEN f.is_due THEN f.lapse ELSE 0 END
FROM (
    SELECT m.id, l.start, {lapse} AS lapse, l.start <= $5::bigint AND NOT EXISTS (
        SELECT 1 FROM ordr o WHERE o.id = l.ordr AND o.stage = 3
    ) AS is_due
    FROM message m JOIN letter l ON l.id = m.letter JOIN terms t ON t.id = l.terms
    WHERE m.id BETWEEN $1 AND $2 AND m.due = $3 AND m.state = $4::smallint
) f WHERE message.id = f.id;

-- owe_births: the first news of messages of a stretch that were just let go
INSERT INTO news (
    subject, seq, event, state, reason, at, operator, lane, due, since, holder, account
)
SELECT m.id, 1, CASE m.state WHEN $4::smallint THEN $5::integer ELSE $6::integer END, m.state,
    m.reason, $3::bigint, '', t.lane | (m.state = $4::smallint)::integer,
    CASE t.hold_m WHEN 0 THEN $3::bigint
    ELSE ($3::bigint / (t.hold_m * 60000) + 1) * t.hold_m * 60000 END, $3::bigint, 0, m.account
FROM message m JOIN letter l ON l.id = m.letter JOIN terms t ON t.id = l.terms
WHERE m.id BETWEEN $1 AND $2 AND m.news = 0
AND m.state IN ($4::smallint, $7::smallint, $8::smallint)
AND t.events & CASE m.state WHEN $4::smallint THEN $5::integer ELSE $6::integer END <> 0;

-- count_births: they are counted with their messages
UPDATE message SET news = 1 WHERE id BETWEEN $1 AND $2 AND news = 0 AND EXISTS (
    SELECT 1 FROM news n WHERE n.subject = message.id
);

-- queues_of: where messages of a stretch wait
SELECT coalesce(json_agg(json_build_array(route, channel)), '[]')::text FROM (
    SELECT DISTINCT route, channel FROM message
    WHERE id BETWEEN $1 AND $2 AND state = $3::smallint
) q;

-- gone: how far it has come
UPDATE dropped SET gone = $1 WHERE id = $2;

-- remove_tinies: where short URLs would have led
DELETE FROM tiny WHERE message IN (
    SELECT id FROM message WHERE id BETWEEN $1 AND $2 ORDER BY id LIMIT $3
);

-- remove_pieces: messages of an order that is not taken
DELETE FROM message WHERE id IN (
    SELECT id FROM message WHERE id BETWEEN $1 AND $2 ORDER BY id LIMIT $3
);

-- remove_letters: and its letters
DELETE FROM letter WHERE id IN (
    SELECT id FROM letter WHERE id BETWEEN $1 AND $2 ORDER BY id LIMIT $3
);

-- note_shown: its customer sees that it was taken
UPDATE dropped SET taken = 2 WHERE id = $1 AND taken = 1;

-- note_told: when all of it had been sent, and when its customer was last told
UPDATE dropped SET sent_at = $1, told_at = $2 WHERE id = $3;

-- drop_over: nothing more is owed
DELETE FROM dropped WHERE id = $1;
