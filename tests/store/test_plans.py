"""How the databases go about the statements: by which index, and what they read whole.

PostgreSQL is asked twice: over empty tables, as the first plans are made and kept, and over many
rows of which it has gathered no statistics, as in the minutes after a first large campaign.
"""

import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing

import pytest

from chappe.store.postgres import PostgresStore
from chappe.store.postgres_session import Connection, connect
from chappe.store.queries import migrations, queries
from chappe.store.rows import TERMS
from chappe.store.settings import ALONE
from tests.store.server import Server

# What goes through a whole table or index. Some stop at the first few rows that they meet.
WHOLE = {
    "stretches": {"message"},
    "order_stretches": {"ordr"},
    "waiting": {"message"},
    "backlog": {"message"},
    "waiting_of": {"message"},
    "queue_counts": {"message"},
    "queue_oldest": {"message"},
    "due_scheduled": {"ordr"},
    "next_scheduled": {"ordr"},
    "called_off": {"ordr"},
    "drop_terms": {"letter"},
    # Others do not: small tables, what is owed or waits, and what nobody waits for.
    "all_staff": {"staff"},
    "code_owner": {"account"},
    "audit": {"purse"},
    "doubts": {"doubt"},
    "doubts_held": {"doubt"},
    "release_news": {"news"},
    "heirs": {"message"},  # what is on its way
    "dropped": {"dropped"},
    "left_portions": {"dropped"},
    "free_tenures": {"tenure"},
    "drop_pulses": {"node"},
    "last_change": {"change"},  # from its end, as far as a few seconds reach
    "calls": {"news"},
    "piles_queued": {"message"},
    "sought_queued": {"message"},
    "sought_scheduled": {"message"},
    "waiting_counted": {"message"},
    "drop_old_fragments": {"fragment"},
    # These are asked once, of a database that was put back from a backup.
    "contents": {"account", "message"},
    "under_way": {"message", "ordr"},
    "queued": {"message", "ordr"},
    "give_up_news": {"news"},
}

