"""SQLite when its disk is full, when it can't be opened, and when its node is killed."""

import asyncio
import resource
import shutil
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from chappe.store import sqlite, sqlite_hand, writer
from chappe.store.contract import Move, StoreAway
from chappe.store.settings import ALONE
from chappe.store.sqlite import SqliteStore
from chappe.words.answer import Receipt, Refusal, Trouble
from chappe.words.lifecycle import Happening, Reason, State
from tests.store.office import EURO, NOW, PRICE, Office

NOT_NOW = Refusal((Trouble.not_now,))
LONG = "x" * 20_000
HANDS = ["native", "plain"] if sqlite_hand.is_native() else ["plain"]


@pytest.fixture(params=HANDS)
def hand(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What writes."""
    if request.param == "plain":
        monkeypatch.setattr(sqlite_hand, "is_native", lambda: False)


@pytest.fixture
async def office(
    hand: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Office]:
    monkeypatch.setattr(writer, "_RETRY_S", 0.01)
    office = Office(lambda engine: SqliteStore(tmp_path / "chappe.db", engine))
    await office.open()
    await office.furnish()
    yield office
    await office.store.close()


@contextmanager
def small_disk(path: Path) -> Iterator[None]:
    """No file may grow any more: writes fail as they do where the disk is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    log = (path / "chappe.db-wal").stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (log + 4096, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_a_full_disk_refuses_orders_and_keeps_nothing_by_halves(
    office: Office, tmp_path: Path
) -> None:
    """E4: 'not now', no trace, no money; it goes on by itself when there is room again."""
    first = await office.send()
    with small_disk(tmp_path):
        for _ in range(3):
            assert await office.keep(office.draft(text=LONG)) == [NOT_NOW]
        with pytest.raises(StoreAway):
            await office.store.opt_out(1, [2], NOW, LONG)
        assert await office.balance() == 100 * EURO - PRICE
        assert await office.store.messages(first + 1, first + 9, 9) == []
    (answer,) = await office.keep(office.draft(text=LONG))
    assert isinstance(answer, Receipt)
    assert answer.balance == 100 * EURO - 2 * PRICE
    assert await office.store.audit() == []
    await office.reopen()
    assert [message.id for message in await office.store.messages(1, 99, 99)] == [
        first,
        answer.first,
    ]


async def test_what_happened_while_the_disk_was_full_is_written_later(
    office: Office, tmp_path: Path
) -> None:
    """E1: an acknowledgement is never forgotten."""
    first = await office.send(numbers=500)
    moves = [Move(first + n, Happening.acknowledged, Reason.none, NOW) for n in range(500)]
    with small_disk(tmp_path):
        settled = await office.happen(*moves)
        assert settled.idle == 0
        assert await office.store.tally(first, first + 499) == [[State.sending, 0, 500, 0]]
    async with asyncio.timeout(10):
        while len(office.settled) < 2 or await office.store.tally(first, first + 499) != [
            [State.sent, 0, 500, 0]
        ]:
            await office.store.settled()


async def test_a_page_limit_is_a_full_disk_too(office: Office) -> None:
    """E4: SQLite's own limit, lifted while the store is open."""
    assert isinstance(office.store, SqliteStore)
    ask = office.store.hand.ask
    pages = ask("PRAGMA page_count")
    ask(f"PRAGMA max_page_count = {pages + 2}")
    answers = await office.keep(office.draft(text=LONG), office.draft())
    assert answers == [NOT_NOW, NOT_NOW]
    assert await office.store.messages(1, 9, 9) == []
    ask(f"PRAGMA max_page_count = {pages + 99}")
    (answer,) = await office.keep(office.draft(text=LONG))
    assert isinstance(answer, Receipt)


def copied(path: Path, name: str) -> Path:
    """The database as whoever comes after a kill would find it."""
    there = path / name
    there.mkdir()
    for file in path.glob("chappe.db*"):
        shutil.copy(file, there)
    return there / "chappe.db"


async def test_an_answer_means_on_disk(office: Office, tmp_path: Path) -> None:
    """E1: what was answered is in the files at that very instant, whatever kills the node then."""
    for n in range(3):
        first = await office.send(reference=f"o{n}")
        copy = SqliteStore(copied(tmp_path, f"copy{n}"), ALONE)
        await copy.open()
        assert await copy.messages(first, first, 1) == [await office.message(first)]
        assert await copy.audit() == []
        await copy.close()


async def test_every_commit_waits_for_the_disk(office: Office) -> None:
    """E1: synchronous=FULL and a write-ahead log; NORMAL would not sync at commit."""
    assert isinstance(office.store, SqliteStore)
    ask = office.store.hand.ask
    assert [ask(f"PRAGMA {name}") for name in ("synchronous", "journal_mode")] == [2, "wal"]


async def test_a_path_below_a_file_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    store = SqliteStore(tmp_path / "file" / "chappe.db", ALONE)
    with pytest.raises(StoreAway, match="unable to open database file"):
        await store.open()
    await store.close()


async def test_a_newer_database_is_left_alone(tmp_path: Path) -> None:
    connection = sqlite.connect(str(tmp_path / "chappe.db"))
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    store = SqliteStore(tmp_path / "chappe.db", ALONE)
    with pytest.raises(StoreAway, match="written by a newer version of Chappe"):
        await store.open()
    await store.close()


async def test_what_is_no_database_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "chappe.db").write_text("Bonjour" * 1000)
    store = SqliteStore(tmp_path / "chappe.db", ALONE)
    with pytest.raises(StoreAway, match="file is not a database"):
        await store.open()
    await store.close()
    assert (tmp_path / "chappe.db").read_text() == "Bonjour" * 1000


async def test_who_else_holds_the_database_is_waited_for_beside_the_loop(
    office: Office, tmp_path: Path
) -> None:
    """E1: a program that looks into the file for a moment stops neither the loop nor an order."""
    other = sqlite3.connect(tmp_path / "chappe.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    answers = asyncio.ensure_future(office.keep(office.draft(office.letter())))
    for _ in range(100):
        await asyncio.sleep(0)
    assert not answers.done()
    other.execute("ROLLBACK")
    other.close()
    [answer] = await answers
    assert isinstance(answer, Receipt)
