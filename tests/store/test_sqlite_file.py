"""SQLite when something befalls its file: removed, replaced, damaged, or read by the doctor."""

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from chappe.store import sqlite
from chappe.store.contract import StoreAway
from chappe.store.settings import ALONE
from chappe.store.sqlite import SqliteStore
from chappe.words.answer import Receipt, Refusal, Trouble
from tests.store.office import Office

NOT_NOW = [Refusal((Trouble.not_now,))]
DAMAGED = "the database is damaged: put back a backup; `chappe doctor` looks it through"


@pytest.fixture
async def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Office]:
    monkeypatch.setattr(sqlite, "_WATCH_S", 0.02)
    office = Office(lambda engine: SqliteStore(tmp_path / "chappe.db", engine))
    await office.open()
    await office.furnish()
    yield office
    await office.store.close()


def store_of(office: Office) -> SqliteStore:
    assert isinstance(office.store, SqliteStore)
    return office.store


def octets(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


async def noticed(office: Office) -> None:
    async with asyncio.timeout(10):
        while not store_of(office).away:
            await office.store.settled()
    assert store_of(office).away == "its file was removed or replaced"


async def test_pages_are_given_back_between_two_commits_and_read_again(office: Office) -> None:
    """E23: in the midst of a commit there is another time."""
    store = store_of(office)
    sent: list[int] = []
    for _ in range(20):
        sending = asyncio.ensure_future(office.send())
        store.unload()
        await asyncio.sleep(0)
        store.unload()
        sent.append(await sending)
        store.unload()
    assert [(await office.message(ident)).id for ident in sent] == sent
    await store.close()
    store.unload()


@pytest.mark.parametrize("ending", ["-wal", "-shm"])
async def test_a_log_that_is_removed_is_noticed_and_nothing_of_it_is_lost(
    office: Office, tmp_path: Path, ending: str
) -> None:
    """E1: what was answered before is there after the next start; nothing is answered in vain."""
    sent = [await office.send() for _ in range(3)]
    (tmp_path / f"chappe.db{ending}").unlink()
    draft = office.draft()
    [answer] = await office.keep(draft)  # before it is noticed, or after that
    if isinstance(answer, Receipt):
        sent.append(draft.first)
    else:
        assert [answer] == NOT_NOW
    await noticed(office)
    assert await office.keep(office.draft()) == NOT_NOW
    with pytest.raises(StoreAway, match="removed or replaced"):
        await office.store.opt_out(1, [2], 3, "")
    await office.reopen()
    found = [message.id for message in await office.store.messages(1, 99, 99)]
    assert (found, await office.store.audit()) == (sent, [])
    [answer] = await office.keep(office.draft())
    assert isinstance(answer, Receipt)


@pytest.mark.parametrize("is_replaced", [False, True])
async def test_a_database_that_is_no_longer_there_takes_nothing(
    office: Office, tmp_path: Path, is_replaced: bool
) -> None:
    """E1: a commit would go into a file that nobody finds again."""
    path = tmp_path / "chappe.db"
    if is_replaced:
        shutil.copy(path, tmp_path / "other.db")
        (tmp_path / "other.db").replace(path)
    else:
        path.unlink()
    await noticed(office)
    assert await office.keep(office.draft()) == NOT_NOW


async def test_files_that_stay_are_left_alone(office: Office) -> None:
    """Also where the log began anew."""
    for _ in range(3):
        await office.send()
        await asyncio.sleep(0.03)  # some looks at the files
    assert (store_of(office).away, store_of(office)._lost) == ("", False)


async def test_whatever_opening_raises_is_told_to_who_opens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E51: a damaged file raises what nobody can list, and nobody may wait for ever."""

    def damaged(path: str) -> sqlite3.Connection:
        raise UnicodeDecodeError("utf-8", b"Text-of-fred\xff", 12, 13, "invalid start byte")

    monkeypatch.setattr(sqlite, "migrated", damaged)
    store = SqliteStore(tmp_path / "chappe.db", ALONE)
    async with asyncio.timeout(5):
        with pytest.raises(StoreAway) as caught:
            await store.open()
        await store.close()
    assert str(caught.value) == f"{tmp_path}/chappe.db: {DAMAGED}"


async def test_whatever_a_commit_raises_is_told_and_the_thread_lives(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_: bool) -> None:
        raise MemoryError

    with monkeypatch.context() as patched:
        patched.setattr(store_of(office)._recent, "kept", fails)
        async with asyncio.timeout(5):
            with pytest.raises(MemoryError):
                await office.store.opt_out(1, [2], 3, "")
    async with asyncio.timeout(5):
        await office.store.opt_out(1, [2], 3, "")


async def test_a_row_that_can_not_be_read_is_not_quoted(office: Office, tmp_path: Path) -> None:
    """E53: the words of the fault would show what stands in it."""
    other = sqlite3.connect(tmp_path / "chappe.db")
    other.execute("UPDATE account SET facts = CAST(X'546578742d6f662d66726564ff' AS TEXT)")
    other.commit()
    other.close()
    with pytest.raises(StoreAway) as caught:
        await office.store.accounts()
    assert (str(caught.value), "Text" in str(caught.value)) == (DAMAGED, False)


async def test_a_look_makes_nothing_and_changes_nothing(tmp_path: Path) -> None:
    office = Office(lambda engine: SqliteStore(tmp_path / "chappe.db", engine))
    await office.open()
    await office.furnish()
    await office.store.close()
    before = octets(tmp_path)
    store = SqliteStore(tmp_path / "chappe.db", ALONE)
    assert await store.look()
    assert [account.login for account, _ in await store.accounts()] == ["fred"]
    assert (await store.damage(), await store.audit()) == ([], [])
    with pytest.raises(StoreAway):
        await store.opt_out(1, [2], 3, "")
    await store.close()
    assert octets(tmp_path) == before
