"""What a database of another time still holds to be sent and told; and copying one that is used."""

import asyncio
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from chappe.store.contract import Move
from chappe.store.contract.recover import Contents, UnderWay
from chappe.store.intents import Intents
from chappe.store.settings import ALONE
from chappe.store.sqlite import SqliteStore
from chappe.words.lifecycle import Happening, Reason, State
from tests.store.office import NOW, TOLD, Office


async def test_what_is_under_way_is_what_would_leave_or_be_told_now(office: Office) -> None:
    """E56: queued, on its way, or scheduled for a time that has come."""
    assert await office.store.under_way(NOW) == UnderWay(0, 0)
    assert await office.store.contents() == Contents(1, 0, 0)
    queued = await office.send(numbers=2, events=TOLD, happening=Happening.accepted)
    on_its_way = await office.send()
    await office.happen(Move(on_its_way, Happening.claimed, Reason.none, NOW))
    await office.send(happening=Happening.postponed, due=NOW + 5)
    assert await office.store.under_way(NOW) == UnderWay(3, 2)
    assert await office.store.under_way(NOW + 5) == UnderWay(4, 2)
    assert await office.store.contents() == Contents(1, 4, NOW)
    assert sorted(await office.store.queued(10)) == [queued, queued + 1]
    assert len(await office.store.queued(1)) == 1


async def test_news_is_given_up_some_at_a_time_and_can_be_told_by_hand(office: Office) -> None:
    first = await office.send(numbers=3, events=TOLD)
    assert [await office.store.give_up_news("of another time", 2) for _ in range(3)] == [2, 1, 0]
    assert (await office.store.under_way(NOW)).news == 0
    rows = await office.store.calls(office.customer.account, 10)
    assert {(row[6], row[7]) for row in rows} == {(2, "of another time")}
    assert await office.store.replay(first, 1, NOW)
    assert (await office.store.under_way(NOW)).news == 1


async def test_a_message_goes_into_doubt_from_wherever_it_waits(office: Office) -> None:
    """Its steps are the table's, in one transaction; it stays paid once."""
    first = await office.send(happening=Happening.accepted)
    before = await office.balance()
    steps = (Happening.claimed, Happening.went_unanswered)
    await office.happen(*(Move(first, step, Reason.in_doubt, NOW) for step in steps))
    assert await office.states(first, 1) == [(State.unknown, Reason.in_doubt)]
    assert (await office.balance(), await office.store.audit()) == (before, [])


@pytest.fixture
def used(tmp_path: Path) -> Path:
    """A database of some MiB."""
    path = tmp_path / "chappe.db"
    with closing(sqlite3.connect(path)) as made:
        made.execute("PRAGMA journal_mode = WAL")
        made.execute("CREATE TABLE row (n INTEGER PRIMARY KEY, text TEXT)")
        made.executemany("INSERT INTO row VALUES (?, ?)", [(n, "x" * 2_000) for n in range(4_000)])
        made.commit()
    return path


def test_a_copy_is_of_one_moment_though_each_of_its_steps_sees_a_commit(
    tmp_path: Path, used: Path
) -> None:
    """E56: it neither begins anew nor keeps the writer waiting."""
    steps = 0
    with closing(sqlite3.connect(used, timeout=0, isolation_level=None)) as writer:

        def breathe(file: int) -> None:
            nonlocal steps
            steps += 1
            writer.execute("UPDATE row SET text = 'new' WHERE n % 7 = ?", (steps % 7,))
            writer.execute("INSERT INTO row (text) VALUES ('new')")

        writer.execute("SELECT 1 FROM row").fetchone()
        store = SqliteStore(used, ALONE)
        assert store.copy(str(tmp_path / "copy.db"), breathe)
    assert 5 < steps < 50
    with closing(sqlite3.connect(tmp_path / "copy.db")) as copy:
        assert copy.execute("SELECT count(*), sum(text = 'new') FROM row").fetchone() == (4_000, 0)
        assert copy.execute("PRAGMA quick_check").fetchall() == [("ok",)]


async def test_a_copy_that_is_told_to_end_ends(tmp_path: Path, used: Path) -> None:
    class Enough(Exception):
        pass

    stopped = threading.Event()

    def breathe(file: int) -> None:
        if stopped.wait(5):
            raise Enough

    copying = asyncio.to_thread(SqliteStore(used, ALONE).copy, str(tmp_path / "copy.db"), breathe)
    task = asyncio.create_task(copying)
    await asyncio.sleep(0)
    stopped.set()
    with pytest.raises(Enough):
        await task


async def test_only_a_database_that_is_a_file_is_copied(office: Office, tmp_path: Path) -> None:
    store = office.store
    assert isinstance(store, Intents)
    copied = await asyncio.to_thread(store.copy, str(tmp_path / "c"), lambda file: None)
    assert copied is isinstance(store, SqliteStore)
    assert (tmp_path / "c").exists() is copied
