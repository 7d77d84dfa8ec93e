"""Rows on their way into SQLite: every one of them once, whatever their number."""

import sqlite3
from collections.abc import Iterator

import pytest

from chappe.store.contract import Told
from chappe.store.rows import ATTEMPT
from chappe.store.script import Add, Ask, Run, Script
from chappe.store.sqlite import connect, migrate
from chappe.store.sqlite_script import play
from chappe.words.lifecycle import Event
from tests.store.office import NOW, Office

# Around the sizes that statements come in, and across what is taken from an iterator at a time.
COUNTS = (*range(1, 70), 100, 255, 256, 257, 300, 513, 4_095, 4_097)


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    connection = connect(":memory:")
    migrate(connection)
    yield connection
    connection.close()


def test_so_many_rows_are_added_as_there_are(connection: sqlite3.Connection) -> None:
    def script(count: int) -> Script:
        added = yield Add(ATTEMPT, ((subject, 1, NOW, "500", 3) for subject in range(count)))
        found = yield Ask("attempts", (count - 1, 1))
        return added, len(found)

    for count in COUNTS:
        connection.execute("DELETE FROM attempt")
        assert play(connection, script(count)) == (count, 1)


def test_so_many_rows_are_found_as_are_asked_for(connection: sqlite3.Connection) -> None:
    def script(count: int) -> Script:
        found = yield Ask("purses", ([(ident,) for ident in range(1, count + 1)],))
        return [ident for ident, _, _ in found]

    most = max(COUNTS)
    rows = [(ident, ident) for ident in range(1, most + 1)]
    insert = "INSERT INTO purse (id, account, name, balance, free) VALUES (?, ?, '', 0, 0)"
    connection.executemany(insert, rows)
    for count in COUNTS:
        assert play(connection, script(count)) == list(range(1, count + 1))


def test_no_row_is_written_where_there_is_none(connection: sqlite3.Connection) -> None:
    def script() -> Script:
        return (yield Add(ATTEMPT, [])), (yield Run("set_balances", ([],)))

    assert play(connection, script()) == (0, 0)


async def test_a_failed_try_counts_once_however_many_failed_with_it(office: Office) -> None:
    """E40: in one commit, in numbers that fill no statement."""
    for count in (1, 2, 17, 19, 33, 50, 65):
        first = await office.send(numbers=count, events=int(Event.created))
        again = [Told(first + n, 1, False, NOW, "500", NOW + n) for n in range(count)]
        await office.happen(told=again)
        calls = await office.store.calls(office.customer.account, count)
        found = [(call[0], call[4], call[5], call[6]) for call in reversed(calls)]
        assert found == [(first + n, NOW + n, 1, 0) for n in range(count)]
