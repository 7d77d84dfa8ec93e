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
    """News that is owed by a lane. The field order is the store's."""

    lane: int
    count: int
    due: int  # the first of it


class OwedHead(msgspec.Struct, frozen=True, array_like=True):
    """What the first and the last news of a lane tell of it all. The field order is the store's."""

    lane: int
    since: int  # since when the oldest is owed
    due: int  # the next of those that this node does not hold; NEVER where it holds all
    url: str
    answer: str  # to the try that was made last


class Backlogs(Protocol):
    """What waits."""

    async def piles(self, accounts: Sequence[int] | None, most: int) -> Piles:
        """Of these accounts, None: of all; and of so many that wait for their time."""

    async def owed_lanes(self, accounts: Sequence[int] | None, most: int) -> Sequence[OwedLane]:
        """The lanes by which most is owed."""

    async def owed_heads(self, lanes: Sequence[int], each: int) -> Sequence[OwedHead]:
        """These lanes; of each so many that are due first are looked at, and so many last."""
