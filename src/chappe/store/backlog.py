"""What waits, counted: for a link, for its time, to be told.

In: accounts. Out: counts and instants. Promise: only indexes of what waits are gone through; of
rows a bounded number is read.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any

from chappe.store.contract.backlog import OwedHead, OwedLane, Pile, Piles
from chappe.store.script import Ask, Script
from chappe.words.lane import first_lane

_PILES = list[Pile]
_OF_ACCOUNT = first_lane(1)  # numbers of lanes
_LAST = (1 << 63) - 1


class BacklogIntents(ABC):
    """What a store does for whoever wants to know what waits."""

    @abstractmethod
    async def read(self, script: Callable[[], Script]) -> Any: ...

    @abstractmethod
    async def _ask(self, name: str, *args: Any, type: Any = None) -> Any: ...

    async def piles(self, accounts: Sequence[int] | None, most: int) -> Piles:
        """Of these accounts, None: of all; and of so many that wait for their time."""
        whose = None if accounts is None else list(accounts)

        def script() -> Script:
            queued = yield Ask("piles_queued", (whose,), _PILES)
            ahead = yield Ask("piles_ahead", (whose, most), _PILES)
            return Piles(queued, ahead, (yield Ask("scheduled_counted")))

        piles: Piles = await self.read(script)
        return piles

    async def owed_lanes(self, accounts: Sequence[int] | None, most: int) -> Sequence[OwedLane]:
        """So many lanes, in the order of accounts."""
        ranges = [(0, _LAST)]
        if accounts is not None:
            ranges = [(first_lane(one), first_lane(one) + _OF_ACCOUNT) for one in accounts]

        def script() -> Script:
            found: list[OwedLane] = []
            for low, end in ranges:
                if len(found) < most:
                    found += yield Ask("lanes", (low, end, most - len(found)), list[OwedLane])
            return found

        lanes: list[OwedLane] = await self.read(script)
        return lanes

    async def owed_counts(self, lanes: Sequence[int], each: int) -> Sequence[int]:
        """How much is owed by these lanes, one by one, up to so much of each."""
        found: list[int] = await self._ask("owed_counts", list(lanes), each)
        return found

    async def owed_heads(self, lanes: Sequence[int], each: int) -> Sequence[OwedHead]:
        """These lanes; of each so many that are due first are looked at, and so many last."""
        found: list[OwedHead] = await self._ask(
            "owed_heads", list(lanes), each, type=list[OwedHead]
        )
        return found
