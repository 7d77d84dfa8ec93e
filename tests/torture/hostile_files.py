"""A customer and a crowd that mean harm to the file door, while others go on.

In: how much of it, a seed. Out: what was measured. Promise: whatever one customer names, lists and
drops, and however many strangers knock, everybody else is answered in time, another customer logs
in at once, and the disk holds no more than the quota.
"""

import asyncio
import contextlib
import random
import shutil
import socket
import statistics
import struct
import sys
import tempfile
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import NamedTuple

import asyncssh

from chappe.doors.files.folder import stamped
from chappe.words.clock import SECOND
from tests.torture.broken import demand
from tests.torture.children import Server, die_with_parent
from tests.torture.cluster import free_port
from tests.torture.sftp import connected, put, session

LONGEST_S = 0.25  # that /healthz may take
LOGIN_S = 3.0
_QUOTA_MB = 200
_PASSWORD = "torture-password"
_IDLE_S = 1.0
_PATIENCE_S = 90.0
# Of packets: exchanging keys, asking for a login, what comes afterwards, what there is not.
_KINDS = (1, 2, 4, 5, 6, 20, 21, 30, 50, 80, 90, 94, 98, 192, 255)
_SLACK_S = 0.004  # of a machine that others use as well
_SETTINGS = """
[http]
listen = "127.0.0.1:{http}"

[sftp]
listen = "127.0.0.1:{sftp}"
quota_mb = {quota}

[[account]]
login = "alice"
password = "{password}"

[[account]]
login = "mallory"
password = "{password}"
"""


class Size(NamedTuple):
    """How much harm is tried."""

    names: int  # that lie there, as an earlier life let a customer make them
    listed: int  # files in the folder that is listed for ever
    listing_s: float
    files: int
    file_mb: int
    silent: int
    inputs: int


FULL = Size(9_900, listed=1_000, listing_s=15, files=14, file_mb=100, silent=10_000, inputs=20_000)
SHORT = Size(2_000, listed=200, listing_s=1, files=1, file_mb=20, silent=101, inputs=0)


async def hostile_files(size: Size, seed: str) -> str:
    """One server, one harm after another."""
    place = Path(tempfile.mkdtemp(prefix="chappe-torture-hostile-"))
    ports = {"http": free_port(), "sftp": free_port()}
    settings = place / "chappe.toml"
    settings.write_text(
        _SETTINGS.format(quota=_QUOTA_MB, password=_PASSWORD, **ports), encoding="utf-8"
    )
    server = Server(settings, place / "kept")
    try:
        await server.spawn()
        await server.ready()
        said = await _harmed(server, place / "kept" / "files" / "mallory", ports, size, seed)
        await server.stop()
        return said
    finally:
        await server.end()
        shutil.rmtree(place, ignore_errors=True)


async def _harmed(server: Server, own: Path, ports: dict[str, int], size: Size, seed: str) -> str:
    http, sftp = ports["http"], ports["sftp"]
    idle = statistics.median(await _asked(http, asyncio.sleep(_IDLE_S)))
    before = server.memory_mb()
    named = max(await _asked(http, _named(sftp, own / "in", size.names)))
    demand(named < LONGEST_S, "names that lie there cost nobody anything", named)
    listed = await _asked(http, _listed(sftp, size))
    calm = statistics.median(listed)
    demand(calm < 3 * idle + _SLACK_S, "who lists for ever slows nobody", (idle, calm))
    dropped = max(await _asked(http, _dropped(sftp, own, size)))
    demand(dropped < LONGEST_S, "who drops for ever stops nobody", dropped)
    login = await _crowded(sftp, size.silent)
    demand(login < LOGIN_S, "a crowd of strangers keeps no customer out", login)
    await _babbled(sftp, size.inputs, random.Random(seed))
    growth = server.memory_mb() - before
    return (
        f"/healthz p50 {idle * 1000:.1f} ms idle, {calm * 1000:.1f} ms while 8 sessions list; "
        f"longest {named * 1000:.0f} ms with {size.names:,} names, {dropped * 1000:.0f} ms while "
        f"{size.files} x {size.file_mb} MB are refused; login beside {size.silent:,} silent "
        f"connections {login * 1000:.0f} ms; {growth:.0f} MB more memory"
    )


# everybody else


async def _asked(port: int, harm: Coroutine[object, object, object]) -> list[float]:
    """How long /healthz takes while something goes on, one after another."""
    doing = asyncio.ensure_future(harm)
    took: list[float] = []
    while not doing.done():
        begun = time.perf_counter()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
        answer = await reader.read()
        writer.close()
        took.append(time.perf_counter() - begun)
        demand(answer.startswith(b"HTTP/1.1 200"), "/healthz is answered", answer[:100])
        await asyncio.sleep(0.005)
    await doing
    return took


# the harms


