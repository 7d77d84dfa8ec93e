"""Calls that are made later, all by one timer.

In: calls, and how long each waits. Out: the calls, in their order. Promise: there is one timer,
however many wait; none is made within the call that adds it.
"""

import heapq
import itertools
from collections.abc import Callable

from chappe.links.operator.alarm import Alarm
from chappe.words.clock import Clock


class Later:
    """The calls that have not been made."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._calls: list[tuple[int, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self._alarm = Alarm(clock, self._make_due)

    def call_in(self, wait: int, call: Callable[[], None]) -> None:
        """Call this in so many milliseconds."""
        heapq.heappush(self._calls, (self._clock.now() + wait, next(self._order), call))
        self._alarm.set(self._calls[0][0])

    def close(self) -> None:
        """Make none of them."""
        self._calls.clear()
        self._alarm.set(None)

    def _make_due(self) -> None:
        now = self._clock.now()
        while self._calls and self._calls[0][0] <= now:
            heapq.heappop(self._calls)[2]()
        self._alarm.set(self._calls[0][0] if self._calls else None)
