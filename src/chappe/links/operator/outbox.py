"""What is owed to us later, and given until it is kept.

In: owed things, tuples whose first field is the instant they are due. Out: batches of what is due,
each with a `taken` to call. Promise: a thing is given again until somebody says that it is on disk;
no more than UNTAKEN_MAX are given and not yet taken; there is one timer, not one for each.
"""

import heapq
import itertools
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, Final, Generic, TypeVar

from chappe.links.contract import Taken
from chappe.links.operator.alarm import Alarm
from chappe.words.clock import Clock

BATCH_MAX: Final = 500
"""How many are given in one call."""

UNTAKEN_MAX: Final = 1_000
AGAIN_MS: Final = 500
"""How long nothing is given after a batch could not be kept."""

Owed = TypeVar("Owed", bound=tuple[int, *tuple[Any, ...]])


class Outbox(Generic[Owed]):
    """The things of one kind that are owed, in the order they are due."""

    def __init__(
        self,
        clock: Clock,
        give: Callable[[list[Owed], Taken], None],
        settle: Callable[[list[Owed]], None],
    ) -> None:
        self._clock = clock
        self._give = give
        self._settle = settle
        self._alarm = Alarm(clock, self._give_due)
        # Nearly everything waits equally long, and a line is cheaper than a heap.
        self._line: deque[Owed] = deque()
        self._heap: list[Owed] = []
        self._given: dict[int, list[Owed]] = {}
        self._untaken = 0
        self._batches = itertools.count()
        self._open = False
        self._not_before = 0

    def __len__(self) -> int:
        return len(self._line) + len(self._heap) + self._untaken

    def __iter__(self) -> Iterator[Owed]:
        """All that is not settled yet."""
        return itertools.chain(*self._given.values(), self._line, self._heap)

    def add_in_line(self, owed: Iterable[Owed]) -> None:
        """Owe these, each due no sooner than the one before it. What is out of line comes later."""
        self._line.extend(owed)
        self._set_alarm()

    def add(self, owed: Iterable[Owed]) -> None:
        """Owe these, due at any instant."""
        for one in owed:
            heapq.heappush(self._heap, one)
        self._set_alarm()

    def open(self) -> None:
        """Give what is due from now on."""
        self._open = True
        self._set_alarm()

    def close(self) -> None:
        """Give nothing until opened again."""
        self._open = False
        self._alarm.set(None)

    def forget(self) -> None:
        """Close and owe nothing: what is said of given batches after this changes nothing."""
        self.close()
        self._line.clear()
        self._heap.clear()
        self._given.clear()
        self._untaken = 0

    def _give_due(self) -> None:
        due = self._take_due(self._clock.now())
        if not due:
            self._set_alarm()
            return
        batch = next(self._batches)
        self._given[batch] = due
        self._untaken += len(due)
        # The alarm is set first, as the batch may be taken within the call.
        self._set_alarm()
        self._give(due, partial(self._taken, batch))

    def _take_due(self, now: int) -> list[Owed]:
        room = min(BATCH_MAX, UNTAKEN_MAX - self._untaken)
        due: list[Owed] = []
        line, heap = self._line, self._heap
        while heap and heap[0][0] <= now and len(due) < room:
            due.append(heapq.heappop(heap))
        while line and line[0][0] <= now and len(due) < room:
            due.append(line.popleft())
        return due

    def _taken(self, batch: int, kept: bool) -> None:
        owed = self._given.pop(batch, None)
        if owed is None:
            return
        self._untaken -= len(owed)
        if kept:
            self._settle(owed)
        else:
            # Whoever could not keep these can't keep others either, so all have to wait.
            self._not_before = self._clock.now() + AGAIN_MS
            for one in owed:
                heapq.heappush(self._heap, one)
        self._set_alarm()

    def _set_alarm(self) -> None:
        self._alarm.set(self._next())

    def _next(self) -> int | None:
        if not self._open or self._untaken >= UNTAKEN_MAX:
            return None
        heads = [queue[0][0] for queue in (self._line, self._heap) if queue]
        return max(min(heads), self._not_before) if heads else None