async def _named(port: int, folder: Path, names: int) -> None:
    """Every name that a second to come would need is there; then an `.ack` comes."""
    async with session(port, "mallory", _PASSWORD) as sftp:
        await put(sftp, "a.json", b"{}")
        await asyncio.to_thread(_lay, folder, names)
        await put(sftp, "a.ack", b"")
        await _until_told(folder, "a-*.nok")
    await asyncio.to_thread(_emptied, folder)


def _lay(folder: Path, names: int) -> None:
    now = time.time_ns() // 1_000_000
    for at in range(names):
        (folder / stamped("a.json", now + at * SECOND, ".ok")).touch()


def _emptied(folder: Path) -> None:
    for left in folder.iterdir():
        left.unlink()


async def _until_told(folder: Path, pattern: str) -> None:
    async with asyncio.timeout(_PATIENCE_S):
        while not await asyncio.to_thread(_is_there, folder, pattern):  # noqa: ASYNC110, a child's
            await asyncio.sleep(0.05)


def _is_there(folder: Path, pattern: str) -> bool:
    return any(folder.glob(pattern))


async def _listed(port: int, size: Size) -> None:
    """From a process of its own, so that its work is not taken for the server's."""
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", __name__, str(port), str(size.listed), str(size.listing_s)),
        preexec_fn=die_with_parent,
    )
    demand(await child.wait() == 0, "whoever lists is served")


async def list_for_ever(port: int, files: int, seconds: float) -> None:
    """A full folder, eight sessions on two connections, and all names again and again."""
    mallory = port, "mallory", _PASSWORD
    async with (
        connected(*mallory) as one,
        connected(*mallory) as other,
        one.start_sftp_client() as sftp,
    ):
        with contextlib.suppress(asyncssh.SFTPFailure):
            for at in range(files):
                await put(sftp, f"{at}.txt", b"")
        sessions = [await to.start_sftp_client() for to in (one, one, one, *[other] * 4)]
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await asyncio.gather(*[_again(session) for session in (sftp, *sessions)])
        for name in await sftp.listdir():
            if str(name).endswith(".txt"):
                await sftp.remove(str(name))


async def _again(sftp: asyncssh.SFTPClient) -> None:
    while True:
        await sftp.readdir(".")


async def _dropped(port: int, own: Path, size: Size) -> None:
    """Large files, each refused: what is kept of them stays within the quota."""
    piece = b"x" * 1_000_000
    for at in range(size.files):
        async with session(port, "mallory", _PASSWORD) as sftp:
            async with sftp.open(f"{at}.json", "wb") as file:
                for part in range(size.file_mb):
                    await file.write(piece, part * len(piece))
            await put(sftp, f"{at}.ack", b"")
        await _until_told(own / "in", f"{at}-*.nok")
        kept = await asyncio.to_thread(_octets, own)
        demand(kept <= _QUOTA_MB * 1_000_000, "all files of an account keep to its quota", kept)


def _octets(own: Path) -> int:
    return sum(one.stat().st_size for one in own.rglob("*") if one.is_file())


async def _crowded(port: int, silent: int) -> float:
    """So many connections that say nothing, from one address; how long a login then takes."""
    crowd = []
    for _ in range(silent):
        one = socket.socket()
        one.setblocking(False)
        one.bind(("127.0.0.66", 0))
        with contextlib.suppress(OSError):
            await asyncio.get_running_loop().sock_connect(one, ("127.0.0.1", port))
        crowd.append(one)
    try:
        begun = time.perf_counter()
        async with connected(port, "alice", _PASSWORD, "127.0.0.2"):
            return time.perf_counter() - begun
    finally:
        for one in crowd:
            one.close()


async def _babbled(port: int, inputs: int, dice: random.Random) -> None:
    """Octets of any kind, without a login; then a customer comes in as ever."""
    for _ in range(inputs):
        await babble("127.0.0.1", port, dice)
    async with connected(port, "alice", _PASSWORD):
        pass


async def babble(host: str, port: int, dice: random.Random) -> None:
    """Say something crooked, and wait until it is hung up on."""
    reader, writer = await asyncio.open_connection(host, port)
    with contextlib.suppress(ConnectionError):
        writer.write(crooked(dice))
        writer.write_eof()
        async with asyncio.timeout(_PATIENCE_S):
            while await reader.read(65_536):
                pass
    writer.close()


def crooked(dice: random.Random) -> bytes:
    """A greeting or none, then packets of which some lie about their length and their kind."""
    said = dice.choice((b"", b"SSH-2.0-x\r\n", b"SSH-2.0-x\r\n", b"SSH-1.5-x\r\n", b"\n"))
    for _ in range(dice.randint(0, 5)):
        inner = bytes((dice.choice(_KINDS),)) + dice.randbytes(dice.randint(0, 200))
        length = dice.choice((len(inner) + 5, len(inner) + 5, dice.getrandbits(32), 0, 1))
        said += struct.pack(">IB", length, dice.choice((4, 4, 0, 255))) + inner + bytes(4)
    return said


if __name__ == "__main__":
    asyncio.run(list_for_ever(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
