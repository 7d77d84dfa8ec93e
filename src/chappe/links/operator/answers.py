"""Answers to submits, on their way back.

In: answers, and how long each batch takes. Out: the answers, in one call for all that are due at
the same time. Promise: an answer is given exactly once, never within the call that adds it.
"""

import asyncio
import heapq
import itertools
from collections.abc import Callable, Sequence

from chappe.links.contract import Answer, Verdict
from chappe.links.operator.alarm import Alarm
from chappe.words.clock import Clock


class Answers:
    """The answers that have not been given yet."""

    def __init__(self, clock: Clock, give: Callable[[Sequence[Answer]], None]) -> None:
        self._clock = clock
        self._give = give
        self._soon: list[Answer] = []
        self._turn: asyncio.Handle | None = None
        self._later: list[tuple[int, int, Sequence[Answer]]] = []
        self._order = itertools.count()
        self._alarm = Alarm(clock, self._give_due)

    def add(self, answers: Sequence[Answer], wait_ms: int) -> None:
        """Give these in `wait_ms`; without a wait, on the loop's next turn."""
        if not answers:
            return
        if wait_ms <= 0:
            self._soon.extend(answers)
            if self._turn is None:
                self._turn = asyncio.get_running_loop().call_soon(self.give_soon)
            return
        due = self._clock.now() + wait_ms
        heapq.heappush(self._later, (due, next(self._order), answers))
        self._alarm.set(self._later[0][0])

    def give_soon(self) -> None:
        """Give at once those that have no wait."""
        if self._turn is None:
            return
        self._turn.cancel()
        answers, self._soon, self._turn = self._soon, [], None
        self._give(answers)

    def give_all(self) -> None:
        """Give all at once."""
        if answers := self._clear():
            self._give(answers)

    def break_off(self) -> None:
        """The connection is lost: whatever was answered, nobody heard it."""
        if answers := self._clear():
            self._give(
                [Answer(answer.message, answer.no, Verdict.unanswered) for answer in answers]
            )

    def _give_due(self) -> None:
        now = self._clock.now()
        answers: list[Answer] = []
        while self._later and self._later[0][0] <= now:
            answers.extend(heapq.heappop(self._later)[2])
        self._alarm.set(self._later[0][0] if self._later else None)
        if answers:
            self._give(answers)

    def _clear(self) -> list[Answer]:
        """Everything that waits, in the order it is due; from here on nothing does."""
        answers = self._soon
        for _, _, batch in sorted(self._later, key=lambda entry: entry[:2]):
            answers.extend(batch)
        if self._turn is not None:
            self._turn.cancel()
        self._soon, self._later, self._turn = [], [], None
        self._alarm.set(None)
        return answers
