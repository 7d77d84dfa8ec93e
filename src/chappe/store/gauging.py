"""How much waits, and for how long: a few statements that each look at a bounded number of rows.

In: an instant. Out: `Gauged`. Promise: nothing waits for it, however much there is.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from chappe.store.contract import Gauged, Queued
from chappe.store.script import Ask, Script
from chappe.words.lifecycle import State

COUNTED = 50_000  # rows of a queue; of news that is owed
_SHARES = 2_000  # accounts with something in a queue, all queues together
_DOUBTS = 10_000


class GaugeIntents(ABC):
    """What a store counts for whoever watches."""

    @abstractmethod
    async def read(self, script: Callable[[], Script]) -> Any: ...

    async def backlogs(self, now: int) -> Gauged:
        def script() -> Script:
            counts = yield Ask("queue_counts", (COUNTED,))
            oldest = dict[tuple[int, int], int]()
            for route, channel, due in (yield Ask("queue_oldest", (_SHARES,))):
                oldest[route, channel] = min(due, oldest.get((route, channel), due))
            queues = [
                Queued(route, channel, count, oldest.get((route, channel), now))
                for route, channel, count in counts
            ]
            owed, since = yield Ask("owed_oldest", (now, COUNTED))
            doubts = yield Ask("doubts_held", (int(State.unknown), _DOUBTS))
            return Gauged(queues, owed, since, doubts)

        found: Gauged = await self.read(script)
        return found
