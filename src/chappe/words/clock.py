"""The one clock of a node: UTC in milliseconds, and timers that keep to it.

In: nothing. Out: `now()` and `later()`. Promise: everything that waits in the product waits on
this clock, so that `--clock` and the tests can let 72 hours go by in a moment.
"""

import asyncio
import heapq
import itertools
from collections.abc import Callable
from time import monotonic, time_ns
from typing import Protocol

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


class Timer(Protocol):
    """Something that can be called off."""

    def cancel(self) -> object: ...


class Clock:
    """The real time, or a set time that runs `speed` times as fast."""

    def __init__(self, start_ms: int | None = None, speed: float = 1.0) -> None:
        self._speed = speed
        self._real = start_ms is None and speed == 1.0
        self._start = start_ms if start_ms is not None else time_ns() // 1_000_000
        self._origin = monotonic()

    def now(self) -> int:
        """UTC, milliseconds."""
        if self._real:
            return time_ns() // 1_000_000
        return self._start + int((monotonic() - self._origin) * self._speed * 1000)

    def steady(self) -> int:
        """Milliseconds from some origin that nobody sets: for how long something has waited."""
        return int((monotonic() - self._origin) * self._speed * 1000)

    def later(self, wait_ms: float, call: Callable[[], object]) -> Timer:
        """Call once, `wait_ms` of this clock from now."""
        loop = asyncio.get_running_loop()
        return loop.call_later(max(0.0, wait_ms) / 1000 / self._speed, call)


class _HandTimer:
    """A timer of the hand clock."""

    def __init__(self, call: Callable[[], object]) -> None:
        self.call: Callable[[], object] | None = call

    def cancel(self) -> None:
        self.call = None


class HandClock(Clock):
    """A clock that only moves when told to: for journeys."""

    def __init__(self, start_ms: int) -> None:
        super().__init__(start_ms)
        self._now = start_ms
        self._timers: list[tuple[int, int, _HandTimer]] = []
        self._order = itertools.count()

    def now(self) -> int:
        return self._now

    def steady(self) -> int:
        return self._now

    def later(self, wait_ms: float, call: Callable[[], object]) -> Timer:
        timer = _HandTimer(call)
        heapq.heappush(self._timers, (self._now + int(max(0, wait_ms)), next(self._order), timer))
        return timer

    def next_due(self) -> int | None:
        """When the next timer rings, if any does."""
        while self._timers and self._timers[0][2].call is None:
            heapq.heappop(self._timers)
        return self._timers[0][0] if self._timers else None

    def advance(self, to_ms: int) -> None:
        """Ring all that is due up to `to_ms`, in order, and stand there."""
        while (due := self.next_due()) is not None and due <= to_ms:
            self._now = max(self._now, due)
            timer = heapq.heappop(self._timers)[2]
            if timer.call is not None:
                timer.call()
        self._now = max(self._now, to_ms)
