"""Strangers who take every place that a PostgreSQL server has, those of the nodes' sessions too.

In: a database's URL, for how long. Out: how many strangers there were; how long it took until the
same was taken each second as before. Promise: they are all gone when the function returns or
raises; no session is ended but those of this database.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable
from typing import Final

import asyncpg

from tests.torture.broken import Broken

STRANGER: Final = "stranger"
_PUT_OUT: Final = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE datname = current_database() AND application_name <> $1
"""
_LEFT: Final = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND application_name <> $1
"""
_TAKEN_S: Final = 20.0  # until all places are; those who are put out come again at once
_LOOK_S: Final = 0.02
_CONNECT_S: Final = 5.0
_WINDOW_S: Final = 1.0  # over which a rate is counted
_NEARLY: Final = 0.8  # of a rate is the same rate: others use the machine as well

Connection = asyncpg.Connection  # of any record


async def crowd_out(url: str, seconds: float) -> int:
    """For so long nobody else has a session."""
    crowd: list[Connection] = []
    try:
        async with asyncio.timeout(_TAKEN_S):
            await _fill(url, crowd)
            while await crowd[0].fetchval(_LEFT, STRANGER):
                await crowd[0].execute(_PUT_OUT, STRANGER)
                await _fill(url, crowd)
                await asyncio.sleep(_LOOK_S)
        await asyncio.sleep(seconds)
        return len(crowd)
    except TimeoutError:
        raise Broken(f"{len(crowd)} strangers take all places in {_TAKEN_S:.0f} s") from None
    finally:
        await asyncio.gather(*[one.close(timeout=_CONNECT_S) for one in crowd])


async def _fill(url: str, crowd: list[Connection]) -> None:
    """As many more as there are places; the first has come before any session is put out."""
    named = {"application_name": STRANGER}
    with contextlib.suppress(asyncpg.TooManyConnectionsError):
        while True:
            crowd.append(await asyncpg.connect(url, timeout=_CONNECT_S, server_settings=named))


async def rate(taken: Callable[[], int]) -> float:
    """How many are taken a second, now."""
    before, begun = taken(), time.monotonic()
    await asyncio.sleep(_WINDOW_S)
    return (taken() - before) / (time.monotonic() - begun)


async def at_full_rate(taken: Callable[[], int], before: float, within_s: float) -> float:
    """How long until as many are taken a second as before."""
    begun = time.monotonic()
    found = 0.0
    while time.monotonic() - begun < within_s:
        found = await rate(taken)
        if found >= _NEARLY * before:
            return time.monotonic() - begun
    raise Broken(f"{before:.0f} a second are taken again within {within_s:.0f} s: {found:.0f} are")
