"""Recovering: what an old state still holds to be sent and told, and letting go of it.

In: calls of the engine and the hands. Out: words.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol


class Contents(NamedTuple):
    """What a database holds."""

    accounts: int
    messages: int
    last_order_at: int  # 0: there is none


class UnderWay(NamedTuple):
    """What would leave or be told as soon as a node began: by an old state, for the second time."""

    messages: int
    news: int


class Recovering(Protocol):
    """What a database of another time holds."""

    async def contents(self) -> Contents: ...

    async def under_way(self, now: int) -> UnderWay: ...

    async def queued(self, limit: int) -> Sequence[int]:
        """Messages that wait for a link, but for those of orders that were called off."""

    async def give_up_news(self, answer: str, limit: int) -> int:
        """Give up news that is owed, some at a time; how many there were. Each can be told by hand
        again."""
