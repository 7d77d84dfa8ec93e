"""How PostgreSQL goes about the statements, where tables are large and nobody told it so.

Many rows are made in one statement and no statistics are gathered: that is how the tables stand in
the minutes after a first large campaign, when the planner knows least.
"""

import re
from collections.abc import AsyncIterator

import pytest

from chappe.store.postgres import PostgresStore
from chappe.store.postgres_session import Connection, connect
from chappe.store.queries import migrations, queries
from tests.store.server import Server

# What goes through a whole table or index: of small tables; in search of the first few; or since
# nobody waits for it.
WHOLE: dict[str, set[str]] = {}

# Which index the hot statements must go by.
INDEX = {
    "claim_accounts": {"message_queue"},
    "claim_rows": {"message_queue", "letter_pkey", "optout_pkey"},
    "claim_letter": {"message_queue"},
    "claim": {"message_pkey"},
    "move_rows": {"message_pkey", "letter_pkey", "news_pkey"},
    "move": {"message_pkey"},
    "parts": {"part_pkey"},
    "parked": {"parked_ref"},
    "used_requests": {"ordr_request"},
    "purses": {"purse_pkey"},
    "told": {"news_pkey"},
    "news_behind": {"news_pkey"},
    "owed": {"news_owed"},
    "due_scheduled": {"message_scheduled"},
    "fallen_silent": {"message_silent"},
    "heirs": {"message_sending"},
    "waiting": {"message_queue"},
    "messages_by_ref": {"message_ref", "letter_pkey", "ordr_pkey"},
    "messages_to": {"message_number", "letter_pkey", "ordr_pkey"},
    "orders_by_ref": {"ordr_ref"},
    "tally": {"message_pkey"},
    "opted_out": {"optout_pkey"},
}
_WHOLE = re.compile(
    r"(?:Seq Scan|Index Scan.*|Index Only Scan.*) on (\w+).*\n(?!\s*(?:Disabled.*\n\s*)?Index Cond)"
)

_FILL = """
INSERT INTO ordr SELECT n, 1, 'd', 0, 'r' || n, 'q' || n, n, 1, 0, '{}'
FROM generate_series(1, 20000) n;
INSERT INTO letter SELECT n, n, 'x', 1, '', '', 1, 0, '', 0, -1, -1, 0, 1, 48, 72, 9, 0, '', '',
    '', 7, '{}' FROM generate_series(1, 20000) n;
INSERT INTO message SELECT n, n % 20000 + 1, 33600000000 + n, 2 + n % 4, 0, 0, n, 0, n % 4, n % 9,
    1 + n % 3, 400, 1, 1, 1, 1, 0, NULL, NULL, 'r' || n, NULL, NULL
FROM generate_series(1, 200000) n;
INSERT INTO news SELECT n, 1, 8, 6, 0, 0, '', n % 50, n, n, 0, n % 2, 0, '', 0, n % 9, '', '', ''
FROM generate_series(1, 50000) n;
INSERT INTO part SELECT 'sim', 'r' || n, n, 1 FROM generate_series(1, 50000) n;
INSERT INTO parked SELECT 'sim', 'r' || n, n, '[]' FROM generate_series(1, 5000) n;
INSERT INTO optout SELECT n % 9, 33600000000 + n, 0, '' FROM generate_series(1, 50000) n;
INSERT INTO ledger (purse, at, amount, kind, ordr, note)
    SELECT n % 50, n, 1, 'held', n, '' FROM generate_series(1, 50000) n;
INSERT INTO reply SELECT n, n, 33600000000 + n, '', 'x', '', n % 9, n, 0, 'sim'
FROM generate_series(1, 20000) n;
"""


@pytest.fixture
async def session(postgres: Server) -> AsyncIterator[Connection]:
    """A session as the store opens them, over large tables."""
    url = postgres.fresh()
    store = PostgresStore(url)
    await store.open()
    connection = await connect(url, "plans")
    # The planner makes its plans while the tables are empty, and keeps them.
    await connection.execute(_FILL)
    yield connection
    await connection.close()
    await store.close()


async def plan(connection: Connection, name: str) -> str:
    await connection.execute(f"PREPARE p_{name} AS {queries('postgres')[name]}")
    count = await connection.fetchval(
        "SELECT cardinality(parameter_types) FROM pg_prepared_statements WHERE name = $1",
        f"p_{name}",
    )
    args = f"({', '.join(['NULL'] * count)})" if count else ""
    lines = await connection.fetch(f"EXPLAIN (COSTS OFF) EXECUTE p_{name}{args}")
    return "\n".join(line[0] for line in lines)


async def test_no_statement_reads_a_large_table_from_end_to_end(session: Connection) -> None:
    """E43: however many messages are stored; save for those few that must."""
    whole, indexes, joins = {}, {}, {}
    for name in queries("postgres"):
        shown = await plan(session, name)
        whole[name] = set(_WHOLE.findall(shown))
        indexes[name] = set(re.findall(r"using (\w+)", shown))
        joins[name] = re.findall(r"Materialize|Hash Join|Merge Join|Bitmap", shown)
    print({name: tables for name, tables in whole.items() if tables}); print({n:indexes[n] for n in INDEX if indexes[n]!=INDEX[n]}); print(joins)
    for n in ("lapsed","drop_letters","drop_orders","drop_messages","opted_out","ledger_of","waiting", "calls"): print(n, await plan2(session,n))
    assert {name: tables for name, tables in whole.items() if tables} == WHOLE
    assert {name: indexes[name] for name in INDEX} == INDEX
    assert {name: found for name, found in joins.items() if found} == {}


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_every_statement_says_what_it_is_for(database: str) -> None:
    assert len(queries(database)) > 50
    assert all(sql for sql in queries(database).values())


def test_both_databases_know_the_same_statements_and_steps() -> None:
    assert set(queries("sqlite")) == set(queries("postgres"))
    steps = [
        [
            (step.number, step.name.rpartition(".")[0].rpartition(".")[0])
            for step in migrations(database)
        ]
        for database in ("sqlite", "postgres")
    ]
    assert steps == [[(1, "before_first")]] * 2
async def plan2(c,n):
    r=await c.fetch(f"SELECT cardinality(parameter_types) x FROM pg_prepared_statements WHERE name = $1",f"p_{n}")
    a=f"({', '.join(['NULL'] * r[0][0])})" if r[0][0] else ''
    return "\n".join(l[0] for l in await c.fetch(f"EXPLAIN EXECUTE p_{n}{a}"))
