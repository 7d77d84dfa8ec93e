"""The SMPP link against centres that nobody of us wrote: the shared suite, whole, against each."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from chappe.links.smpp.events import Mode
from chappe.links.smpp.long import Way, Writing
from chappe.links.smpp.sheet import TRX, TX_RX
from tests.links.exercise import Ground, LinkExercise
from tests.links.foreign.ground import START, ForeignGround
from tests.links.foreign.servers import NodeServer, RustServer, serving

WAYS: dict[str, tuple[tuple[Mode, ...], Way]] = {
    "one-udh8": (TRX, "udh8"),
    "two-udh16": (TX_RX, "udh16"),
    "one-sar": (TRX, "sar"),
}


class TestNode(LinkExercise):
    """E30: npm's `smpp`, in both ways of binding and all ways to write a part."""

    @pytest.fixture(params=list(WAYS))
    async def ground(self, request: Any) -> AsyncIterator[Ground]:
        modes, long = WAYS[request.param]
        async with serving(NodeServer, clock=START) as server:
            yield ForeignGround(server, modes=modes, writing=Writing(long=long))


class TestRust(LinkExercise):
    """E30: PyPI's `smpp34`, by one bind: from a receiver alone it takes no answer to a receipt."""

    @pytest.fixture(params=["udh8", "udh16", "sar"])
    async def ground(self, request: Any) -> AsyncIterator[Ground]:
        async with serving(RustServer, clock=START) as server:
            yield ForeignGround(server, writing=Writing(long=request.param))
