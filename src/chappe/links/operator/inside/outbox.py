"""What is owed to the node, and given until it is kept.

In: owed things, tuples whose first field is the instant they are due. Out: batches of what is due,
each with an `acknowledge` to call. Promise: a thing is given again until somebody says that it is
on disk; no more than UNSETTLED_MAX are given and not yet acknowledged.
"""

import itertools
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, Final, Generic, TypeVar

from chappe.links.contract import Acknowledge
from chappe.links.operator.timed import TimedQueue
from chappe.words.clock import Clock

BATCH_MAX: Final = 500
"""How many are given in one call."""

UNSETTLED_MAX: Final = 1_000
AGAIN_MS: Final = 500
"""How long nothing is given after a batch could not be kept."""

Owed = TypeVar("Owed", bound=tuple[int, *tuple[Any, ...]])


class Outbox(Generic[Owed]):
    """The things of one kind that are owed."""

    def __init__(
        self,
        clock: Clock,
        give: Callable[[list[Owed], Acknowledge], None],
        settle: Callable[[list[Owed]], None],
    ) -> None:
        self._clock = clock
        self._give = give
        self._settle = settle
        self._waiting: TimedQueue[Owed] = TimedQueue(clock, self._give_batch, self._room)
        self._waiting.close()
        self._given: dict[int, list[Owed]] = {}
        self._unsettled = 0
        self._batches = itertools.count()

    def __len__(self) -> int:
        return len(self._waiting) + self._unsettled

    def __iter__(self) -> Iterator[Owed]:
        """All that is not settled yet."""
        return itertools.chain(*self._given.values(), self._waiting)

    def add(self, at: int, owed: Sequence[Owed]) -> None:
        """Owe these, all of them due at `at`."""
        self._waiting.add(at, owed)

    def add_each(self, owed: Sequence[Owed]) -> None:
        """Owe these, each due at an instant of its own."""
        for due, several in itertools.groupby(owed, _due):
            self._waiting.add(due, [*several])

    def open(self) -> None:
        """Give what is due from now on."""
        self._waiting.open()

    def close(self) -> None:
        """Give nothing until opened again."""
        self._waiting.close()

    def forget(self) -> None:
        """Close and owe nothing: what is said of given batches after this changes nothing."""
        self._waiting.close()
        self._waiting.clear()
        self._given.clear()
        self._unsettled = 0

    def _room(self) -> int:
        return min(BATCH_MAX, UNSETTLED_MAX - self._unsettled)

    def _give_batch(self, owed: list[Owed]) -> None:
        batch = next(self._batches)
        self._given[batch] = owed
        self._unsettled += len(owed)
        self._waiting.look()
        self._give(owed, partial(self._acknowledged, batch))

    def _acknowledged(self, batch: int, kept: bool) -> None:
        owed = self._given.pop(batch, None)
        if owed is None:
            return
        self._unsettled -= len(owed)
        if kept:
            self._settle(owed)
            self._waiting.look()
        else:
            # Whoever could not keep these can't keep others either, so all have to wait.
            self._waiting.rest_until(self._clock.now() + AGAIN_MS)
            self.add_each(owed)


def _due(owed: Owed) -> int:
    return owed[0]
