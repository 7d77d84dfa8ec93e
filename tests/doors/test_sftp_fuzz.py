"""The file door against packets that no honest client sends: SSH before a login, SFTP after one.

CHAPPE_FUZZ makes more of them, as of requests to the HTTP door. The seed stands in the test's name:
the same one makes the same packets.
"""

import asyncio
import contextlib
import gc
import logging
import os
import random
import struct
import tracemalloc
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import asyncssh
import pytest

from tests.journeys.files import PASSWORD, put, seen, with_files
from tests.journeys.files import client as honest
from tests.journeys.house import House

EXAMPLES = int(os.environ.get("CHAPPE_FUZZ", "400"))
PATIENCE_S = 10.0
GROWTH_MAX = 16 << 20

INIT, OPEN, CLOSE, READ, WRITE, LSTAT, FSTAT = 1, 3, 4, 5, 6, 7, 8
SETSTAT, OPENDIR, READDIR = 9, 11, 12
REMOVE, MKDIR, REALPATH, STAT, RENAME, READLINK, SYMLINK, EXTENDED = 13, 14, 16, 17, 18, 19, 20, 200
NAMES = (b"Push.xml", b"Push.ack", b"../x", b"/", b"", b".", b"\xff\xfe", b"a\0b", b"x" * 300, b"l")
EXTENSIONS = (
    b"posix-rename@openssh.com",
    b"statvfs@openssh.com",
    b"fsync@openssh.com",
    b"hardlink@openssh.com",
    b"limits@openssh.com",
    b"users-groups-by-id@openssh.com",
    b"copy-data",
    b"?",
)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    house = House(tmp_path)
    await house.open(with_files())
    yield house
    await house.close()


def string(value: bytes) -> bytes:
    return struct.pack(">I", len(value)) + value


def packet(kind: int, body: bytes) -> bytes:
    return string(bytes((kind,)) + body)


def sound(dice: random.Random, number: int) -> bytes:
    """A request that could be meant, about a file that may be there."""
    name, other = (string(dice.choice(NAMES)) for _ in range(2))
    handle = string(
        dice.choice((b"", b"\0\0\0\0", b"\0\0\0\1", b"\0\0\0\2", b"nobody's", b"\0" * 99))
    )
    place = struct.pack(">Q", dice.choice((0, 1, 1 << 27, (1 << 63) - 1, 1 << 63, (1 << 64) - 1)))
    flags = struct.pack(">I", dice.choice((0, 1, 2, 26, 27, 0x3F, 0xFFFFFFFF)))
    attributes = dice.choice((b"\0\0\0\0", b"\xff\xff\xff\xff", b"\0\0\0\1" + place))
    bodies: dict[int, bytes] = {
        OPEN: name + flags + attributes,
        CLOSE: handle,
        READ: handle + place + flags,
        WRITE: handle + place + string(b"x" * dice.choice((0, 1, 32_768))),
        LSTAT: name,
        FSTAT: handle,
        SETSTAT: name + attributes,
        OPENDIR: name,
        READDIR: handle,
        REMOVE: name,
        MKDIR: name + attributes,
        REALPATH: name,
        STAT: name,
        RENAME: name + other,
        READLINK: name,
        SYMLINK: name + other,
        EXTENDED: string(dice.choice(EXTENSIONS)) + name + other,
    }
    kind = dice.choice(tuple(bodies))
    return packet(kind, struct.pack(">I", number) + bodies[kind])


def cut(dice: random.Random, whole: bytes) -> bytes:
    return whole[: dice.randrange(len(whole))]


def changed(dice: random.Random, whole: bytes) -> bytes:
    """Some octets are others; the length in front may be one of them."""
    out = bytearray(whole)
    for _ in range(dice.randint(1, 4)):
        out[dice.randrange(len(out))] = dice.randrange(256)
    return bytes(out)


def outsized(dice: random.Random, whole: bytes) -> bytes:
    """It promises gigabytes, or nothing at all."""
    return struct.pack(">I", dice.choice((0, 1, 1 << 20, 0x7FFFFFFF, 0xFFFFFFFF))) + whole[4:]


def noise(dice: random.Random, whole: bytes) -> bytes:
    return dice.randbytes(dice.randint(0, 200))


CROOKED: tuple[Callable[[random.Random, bytes], bytes], ...] = (cut, changed, outsized, noise)


async def hurled(house: House, said: bytes) -> None:
    """Say it to the door without a login, and wait until it hangs up or has nothing to say."""
    reader, writer = await asyncio.open_connection(*house.node.doors.files)
    with contextlib.suppress(ConnectionError):
        writer.write(said)
        if said:
            writer.write_eof()
        async with asyncio.timeout(PATIENCE_S):
            while await reader.read(65_536):
                pass
    writer.close()


async def spoken(house: House, dice: random.Random, count: int) -> None:
    """So many packets of an account that is logged in; whoever is hung up on comes again."""
    while count > 0:
        with contextlib.suppress(asyncssh.ChannelOpenError, asyncssh.ConnectionLost):
            async with connected(house) as connection:
                while count > 0:
                    said = packets(dice)
                    count -= len(said)
                    await in_one_session(connection, said)


def connected(house: House) -> AbstractAsyncContextManager[asyncssh.SSHClientConnection]:
    host, port = house.node.doors.files
    known = {"username": "fred", "password": PASSWORD, "known_hosts": None, "client_keys": None}
    return asyncssh.connect(host, port, config=None, **known)


def packets(dice: random.Random) -> list[bytes]:
    """What is said in one session. A broken packet mostly ends it."""
    version = 3 if dice.random() < 0.9 else dice.choice((0, 4, 6, 99))
    said = [packet(INIT, struct.pack(">I", version))]
    for number in range(dice.randint(1, 60)):
        whole = sound(dice, number)
        said.append(dice.choice(CROOKED)(dice, whole) if dice.random() < 0.03 else whole)
    return said[dice.random() < 0.05 :]


