"""Usage: what was sent, counted.

In: days. Out: figures of all accounts, which whoever asks adds up.
"""

from collections.abc import Sequence
from typing import Protocol

import msgspec


class Used(msgspec.Struct, frozen=True, array_like=True):
    """So many messages that have all of this in common. The field order is the store's."""

    day: int  # on which their orders were taken, as `paris.day` counts
    account: int
    dialect: str
    channel: int
    country: str  # '' where it is none, or the number was erased
    link: str  # '' where it never left, or was never answered
    state: int
    messages: int
    parts: int
    price: int  # what was paid, less what was given back


class Usage(Protocol):
    """What was used."""

    async def used(self, first_day: int, last_day: int) -> Sequence[Used]:
        """Between two days, both included, also of messages that are no longer kept."""

    async def count_one(self, now: int) -> bool:
        """Remember the figures of some older messages, so that they need not be counted each time;
        whether there were any."""
