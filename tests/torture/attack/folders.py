"""A customer of the file door who fills their folder, looks at it, and names files as clocks do.

In: orders. Out: how much of it was done. Promise: what is written is bounded by count.
"""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import asyncssh

from tests.torture.attack.cast import DROPPER, PASSWORD
from tests.torture.attack.hurl import Orders, Pace, Told, begin, counted
from tests.torture.sftp import put, session

_SESSIONS: Final = 4
_FILES: Final = 900  # what one session makes before it only looks
_BLOCK: Final = b"x" * 262_144
_BLOCKS: Final = 400  # of a file: 100 MiB
_PARIS: Final = ZoneInfo("Europe/Paris")
_LOST: Final = (OSError, asyncssh.Error)

Do = Callable[[asyncssh.SFTPClient, int, Pace, Counter[str]], Awaitable[None]]


def list_and_create(orders: Orders) -> Told:
    """Several sessions at once: each makes small files, and lists the folder all the time."""

    async def do(sftp: asyncssh.SFTPClient, number: int, pace: Pace, done: Counter[str]) -> None:
        name = f"s{orders.turn}-{number}-{done['files']}.txt"
        if done["files"] < min(orders.count, _FILES * _SESSIONS):
            done["files"] += 1
            await put(sftp, name, b"")
        await sftp.listdir(".")
        done["listings"] += 1

    return _in_sessions(orders, _SESSIONS, do)


def name_as_clocks(orders: Orders) -> Told:
    """`count` empty files, named as what becomes of `a.xml` in the seconds to come; then it."""
    now = datetime.now(UTC).astimezone(_PARIS)

    async def do(sftp: asyncssh.SFTPClient, number: int, pace: Pace, done: Counter[str]) -> None:
        while done["files"] < orders.count and not pace.over:
            stamp = now + timedelta(seconds=done["files"])
            done["files"] += 1
            await put(sftp, f"a-{stamp:%y%m%d%H%M%S}.z", b"")
            await asyncio.sleep(pace.owed())
        for name in ("a.xml", "a.ack"):
            await put(sftp, name, b"x")
        done["acks"] += 1
        await asyncio.sleep(min(1.0, pace.left))

    return _in_sessions(orders, 1, do)


def fill(orders: Orders) -> Told:
    """`count` files of 100 MiB which are no documents, each with its `.ack`."""

    async def do(sftp: asyncssh.SFTPClient, number: int, pace: Pace, done: Counter[str]) -> None:
        if done["files"] >= orders.count:
            await asyncio.sleep(min(0.2, pace.left))
            return
        name = f"big{done['files']}"
        done["files"] += 1
        async with sftp.open(f"{name}.xml", "wb") as file:
            for _ in range(_BLOCKS):
                if pace.over:
                    return
                await file.write(_BLOCK)
                done["octets"] += len(_BLOCK)
                await asyncio.sleep(pace.owed())
        await put(sftp, f"{name}.ack", b"")

    return _in_sessions(orders, 1, do)


def _in_sessions(orders: Orders, sessions: int, do: Do) -> Told:
    done, pace = Counter[str](), Pace(orders)
    who = orders.ports["sftp"], DROPPER, PASSWORD

    async def one(number: int) -> None:
        while not pace.over:
            try:
                async with session(*who, orders.address(number)) as sftp:
                    while not pace.over:
                        with contextlib.suppress(asyncssh.SFTPFailure, asyncssh.SFTPError):
                            await do(sftp, number, pace, done)
                        await asyncio.sleep(pace.owed())
            except _LOST as fault:
                done[type(fault).__name__] += 1
                await asyncio.sleep(min(0.2, pace.left))

    async def all_of_them() -> None:
        begin()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(orders.seconds), asyncio.TaskGroup() as group:
                for number in range(sessions):
                    group.create_task(one(number))

    asyncio.run(all_of_them())
    return Told(done["files"], counted(done))