_SOUGHT = {
    *("message_pkey", "letter_pkey", "terms_pkey", "ordr_pkey"),
    *("part_message", "route_pkey"),
}
# Which index the hot statements must go by.
INDEX = {
    "claim_accounts": {"message_queue"},
    "claim_rows": {"message_queue", "letter_pkey", "terms_pkey", "optout_pkey"},
    "claim_letter": {"message_queue"},
    "claim": {"message_pkey"},
    "move_rows": {"message_pkey", "letter_pkey", "terms_pkey", "news_pkey"},
    "move": {"message_pkey"},
    "taken": {"message_pkey"},
    "ended": {"message_pkey"},
    "parts": {"part_pkey", "message_pkey"},
    "parked": {"parked_ref"},
    "used_requests": {"ordr_request"},
    "purses": {"purse_pkey"},
    "told": {"news_pkey"},
    "tell_again": {"news_pkey"},
    "news_behind": {"news_pkey"},
    "owing": {"news_owed"},
    "lanes": {"news_owed"},
    "owed": {"news_owed"},
    "due_scheduled": {"message_scheduled", "ordr_called_off", "letter_pkey", "ordr_pkey"},
    "next_scheduled": {"message_scheduled", "ordr_called_off", "letter_pkey", "ordr_pkey"},
    "clicks_in": {"tiny_clicked", "message_pkey", "letter_pkey", "terms_pkey", "ordr_pkey"},
    "own_refs": {"message_ref", "letter_pkey", "ordr_pkey"},
    "called_off": {"ordr_called_off", "message_pkey"},
    "ahead": {"ordr_ahead"},
    "ahead_of": {"ordr_later"},
    "left_behind": {"purse_pkey"},
    "made_keys": {"made_key_pkey"},
    "drop_keys": {"made_key_pkey"},
    "set_heirs": {"purse_pkey"},
    "set_stage": {"ordr_pkey"},
    "unplaced": {"message_pkey"},
    "answers": {"reply_account", "message_pkey", "letter_pkey", "terms_pkey", "ordr_pkey"},
    "fallen_silent": {"message_silent"},
    "due_again": {"message_again", "letter_pkey", "ordr_pkey"},
    "next_again": {"message_again"},
    "heirs": {"message_sending", "node_over"},
    "lapsed": {"message_lapse", "letter_pkey", "terms_pkey"},
    "waiting": {"message_queue"},
    "queue_counts": {"message_queue"},
    "queue_oldest": {"message_queue"},
    "owed_oldest": {"news_owed"},
    "doubts_held": {"message_pkey"},
    "backlog": {"message_queue"},
    "last_to": {"message_number", "letter_pkey", "ordr_pkey"},
    "delete_order": {"ordr_pkey"},
    "begins": {"ordr_pkey", "message_pkey"},
    "confirmations": {"confirmation_pkey"},
    "confirmed": {"confirmation_pkey"},
    "messages_by_ref": {"message_ref", "letter_pkey", "terms_pkey", "ordr_pkey"},
    "letters_by_ref": {"letter_ref", "ordr_pkey"},
    "unnamed": {"message_pkey", "letter_pkey", "terms_pkey", "ordr_pkey"},
    "messages_to": {"message_number", "letter_pkey", "terms_pkey", "ordr_pkey"},
    "orders_by_ref": {"ordr_ref"},
    "orders_of": {"ordr_account", "message_pkey"},
    "orders_counted": {"ordr_account", "message_pkey"},
    "order_of": {"message_pkey", "letter_pkey", "ordr_pkey"},
    "order_heads": {"ordr_pkey", "message_pkey", "letter_pkey", "terms_pkey"},
    "messages_in": {"message_pkey", "letter_pkey", "terms_pkey", "ordr_pkey"},
    "reply_at": {"reply_pkey"},
    "order_at": {"ordr_pkey"},
    "orders_taken": {"ordr_account"},
    "orders_later": {"ordr_later"},
    "left_in": {"message_pkey"},
    "orders_left": {"message_pkey"},
    "left_messages": {
        "message_pkey",
        "letter_pkey",
        "terms_pkey",
        "ordr_pkey",
        "reply_message",
    },
    "order_sums": {"ordr_pkey", "message_pkey", "letter_pkey", "terms_pkey", "reply_message"},
    "answers_before": {"reply_account", "message_pkey", "letter_pkey", "terms_pkey", "ordr_pkey"},
    "tally": {"message_pkey"},
    "opted_out": {"optout_pkey"},
    "group_of": {"book_group_pkey"},
    "group_named": {"book_group_name"},
    "among": {"member_pkey"},
    "leave_group": {"member_pkey"},
    "is_awaited": {"group_order_of"},
    "await_no_more": {"group_order_pkey"},
    "drop_group_orders": {"group_order_pkey"},
    "members": {"member_pkey", "contact_pkey"},
    "member_numbers": {"member_pkey"},
    "contacts": {"contact_pkey"},
    "groups_with": {"member_number"},
    "contacts_of": {"contact_number"},
    "heard_by": {"reply_account"},
    "heard_by_all": {"reply_at"},
    "heard_later": {"reply_number"},
    "heard_from": {"reply_number"},
    "opt_outs_with": {"optout_pkey"},
    "forget_texts": {"letter_text", "message_text", "message_pkey"},
    "forget_letters": {"letter_text", "message_text", "letter_pkey"},
    "forget_replies": {"reply_text", "reply_pkey"},
    "orders_after": {"ordr_pkey"},
    "old_messages": {"message_pkey", "news_pkey"},
    "drop_messages": {"message_pkey"},
    "drop_parts": {"part_message"},
    "drop_news": {"news_pkey"},
    "drop_attempts": {"attempt_news"},
    "drop_letters": {"letter_pkey", "message_pkey"},
    "drop_orders": {"ordr_pkey", "letter_pkey"},
    "drop_strangers": {"parked_at", "parked_pkey"},
    "strangers_of": {"parked_of"},
    "crowd_out": {"parked_of", "parked_pkey"},
    "drop_replies": {"reply_at", "reply_pkey"},
    "sought_orders": {"ordr_pkey"},
    "sought_orders_of": {"ordr_account"},
    "sought_in": _SOUGHT,
    "sought_some": _SOUGHT,
    "callbacks_in": {"news_pkey", "message_pkey", "letter_pkey", "terms_pkey", "attempt_news"},
    "callbacks_of_replies": {"reply_account", "news_pkey", "attempt_news"},
    "sought_to": {"message_number"},
    "sought_below": {"message_pkey"},
    "sought_queued": {"message_queue"},
    "sought_queued_of": {"message_queue"},
    "sought_scheduled": {"message_scheduled"},
    "sought_sending": {"message_sending"},
    "order_taken": {"ordr_pkey"},
    "message_taken": {"message_pkey", "letter_pkey", "terms_pkey", "ordr_pkey"},
    "carrying": {"message_pkey", "letter_pkey", "terms_pkey"},
    "last_written": {"reply_number"},
    "piles_queued": {"message_queue"},
    "piles_ahead": {"message_scheduled"},
    "scheduled_counted": {"message_scheduled"},
    "owed_counts": {"news_owed"},
    "owed_heads": {"news_owed", "message_pkey", "letter_pkey", "terms_pkey"},
}
# What customers ask for, a page or one of it at a time.
ASKED = (
    *("orders_counted", "orders_of", "order_heads", "answers_before", "last_to"),
    *("order", "messages", "stretch", "delete_order"),
    *("heard_by", "heard_by_all", "heard_from", "heard_later"),
)
# What SQLite goes through whole for them: stretches, a page, and what was found so far.
_BOUNDED = re.compile(r"SCAN (?:b|[jk] VIRTUAL TABLE.*|r|CONSTANT ROW|\(subquery-\d+\))")
_UNCONDITIONAL = (
    r"(?:Seq Scan|Index Scan.*|Index Only Scan.*) on (\w+).*\n(?!\s*(?:Disabled.*\n\s*)?Index Cond)"
)

