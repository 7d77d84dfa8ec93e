"""The ground under the in-process operator: a clock that is advanced by hand, and a log on disk."""

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


class OperatorGround:
    """A tests.links.exercise.Ground. Options are those of OperatorSettings."""

    def __init__(self, folder: Path, start: int = START, **options: Any) -> None:
        self.clock = HandClock(start)
        self.log = folder / "operator.log"
        self._settings = OperatorSettings(**options)

    def make_link(self) -> OperatorLink:
        self.link = OperatorLink("sim", self.clock, self.log, self._settings)
        return self.link

    async def until(self, seen: Callable[[], bool]) -> None:
        deadline = self.clock.now() + 10 * MINUTE
        await turn()
        while not seen():
            due = self.clock.next_due()
            assert due is not None, "nothing more will happen"
            assert due <= deadline, "it took too long"
            self.clock.advance(due)
            await turn()

    async def let_pass(self, wait_ms: int) -> None:
        end = self.clock.now() + wait_ms
        await turn()
        while (due := self.clock.next_due()) is not None and due <= end:
            self.clock.advance(due)
            await turn()
        self.clock.advance(end)

    def hand_in(self, number: int, code: str, text: str) -> None:
        self.link.hand_in(number, code, text)
