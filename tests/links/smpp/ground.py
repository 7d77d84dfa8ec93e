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

from chappe.links.smpp.bind.dialling import Dialler
from chappe.links.smpp.conversation.events import SessionLimits
from chappe.links.smpp.link import SmppLink
from chappe.links.smpp.pdus.tables import Bind
from chappe.links.smpp.sheet import Sheet
from chappe.words.clock import SECOND
from tests.links.ground import HandGround
from tests.links.smpp.scripted import ScriptedCentre
from tests.links.watched import Watched
from tests.links.wires import End, Wires

WHO = Bind(system_id="chappe", password="secret")
LIMITS = SessionLimits(window=50, answer_ms=10 * SECOND, unheard_max=10_000)

_CALM_TURNS = 4
_POLL_S = 0.0005
_PATIENCE_S = 30  # only a fault takes so long


def counted_dial(sheet: Sheet, wires: Wires) -> Callable[[Callable[[], asyncio.Protocol]], Any]:
    """A Dialler, with all that passes counted."""
    dialler = Dialler(sheet)

    async def dial(make: Callable[[], asyncio.Protocol]) -> None:
        wires.dialling += 1
        try:
            await dialler(lambda: Watched(make(), End(wires, "link")))
        finally:
            wires.dialling -= 1

    return dial


class SmppGround(HandGround):
    """A tests.links.exercise.Ground. `facts` are those of a Sheet."""

    def __init__(self, **facts: Any) -> None:
        super().__init__()
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

    def hand_in(self, number: int, code: str, text: str) -> None:
        self.smsc.deliver(self.smsc.reply(number, code, text))
