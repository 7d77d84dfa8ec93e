"""The file door: whose folder it is, and how little else there is to see."""

from collections.abc import AsyncIterator
from pathlib import Path

import asyncssh
import pytest

from chappe.config import Config, Secret
from chappe.dialects.highsms import FILES
from chappe.doors.files import cabinet
from chappe.doors.files import session as sftp_session
from tests.journeys.files import PASSWORD, client, drop, put, seen, with_files, xml
from tests.journeys.house import House, account

OUTSIDE = ["/../../etc/passwd", "a/b", "/fred/in/x", ".hidden", "a\\b", "x" * 200, "a\nb"]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    house = House(tmp_path)
    await house.open(with_files())
    yield house
    await house.close()


def with_key(key: asyncssh.SSHKey) -> Config:
    public = key.export_public_key().decode().strip()
    return with_files(
        accounts=(
            account("fred", password=Secret(PASSWORD), sftp_keys=(public,)),
            account("jean", password=Secret(PASSWORD)),
        )
    )


async def test_a_wrong_password_opens_nothing(house: House) -> None:
    """H40: nor does another's login."""
    for login, password in (("fred", "wrong"), ("nobody", PASSWORD), ("", "")):
        with pytest.raises((asyncssh.PermissionDenied, asyncssh.ConnectionLost)):
            async with client(house, login, password=password):
                pass


async def test_a_public_key_opens_the_folder_of_its_account_alone(tmp_path: Path) -> None:
    """H40: without a password."""
    key, other = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(2))
    house = House(tmp_path)
    await house.open(with_key(key))
    try:
        async with client(house, password=None, client_keys=[key]) as sftp:
            await put(sftp, "Mine.xml", "x")
        assert await seen(house) == {"Mine.xml": b"x"}
        for login, wrong in (("fred", other), ("jean", key)):
            with pytest.raises(asyncssh.PermissionDenied):
                async with client(house, login, password=None, client_keys=[wrong]):
                    pass
    finally:
        await house.close()


async def test_a_suspended_account_and_a_foreign_address_stay_outside(tmp_path: Path) -> None:
    """H3 H40: whatever they know."""
    people = (
        account("fred", password=Secret(PASSWORD), state="suspended"),
        account("jean", password=Secret(PASSWORD), ips=("192.0.2.0/24",)),
    )
    house = House(tmp_path)
    await house.open(with_files(accounts=people))
    try:
        for login in ("fred", "jean"):
            with pytest.raises(asyncssh.PermissionDenied):
                async with client(house, login):
                    pass
    finally:
        await house.close()


async def test_each_account_sees_its_own_folder_and_nothing_else(house: House) -> None:
    """H40: no path leads out of it."""
    async with client(house) as sftp:
        await put(sftp, "Mine.xml", "mine")
        assert await sftp.realpath("../..") == "/"
        for name in OUTSIDE:
            with pytest.raises(asyncssh.SFTPError):
                await put(sftp, name, "x")
            with pytest.raises(asyncssh.SFTPError):
                await sftp.rename("Mine.xml", name)
            with pytest.raises(asyncssh.SFTPError):
                await sftp.stat(name)
    assert await seen(house, "jean") == {}
    assert await seen(house) == {"Mine.xml": b"mine"}


async def test_there_are_no_links_and_no_folders(house: House) -> None:
    """H40: these would be ways out."""
    async with client(house) as sftp:
        await put(sftp, "Mine.xml", "mine")
        for attempt in (
            sftp.symlink("/etc/passwd", "l"),
            sftp.link("Mine.xml", "l"),
            sftp.mkdir("d"),
            sftp.readlink("Mine.xml"),
            sftp.rmdir("Mine.xml"),
            sftp.listdir("d"),
        ):
            with pytest.raises(asyncssh.SFTPError):
                await attempt


async def test_a_link_that_somebody_laid_there_is_not_followed(house: House) -> None:
    """H40: not even one of the machine's own owner."""
    async with client(house) as sftp:
        (house.folder / "files/fred/in/l").symlink_to("/etc/hostname")
        with pytest.raises(asyncssh.SFTPError):
            await put(sftp, "l", "x")
        with pytest.raises(asyncssh.SFTPError):
            await sftp.open("l", "rb")


async def test_no_shell_and_no_tunnel(house: House) -> None:
    """H40: it is a door for files."""
    host, port = house.node.doors.files
    async with asyncssh.connect(
        host,
        port,
        username="fred",
        password=PASSWORD,
        known_hosts=None,
        client_keys=None,
        config=None,
    ) as connection:
        with pytest.raises(asyncssh.ChannelOpenError):
            await connection.create_process("id")
        with pytest.raises(asyncssh.ChannelOpenError):
            await connection.open_connection(*house.node.doors.http)


