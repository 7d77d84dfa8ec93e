-- What was used: messages counted by what an operator wants to know of them.

-- _used: a row of figures for each set of messages that have all of this in common
SELECT json_group_array(json_array(
    hour, account, dialect, channel, number, link, state, messages, parts, price
)) FROM (
    SELECT o.at / 3600000 AS hour, m.account, o.dialect, m.channel,
        -- What matters is the country, and most are French.
        CASE m.number / 1000000000 WHEN 33 THEN 33000000000 ELSE m.number END AS number,
        -- What an operator refused has no id of its; where its route has one link, it was by that.
        coalesce((
            SELECT p.link FROM part p WHERE p.message = m.id ORDER BY p.no, p.ref LIMIT 1
        ), (
            SELECT r.links ->> 0 FROM route r WHERE r.id = m.route
            AND m.state = 9 AND m.reason >= 20 AND json_array_length(r.links) = 1
        ), '') AS link,
        m.state, count(*) AS messages, sum(m.parts) AS parts,
        sum(CASE WHEN m.money IN (1, 2) THEN m.price ELSE 0 END) AS price;

-- _by: what they are counted by
GROUP BY 1, 2, 3, 4, 5, 6, 7;

-- usage_of: of a stretch
{used} FROM message m NOT INDEXED {whole} WHERE m.id BETWEEN ? AND ? {by});

-- usage_of_messages: of these
{used} FROM json_each(?) j CROSS JOIN message m ON m.id = j.value {whole} {by});

-- youngest_of: when the last order of a stretch was taken; 0 where there is none
SELECT coalesce((
    SELECT o.at FROM message m NOT INDEXED {whole}
    WHERE m.id BETWEEN ? AND ? ORDER BY m.id DESC LIMIT 1
), 0);

-- last_before: the last message before this number
SELECT coalesce(max(id), 0) FROM message WHERE id < ?;

-- usage_dropped: of messages that are no longer kept, between two days
SELECT json_group_array(json_array(
    day, account, dialect, channel, country, link, state, messages, parts, price
)) FROM usage WHERE day BETWEEN ? AND ?;

-- counted: stretches whose figures are remembered
SELECT json_group_array(stretch) FROM counted;

-- counted_to: the last of them
SELECT coalesce(max(stretch), -1) FROM counted;

-- counted_between: the figures of those that have some between two days
SELECT json_group_array(found) FROM counted WHERE last_day >= ? AND first_day <= ?;

-- uncount: something in these stretches is another now
DELETE FROM counted WHERE stretch IN (SELECT value FROM json_each(?));

-- uncount_before: nothing is left of the stretches before this one
DELETE FROM counted WHERE stretch < ?;

-- stretches_with: in which of these stretches a number has messages
{stretches}
SELECT json_group_array(DISTINCT b.v) FROM b CROSS JOIN message m INDEXED BY message_number
ON m.id >> 12 = b.v AND m.number = ?3;
