"""The SMPP link over a real socket: the suite that all links share, by each way of binding."""

from collections.abc import AsyncIterator

import pytest

from chappe.links.smpp.sheet import TX_RX
from chappe.links.smpp.texts.long import Writing
from tests.links.exercise import Ground, LinkExercise
from tests.links.smpp.ground import SmppGround


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