async def test_sizes_and_handles_are_bounded(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """E55: a file, a folder, and what is open at a time."""
    monkeypatch.setattr(sftp_session, "FILE_MOST", 1_000)
    monkeypatch.setattr(cabinet, "FILES_MOST", 2)
    async with client(house) as sftp:
        with pytest.raises(asyncssh.SFTPFailure):
            await put(sftp, "Long.xml", "x" * 1_001)
        await put(sftp, "Short.xml", "x" * 1_000)
        with pytest.raises(asyncssh.SFTPFailure):
            await put(sftp, "Third.xml", "x")
        opened = [await sftp.open("Short.xml", "rb") for _ in range(32)]
        with pytest.raises(asyncssh.SFTPFailure):
            await sftp.open("Short.xml", "rb")
        for one in opened:
            await one.close()
        await (await sftp.open("Short.xml", "rb")).close()


async def test_programs_fetch_and_copy_files_in_their_own_way(house: House, tmp_path: Path) -> None:
    """H40: those too that ask for holes, or have the server copy."""
    async with client(house) as sftp:
        await put(sftp, "Mine.xml", b"x" * 300_000)
        await sftp.get("Mine.xml", str(tmp_path / "fetched"))
        await sftp.copy("Mine.xml", "Copy.xml", remote_only=True)
    assert (tmp_path / "fetched").read_bytes() == b"x" * 300_000
    assert await seen(house) == dict.fromkeys(("Mine.xml", "Copy.xml"), b"x" * 300_000)


async def test_a_file_that_is_renamed_into_place_is_taken(house: House) -> None:
    """H40: some clients write under another name first."""
    async with client(house) as sftp:
        await put(sftp, "Push.xml.filepart", xml(["+33639980000"]))
        await sftp.rename("Push.xml.filepart", "Push.xml")
        await put(sftp, "Push.ack.filepart", "")
        await sftp.posix_rename("Push.ack.filepart", "Push.ack")
    await house.settle()
    assert [name.rpartition(".")[2] for name in await seen(house)] == ["ok"]


async def test_what_is_still_being_written_is_not_taken(house: House) -> None:
    """H40: an `.ack` that comes too early waits for the end of the file."""
    async with client(house) as sftp:
        whole = xml(["+33639980000"]).encode()
        file = await sftp.open("Push.xml", "wb")
        await file.write(whole[:50])
        await put(sftp, "Push.ack", "")
        await house.settle()
        assert sorted(await seen(house)) == ["Push.ack", "Push.xml"]
        await file.write(whole[50:])
        await file.close()
    await house.settle()
    assert [name.rpartition(".")[2] for name in await seen(house)] == ["ok"]


async def test_whoever_put_a_file_may_look_at_it_once_more(house: House) -> None:
    """H40: as many clients do, to see that all of it came; by then it may have been taken."""
    async with client(house) as sftp, client(house) as other:
        said = xml(["+33639980000"])
        await put(sftp, "Push.xml", said)
        await put(sftp, "Push.ack", "")
        await house.settle()
        sizes = [(await sftp.stat(name)).size for name in ("Push.xml", "Push.ack")]
        assert sizes == [len(said), 0]
        for one in (other, sftp):
            with pytest.raises(asyncssh.SFTPNoSuchFile):
                await one.stat("Push.ack")
        await put(sftp, "Other.xml", "")
        await put(sftp, "Old.xml", "")
        await sftp.remove("Other.xml")
        await sftp.rename("Old.xml", "New.xml")
        assert not await sftp.exists("Other.xml")
        assert not await sftp.exists("Old.xml")


async def test_what_lies_there_at_the_start_is_taken(house: House) -> None:
    """H40: as when it came while nobody was there."""
    async with client(house) as sftp:
        await put(sftp, "Push.xml", xml(["+33639980000"]))
    await house.stop()
    (house.folder / "files/fred/in/Push.ack").touch()
    await house.start(house.node.config)
    assert [name.rpartition(".")[2] for name in await seen(house)] == ["ok"]


async def test_the_door_is_known_by_one_key(house: House) -> None:
    """H40: that only the owner of the directory can read."""
    path = house.folder / "chappe.ssh.key"
    before = path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600
    await house.restart()
    assert path.read_bytes() == before


async def test_one_octet_too_many_is_refused(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """H42: at the bound it is taken, above it nothing is made."""
    whole = xml(["+33639980000"])
    drop_door = house.node.doors.drop
    offers = {
        ending: offer._replace(most=len(whole)) for ending, offer in drop_door._offers.items()
    }
    monkeypatch.setattr(drop_door, "_offers", offers)
    await drop(house, "A.xml", whole)
    await drop(house, "B.xml", whole + " ")
    found = await seen(house)
    assert [(name[0], name.rpartition(".")[2], said) for name, said in found.items()] == [
        ("A", "ok", b""),
        ("B", "nok", b"ERROR_TOO_MANY_TO file over 0 MB"),
    ]


def test_the_limits_are_the_providers() -> None:
    """H42: 100 MB of XML, 40 MB of JSON."""
    assert FILES.endings == {".xml": 100_000_000, ".json": 40_000_000}
