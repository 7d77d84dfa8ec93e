"""How many rows a message writes in all its life: what a database's speed is divided by.

In: two hundred messages through a whole node, from the request until the callback was heard, under
a steady load. Out: a table of what was written of each table, which `-s` prints. Promise: each
database counts for itself: PostgreSQL has figures of it, SQLite gets a trigger for each table.
"""

import asyncio
import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest

from chappe.config import Config, StoreConfig
from chappe.engine.accept import accept
from chappe.words.answer import Receipt
from chappe.words.lifecycle import Event
from chappe.words.order import Letter, Order, Tell
from tests.journeys.house import House, config, link, many
from tests.nodes.street import until
from tests.store.server import Server

MESSAGES = 200
AT_ONCE = 20
REPORTED_MS = 100  # the simulated operator answers at once, and reports within so long
WINDOW = 500  # all find room on their link, as they do on one that keeps pace

_COUNTS = """
SELECT json_object_agg(relname, json_build_array(n_tup_ins, n_tup_upd, n_tup_del))
FROM pg_stat_user_tables
"""
_OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
_VERBS = ("INSERT", "UPDATE", "DELETE")


class Rows(NamedTuple):
    """What was written of one table."""

    added: int
    changed: int
    removed: int

    @property
    def all(self) -> int:
        return sum(self)


Written = Mapping[str, Rows]


class PostgresBook:
    """What PostgreSQL says that it has written."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._url = server.fresh()

    def said(self, window: int) -> Config:
        return config(store=StoreConfig(url=self._url), links=(link("sim", window=window),))

    async def begin(self, house: House) -> None:
        """Nothing is to be prepared."""

    async def read(self) -> Written:
        """A session gives its counts when it ends, before it is gone from the list."""
        await until(lambda: self._server.psql(_OTHERS, self._url) == "0")
        found = json.loads(self._server.psql(_COUNTS, self._url))
        return {table: Rows(*counts) for table, counts in found.items()}


class SqliteBook:
    """What triggers saw being written to a file."""

    def __init__(self) -> None:
        self._file = Path()

    def said(self, window: int) -> Config:
        return config(links=(link("sim", window=window),))

    async def begin(self, house: House) -> None:
        self._file = house.folder / "chappe.db"
        with closing(sqlite3.connect(self._file)) as file:
            tables = [name for (name,) in file.execute(_TABLES)]
            file.execute("CREATE TABLE seen (name TEXT, verb TEXT, rows INTEGER)")
            for table in tables:
                for verb in _VERBS:
                    file.execute("INSERT INTO seen VALUES (?, ?, 0)", (table, verb))
                    file.execute(
                        f"CREATE TRIGGER seen_{table}_{verb} AFTER {verb} ON {table} BEGIN "
                        f"UPDATE seen SET rows = rows + 1 "
                        f"WHERE name = '{table}' AND verb = '{verb}'; END"
                    )
            file.commit()

    async def read(self) -> Written:
        with closing(sqlite3.connect(self._file)) as file:
            found = {(name, verb): rows for name, verb, rows in file.execute("SELECT * FROM seen")}
        names = {name for name, _ in found}
        return {name: Rows(*(found[name, verb] for verb in _VERBS)) for name in names}


Book = PostgresBook | SqliteBook


@pytest.fixture(params=["postgres", "sqlite"])
def book(request: pytest.FixtureRequest) -> Book:
    if request.param == "sqlite":
        return SqliteBook()
    return PostgresBook(request.getfixturevalue("postgres"))


async def written(
    book: Book, house: House, each: int, events: Event, window: int = WINDOW
) -> Written:
    """What the lives of all messages wrote, in orders of so many recipients `each`."""
    await house.open(book.said(window))
    try:
        await house.stop()
        await book.begin(house)
        before = await book.read()
        await house.start(house.node.config)
        await live(house, each, events)
    finally:
        await house.close()
    after = await book.read()
    nothing = Rows(0, 0, 0)
    difference = {
        table: Rows(
            *(now - then for now, then in zip(rows, before.get(table, nothing), strict=True))
        )
        for table, rows in after.items()
    }
    return {table: rows for table, rows in difference.items() if rows.all}


async def live(house: House, each: int, events: Event) -> None:
    """From the request until its customer heard of the end. Nothing but time makes anything
    happen: whoever asks whether all is quiet has an empty batch committed, which writes too."""
    numbers, told = many(MESSAGES), house.ears.heard["/fred"]
    asked = [numbers[place : place + each] for place in range(0, MESSAGES, each)]
    fred = house.node.accounts.by_login("fred")
    assert fred is not None
    tell = house.tell(events) if events else Tell()
    while asked:
        some, asked = asked[:AT_ONCE], asked[AT_ONCE:]
        letters = [Letter(text="Bonjour", numbers=to, code="36105", tell=tell) for to in some]
        orders = [Order(dialect="plain", letters=[letter]) for letter in letters]
        answers = await asyncio.gather(*[accept(house.node.desk, fred, one) for one in orders])
        receipts = [answer for answer in answers if isinstance(answer, Receipt)]
        assert len(receipts) == len(some)
        await all_are(house, receipts, "sent")
        house.clock.advance(house.clock.now() + REPORTED_MS)
        await all_are(house, receipts, "delivered")
    await until(lambda: len(told) == (MESSAGES if events else 0))


async def all_are(house: House, receipts: Sequence[Receipt], state: str) -> None:
    """The node's own reads are asked, which commit nothing."""
    async with asyncio.timeout(10):
        for one in receipts:
            while await house.tally(one) != {state: one.total}:  # noqa: ASYNC110, as in `until`
                await asyncio.sleep(0.005)


