"""Two nodes that get the same: one that knows kinds of calls, and one that reads each call.

In: the accounts; requests, and what else happens. Out: both answers to each, octet by octet, and
whatever each node keeps. Promise: both begin with the same data, and stand at the same instant.
"""

import asyncio
import contextlib
import re
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from chappe.config import read_config
from chappe.dialects.shape import Dialect, Repeated
from chappe.doors.calls.connection import PostLimits
from chappe.node import Node
from chappe.words.clock import HandClock
from tests.conformance.grounds import Ground, Grounds
from tests.conformance.house import Customer, House
from tests.conformance.runner import CUSTOMER
from tests.conformance.scenes import SETTINGS
from tests.spoken import SPOKEN

_PATIENCE_S = 20.0  # only a fault takes so long

_FELT = 'INSERT INTO "pulse"'


class Unrepeated:
    """A dialect that offers nothing of calls that are made again, and is itself in all else."""

    REPEATED: Mapping[str, Repeated] = {}

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect

    def __getattr__(self, name: str) -> Any:
        return getattr(self._dialect, name)


class Side:
    """One of the two."""

    def __init__(self, house: House, data: Path) -> None:
        self.house = house
        self.node = house.node
        self._data = data
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def ask(self, request: bytes) -> bytes:
        """The whole answer, over the one connection that it has."""
        if self._writer is None or self._writer.is_closing():
            self._reader, self._writer = await asyncio.open_connection(*self.node.doors.http)
        assert self._reader is not None
        self._writer.write(request)
        async with asyncio.timeout(_PATIENCE_S):
            head = await self._reader.readuntil(b"\r\n\r\n")
            lines = head.lower().split(b"\r\n")
            (length,) = (int(line[15:]) for line in lines if line.startswith(b"content-length:"))
            body = await self._reader.readexactly(length)
        if b"connection: close" in lines:
            await self.hang_up()
        # The one line that goes by the machine's clock.
        return re.sub(rb"\r\nDate: [^\r]*", b"", head) + body

    async def hang_up(self) -> None:
        if self._writer is not None:
            self._writer.close()
            await self._writer.wait_closed()
            self._writer = None

    def kept(self) -> list[str]:
        """Every row of every table, but for when a node was felt, by the machine's clock."""
        place = f"file:{self._data / 'chappe.db'}?mode=ro"
        with contextlib.closing(sqlite3.connect(place, uri=True)) as own:
            return [line for line in own.iterdump() if not line.startswith(_FELT)]

    def counted(self) -> tuple[object, ...]:
        """What is measured of customers."""
        measures = self.node.measures
        accepted = {name: dict(of) for name, of in measures.accepted.items()}
        refused = dict(measures.refused)
        return accepted, measures.refusals, refused, self.node.desk.counts["faults"]


class Twins:
    """Both, and the customer of both."""

    def __init__(self, quick: Side, full: Side, customer: Customer) -> None:
        self.quick = quick
        self.full = full
        self.sides = (quick, full)
        self._customer = customer

    async def ask(self, request: bytes) -> tuple[bytes, bytes]:
        """What each of them answers; all is quiet afterwards."""
        answers = []
        for side in self.sides:
            answers.append(await side.ask(request))
            await side.house.go_by(0)
        return answers[0], answers[1]

    async def go_by(self, wait_ms: int) -> None:
        for side in self.sides:
            await side.house.go_by(wait_ms)

    async def write(self, number: int, code: str, text: str) -> None:
        """A handset writes."""
        for side in self.sides:
            side.house.write(f"+{number}", code, text)
        await self.go_by(1_000)

    async def reload(self, said: str) -> None:
        for side in self.sides:
            await side.node.reload(_config(said, self._customer.place))
            await side.house.go_by(0)

    def alike(self, *, but: str = "-") -> None:
        """Whatever they keep, count and told is the same, one table left out."""
        rows = (side.kept() for side in self.sides)
        quick, full = ([one for one in of if f'INTO "{but}"' not in one] for of in rows)
        assert quick == full, _first_other(quick, full)
        assert self.quick.counted() == self.full.counted()
        told = Counter((call.head, call.body) for call in self._customer.calls)
        assert all(count % 2 == 0 for count in told.values()), told


def _first_other(rows: list[str], others: list[str]) -> str:
    only = [row for row in rows if row not in others][:5]
    missing = [row for row in others if row not in rows][:5]
    return f"by a plan: {only}\nread: {missing}"


def _config(said: str, customer: str) -> Any:
    return read_config(SETTINGS + said.replace(CUSTOMER, customer), dialects=SPOKEN)


@contextlib.asynccontextmanager
async def open_twins(grounds: Grounds, said: str, begun: str, now: int) -> AsyncIterator[Twins]:
    """Of accounts that are made as the file `begun` has them, with what `said` says of them."""
    async with contextlib.AsyncExitStack() as opened:
        patch = opened.enter_context(pytest.MonkeyPatch.context())
        # To collect the garbage of a whole test run at each start would take longer than the rest.
        patch.setattr("chappe.node.memory.settle", lambda: None)
        customer = Customer()
        await customer.open()
        opened.push_async_callback(customer.close)
        sides = []
        for dialects in (SPOKEN, tuple(map(Unrepeated, SPOKEN))):
            ground = await opened.enter_async_context(grounds.lay(begun))
            side = await _side(ground, said, customer, dialects, now)
            opened.push_async_callback(side.node.stop)
            opened.push_async_callback(side.hang_up)
            sides.append(side)
        yield Twins(sides[0], sides[1], customer)


async def _side(ground: Ground, said: str, customer: Customer, dialects: Any, now: int) -> Side:
    clock = HandClock(now)
    node = Node(_config(said, customer.place), ground.data, clock, dialects)
    await node.start()
    # One connection, so that calls come in the order of events.
    node.poster.limits = PostLimits(per_origin=1)
    return Side(House((node,), clock, customer, ground.taken), ground.data)