async def in_one_session(connection: asyncssh.SSHClientConnection, said: list[bytes]) -> None:
    writer, reader, _ = await connection.open_session(subsystem="sftp", encoding=None)
    with contextlib.suppress(BrokenPipeError, asyncssh.Error):
        for one in said:
            writer.write(one)
        writer.write_eof()
        async with asyncio.timeout(PATIENCE_S):
            while await reader.read(65_536):
                pass
    writer.channel.close()


async def all_gone(house: House) -> None:
    """Wait until no session and no file of it is left."""
    hall, cabinets = house.node.doors.sftp.hall, house.node.doors.drop._cabinets
    async with asyncio.timeout(PATIENCE_S):
        while hall.sessions or any(one.held for one in cabinets.values()):  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_noise_before_a_login_is_hung_up_on(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    """E55: by whoever never had an account; nothing hangs, nothing stays open."""
    dice = random.Random(1)
    hello = b"SSH-2.0-fuzz\r\n"
    with caplog.at_level(logging.WARNING):
        for _ in range(max(40, EXAMPLES // 200)):
            body = dice.choice(
                (b"", hello, b"SSH-1.5-old\r\n", b"x" * 70_000, b"\r\n" * 3_000, hello)
            )
            inner = dice.randbytes(dice.randint(0, 300))
            framed = struct.pack(">IB", len(inner) + 5, 4) + b"\x14" + inner + bytes(4)
            await hurled(
                house, body + dice.choice((b"", inner, framed, string(inner) * 9)) or b"\0"
            )
    await house.settle()
    assert house.node.desk.counts["faults"] == 0
    assert not [one for one in caplog.records if one.levelno >= logging.ERROR]
    async with honest(house) as sftp:
        await put(sftp, "Mine.xml", "x")
    assert await seen(house) == {"Mine.xml": b"x"}


@pytest.mark.parametrize("seed", range(3))
async def test_no_packet_hangs_or_breaks_the_door(
    house: House, seed: int, caplog: pytest.LogCaptureFixture
) -> None:
    """H40 E55: whoever is logged in disturbs nobody else, and leaves nothing open behind."""
    outside = house.folder / "files/fred/x"
    (house.folder / "files/fred").mkdir(parents=True, exist_ok=True)
    (house.folder / "secret").write_bytes(b"secret")
    (house.folder / "files/fred/in").mkdir(exist_ok=True)
    (house.folder / "files/fred/in/l").symlink_to(house.folder / "secret")
    dice = random.Random(seed)
    await spoken(house, dice, 50)
    gc.collect()
    tracemalloc.start()
    with caplog.at_level(logging.WARNING):
        await spoken(house, dice, max(200, EXAMPLES // 10))
        await house.settle()
    gc.collect()
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held < GROWTH_MAX
    assert house.node.desk.counts["faults"] == 0
    assert not [one for one in caplog.records if one.levelno >= logging.ERROR]
    assert (outside.exists(), (house.folder / "secret").read_bytes()) == (False, b"secret")
    await all_gone(house)
    async with honest(house) as sftp:
        for name in await sftp.listdir():
            if name not in (".", ".."):
                await sftp.remove(str(name))
        await put(sftp, "Mine.xml", "x")
    assert await seen(house) == {"Mine.xml": b"x"}
    async with honest(house, "jean") as sftp:
        await put(sftp, "His.xml", "x")


@pytest.mark.parametrize("window", [2 << 20, 1 << 31], ids=["window", "socket"])
async def test_whoever_asks_without_end_and_takes_nothing_fills_no_memory(
    house: House, window: int
) -> None:
    """E55: half a gigabyte is asked for at once, and lies where SSH holds it back, or TCP; then
    they are gone, and nothing of them is left."""
    async with honest(house) as sftp:
        await put(sftp, "Mine.xml", b"x" * 300_000)
    async with connected(house) as connection:
        writer, _, _ = await connection.open_session(subsystem="sftp", encoding=None, window=window)
        assert connection._transport is not None
        connection._transport.pause_reading()
        writer.write(packet(INIT, struct.pack(">I", 3)))
        writer.write(
            packet(OPEN, struct.pack(">I", 1) + string(b"Mine.xml") + b"\0\0\0\1" + b"\0\0\0\0")
        )
        tracemalloc.start()
        for number in range(2_000):
            wanted = string(b"\0\0\0\0") + struct.pack(">QI", 0, 0xFFFFFFFF)
            writer.write(packet(READ, struct.pack(">I", number) + wanted))
        for _ in range(50):
            await asyncio.sleep(0.02)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 48 << 20
    await all_gone(house)
    async with honest(house) as sftp:
        assert len(await sftp.listdir()) == 3


async def test_files_that_were_opened_in_time_do_not_outgrow_the_folder(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E55: each had room when it was opened."""
    async with honest(house) as sftp:
        files = [await sftp.open(f"{n}.xml", "wb") for n in range(20)]
        fred = house.node.accounts.by_login("fred")
        assert fred is not None
        monkeypatch.setattr(await house.node.doors.drop.cabinet(fred), "quota", 1_000_000)
        turned_away = 0
        for file in files:
            try:
                await file.write(b"x" * 100_000)
            except asyncssh.SFTPFailure as fault:
                turned_away += "the folder may have 1 MB" in str(fault)
            await file.close()
    held = sum(one.stat().st_size for one in (house.folder / "files/fred/in").iterdir())
    assert (turned_away, held) == (10, 1_000_000)
