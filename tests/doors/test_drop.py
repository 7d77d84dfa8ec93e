"""The work of the file door: what it takes, in which order, and what it never takes twice."""

import asyncio
import errno
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from chappe.doors.files import cabinet as cabinets
from chappe.doors.files import session as sftp_session
from chappe.doors.files.cabinet import Cabinet
from chappe.doors.files.folder import Folder, is_name, stamped
from chappe.doors.files.report import Reporter
from chappe.store.contract import StoreAway
from chappe.words.account import Account
from chappe.words.answer import Receipt, Refusal
from chappe.words.bulk import Dropped
from chappe.words.clock import SECOND
from tests.journeys.files import TAKEN_UP, client, drop, instant, put, seen, with_files, xml
from tests.journeys.house import CREDIT, House

NUMBER = "+33639980000"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    house = House(tmp_path)
    await house.open(with_files(), now=TAKEN_UP)
    yield house
    await house.close()


def test_files_bear_the_time_in_paris() -> None:
    """H41: the provider's own example."""
    at = instant(TAKEN_UP)
    assert stamped("PushCampaign.xml", at, ".run") == "PushCampaign-230427153000.run"


@pytest.mark.parametrize("name", ["", ".", "..", ".x", "a/b", "a\\b", "a\0b", "a\nb", "x" * 151])
def test_a_name_that_leads_elsewhere_is_none(name: str) -> None:
    """H40: whoever asks for it."""
    assert not is_name(name)


@pytest.mark.parametrize("login", ["..", "a/b", ".x", "é", "x" * 65, "#1"])
def test_no_login_is_a_way_out_of_the_folders(login: str, tmp_path: Path) -> None:
    """H40: what is no plain name has a number."""
    folder = Folder(tmp_path, Account(id=7, login=login))
    assert folder.mine == tmp_path / "#7" / "in"


async def test_an_ack_without_a_file_of_ours_waits_and_is_told(house: House) -> None:
    """H40: nor does another ending start anything; after five minutes the customer knows."""
    async with client(house) as sftp:
        await put(sftp, "Push.txt", xml([NUMBER]))
        await put(sftp, "Push.ack", "")
        await put(sftp, "Never.ACK", "")
    await house.let(240)
    assert sorted(await seen(house)) == ["Never.ACK", "Push.ack", "Push.txt"]
    await house.let(120)
    assert await seen(house) == {
        "Never-230427153500.nok": b"ERROR_MISSING_PARAM no Never.xml or Never.json",
        "Push-230427153500.nok": b"ERROR_MISSING_PARAM no Push.xml or Push.json, only Push.txt",
        "Push.txt": xml([NUMBER]).encode(),
    }


async def test_an_ack_waits_as_long_as_its_file_is_being_written(house: House) -> None:
    """H40: also under another ending, which the customer changes at the end."""
    async with client(house) as sftp:
        await put(sftp, "Push.ack", "")
        async with sftp.open("Push.xml.part", "wb") as file:
            await file.write(xml([NUMBER]).encode())
            await house.let(900)
        await sftp.rename("Push.xml.part", "Push.xml")
    await house.settle()
    assert sorted(await seen(house)) == ["Push-230427154500.ok"]


@pytest.mark.parametrize(("name", "ack"), [("Push.XML", "Push.ack"), ("Push.xml", "Push.Ack")])
async def test_endings_may_be_written_in_any_letters(house: House, name: str, ack: str) -> None:
    """H40: some systems know no small ones."""
    async with client(house) as sftp:
        await put(sftp, name, xml([NUMBER]))
        await put(sftp, ack, "")
    await house.let(15)
    assert sorted(await seen(house)) == ["Push-230427153000.ok", "Push-230427153000.ret"]


async def test_one_ack_is_for_one_file(house: House) -> None:
    """H40: the other waits for its own."""
    async with client(house) as sftp:
        await put(sftp, "Push.json", "{}")
    await drop(house, "Push.xml", xml([NUMBER]))
    assert sorted(await seen(house)) == ["Push-230427153000.ok", "Push.json"]


async def test_two_of_a_name_in_one_second_have_names_of_their_own(house: House) -> None:
    """H41: the second is a second later."""
    for _ in range(2):
        await drop(house, "Push.xml", xml([NUMBER]))
    assert await _taken(house) == ["Push-230427153000.ok", "Push-230427153001.ok"]


async def _taken(house: House, login: str = "fred") -> list[str]:
    """Those of its files that were taken; some of their reports may be there as well."""
    return sorted(name for name in await seen(house, login) if name.endswith(".ok"))


