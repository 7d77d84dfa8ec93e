-- Money by its bookings, and what else is counted of an account.

-- balance_of: what is in a purse
SELECT coalesce((SELECT balance FROM purse WHERE id = $1), 0);

-- ledger_piece: some bookings of a purse before one of them, counted: how many, the first of them,
-- their sum, and between which times they are
SELECT json_build_array(
    count(*), coalesce(min(id), 0), coalesce(sum(amount), 0)::bigint, coalesce(min(at), 0),
    coalesce(max(at), 0)
)::text FROM ledger
WHERE purse = $1 AND id < $2 AND id >= coalesce((
    SELECT id FROM ledger
    WHERE purse = $1 AND id < $2 ORDER BY purse DESC, id DESC LIMIT 1 OFFSET $3::bigint - 1
), 0);

-- ledger_rows: bookings of a purse between two of them and of some time, the newest first, each
-- with what was in the purse after it: $4 after the newest of all between these two
SELECT coalesce(json_agg(
    json_build_array(id, at, amount, kind, ordr, note, balance) ORDER BY id DESC
), '[]')::text FROM (
    SELECT * FROM (
        SELECT *, $4::bigint - coalesce(sum(amount) OVER (
            ORDER BY purse DESC, id DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ), 0)::bigint AS balance
        FROM ledger WHERE purse = $1 AND id < $2 AND id >= $3
    ) g WHERE at >= $5 AND at < $6 ORDER BY id DESC LIMIT $7
) g;

-- waiting_of: how many messages of an account wait for a link, counted up to a bound, and since
-- when the first of these may leave
{queues}
SELECT json_build_array(count(*), coalesce(min(due), 0))::text FROM (
    SELECT m.due FROM a JOIN message m
    ON m.state = 2 AND m.route = a.route AND m.channel = a.channel AND m.account = $1 LIMIT $2
) m;

-- owed_of: how many callbacks are owed in a stretch of lanes, counted up to a bound, and since when
-- the first of these is
SELECT json_build_array(count(*), coalesce(min(since), 0))::text FROM (
    SELECT since FROM news WHERE done = 0 AND lane >= $1 AND lane < $2 LIMIT $3
) n;

-- listed_of: how many numbers stand on an account's lists, counted up to a bound
SELECT coalesce(json_agg(json_build_array(list, n) ORDER BY list), '[]')::text FROM (
    SELECT list, count(*) AS n FROM (SELECT list FROM optout WHERE account = $1 LIMIT $2) o
    GROUP BY list
) c;
