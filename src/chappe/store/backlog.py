"""What waits, counted: for a link, for its time, to be told.

In: accounts. Out: counts and instants. Promise: only indexes of what waits are gone through; of
rows a bounded number is read.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any

from chappe.store.contract.backlog import OwedHead, OwedLane, Pile, Piles
from chappe.store.script import Ask, Script
from chappe.words.lane import account_of, first_lane

_PILES = list[Pile]


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
        """The lanes by which most is owed."""
        whose = None if accounts is None else [account_of(first_lane(one)) for one in accounts]
        found: list[OwedLane] = await self._ask("owed_lanes", whose, most, type=list[OwedLane])
        return found

    async def owed_heads(self, lanes: Sequence[int], each: int) -> Sequence[OwedHead]:
        """These lanes; of each so many that are due first are looked at, and so many last."""
        found: list[OwedHead] = await self._ask(
            "owed_heads", list(lanes), each, type=list[OwedHead]
        )
        return found
