"""The one clock of a node: the date in UTC milliseconds, time that nobody sets, and its timers.

In: the machine's clocks. Out: `now()`, `steady()`, `later()`. Promise: everything that waits in the
product waits on this clock, so that `--clock` and the tests can let 72 hours go by in a moment.
`now()` only says dates: how long something lasts is counted by `steady()`. A date that jumps by
more than STEP_MS is gone by only once it has stood for DOUBT_MS; until then the old one goes on.
"""

import asyncio
import heapq
import itertools
import time
from collections.abc import Callable
from typing import Final, Protocol

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

# Time that goes on while the machine sleeps: whoever wakes up is not in doubt of the date.
_AWAKE_OR_NOT: Final = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
_MS: Final = 1_000_000  # ns

STEP_MS: Final = 1 * MINUTE
DOUBT_MS: Final = 10 * MINUTE


class Timer(Protocol):
    """Something that can be called off."""

    def cancel(self) -> object: ...


class _Reckoning:
    """The date that the node goes by, whatever the machine says all of a sudden."""

    def __init__(self, wall: int, passed: int) -> None:
        self._ahead = wall - passed  # the date less the time that passed since its origin
        self._claimed: int | None = None  # the same, as the machine has it since a jump
        self._since = 0  # when that jump was seen

    @property
    def doubt(self) -> int:
        return 0 if self._claimed is None else self._claimed - self._ahead

    def date(self, wall: int, passed: int) -> int:
        ahead = wall - passed
        if -STEP_MS <= ahead - self._ahead <= STEP_MS:
            self._ahead, self._claimed = ahead, None
            return wall
        if self._claimed is None or not -STEP_MS <= ahead - self._claimed <= STEP_MS:
            self._since = passed
        self._claimed = ahead
        if passed - self._since >= DOUBT_MS:
            self._ahead, self._claimed = ahead, None
        return passed + self._ahead


class Clock:
    """The real time, or a set time that runs `speed` times as fast."""

    def __init__(self, start_ms: int | None = None, speed: float = 1.0) -> None:
        self._speed = speed
        self._real = self.follows = start_ms is None and speed == 1.0
        self._followed = 0  # how far the date that is followed is before the machine's
        self._start = start_ms if start_ms is not None else time.time_ns() // _MS
        self._origin = time.monotonic()
        self._reckoning = _Reckoning(*self._looks())

    def now(self) -> int:
        """The date, as milliseconds in UTC."""
        return self._reckoning.date(*self._looks())

    def machine(self) -> int:
        """The date as the machine has it, whoever else's is gone by."""
        return self._looks()[0] - self._followed

    def follow(self, ahead_ms: int) -> None:
        """Go by a date that is so far before the machine's: several nodes have one between them.
        The first time it is believed at once."""
        if not self.follows or ahead_ms == self._followed:
            return
        is_first, self._followed = not self._followed, ahead_ms
        if is_first:
            self._reckoning = _Reckoning(*self._looks())

    def now_ns(self) -> int:
        """The same in nanoseconds: when something began or ended that may last less than one."""
        if not self._real:
            return self.now() * _MS
        wall = time.time_ns() + self._followed * _MS
        passed = time.clock_gettime_ns(_AWAKE_OR_NOT) // _MS
        return self._reckoning.date(wall // _MS, passed) * _MS + wall % _MS

    @property
    def doubt(self) -> int:
        """How far the machine's date is from `now()` since it jumped; 0 while it has not."""
        return self._reckoning.doubt

    def dates(self) -> tuple[int, ...]:
        """All dates that it may be now: one, or two while they are in doubt."""
        now = self.now()
        return (now, now + self.doubt) if self.doubt else (now,)

    def steady(self) -> int:
        """Milliseconds from some origin that nobody sets: for how long something has waited."""
        return int((time.monotonic() - self._origin) * self._speed * 1000)

    def later(self, wait_ms: float, call: Callable[[], object]) -> Timer:
        """Call something once, `wait_ms` of this clock from now."""
        loop = asyncio.get_running_loop()
        return loop.call_later(max(0.0, wait_ms) / 1000 / self._speed, call)

    def _looks(self) -> tuple[int, int]:
        """The date as the machine has it, and the time that passed."""
        if self._real:
            passed = time.clock_gettime_ns(_AWAKE_OR_NOT) // _MS
            return time.time_ns() // _MS + self._followed, passed
        passed = self.steady()
        return self._start + passed, passed


class SetOnce(Clock):
    """A clock whose date goes on from that of another and is never set again: the simulated network
    lives by instants of its own."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ahead = clock.now() - clock.steady()

    def now(self) -> int:
        return self._ahead + self._clock.steady()

    @property
    def doubt(self) -> int:
        return 0

    def steady(self) -> int:
        return self._clock.steady()

    def later(self, wait_ms: float, call: Callable[[], object]) -> Timer:
        return self._clock.later(wait_ms, call)


class _HandTimer:
    """A timer of the hand clock."""

    def __init__(self, call: Callable[[], object]) -> None:
        self.call: Callable[[], object] | None = call

    def cancel(self) -> None:
        self.call = None


class HandClock(Clock):
    """A clock that only moves when told to: for journeys."""

    def __init__(self, start_ms: int) -> None:
        self._passed = self._followed = 0
        self._ahead = start_ms
        self._timers: list[tuple[int, int, _HandTimer]] = []
        self._order = itertools.count()
        super().__init__(start_ms)

    def steady(self) -> int:
        return self._passed

    def later(self, wait_ms: float, call: Callable[[], object]) -> Timer:
        timer = _HandTimer(call)
        at = self._passed + int(max(0, wait_ms))
        heapq.heappush(self._timers, (at, next(self._order), timer))
        return timer

    def _looks(self) -> tuple[int, int]:
        return self._passed + self._ahead + self._followed, self._passed

    def step(self, by_ms: int) -> None:
        """Somebody sets the machine's date; no time passes."""
        self._ahead += by_ms

    def next_due(self) -> int | None:
        """When the next timer rings, if any does."""
        while self._timers and self._timers[0][2].call is None:
            heapq.heappop(self._timers)
        return self.now() + self._timers[0][0] - self._passed if self._timers else None

    def advance(self, to_ms: int) -> None:
        """Ring all that is due up to `to_ms`, in order, and stand there."""
        end = self._passed + to_ms - self.now()
        while self.next_due() is not None and self._timers[0][0] <= end:
            due, _, timer = heapq.heappop(self._timers)
            self._passed = max(self._passed, due)
            if timer.call is not None:
                timer.call()
        self._passed = max(self._passed, end)
