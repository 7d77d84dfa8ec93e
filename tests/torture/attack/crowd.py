"""A crowd of attackers: each a process, all of them over in time.

In: their orders. Out: what each of them says that it did. Promise: the crowd has begun when it is
there, and nobody of it is left when it is over.
"""

import asyncio
import contextlib
import sys
import time
from collections.abc import Callable, Sequence
from typing import Final, Self

import msgspec

from tests.torture.attack.hurl import BEGUN, REACHED, Orders, Told
from tests.torture.broken import Broken
from tests.torture.children import die_with_parent

_BEGIN_S: Final = 60.0  # until an attacker has made what it will send
_GRACE_S: Final = 35.0  # after its time, until it is ended
_LOOK_S: Final = 0.05


class Crowd:
    """Begins with `gathered`, ends with `over`."""

    def __init__(self) -> None:
        self.told: list[Told] = []
        self.overran = 0
        self.reached: set[int] = set()  # the batches that attackers told of lately, one from each
        self._members: list[asyncio.subprocess.Process] = []
        self._ears: list[asyncio.Task[None]] = []

    @classmethod
    async def gathered(cls, orders: Sequence[Orders]) -> Self:
        """All of them have begun."""
        crowd = cls()
        try:
            for one in orders:
                crowd._members.append(await _born(one))
            async with asyncio.timeout(_BEGIN_S):
                await asyncio.gather(*map(_begun, crowd._members))
        except BaseException:  # however it failed, nobody of it may be left
            await crowd._end()
            raise
        crowd._ears = [asyncio.create_task(crowd._hear(one)) for one in crowd._members]
        return crowd

    async def over(self, seconds: float, harmed: Callable[[], str]) -> None:
        """Wait for all of them, but no longer than is useful."""
        end = time.monotonic() + seconds + _GRACE_S
        while not all(ear.done() for ear in self._ears):
            if harmed():
                break
            if time.monotonic() > end:
                self.overran = sum(not ear.done() for ear in self._ears)
                break
            await asyncio.sleep(_LOOK_S)
        await self._end()
        for ear in self._ears:
            if ear.done() and not ear.cancelled():
                ear.result()

    async def _hear(self, member: asyncio.subprocess.Process) -> None:
        assert member.stdout is not None
        mine: int | None = None
        while line := (await member.stdout.readline()).decode():
            if line.startswith(REACHED):
                self.reached.discard(-1 if mine is None else mine)
                mine = int(line.split()[1])
                self.reached.add(mine)
            else:
                self.told.append(msgspec.json.decode(line, type=Told))
        if await member.wait():
            raise Broken("an attacker failed; what it says stands above")

    async def _end(self) -> None:
        for ear in self._ears:
            ear.cancel()
        await asyncio.gather(*self._ears, return_exceptions=True)
        for member in self._members:
            with contextlib.suppress(ProcessLookupError):
                member.kill()
            await member.wait()


async def _born(orders: Orders) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.torture.attack.hurl", msgspec.json.encode(orders).decode()),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        preexec_fn=die_with_parent,
    )


async def _begun(member: asyncio.subprocess.Process) -> None:
    assert member.stdout is not None
    if (await member.stdout.readline()).decode().strip() != BEGUN:
        raise Broken("an attacker did not begin; what it says stands above")
