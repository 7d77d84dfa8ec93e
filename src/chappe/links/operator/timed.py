"""What waits for its instant, with one timer for all of it.

In: things, and the instant each of them is due. Out: all that are due, in one call, in the order
they are due. Promise: there is one timer on the clock, however many things wait; none is given
within the call that adds it; each is given once.
"""

import asyncio
import heapq
import itertools
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Generic, TypeVar

from chappe.words.clock import Clock, Timer

Thing = TypeVar("Thing")


class Alarm:
    """Rings once at the instant it was last set to; what is past rings on the loop's next turn."""

    def __init__(self, clock: Clock, ring: Callable[[], None]) -> None:
        self._clock = clock
        self._ring = ring
        self._at: int | None = None
        self._timer: Timer | None = None

    def set(self, at: int | None) -> None:
        """Ring at `at` instead of when it was set to before; None: don't ring."""
        if at == self._at:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._at = at
        self._timer = None if at is None else self._timer_for(at - self._clock.now())

    def _timer_for(self, wait_ms: int) -> Timer:
        if wait_ms <= 0:
            return asyncio.get_running_loop().call_soon(self._rung)
        return self._clock.later(wait_ms, self._rung)

    def _rung(self) -> None:
        self._at = self._timer = None
        self._ring()


def _any_number() -> int:
    return sys.maxsize


class TimedQueue(Generic[Thing]):
    """The things of one kind that wait. `room` says how many may be given in the next call; where
    it has changed, `look` is to be told."""

    def __init__(
        self,
        clock: Clock,
        give: Callable[[list[Thing]], None],
        room: Callable[[], int] = _any_number,
    ) -> None:
        self._clock = clock
        self._give = give
        self._room = room
        self._alarm = Alarm(clock, self.give_due)
        self._order = itertools.count()
        # What came together waits together, and nearly everything waits equally long: so a line of
        # a few entries is enough for most, and cheaper than a heap of things.
        self._line: deque[tuple[int, int, Sequence[Thing]]] = deque()
        self._heap: list[tuple[int, int, Sequence[Thing]]] = []
        self._size = 0
        self._open = True
        self._not_before = 0

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[Thing]:
        entries = itertools.chain(self._line, self._heap)
        return itertools.chain.from_iterable(things for _, _, things in entries)

    def add(self, at: int, things: Sequence[Thing]) -> None:
        """Give these at `at`; what is past then, on the loop's next turn."""
        if not things:
            return
        entry = at, next(self._order), things
        if not self._line or self._line[-1][0] <= at:
            self._line.append(entry)
        else:
            heapq.heappush(self._heap, entry)
        self._size += len(things)
        self.look()

    def give_due(self) -> None:
        """Give now what is due."""
        due = self._take_due(self._clock.now()) if self._open else []
        # The alarm is set first, as more may be added, and room be made, within the call.
        self.look()
        if due:
            self._give(due)

    def rest_until(self, instant: int) -> None:
        """Give nothing before then, whatever is due."""
        self._not_before = instant
        self.look()

    def open(self) -> None:
        self._open = True
        self.look()

    def close(self) -> None:
        """Give nothing until opened again."""
        self._open = False
        self._alarm.set(None)

    def clear(self) -> list[Thing]:
        """All that waits, in the order it is due; from here on nothing does."""
        entries = sorted((*self._line, *self._heap), key=lambda entry: entry[:2])
        self._line.clear()
        self._heap.clear()
        self._size = 0
        self._alarm.set(None)
        return [thing for _, _, things in entries for thing in things]

    def look(self) -> None:
        """Set the alarm by how things stand."""
        heads = [queue[0][0] for queue in (self._line, self._heap) if queue]
        if not heads or not self._open or self._room() <= 0:
            self._alarm.set(None)
        else:
            self._alarm.set(max(min(heads), self._not_before))

    def _take_due(self, now: int) -> list[Thing]:
        due: list[Thing] = []
        room = self._room() if now >= self._not_before else 0
        line, heap = self._line, self._heap
        while room > 0 and (line or heap):
            in_line = bool(line) and (not heap or line[0] < heap[0])
            at, place, things = line[0] if in_line else heap[0]
            if at > now:
                break
            if in_line:
                line.popleft()
            else:
                heapq.heappop(heap)
            due += things[:room] if len(things) > room else things
            if len(things) > room:
                # It comes before all others, and the line is in order wherever it begins.
                line.appendleft((at, place, things[room:]))
            room -= len(things)
        self._size -= len(due)
        return due