async def test_one_file_of_an_account_at_a_time_and_two_in_all(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """H42: so that memory stays bounded, and others get their turn."""
    running: list[int] = []
    most: list[list[int]] = []
    take = house.node.pieces.take

    async def counted(dropped: Dropped, *given: Any) -> Receipt | Refusal:
        running.append(dropped.account)
        most.append(sorted(running))
        await asyncio.sleep(0.01)
        answer = await take(dropped, *given)
        running.remove(dropped.account)
        return answer

    monkeypatch.setattr(house.node.pieces, "take", counted)
    logins = ("fred", "jean")
    for login in logins:
        async with client(house, login) as sftp:
            for name in "ABC":
                await put(sftp, f"{name}.xml", xml([NUMBER], login=login))
                await put(sftp, f"{name}.ack", "")
    await house.settle()
    assert all(len(set(accounts)) == len(accounts) <= 2 for accounts in most)
    assert [len(await _taken(house, login)) for login in logins] == [3, 3]


async def test_files_wait_while_the_server_is_paused(house: House) -> None:
    """H42: and go on by themselves."""
    house.node.desk.paused = True
    await drop(house, "Push.xml", xml([NUMBER]))
    assert sorted(await seen(house)) == ["Push.ack", "Push.xml"]
    house.node.desk.paused = False
    await house.let(61)
    assert "Push-230427153100.ok" in await seen(house)


async def test_a_fault_of_ours_is_told_and_not_tried_for_ever(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """H31: nothing is kept of it, and the next file is taken."""

    async def broken(*_: object) -> None:
        raise RuntimeError("this is what a mistake of ours looks like")

    with monkeypatch.context() as patch:
        patch.setattr(house.node.pieces, "take", broken)
        await drop(house, "Push.xml", xml([NUMBER]))
    assert await seen(house) == {"Push-230427153000.nok": b"ERROR_UNKNOWN"}
    await drop(house, "Next.xml", xml([NUMBER]))
    assert "Next-230427153000.ok" in await seen(house)


async def test_a_kill_after_a_refusal_was_shown_reads_nothing_once_more(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """H42: the customer was told, and may have dropped a better one."""
    monkeypatch.setattr(house.node.store, "drop_over", _killed)
    await drop(house, "Push.xml", xml([NUMBER]).replace("Bonjour", ""))
    await house.crash(1_000)
    await house.let(20)
    assert await seen(house) == {"Push-230427153000.nok": b"ERROR_MISSING_PARAM text"}
    assert await house.node.store.dropped() == []
    assert await house.balance() == CREDIT


async def _killed(*_: object) -> None:
    raise StoreAway("killed here")


async def test_what_was_taken_is_let_go_also_where_the_door_is_closed(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """H42: an installation that takes no files any more still owes these."""
    monkeypatch.setattr(house.node.store, "let_go", _killed)
    await drop(house, "Push.xml", xml([NUMBER]))
    await house.stop()
    await house.start(with_files(sftp=None))
    await house.let(15)
    assert [one.number for one in house.submits()] == [int(NUMBER)]


async def test_names_that_lie_there_hold_nobody_up(house: House) -> None:
    """E55: a stamp is found at once, however many are borne already; the loop goes on."""
    folder = house.folder / "files/fred/in"
    async with client(house) as sftp:
        await put(sftp, "Push.json", "{}")
    for at in range(1_500):
        (folder / stamped("Push.json", house.clock.now() + at * SECOND, ".ok")).touch()
    async with client(house) as sftp:
        longest = asyncio.ensure_future(longest_turn())
        await put(sftp, "Push.ack", "")
        await house.settle()
        longest.cancel()
    assert await longest < 0.25
    assert (folder / "Push-230427155500.nok").read_bytes() == b"ERROR_BADPASSWORD"


async def longest_turn() -> float:
    """How long the loop was away at most, until this is called off."""
    loop, longest = asyncio.get_running_loop(), 0.0
    with suppress(asyncio.CancelledError):
        while True:
            begun = loop.time()
            await asyncio.sleep(0.001)
            longest = max(longest, loop.time() - begun)
    return longest


@pytest.mark.parametrize("ending", [".run", ".ok", ".nok", ".ret"])
async def test_no_customer_makes_files_that_are_called_as_ours(house: House, ending: str) -> None:
    """E55: they would take names that we need; names of their own with 12 digits are theirs."""
    ours, own = f"Push-230427153000{ending}", "Push-202304271530.xml"
    async with client(house) as sftp:
        await put(sftp, own, "x")
        for attempt in (
            sftp.open(ours, "wb"),
            sftp.rename(own, ours),
            sftp.posix_rename(own, ours),
        ):
            with pytest.raises(asyncssh.SFTPPermissionDenied):
                await attempt
    assert await seen(house) == {own: b"x"}


async def cabinet_of(house: House, login: str = "fred") -> Cabinet:
    account = house.node.accounts.by_login(login)
    assert account is not None
    return await house.node.doors.drop.cabinet(account)


async def test_what_is_known_of_a_folder_is_what_is_there(house: House) -> None:
    """E55: without counting; after all that customers and we do to it."""
    cabinet = await cabinet_of(house)
    async with client(house) as sftp:
        for name in ("A.xml", "B.xml", "C.xml"):
            await put(sftp, name, xml([NUMBER]))
        await put(sftp, "A.xml", "short")
        await sftp.rename("B.xml", "D.xml")
        await sftp.posix_rename("C.xml", "D.xml")
        await put(sftp, "E.txt", b"x" * 5_000)
        await sftp.remove("A.xml")
        await put(sftp, "D.ack", "")
    await drop(house, "F.xml", "<broken")
    await house.let(400)
    assert cabinet.known == (
        cabinet.folder.sizes(),
        sum(cabinet.folder.sizes().values()),
        cabinet.folder.kept(),
    )
    assert sorted(await seen(house)) == [
        "D-230427153000.ok",
        "D-230427153000.ret",
        "E.txt",
        "F-230427153000.nok",
    ]


async def test_what_was_refused_goes_first_then_what_was_taken_long_ago(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E55 H41: the archive never keeps a customer from dropping, and nobody fills the disk."""
    cabinet = await cabinet_of(house)
    monkeypatch.setattr(cabinet, "quota", 30_000)
    text = xml([NUMBER]) + " " * 9_000
    for name in ("A", "B"):
        await drop(house, f"{name}.xml", text)
        await house.let(1)
    await drop(house, "Bad.xml", text[:50] + "x" * 9_000)
    kept = house.folder / "files/fred"
    assert [len([*(kept / place).iterdir()]) for place in ("archive", "refused")] == [4, 2]
    await drop(house, "C.xml", text)
    assert [*(kept / "refused").glob("*.xml")] == []
    await drop(house, "D.xml", text)
    names = {one.name.partition("-")[0] for one in (kept / "archive").glob("*.xml")}
    assert names == {"B", "C", "D"}
    async with client(house) as sftp:
        for name in "1234":
            with suppress(asyncssh.SFTPFailure):
                await put(sftp, f"{name}.txt", b"x" * 9_000)
    found = await seen(house)
    assert [len(found[f"{name}.txt"]) for name in "1234"] == [9_000, 9_000, 9_000, 0]
    assert [*(kept / "archive").glob("*.xml")] == []


async def test_nothing_is_taken_while_the_disk_is_nearly_full(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """E55: neither put nor taken, and the log says so once; then all goes on by itself."""
    async with client(house) as sftp:
        await put(sftp, "Push.xml", xml([NUMBER]))
    monkeypatch.setattr(cabinets, "free_octets", lambda place: (400 << 20, 10 << 30))
    monkeypatch.setattr(cabinets, "_LOOK_S", 0.0)
    async with client(house) as sftp:
        for name in ("Push.ack", "Next.xml"):
            with pytest.raises(asyncssh.SFTPFailure, match="disk of the server is nearly full"):
                await put(sftp, name, "")
    (house.folder / "files/fred/in/Push.ack").touch()
    await house.let(61)
    assert sorted(await seen(house)) == ["Push.ack", "Push.xml"]
    told = [one.getMessage() for one in caplog.records if "the disk has" in one.getMessage()]
    assert told == ["the disk has 419 MB left: no file is taken"]
    monkeypatch.setattr(cabinets, "free_octets", lambda place: (600 << 20, 10 << 30))
    await house.let(61)
    assert [name.rpartition(".")[2] for name in await seen(house)] == ["ok", "ret"]


async def test_what_one_file_makes_of_the_code_keeps_no_other_from_being_told(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E55: nor does a folder that can't be made keep the door from opening."""
    follow_up = Reporter.follow_up

    async def breaks(reporter: Reporter, dropped: Dropped, *given: Any) -> None:
        if dropped.name == "A.xml":
            raise RuntimeError("this is what a mistake of ours looks like")
        await follow_up(reporter, dropped, *given)

    monkeypatch.setattr(Reporter, "follow_up", breaks)
    for name in ("A.xml", "B.xml"):
        await drop(house, name, xml([NUMBER]))
    await house.let(15)
    assert sorted(await seen(house)) == [
        f"{name}-230427153000.{ending}" for name, ending in (("A", "ok"), ("B", "ok"), ("B", "ret"))
    ]
    monkeypatch.undo()
    await house.stop()
    shutil.rmtree(house.folder / "files/fred/aside")
    (house.folder / "files/fred/aside").touch()
    await house.start(house.node.config)
    await drop(house, "Mine.xml", xml([NUMBER], login="jean"), "jean")
    assert "Mine-230427153015.ok" in await seen(house, "jean")


async def test_a_session_that_ends_in_a_fault_leaves_nothing_behind(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E55: or an account could one day open no more of them."""
    cabinet = await cabinet_of(house)

    def broken(number: int, place: Path) -> None:
        os.close(number)
        raise OSError(errno.EIO, "input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(sftp_session, "_ended", broken)
        async with client(house) as sftp:
            for name in ("A.xml", "B.xml", "C.xml"):
                await sftp.open(name, "wb")
        async with asyncio.timeout(10):
            while house.node.doors.sftp.hall.sessions:  # noqa: ASYNC110, no event
                await asyncio.sleep(0.005)
    assert cabinet.held == {}
    async with client(house) as sftp:
        await put(sftp, "A.xml", "x")
