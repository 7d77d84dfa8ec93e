"""The SMPP link over a real socket: the suite that all links share, by each way of binding."""

import asyncio
import random
import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from chappe.links.smpp.link import SmppLink
from chappe.links.smpp.long import Writing
from chappe.links.smpp.sheet import TX_RX
from tests.links.exercise import Ground, LinkExercise
from tests.links.smpp.ground import SmppGround, counted_dial
from tests.links.smpp.scripted import Wires
from tests.links.smsc import RunningSmsc


class TestTransceiver(LinkExercise):
    @pytest.fixture
    async def ground(self) -> AsyncIterator[Ground]:
        ground = SmppGround()
        await ground.open()
        yield ground
        await ground.close()


class TestTransmitterAndReceiver(LinkExercise):
    """E30: two connections; receipts and replies come by the second."""

    @pytest.fixture
    async def ground(self) -> AsyncIterator[Ground]:
        ground = SmppGround(modes=TX_RX, writing=Writing(long="sar"))
        await ground.open()
        yield ground
        await ground.close()


class SmscGround(SmppGround):
    """The same link to `chappe smsc`."""

    def __init__(self, folder: Path, centre: dict[str, Any], **facts: Any) -> None:
        super().__init__(**facts)
        self._wires = Wires()
        self._running = RunningSmsc(folder, self.clock, **centre)

    async def open(self, context: ssl.SSLContext | None = None) -> None:
        await self._running.start(tls=context)
        self._port = self._running.port

    async def close(self) -> None:
        await self._running.stop()

    def make_link(self, **facts: Any) -> SmppLink:
        sheet = self.sheet(**facts)
        dial = counted_dial(sheet, self._wires)
        self.link = SmppLink("sim", sheet, self.clock, dial=dial, chance=random.Random(1))
        return self.link

    async def settle(self) -> None:
        """Until nothing has passed the link's end for some turns; the other end is not counted."""
        calm, before = 0, ""
        while calm < _CALM_LOOKS or self._wires.dialling:
            await asyncio.sleep(_LOOK_S)
            now = repr(self._wires.pairs)
            calm, before = (calm + 1, now) if now == before else (0, now)

    def hand_in(self, number: int, code: str, text: str) -> None:
        self._running.hand_in(number, code, text)


_CALM_LOOKS = 3
_LOOK_S = 0.001


class TestAgainstOurOwnCentre(LinkExercise):
    """E30 E33: the client and the centre understand each other, ids in two writings."""

    @pytest.fixture
    async def ground(self, tmp_path: Path) -> AsyncIterator[Ground]:
        ground = SmscGround(tmp_path, {"id_form": "zeros", "receipt_id_form": "decimal"})
        await ground.open()
        yield ground
        await ground.close()
