-- Callbacks of an account, the newest first.

-- _tried: each try of one that was not heard
(SELECT json_group_array(json_array(at, answer, took)) FROM (
    SELECT at, answer, took FROM attempt INDEXED BY attempt_news
    WHERE subject = n.subject AND seq = n.seq ORDER BY at LIMIT 100
));

-- callbacks_in: those of some stretches of messages, each backwards, that ended in one of some
-- ways; of the last message of a stretch only what is before some seq
SELECT json_group_array(json(row)) FROM (
    SELECT json_array(
        n.subject, n.seq, n.event, n.at, n.due, n.tries, n.done, n.answer, n.told_at, n.took,
        CASE n.url WHEN '' THEN coalesce((
            SELECT t.url FROM message m CROSS JOIN letter l ON l.id = m.letter
            CROSS JOIN terms t ON t.id = l.terms WHERE m.id = n.subject
        ), '') ELSE n.url END, json({tried})
    ) AS row
    FROM (
        SELECT j.key AS n, f.subject, f.seq FROM json_each(?1) j
        CROSS JOIN news f ON f.subject BETWEEN j.value ->> 0 AND j.value ->> 1
        WHERE (f.subject < j.value ->> 1 OR f.seq < j.value ->> 2)
        AND f.account = ?2 AND (?3 >> f.done) & 1
        ORDER BY j.key, f.subject DESC, f.seq DESC LIMIT ?4
    ) p CROSS JOIN news n ON n.subject = p.subject AND n.seq = p.seq
    ORDER BY p.n, n.subject DESC, n.seq DESC
);

-- callbacks_of_replies: replies that answer nothing, before one of them, each with its callbacks
SELECT json_group_array(json_array(r.at, r.id, json((
    SELECT json_group_array(json_array(
        n.subject, n.seq, n.event, n.at, n.due, n.tries, n.done, n.answer, n.told_at, n.took,
        n.url, json({tried})
    )) FROM (
        SELECT * FROM news WHERE subject = -r.id AND (?4 >> done) & 1 ORDER BY seq DESC
    ) n
)))) FROM (
    SELECT at, id FROM reply INDEXED BY reply_account
    WHERE account = ?1 AND at <= ?2 AND (at < ?2 OR id < ?3) AND message = 0
    ORDER BY at DESC, id DESC LIMIT ?5
) r;
