-- What phones show of messages, and what numbers wrote.

-- carrying: how messages travel, by their numbers
SELECT json_group_array(json_array(m.id, t.alphabet, t.flash, t.udh, l.speech))
FROM json_each(?) j CROSS JOIN message m ON m.id = j.value
CROSS JOIN letter l ON l.id = m.letter CROSS JOIN terms t ON t.id = l.terms;

-- last_written: the last that a number wrote
SELECT json_group_array(json_array({reply})) FROM (
    SELECT * FROM reply INDEXED BY reply_number
    WHERE number = ?1 AND (?2 IS NULL OR account IN (SELECT value FROM json_each(?2)))
    ORDER BY id DESC LIMIT ?3
) r;
