"""A server among clients that take their time: drop by drop, never a word, never an ear.

In: how many of each. Out: what was measured. Promise: a customer beside them is answered always and
about as fast as without them; what the server holds for them is bounded, and given back.
"""

import asyncio
import contextlib
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

from tests.torture.broken import demand
from tests.torture.children import Server, die_with_parent
from tests.torture.cluster import free_port

_ROOT = Path(__file__).resolve().parents[2]
_PEM = _ROOT / "tests" / "doors" / "localhost.pem"
_PASSWORD = "torture-password"
_SLACK_S = 0.03  # of a machine that others use as well
_PAUSE_S = 0.02
_MEMORY_MB = 80  # more than before, once they are gone
_DESCRIPTORS = 4_096 + 16 + 64
_PATIENCE_S = 60.0
_SETTINGS = """
[http]
listen = "127.0.0.1:{http}"
listen_tls = "127.0.0.1:{tls}"

[tls]
cert = "{pem}"
key = "{pem}"

[[account]]
login = "alice"
password = "{password}"
balance = "10000.00"
hours = "any"
"""


class Size(NamedTuple):
    """How many of each."""

    drips: int
    silent: int
    deaf: int
    asked: int  # requests of the customer beside them
    shares: int  # connections that all of them together may hold
    percent: int  # of the requests are what is compared


FULL = Size(4_200, silent=6_000, deaf=40, asked=1_000, shares=512 * 4 + 40, percent=99)
SHORT = Size(700, silent=700, deaf=20, asked=40, shares=512 + 700 + 20, percent=50)


class Site(NamedTuple):
    """A server and where it listens."""

    server: Server
    http: int
    tls: int


async def slow_peers(size: Size) -> str:
    """Two servers side by side: one among them, and one that is left alone."""
    place = Path(tempfile.mkdtemp(prefix="chappe-torture-slow-"))
    beset, calm = _site(place / "beset"), _site(place / "calm")
    try:
        for site in (beset, calm):
            await site.server.spawn()
            await site.server.ready()
        said = await _measured(beset, calm, size)
        for site in (beset, calm):
            await site.server.stop()
        return said
    finally:
        await beset.server.end()
        await calm.server.end()
        shutil.rmtree(place, ignore_errors=True)


def _site(place: Path) -> Site:
    place.mkdir()
    http, tls = free_port(), free_port()
    settings = place / "chappe.toml"
    text = _SETTINGS.format(http=http, tls=tls, pem=_PEM, password=_PASSWORD)
    settings.write_text(text, encoding="utf-8")
    return Site(Server(settings, place / "kept"), http, tls)


async def _measured(beset: Site, calm: Site, size: Size) -> str:
    await _asked((beset, calm), 10)  # each hashes the password once
    before = beset.server.memory_mb()
    async with _crowd(beset, size):
        took = await _asked((beset, calm), size.asked)
        held, most = _descriptors(beset), beset.server.memory_mb()
    among, alone = (statistics.quantiles(each, n=100)[size.percent - 1] for each in took)
    demand(held <= min(_DESCRIPTORS, size.shares + 64), "what they hold is bounded", held)
    demand(among < 3 * alone + _SLACK_S, "they slow nobody down", (alone, among))
    growth = await _given_back(beset, before)
    return (
        f"{size.asked:,} of {size.asked:,} answered beside {size.drips:,} drips, {size.silent:,} "
        f"silent TLS clients and {size.deaf:,} that never read; p{size.percent} "
        f"{among * 1000:.1f} ms, and {alone * 1000:.1f} ms meanwhile at a server that is left "
        f"alone; {held:,} descriptors, "
        f"{most - before:.0f} MB more memory, {growth:.0f} MB once they are gone"
    )


@contextlib.asynccontextmanager
async def _crowd(site: Site, size: Size) -> AsyncIterator[None]:
    words = [site.http, site.tls, size.drips, size.silent, size.deaf]
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.torture.slow_crowd", *map(str, words)),
        stdout=asyncio.subprocess.PIPE,
        cwd=_ROOT,
        preexec_fn=die_with_parent,
    )
    try:
        assert child.stdout is not None
        async with asyncio.timeout(_PATIENCE_S):
            demand(await child.stdout.readline() == b"there\n", "the crowd comes", child.returncode)
        yield
    finally:
        child.kill()
        await child.wait()


async def _asked(sites: Sequence[Site], times: int) -> Sequence[list[float]]:
    """How long each takes for a message, over a connection of its own; now and then how it is. They
    are asked in turn, so that whatever else the machine does weighs on both."""
    took: Sequence[list[float]] = [[] for _ in sites]
    for number in range(times):
        for site, times_of_it in zip(sites, took, strict=True):
            times_of_it.append(await _asked_once(site.http, number))
            await asyncio.sleep(_PAUSE_S)
    return took


async def _asked_once(port: int, number: int) -> float:
    sent = {"accountid": "alice", "password": _PASSWORD, "text": "Bonjour", "to": "0639980001"}
    path = f"/api?{urlencode(sent)}" if number % 8 else "/healthz"
    begun = time.perf_counter()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n".encode())
    answer = await reader.read()
    took = time.perf_counter() - begun
    writer.close()
    demand(answer.startswith(b"HTTP/1.1 200"), "everybody else is answered", answer[:100])
    return took


async def _given_back(site: Site, before: float) -> float:
    end = time.monotonic() + _PATIENCE_S
    while (growth := site.server.memory_mb() - before) > _MEMORY_MB or _descriptors(site) > 64:
        demand(time.monotonic() < end, "what they held is given back", growth)
        await asyncio.sleep(0.1)
    return growth


def _descriptors(site: Site) -> int:
    return len(os.listdir(f"/proc/{site.server.pid}/fd"))
