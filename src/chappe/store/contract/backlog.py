"""What waits: for links and for its time, and for customers' endpoints.

In: calls of the engine. Out: counts and instants, of all accounts or of some.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import msgspec


class Pile(msgspec.Struct, frozen=True, array_like=True):
    """Messages of an account that wait on a route. The field order is the store's."""

    route: int
    channel: int
    account: int
    count: int
    since: int  # when the first of them might leave


class Piles(NamedTuple):
    """What waits for a link, and what waits for its time: of this, the first to come due are told
    apart, and `scheduled` is how many there are in all."""

    queued: Sequence[Pile]
    ahead: Sequence[Pile]
    scheduled: int


class OwedLane(msgspec.Struct, frozen=True, array_like=True):
    """A lane by which news is owed. The field order is the store's."""

    lane: int
    due: int  # the next of what this node does not hold; NEVER where it holds all


class OwedHead(msgspec.Struct, frozen=True, array_like=True):
    """What the first and the last news of a lane tell of it all. The field order is the store's."""

    lane: int
    since: int  # since when the oldest is owed
    url: str
    answer: str  # to the try that was made last


class Backlogs(Protocol):
    """What waits."""

    async def piles(self, accounts: Sequence[int] | None, most: int) -> Piles:
        """Of these accounts, None: of all; and of so many that wait for their time."""

    async def owed_lanes(self, accounts: Sequence[int] | None, most: int) -> Sequence[OwedLane]:
        """So many lanes, in the order of accounts."""

    async def owed_counts(self, lanes: Sequence[int], each: int) -> Sequence[int]:
        """How much is owed by these lanes, one by one, up to so much of each."""

    async def owed_heads(self, lanes: Sequence[int], each: int) -> Sequence[OwedHead]:
        """These lanes; of each so many that are due first are looked at, and so many last."""
