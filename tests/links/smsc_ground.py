"""The ground under the SMPP link, with `chappe smsc` at the other end of the socket.

In: how the link writes, and what the centre's settings are. Out: a tests.links.exercise.Ground.
Promise: when a verb returns, no octet is under way between the two.
"""

import asyncio
from pathlib import Path
from typing import Any

from chappe.links.operator.centre.smsc import Smsc
from tests.links.smpp.ground import WHO, SmppGround
from tests.links.smsc import RunningSmsc
from tests.links.watched import Watched
from tests.links.wires import End, Wires


class SmscGround(SmppGround):
    """`facts` are those of a Sheet, `settings` those of SmscSettings."""

    def __init__(self, folder: Path, settings: dict[str, Any], **facts: Any) -> None:
        super().__init__(**facts)
        login = {"system_id": WHO.system_id, "password": WHO.password}
        self.running = RunningSmsc(folder, self.clock, **(login | settings))
        self.running.smsc = _WatchedSmsc(self.running.smsc, self.smsc.wires, folder)

    async def open(self, context: Any = None) -> None:
        await self.running.start(tls=context)
        self._port = self.running.port

    async def close(self) -> None:
        await self.running.stop()

    def hand_in(self, number: int, code: str, text: str) -> None:
        self.running.hand_in(number, code, text)


class _WatchedSmsc(Smsc):
    """A centre all of whose octets are counted."""

    def __init__(self, like: Smsc, wires: Wires, folder: Path) -> None:
        super().__init__(like._clock, folder / "operator.log", like.settings)
        self._wires = wires

    def _connection(self) -> asyncio.Protocol:
        return Watched(super()._connection(), End(self._wires, "centre"))
