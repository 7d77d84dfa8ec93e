"""Rows on their way into SQLite: every one of them once, whatever their number."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from chappe.store.contract import Told
from chappe.store.rows import ATTEMPT, PART
from chappe.store.script import Add, Ask, Run, Script
from chappe.store.sqlite import connect, migrate
from chappe.store.sqlite_hand import NativeHand, PlainHand, SqliteHand, is_native
from chappe.store.sqlite_script import play
from chappe.words.lifecycle import Event
from tests.store.office import NOW, Office

# Around the sizes that statements come in, and across what is taken from an iterator at a time.
COUNTS = (*range(1, 70), 100, 255, 256, 257, 300, 513, 4_095, 4_097)


@pytest.fixture(params=["native", "plain"] if is_native() else ["plain"])
def hand(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqliteHand]:
    path = str(tmp_path / "chappe.db")
    connection = connect(path)
    migrate(connection)
    hand: SqliteHand = PlainHand(connection)
    if request.param == "native":
        connection.close()
        hand = NativeHand(path, ["PRAGMA synchronous = OFF"])
    yield hand
    hand.close()


@pytest.mark.parametrize("counted", [True, False])
def test_so_many_rows_are_added_as_there_are(hand: SqliteHand, counted: bool) -> None:
    def script(count: int) -> Script:
        rows = ((subject, 1, NOW, "500", 3) for subject in range(count))
        added = yield Add(ATTEMPT, rows, counted)
        found = yield Ask("attempts", (count - 1, 1))
        return added, len(found)

    hand.begin("BEGIN IMMEDIATE")
    for count in COUNTS:
        hand.post("DELETE FROM attempt", ())
        assert play(hand, script(count)) == (count if counted else None, 1)
        assert hand.ask("SELECT count(*) FROM attempt") == count
    assert hand.commit()


def test_so_many_rows_are_found_as_are_asked_for(hand: SqliteHand) -> None:
    def script(count: int) -> Script:
        found = yield Ask("purses", ([(ident,) for ident in range(1, count + 1)],))
        return [ident for ident, _, _ in found]

    most = max(COUNTS)
    rows = [(ident, ident) for ident in range(1, most + 1)]
    insert = "INSERT INTO purse (id, account, name, balance, free) VALUES (?, ?, '', 0, 0)"
    hand.begin("BEGIN IMMEDIATE")
    for row in rows:
        hand.post(insert, row)
    for count in COUNTS:
        assert play(hand, script(count)) == list(range(1, count + 1))
    assert hand.commit()


def test_no_row_is_written_where_there_is_none(hand: SqliteHand) -> None:
    def script() -> Script:
        added = yield Add(ATTEMPT, [], counted=True)
        return added, (yield Run("set_balances", ([],), counted=True))

    assert play(hand, script()) == (0, 0)


def test_rows_that_should_be_new_and_are_not_are_told_at_the_end(hand: SqliteHand) -> None:
    def script(*refs: str) -> Script:
        yield Add(PART, [("link", ref, 1, 1) for ref in refs], fresh=True)

    for refs, as_expected in ((("a", "b"), True), (("b", "c"), False), (("d",), True)):
        hand.begin("BEGIN IMMEDIATE")
        play(hand, script(*refs))
        assert hand.commit() is as_expected
    assert hand.ask("SELECT count(*) FROM part") == 4


async def test_a_failed_try_counts_once_however_many_failed_with_it(office: Office) -> None:
    """E40: in one commit, in numbers that fill no statement."""
    for count in (1, 2, 17, 19, 33, 50, 65):
        first = await office.send(numbers=count, events=int(Event.created))
        again = [Told(first + n, 1, False, NOW, "500", NOW + n) for n in range(count)]
        await office.happen(told=again)
        calls = await office.store.calls(office.customer.account, count)
        found = [(call[0], call[4], call[5], call[6]) for call in reversed(calls)]
        assert found == [(first + n, NOW + n, 1, 0) for n in range(count)]
