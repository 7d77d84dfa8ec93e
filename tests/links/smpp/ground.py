"""The ground under the SMPP link: a scripted centre behind a socket, and a clock moved by hand.

In: what the sheet says. Out: links to it, started or not. Promise: when a verb returns, no octet is
under way between the two.
"""

import asyncio
import random
import ssl
from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from chappe.links.smpp.dialling import Dialler
from chappe.links.smpp.events import SessionLimits
from chappe.links.smpp.link import SmppLink
from chappe.links.smpp.sheet import Sheet
from chappe.links.smpp.tables import Bind
from chappe.words.clock import MINUTE, SECOND, HandClock
from tests.links.smpp.scripted import ScriptedCentre, Wires

START = 1_795_000_000_000
WHO = Bind(system_id="chappe", password="secret")
LIMITS = SessionLimits(window=50, answer_ms=10 * SECOND, unheard_max=10_000)

_CALM_TURNS = 4
_POLL_S = 0.0005
_PATIENCE_S = 30  # only a fault takes so long


class _Counted(asyncio.Protocol):
    """A protocol whose octets are counted, in and out."""

    def __init__(self, inner: asyncio.Protocol, wires: Wires) -> None:
        self._inner = inner
        self._wires = wires
        self._name: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._name = transport.get_extra_info("sockname")
        self._wires.count(self._name, "link opened", 1)
        self._inner.connection_made(_Counting(transport, self._name, self._wires))

    def data_received(self, octets: bytes) -> None:
        self._wires.count(self._name, "link read", len(octets))
        self._inner.data_received(octets)

    def connection_lost(self, fault: Exception | None) -> None:
        self._wires.count(self._name, "link closed", 1)
        self._inner.connection_lost(fault)

    def pause_writing(self) -> None:
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        self._inner.resume_writing()


class _Counting(asyncio.Transport):
    """Its transport."""

    def __init__(self, inner: asyncio.BaseTransport, name: Any, wires: Wires) -> None:
        super().__init__()
        self._inner: Any = inner
        self._name = name
        self._wires = wires

    def write(self, data: Any) -> None:
        self._wires.count(self._name, "link wrote", len(data))
        self._inner.write(data)

    def close(self) -> None:
        self._inner.close()

    def abort(self) -> None:
        self._inner.abort()

    def is_closing(self) -> bool:
        return bool(self._inner.is_closing())

    def pause_reading(self) -> None:
        self._inner.pause_reading()

    def resume_reading(self) -> None:
        self._inner.resume_reading()

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return self._inner.get_extra_info(name, default)


def counted_dial(sheet: Sheet, wires: Wires) -> Callable[[Callable[[], asyncio.Protocol]], Any]:
    """A Dialler, with all that passes counted."""
    dialler = Dialler(sheet)

    async def dial(make: Callable[[], asyncio.Protocol]) -> None:
        wires.dialling += 1
        try:
            await dialler(lambda: _Counted(make(), wires))
        finally:
            wires.dialling -= 1

    return dial


class SmppGround:
    """A tests.links.exercise.Ground. `facts` are those of a Sheet."""

    def __init__(self, **facts: Any) -> None:
        self.clock = HandClock(START)
        self.smsc = ScriptedCentre(self.clock)
        self._facts = facts
        self._port = 0

    async def open(self, context: ssl.SSLContext | None = None) -> None:
        self._port = await self.smsc.open(context, self._port)

    async def close(self) -> None:
        await self.smsc.close()

    def sheet(self, **facts: Any) -> Sheet:
        usual = Sheet(host="127.0.0.1", port=self._port, bind=WHO, limits=LIMITS)
        return replace(usual, **{**self._facts, **facts})

    def make_link(self, **facts: Any) -> SmppLink:
        sheet = self.sheet(**facts)
        dial = counted_dial(sheet, self.smsc.wires)
        self.link = SmppLink("sim", sheet, self.clock, dial=dial, chance=random.Random(1))
        return self.link

    async def settle(self) -> None:
        """Until no octet is under way."""
        try:
            async with asyncio.timeout(_PATIENCE_S):
                calm = 0
                while calm < _CALM_TURNS:
                    if self.smsc.wires.quiet:
                        calm += 1
                        await asyncio.sleep(0)
                    else:
                        calm = 0
                        await asyncio.sleep(_POLL_S)
        except TimeoutError:
            raise AssertionError(f"the wires are not quiet: {self.smsc.wires.pairs}") from None

    async def until(self, seen: Callable[[], bool]) -> None:
        deadline = self.clock.now() + 10 * MINUTE
        await self.settle()
        while not seen():
            due = self.clock.next_due()
            assert due is not None, "nothing more will happen"
            assert due <= deadline, "it took too long"
            self.clock.advance(due)
            await self.settle()

    async def let_pass(self, wait_ms: int) -> None:
        end = self.clock.now() + wait_ms
        await self.settle()
        while (due := self.clock.next_due()) is not None and due <= end:
            self.clock.advance(due)
            await self.settle()
        self.clock.advance(end)

    def hand_in(self, number: int, code: str, text: str) -> None:
        self.smsc.deliver(self.smsc.reply(number, code, text))
