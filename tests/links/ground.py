"""The ground that a link is tried on, where a clock is moved by hand; and that under the operator
inside a node, with a log on disk."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from chappe.links.operator import OperatorLink, OperatorSettings
from chappe.words.clock import MINUTE, HandClock

START = 1_795_000_000_000


async def turn() -> None:
    """Let the loop do what it has put off for its next turn."""
    for _ in range(3):
        await asyncio.sleep(0)


class HandGround:
    """How time goes by on any ground: from one thing that is due to the next, and the clock moves
    only while nothing is under way."""

    def __init__(self, start: int = START) -> None:
        self.clock = HandClock(start)

    async def settle(self) -> None:
        """Until nothing is under way."""
        await turn()

    def next_due(self) -> int | None:
        return self.clock.next_due()

    async def advance(self, to_ms: int) -> None:
        self.clock.advance(to_ms)
        await self.settle()

    async def until(self, seen: Callable[[], bool]) -> None:
        deadline = self.clock.now() + 10 * MINUTE
        await self.settle()
        while not seen():
            due = self.next_due()
            assert due is not None, "nothing more will happen"
            assert due <= deadline, "it took too long"
            await self.advance(due)

    async def let_pass(self, wait_ms: int) -> None:
        end = self.clock.now() + wait_ms
        await self.settle()
        while (due := self.next_due()) is not None and due <= end:
            await self.advance(due)
        await self.advance(end)


class OperatorGround(HandGround):
    """A tests.links.exercise.Ground. Options are those of OperatorSettings."""

    def __init__(self, folder: Path, start: int = START, **options: Any) -> None:
        super().__init__(start)
        self.log = folder / "operator.log"
        self._settings = OperatorSettings(**options)

    def make_link(self) -> OperatorLink:
        self.link = OperatorLink("sim", self.clock, self.log, self._settings)
        return self.link

    def hand_in(self, number: int, code: str, text: str) -> None:
        self.link.hand_in(number, code, text)
