"""Operators that mean harm, each with its whole strength against a node that serves beside.

In: seconds for each. Out: for each, what it sent and how long customers waited. Promise: requests
are answered as fast as a few times the usual, memory and disk stand still, floods are cut off, and
the node ends as it should.
"""

import asyncio
import contextlib
import shutil
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlencode

from tests.links.evil.peers import DRIPS, WAYS
from tests.torture.broken import demand
from tests.torture.children import READY_S, Server, die_with_parent
from tests.torture.cluster import free_port

LOGIN, PASSWORD = "fred", "torture-password"
_USUAL_S = 3.0
_LONGEST_S = 2.0  # both cores are taken by then: one by the centre, one by the node
_TIMES, _SPARE_S = 3.0, 0.05  # the 99th of a hundred waits, against the usual, where it is cut off
_STRAINED_S = 0.5  # ... and where all that comes is to be kept
_DISK_MAX, _MEMORY_MAX_MB = 300 << 20, 400
_CUT_OFF = frozenset(("strays", "other strays", "enquiries", "misplaced", "unknown"))
_SETTINGS = """
[http]
listen = "127.0.0.1:{http}"

[[link]]
name = "sim"
kind = "operator"

[[link]]
name = "evil"
kind = "smpp"
host = "127.0.0.1"
port = {smpp}
enquire_s = 5

[[route]]
links = ["sim"]

[[account]]
login = "{login}"
password = "{password}"
balance = "100000.00"
hours = "any"
"""


async def evil_centres(seconds: float) -> str:
    """One after the other."""
    return "; ".join([await _meet(way, seconds) for way in (*WAYS, *DRIPS)])


async def _meet(way: str, seconds: float) -> str:
    place = Path(tempfile.mkdtemp(prefix="chappe-torture-evil-"))
    http, kept = free_port(), place / "kept"
    settings = place / "chappe.toml"
    server = Server(settings, kept)

    def write(smpp: int) -> None:
        facts = {"login": LOGIN, "password": PASSWORD, "http": http, "smpp": smpp}
        settings.write_text(_SETTINGS.format(**facts), "utf-8")

    try:
        write(free_port())
        await server.spawn()
        await server.ready()
        usual = await _waits(http, _USUAL_S)
        await server.stop()
        async with _evil(way) as centre:
            write(centre.port)
            await server.spawn()
            await server.ready()
            waits = await _waits(http, seconds)
            memory = server.memory_mb()
            bound, sent = await centre.stands()
            await server.stop()
        disk = sum(file.stat().st_size for file in kept.rglob("*") if file.is_file())
        words = server.words()
    finally:
        await server.end()
        shutil.rmtree(place, ignore_errors=True)
    p99, most, before = _p99(waits), waits[-1], _p99(usual)
    allowed = _TIMES * before + (_SPARE_S if way in _CUT_OFF else _STRAINED_S)
    told = (
        f"{way}: {bound} binds, {sent >> 20} MB sent, {len(waits)} waits of {p99 * 1000:.0f} ms"
        f" (p99, {before * 1000:.0f} before) and {most * 1000:.0f} ms (longest),"
        f" {memory:.0f} MB held, {disk >> 20} MB on disk"
    )
    # What a handset writes is kept, however much it is.
    disk_max = 2 * sent if way == "payloads" else _DISK_MAX
    demand(bound > 0, "it is bound to", told)
    demand(p99 <= allowed, f"99 of 100 requests are answered in {allowed * 1000:.0f} ms", told)
    demand(most <= _LONGEST_S, f"each request is answered in {_LONGEST_S} s", told)
    demand(memory <= _MEMORY_MAX_MB, f"no more than {_MEMORY_MAX_MB} MB are held", told)
    demand(disk <= disk_max, f"no more than {disk_max >> 20} MB are kept", told)
    demand(("floods the session" in words) == (way in _CUT_OFF), "floods are cut off", told, words)
    demand(bound < 2 + seconds, "it is left alone for a while each time", told)
    return told


class _Evil:
    """A centre in a process of its own."""

    def __init__(self, child: asyncio.subprocess.Process, port: int) -> None:
        self.port = port
        self._child = child

    async def stands(self) -> tuple[int, int]:
        """How often it was bound to, and how many octets it could send."""
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        self._child.stdin.write(b"?\n")
        bound, sent = (await self._child.stdout.readline()).split()
        return int(bound), int(sent)


@contextlib.asynccontextmanager
async def _evil(way: str) -> AsyncIterator[_Evil]:
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.links.evil", way),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        preexec_fn=die_with_parent,
    )
    try:
        assert child.stdout is not None
        async with asyncio.timeout(READY_S):
            found = int(await child.stdout.readline())
        yield _Evil(child, found)
    finally:
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        await child.wait()


def _p99(waits: list[float]) -> float:
    return waits[len(waits) * 99 // 100]


async def _waits(port: int, seconds: float) -> list[float]:
    """How long each of many requests took, the longest last."""
    found: list[float] = []
    begun = time.monotonic()
    while time.monotonic() < begun + seconds:
        found.append(await ask(port, 33_612_000_000 + len(found)))
        await asyncio.sleep(0.002)
    return sorted(found)


async def ask(port: int, number: int) -> float:
    """Send one message; how long that took."""
    asked = time.monotonic()
    query = {"accountid": LOGIN, "password": PASSWORD, "to": f"+{number}", "text": "Bonjour"}
    async with asyncio.timeout(READY_S):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        head = f"GET /api?{urlencode(query)}&route_type=S HTTP/1.1\r\nHost: h\r\n"
        writer.write(f"{head}Connection: close\r\n\r\n".encode())
        answer = await reader.read()
        writer.close()
    demand(answer.startswith(b"HTTP/1.1 200"), "requests are answered", answer[:80])
    return time.monotonic() - asked
