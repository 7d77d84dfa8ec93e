"""Searching: messages of all accounts or of some, by what is known of them, a page at a time.

In: calls of the engine. Out: words, and where the next page begins.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import msgspec

from chappe.store.contract.batch import NEVER
from chappe.words.lifecycle import State
from chappe.words.news import Message

WAITING = frozenset((State.scheduled, State.queued, State.sending))
ANY_STATE = (1 << 12) - 1
ANY = -1  # of what begins with 0


class PageStart(NamedTuple):
    """Where a page begins: before a message of an order, and with the orders before that one.
    Without an order: with the messages whose numbers are less."""

    order: int
    message: int  # 0: nothing of that order is left


class Sought(NamedTuple):
    """Which messages; what is not said fits all. Orders that were deleted are nobody's but
    whoever's who may see everything."""

    most: int
    accounts: Sequence[int] | None = None  # None: of all
    deleted: bool = True
    states: int = ANY_STATE  # a bit for each
    reason: int = ANY
    channel: int = ANY
    number: int = 0
    link: str = ""  # by which it left, or one of those that it waits for
    dialect: str = ""
    since: int = 0  # when its order was taken
    until: int = NEVER  # ... before that
    order: int = 0
    place: PageStart | None = None  # None: with the newest

    @property
    def is_indexed(self) -> bool:
        """Whether an index leads to few messages, so that they are found by their own numbers. A
        place without an order is one of those alone."""
        waiting = sum(1 << state for state in WAITING)
        return not self.order and (self.number > 0 or not self.states & ~waiting)


class Sighting(msgspec.Struct, frozen=True, array_like=True):
    """A message that was found. The field order is the store's."""

    message: Message
    channel: int
    links: list[str]  # by which it left; else those of its route, the foremost first


class Sightings(NamedTuple):
    """A page of them. Where it came short because so much was looked at in vain, `looked_to` says
    when that was taken which was looked at last."""

    found: Sequence[Sighting]
    next: PageStart | None  # None: there is nothing more
    looked_to: int = 0


class Search(Protocol):
    """Messages that somebody looks for, the newest first: order by order, and within one from the
    last to the first; those to a number, or that wait, by their own numbers."""

    async def search(self, sought: Sought) -> Sightings: ...
