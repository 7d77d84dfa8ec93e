-- What waits, counted.

-- piles_queued: what waits for a link, by route, channel and account
SELECT coalesce(json_agg(json_build_array(route, channel, account, n, due)), '[]')::text FROM (
    SELECT route, channel, account, count(*) AS n, min(due) AS due
    FROM message WHERE state = 2 AND ($1::jsonb IS NULL OR account IN (
        SELECT a::bigint FROM jsonb_array_elements_text($1::jsonb) a
    ))
    GROUP BY route, channel, account ORDER BY route, channel, account
) f;

-- piles_ahead: the same of the first that wait for their time, whatever is not let go yet apart
SELECT coalesce(json_agg(json_build_array(route, channel, account, n, due)), '[]')::text FROM (
    SELECT route, channel, account, count(*) AS n, min(due) AS due FROM (
        SELECT route, channel, account, due FROM message
        WHERE state = 1 AND due < 4611686018427387904 ORDER BY due LIMIT $2
    ) m
    WHERE $1::jsonb IS NULL OR account IN (
        SELECT a::bigint FROM jsonb_array_elements_text($1::jsonb) a
    )
    GROUP BY route, channel, account ORDER BY route, channel, account
) f;

-- scheduled_counted: how many of these there are
SELECT count(*) FROM message WHERE state = 1 AND due < 4611686018427387904;

-- owed_counts: how much news is owed by some lanes, each up to a bound
SELECT coalesce(json_agg(c.n ORDER BY e.n), '[]')::text
FROM jsonb_array_elements_text($1::jsonb) WITH ORDINALITY e(j, n)
CROSS JOIN LATERAL (
    SELECT count(*) AS n FROM (
        SELECT 1 FROM news WHERE done = 0 AND lane = j::bigint LIMIT $2
    ) f
) c;

-- owed_heads: what the first and the last news of some lanes tell, whatever waits behind other
-- news apart
SELECT coalesce(json_agg(json_build_array(
    j::bigint,
    coalesce(least(
        (SELECT min(since) FROM (
            SELECT since FROM news
            WHERE done = 0 AND lane = j::bigint AND due < 4611686018427387904
            ORDER BY due LIMIT $2
        ) f),
        (SELECT min(since) FROM (
            SELECT since FROM news
            WHERE done = 0 AND lane = j::bigint AND due < 4611686018427387904
            ORDER BY due DESC LIMIT $2
        ) f)
    ), 0),
    coalesce((
        SELECT CASE n.url WHEN '' THEN t.url ELSE n.url END
        FROM (
            SELECT * FROM news WHERE done = 0 AND lane = j::bigint ORDER BY due LIMIT 1
        ) n LEFT JOIN message m ON m.id = n.subject
        LEFT JOIN letter l ON l.id = m.letter LEFT JOIN terms t ON t.id = l.terms
    ), ''),
    coalesce((
        SELECT answer FROM (
            SELECT due, tries, answer FROM news
            WHERE done = 0 AND lane = j::bigint AND due < 4611686018427387904
            ORDER BY due DESC LIMIT $2
        ) f WHERE tries > 0 ORDER BY due DESC LIMIT 1
    ), '')
)), '[]')::text
FROM jsonb_array_elements_text($1::jsonb) j CROSS JOIN LATERAL (
    SELECT 1 FROM news WHERE done = 0 AND lane = j::bigint LIMIT 1
) n;
