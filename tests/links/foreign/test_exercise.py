"""The SMPP link against centres that nobody of us wrote: the shared suite, whole, against each."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from chappe.links.smpp.conversation.events import Mode
from chappe.links.smpp.sheet import TRX, TX_RX
from chappe.links.smpp.texts.long import Way, Writing
from tests.links.exercise import Ground, LinkExercise
from tests.links.foreign.ground import ForeignGround
from tests.links.foreign.servers import NodeServer, RustServer, serving
from tests.links.ground import START

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
    """E30: PyPI's `smpp34`, by one bind, and all ways to write a part."""

    @pytest.fixture(params=["udh8", "udh16", "sar"])
    async def ground(self, request: Any) -> AsyncIterator[Ground]:
        async with serving(RustServer, clock=START) as server:
            yield ForeignGround(server, writing=Writing(long=request.param))


class TestRustByTwo(LinkExercise):
    """E30: the same by two binds. What is None is left out, for the reason beside it."""

    # From a receiver the library takes no answer, so it cannot know what is to come again.
    test_what_could_not_be_kept_is_handed_over_again = None  # type: ignore[assignment]

    @pytest.fixture
    async def ground(self) -> AsyncIterator[Ground]:
        async with serving(RustServer, clock=START) as server:
            yield ForeignGround(server, deaf=True, modes=TX_RX)
