"""The ground under the SMPP link, with a centre that nobody of us wrote at the other end.

In: a server that was started with `clock=START`, and facts of a Sheet. Out: a
tests.links.exercise.Ground. Promise: the socket is real, and no real time is waited for: both ends
are on one clock, which moves only while no PDU is under way between them. A foreign library tells
nothing of its octets, so PDUs are counted: those that the link reads and writes here, and those of
the server by the server.
"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from chappe.links.smpp.bind.dialling import Dialler
from chappe.links.smpp.link import SmppLink
from chappe.links.smpp.pdus.tables import (
    RESPONSE,
    Bind,
    BindReceiver,
    BindTransceiver,
    BindTransmitter,
    DeliverSm,
    EnquireLink,
    SubmitSm,
    Unbind,
)
from chappe.links.smpp.sheet import Sheet
from tests.links.foreign.servers import NodeServer, RustServer, State
from tests.links.ground import HandGround
from tests.links.smpp.ground import LIMITS
from tests.links.watched import Watched

_CALM_LOOKS = 2
_PATIENCE_S = 3  # only a fault takes so long
_ANSWERED = (BindReceiver, BindTransceiver, BindTransmitter, EnquireLink)


class Tally:
    """What the link's end of all its connections has read and written, by command.

    `deaf` is a server that does not hear the answers to what it delivers.
    """

    def __init__(self, deaf: bool) -> None:
        self.deaf = deaf
        self.dialling = 0
        self.open = 0
        self.lost = (0, 0, 0, 0)
        self.read: Counter[int] = Counter()
        self.wrote: Counter[int] = Counter()

    def agrees(self, state: State) -> bool:
        """Whether each has read what the other wrote, and nobody is about to write."""
        if self.dialling or state.busy or self.open != state.bound:
            return False
        acks = self.wrote[DeliverSm.command | RESPONSE]
        under_way = (
            self.wrote[SubmitSm.command] - state.submits,
            self.read[SubmitSm.command | RESPONSE] - state.answers,
            self.read[DeliverSm.command] - state.delivers,
            0 if self.deaf else acks - state.acks,
        )
        if not self.open:  # what was under way when the last connection ended never arrives
            self.lost = under_way
        if under_way != self.lost:
            return False
        commands = [kind.command for kind in _ANSWERED]
        if self.open:  # the end of a connection answers an unbind as well
            commands.append(Unbind.command)
        return all(self.wrote[one] == self.read[one | RESPONSE] for one in commands)


class _Tallied:
    """A tests.links.watched.Watcher: the link's end of one connection, whose PDUs are counted."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self._octets = bytearray()

    def opened(self, transport: asyncio.BaseTransport) -> None:
        self._tally.open += 1

    def read(self, octets: bytes) -> None:
        self._octets += octets
        _count(self._octets, self._tally.read)

    def wrote(self, octets: bytes) -> None:
        _count(bytearray(octets), self._tally.wrote)  # a write is of whole PDUs

    def closed(self) -> None:
        self._tally.open -= 1


def _count(octets: bytearray, commands: Counter[int]) -> None:
    """Take the whole PDUs away, and count them."""
    while len(octets) >= 8 and len(octets) >= (size := int.from_bytes(octets[:4], "big")):
        commands[int.from_bytes(octets[4:8], "big")] += 1
        del octets[:size]


class ForeignGround(HandGround):
    """A tests.links.exercise.Ground. `facts` are those of a Sheet."""

    def __init__(self, server: NodeServer | RustServer, deaf: bool = False, **facts: Any) -> None:
        super().__init__()
        self.server = server
        self._tally = Tally(deaf)
        self._server_due: int | None = None
        self._facts = facts

    def make_link(self) -> SmppLink:
        who = Bind(system_id=self.server.SYSTEM_ID, password=self.server.PASSWORD)
        usual = Sheet(host="127.0.0.1", port=self.server.port, bind=who, limits=LIMITS)
        sheet = replace(usual, **self._facts)
        dialler = Dialler(sheet)

        async def dial(make: Callable[[], asyncio.Protocol]) -> None:
            self._tally.dialling += 1
            try:
                await dialler(lambda: Watched(make(), _Tallied(self._tally)))
            finally:
                self._tally.dialling -= 1

        return SmppLink("foreign", sheet, self.clock, dial=dial, chance=random.Random(1))

    async def settle(self) -> None:
        """Until no PDU is under way."""
        end = time.monotonic() + _PATIENCE_S
        calm = 0
        while calm < _CALM_LOOKS:
            await asyncio.sleep(0)
            state = await self.server.state()
            calm = calm + 1 if self._tally.agrees(state) else 0
            if time.monotonic() > end:
                raise AssertionError(f"never quiet: {state}, {vars(self._tally)}")
        self._server_due = state.due

    def hand_in(self, number: int, code: str, text: str) -> None:
        self.server.reply(number, code, text)

    def next_due(self) -> int | None:
        dues = [due for due in (self.clock.next_due(), self._server_due) if due is not None]
        return min(dues, default=None)

    async def advance(self, to_ms: int) -> None:
        self.clock.advance(to_ms)
        self.server.set_clock(to_ms)
        await self.settle()
