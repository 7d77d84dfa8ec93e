"""The ground under the SMPP link, with `chappe smsc` at the other end of the socket.

In: how the link writes, and what the centre's settings are. Out: a tests.links.exercise.Ground.
Promise: when a verb returns, no octet is under way between the two.
"""

import asyncio
from pathlib import Path
from typing import Any

from chappe.links.operator.centre.connection import EsmeConnection
from chappe.links.operator.centre.smsc import Smsc
from tests.links.smpp.ground import WHO, SmppGround
from tests.links.smpp.scripted import Wires
from tests.links.smsc import RunningSmsc


class SmscGround(SmppGround):
    """`facts` are those of a Sheet, `settings` those of SmscSettings."""

    def __init__(self, folder: Path, settings: dict[str, Any], **facts: Any) -> None:
        super().__init__(**facts)
        login = {"system_id": WHO.system_id, "password": WHO.password}
        self.running = RunningSmsc(folder, self.clock, **(login | settings))
        self.running.smsc = _CountedSmsc(self.running.smsc, self.smsc.wires, folder)

    async def open(self, context: Any = None) -> None:
        await self.running.start(tls=context)
        self._port = self.running.port

    async def close(self) -> None:
        await self.running.stop()

    def hand_in(self, number: int, code: str, text: str) -> None:
        self.running.hand_in(number, code, text)


class _Counted(EsmeConnection):
    """One of its connections."""

    wires: Wires
    name: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.name = transport.get_extra_info("peername")
        self.wires.count(self.name, "centre opened", 1)
        super().connection_made(_Counting(transport, self.name, self.wires))

    def data_received(self, octets: bytes) -> None:
        self.wires.count(self.name, "centre read", len(octets))
        super().data_received(octets)

    def connection_lost(self, fault: Exception | None) -> None:
        self.wires.count(self.name, "centre closed", 1)
        super().connection_lost(fault)


class _Counting(asyncio.Transport):
    """What it writes to."""

    def __init__(self, inner: asyncio.BaseTransport, name: Any, wires: Wires) -> None:
        super().__init__()
        self._inner: Any = inner
        self._name = name
        self._wires = wires

    def write(self, data: Any) -> None:
        self._wires.count(self._name, "centre wrote", len(data))
        self._inner.write(data)

    def close(self) -> None:
        self._inner.close()

    def abort(self) -> None:
        self._inner.abort()

    def pause_reading(self) -> None:
        self._inner.pause_reading()

    def resume_reading(self) -> None:
        self._inner.resume_reading()


class _CountedSmsc(Smsc):
    """A centre all of whose octets are counted."""

    CONNECTION = _Counted

    def __init__(self, like: Smsc, wires: Wires, folder: Path) -> None:
        super().__init__(like._clock, folder / "operator.log", like.settings)
        self._wires = wires

    def _connection(self) -> EsmeConnection:
        made = super()._connection()
        assert isinstance(made, _Counted)
        made.wires = self._wires
        return made
