"""Reports: what of an account's left in a stretch of time.

In: calls of the engine. Out: numbers first, so that they can be counted and put in order; then
words, a page at a time.
"""

from collections.abc import AsyncGenerator, Sequence
from typing import NamedTuple, Protocol

import msgspec

from chappe.words.news import Message

Moment = tuple[int, int]  # when it left, the message's number


class LeftAsked(NamedTuple):
    """What left from `since` on and before `until`, of orders of a dialect that were taken, or were
    to begin, `late` before that at the earliest. What never left but is over counts by when it was:
    what was called off does not count at all."""

    account: int
    dialect: str
    since: int
    until: int
    late: int


class LeftRow(msgspec.Struct, frozen=True, array_like=True):
    """A message with what it was answered last, '' for nothing, and whether by a STOP ever. The
    field order is the store's."""

    message: Message
    reply: str
    stopped: int


class SumsRow(msgspec.Struct, frozen=True, array_like=True):
    """An order with its first message, counted. The field order is the store's."""

    id: int
    at: int
    reference: str
    facts: str  # JSON, the dialect's own
    stage: int
    message: Message
    tally: list[tuple[int, int, int, int, int]]  # state, reason, messages, parts, what they cost
    replies: int
    stops: int


class Reports(Protocol):
    """What left in a stretch of time. What is asked for piece by piece is no snapshot of one
    instant: who closes it early asks for no more."""

    def left(self, asked: LeftAsked) -> AsyncGenerator[Sequence[Moment], None]:
        """All messages that did, in bounded pieces, each in order."""

    def orders_left(self, asked: LeftAsked) -> AsyncGenerator[Sequence[tuple[int, int]], None]:
        """All orders that have such a message, the first one first: each with how many messages
        there are of it."""

    async def left_messages(self, numbers: Sequence[int]) -> Sequence[LeftRow]:
        """Some messages by their numbers, in that order, but for those that are no more there."""

    async def order_sums(self, orders: Sequence[int]) -> Sequence[SumsRow]:
        """Some orders by their numbers, in that order, but for those that are no more there."""