_FILL = """
INSERT INTO ordr SELECT n, 1, 'd', 0, 'r' || n, 'q' || n, n, 1, 0, '{}'
FROM generate_series(1, 20000) n;
INSERT INTO letter SELECT n, 1, n, n, n, 'x', '{}' FROM generate_series(1, 20000) n;
INSERT INTO terms SELECT n, 1, 1, '', '', 0, '', -1, -1, 0, 1, 48, 72, 9, 0, '', '', '', 7
FROM generate_series(1, 20000) n;
INSERT INTO message SELECT n, n % 20000 + 1, 33600000000 + n, 2 + n % 4, 0, 0, n, 0, n % 4, n % 9,
    1 + n % 3, 400, 1, 1, 1, 1, 0, '', NULL, 'r' || n, NULL, '', n
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
    """A session as the store opens them."""
    url = postgres.fresh()
    store = PostgresStore(url, ALONE)
    await store.open()
    connection = await connect(url, "plans")
    yield connection
    await connection.close()
    await store.close()


async def plans(connection: Connection) -> dict[str, str]:
    """How each statement would be done, whatever its arguments."""
    shown = {}
    for name, statement in queries("postgres").items():
        await connection.execute(f"PREPARE p AS {statement}")
        count = await connection.fetchval(
            "SELECT cardinality(parameter_types) FROM pg_prepared_statements WHERE name = 'p'"
        )
        args = f"({', '.join(['NULL'] * count)})" if count else ""
        lines = await connection.fetch(f"EXPLAIN (COSTS OFF) EXECUTE p{args}")
        shown[name] = "\n".join(line[0] for line in lines)
        await connection.execute("DEALLOCATE p")
    return shown


def found(shown: dict[str, str], pattern: str) -> dict[str, set[str]]:
    each = {name: set(re.findall(pattern, plan)) for name, plan in shown.items()}
    return {name: values for name, values in each.items() if values}


async def test_no_statement_reads_a_large_table_that_need_not(session: Connection) -> None:
    """E43: however many messages are stored."""
    for fill in ("SELECT 1", _FILL):
        await session.execute(fill)
        shown = await plans(session)
        indexes = found(shown, r"using (\w+)")
        assert found(shown, _UNCONDITIONAL) == WHOLE
        assert {name: indexes[name] for name in INDEX} == INDEX
        assert found(shown, r"Materialize|Hash Join|Merge Join|Bitmap") == {}


async def test_news_are_found_by_what_they_are_of(session: Connection) -> None:
    """E43: their number within it alone would lead through all of them."""
    shown = await plans(session)
    news = {name: re.findall(r"using news_pkey.*\n\s*(.*)", plan) for name, plan in shown.items()}
    ways = {name: way for name, ways in news.items() for way in ways if "Index Cond" in way}
    assert {"told", "tell_again", "news", "news_behind", "move_rows"} <= set(ways)
    # A replay of some time, and a page of callbacks, look through stretches of messages.
    assert [name for name, way in ways.items() if "(subject = " not in way] == [
        "news_over",
        "callbacks_in",
    ]


async def test_members_are_found_by_their_numbers(session: Connection) -> None:
    """E43: their group alone would lead through all of it, for each call that fills it."""
    shown = await plans(session)
    names = ("among", "leave_group")
    ways = [re.findall(r"using member_pkey.*\n\s*(Index Cond.*)", shown[name]) for name in names]
    assert all(len(way) == 1 and "(number = " in way[0] for way in ways), ways


def sqlite_plan(store: sqlite3.Connection, name: str) -> list[str]:
    statement = queries("sqlite")[name]
    numbered = [int(found) for found in re.findall(r"\?(\d+)", statement)]
    args = [None] * (max(numbered) if numbered else statement.count("?"))
    return [row[3] for row in store.execute(f"EXPLAIN QUERY PLAN {statement}", args)]


@pytest.mark.parametrize("name", ASKED)
def test_who_merely_asks_makes_sqlite_read_no_table_whole(name: str) -> None:
    """E43: each table is gone into by a key or an index, and nothing is sorted but the page."""
    with closing(sqlite3.connect(":memory:")) as store:
        for step in migrations("sqlite"):
            store.executescript(step.sql)
        plan = sqlite_plan(store, name)
    scans = [line for line in plan if line.startswith("SCAN")]
    assert [line for line in scans if not _BOUNDED.fullmatch(line)] == []
    searches = [line for line in plan if line.startswith("SEARCH")]
    assert [line for line in searches if " USING I" not in line] == []
    assert sum("TEMP B-TREE" in line for line in plan) <= 1


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_every_statement_says_what_it_is_for(database: str) -> None:
    assert len(queries(database)) > 50
    assert all(sql for sql in queries(database).values())
    pieces = {piece for sql in queries(database).values() for piece in re.findall(r"{\w+}", sql)}
    assert pieces == ({"{rows}"} if database == "sqlite" else set())


def test_terms_are_written_with_every_column_that_the_schema_has() -> None:
    """A letter's new column is named in one table; one that is missing there is never kept."""
    with closing(sqlite3.connect(":memory:")) as store:
        for step in migrations("sqlite"):
            store.executescript(step.sql)
        columns = {row[1] for row in store.execute("PRAGMA table_info(terms)")}
    assert set(TERMS.columns) == columns


_OF_SEVERAL = {"same_rows", "lock_messages", "tell"}
"""What only nodes that share a database ask of it."""


def test_both_databases_know_the_same_statements_and_steps() -> None:
    assert set(queries("sqlite")) | _OF_SEVERAL == set(queries("postgres"))
    steps = [
        [
            (step.number, step.name.rpartition(".")[0].rpartition(".")[0])
            for step in migrations(database)
        ]
        for database in ("sqlite", "postgres")
    ]
    assert steps[0] == steps[1]
    assert [number for number, _ in steps[0]] == list(range(1, len(steps[0]) + 1))
