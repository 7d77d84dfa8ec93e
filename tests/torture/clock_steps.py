"""The machine's date is set, back and forth, under load on a link that has a rate.

In: how often. Out: what was measured. Promise: the operator gets messages all the time, by its
rate and each of them once; none expires; the node ends as it should.
"""

import asyncio
import contextlib
import os
import random
import shutil
import struct
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Final

from chappe.links.operator.mind.journal import logs, read_submits
from chappe.words.clock import DAY, HOUR, SECOND
from tests.torture.broken import Broken, demand
from tests.torture.children import Server, start_smsc
from tests.torture.cluster import free_port
from tests.torture.evil_centres import LOGIN, PASSWORD, ask

RATE = 200
_STEPS: Final = (HOUR, DAY, 40 * DAY, 400 * DAY)
_HOLDS_S = (1.0, 4.0)
_GAP_MAX_S = 2.5
_LAND_S = 30.0
_BUILD_S = 300.0
_SHIM = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

static volatile long long *ahead;

int clock_gettime(clockid_t which, struct timespec *now) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) {
        real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
        int file = open(getenv("AHEAD"), O_RDONLY);
        if (file >= 0) ahead = mmap(0, 8, PROT_READ, MAP_SHARED, file, 0);
    }
    int wrong = real(which, now);
    if (!wrong && ahead && which == CLOCK_REALTIME) now->tv_sec += *ahead;
    return wrong;
}
"""
_SETTINGS = """
[http]
listen = "127.0.0.1:{http}"

[[link]]
name = "orange"
kind = "smpp"
host = "127.0.0.1"
port = {smpp}
rate = {rate}

[[account]]
login = "{login}"
password = "{password}"
balance = "100000.00"
hours = "any"
"""


async def clock_steps(times: int, seed: str) -> str:
    """So many steps, each taken back before it is believed."""
    chance = random.Random(seed)
    place = Path(tempfile.mkdtemp(prefix="chappe-torture-clock-"))
    http, smpp = free_port(), free_port()
    settings, ahead = place / "chappe.toml", place / "ahead"
    facts = {"login": LOGIN, "password": PASSWORD, "http": http, "smpp": smpp, "rate": RATE}
    settings.write_text(_SETTINGS.format(**facts), "utf-8")
    _set(ahead, 0)
    shim, server = await _built(place), Server(settings, place / "kept")
    centre = await start_smsc(place / "centre", smpp)
    taken: list[int] = []
    try:
        with _preloaded(shim, ahead):
            await server.spawn()
        await server.ready()
        sending = asyncio.create_task(_send(http, taken))
        for _ in range(times):
            await asyncio.sleep(chance.uniform(*_HOLDS_S))
            _set(ahead, chance.choice(_STEPS) * chance.choice((-1, 1)) // SECOND)
            await asyncio.sleep(chance.uniform(*_HOLDS_S))
            _set(ahead, 0)
        sending.cancel()
        await asyncio.wait([sending])
        if not sending.cancelled():
            sending.result()
        return await _judged(place / "centre", taken, times)
    finally:
        await server.end()
        with contextlib.suppress(ProcessLookupError):
            centre.kill()
        await centre.wait()
        shutil.rmtree(place, ignore_errors=True)


async def _judged(centre: Path, taken: list[int], times: int) -> str:
    loop = asyncio.get_running_loop()
    end = loop.time() + _LAND_S
    while True:
        found = [*read_submits(logs(centre / "operator.log"))]
        if {one.number for one in found} >= {*taken} or loop.time() > end:
            break
        await asyncio.sleep(0.2)
    counts = Counter(one.number for one in found)
    # The last request may have been broken off, and its message have left.
    demand({*taken} <= counts.keys(), "every message left", len(taken) - len(counts))
    demand(max(counts.values()) == 1, "none leaves twice", counts.most_common(1))
    instants = sorted(one.at for one in found)
    longest = max(later - sooner for sooner, later in pairwise(instants)) / SECOND
    seconds = Counter((at - instants[0]) // SECOND for at in instants)
    told = f"{times} steps, {len(found):,} messages, {longest:.2f} s without any at the longest"
    demand(longest <= _GAP_MAX_S, f"messages leave at least every {_GAP_MAX_S} s", told)
    demand(max(seconds.values()) <= RATE * 1.1 + 1, "the rate is kept", max(seconds.values()))
    return told


async def _send(port: int, taken: list[int]) -> None:
    """One message after the other: what was answered is to leave."""
    for number in range(33_612_000_000, 33_613_000_000):
        await ask(port, number)
        taken.append(number)
        await asyncio.sleep(0.01)


def _set(ahead: Path, seconds: int) -> None:
    """The machine's date is so far ahead from now on."""
    with ahead.open("r+b" if ahead.exists() else "wb") as file:
        file.write(struct.pack("q", seconds))


@contextlib.contextmanager
def _preloaded(shim: Path, ahead: Path) -> Iterator[None]:
    wanted = {"LD_PRELOAD": str(shim), "AHEAD": str(ahead)}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name in wanted:
            del os.environ[name]


async def _built(place: Path) -> Path:
    source, shim = place / "shim.c", place / "shim.so"
    source.write_text(_SHIM, "ascii")
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "ziglang", "cc", "-shared", "-fPIC", "-O1"),
        *("-o", str(shim), str(source)),
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(_BUILD_S):
        _, complaints = await child.communicate()
    if child.returncode:
        raise Broken(f"the shim can't be built: {complaints.decode()}")
    return shim