def page(rows: Written) -> str:
    """A line for each table, those with the most first."""
    lines = [
        f"{table:<10} {one.added:>5} added {one.changed:>5} changed {one.removed:>5} removed"
        f" {one.all / MESSAGES:>6.2f} a message"
        for table, one in sorted(rows.items(), key=lambda row: -row[1].all)
    ]
    return "\n".join([*lines, f"all of it: {total(rows):.2f} a message"])


def total(rows: Written) -> float:
    return sum(one.all for one in rows.values()) / MESSAGES


def bounded(rows: Written) -> float:
    """The same but for what is written once a commit or a second: how many messages share one is
    up to the machine."""
    return total({table: one for table, one in rows.items() if table not in SHARED})


SHARED = ("node", "pulse", "tenure")
ITS_OWN = ("message", "part", "news", "ordr", "letter")  # all else is shared by a commit, or more


@pytest.mark.parametrize(
    ("each", "events", "own", "at_most"),
    [
        # The order, the letter, the message; the operator's id, that it was sent; how it ended, and
        # that somebody is to hear of it; that they did.
        pytest.param(1, Event.final, 8.0, 8.5, id="an order each, told"),
        pytest.param(1, Event.nothing, 6.0, 6.5, id="an order each, nobody asks"),
        pytest.param(20, Event.final, 6.1, 7.0, id="orders of twenty"),
        pytest.param(MESSAGES, Event.final, 6.01, 7.0, id="one order"),
    ],
)
async def test_a_message_writes_as_many_rows_as_it_must(
    book: Book, tmp_path: Path, each: int, events: Event, own: float, at_most: float
) -> None:
    rows = await written(book, House(tmp_path), each, events)
    print(f"\n{page(rows)}")
    assert sum(rows[table].all for table in ITS_OWN if table in rows) / MESSAGES == own
    assert own < bounded(rows) <= at_most
    assert rows["message"] == Rows(MESSAGES, 2 * MESSAGES, 0)


async def test_a_message_that_waits_for_its_link_is_written_once_more(
    book: Book, tmp_path: Path
) -> None:
    rows = await written(book, House(tmp_path), 1, Event.final, window=AT_ONCE // 4)
    print(f"\n{page(rows)}")
    message = rows["message"]
    assert message.added == MESSAGES
    assert 2 * MESSAGES < message.changed <= 3 * MESSAGES
    assert bounded(rows) <= 9.5
