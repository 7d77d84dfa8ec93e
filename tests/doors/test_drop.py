"""The work of the file door: what it takes, in which order, and what it never takes twice."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from chappe.doors.folder import Folder, is_name, stamped
from chappe.store.contract import StoreAway
from chappe.words.account import Account
from chappe.words.answer import Receipt, Refusal
from chappe.words.bulk import Dropped
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


async def test_an_ack_without_a_file_of_ours_waits(house: House) -> None:
    """H40: nor does another ending start anything."""
    async with client(house) as sftp:
        await put(sftp, "Push.txt", xml([NUMBER]))
        await put(sftp, "Push.ack", "")
    await house.let(120)
    assert sorted(await seen(house)) == ["Push.ack", "Push.txt"]


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
    assert sorted(await seen(house)) == ["Push-230427153000.ok", "Push-230427153001.ok"]


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
    assert [len(await seen(house, login)) for login in logins] == [3, 3]


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
