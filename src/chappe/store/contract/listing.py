"""Lists of what an account has, a page at a time.

In: calls of the engine. Out: words.
"""

from collections.abc import Sequence
from typing import Protocol

import msgspec

from chappe.store.contract.batch import NEVER
from chappe.words.news import Message, Reply


class OrderHead(msgspec.Struct, frozen=True, array_like=True):
    """An order with its first message. The field order is the store's."""

    id: int
    at: int
    reference: str
    facts: str  # JSON, the dialect's own
    total: int
    cost: int
    stage: int
    start: int  # when its first message was to leave
    message: Message


class Listing(Protocol):
    """Pages, the newest first. `before` is the last one that was seen, 0: none; what is not the
    account's, or no more there, has nothing before it."""

    async def orders(
        self,
        account: int,
        dialect: str,
        before: int,
        most: int,
        begun_by: int = NEVER,
        skip: int = 0,
    ) -> Sequence[OrderHead]:
        """Orders by a dialect; '' is by any. One that begins later as a whole, or whose first
        message waits for its time, is not among them, nor among those that are passed over."""

    async def order_head(self, order: int) -> OrderHead | None:
        """An order of whichever account, also one that was deleted."""

    async def account_messages(
        self, account: int, dialect: str, before: int, most: int, skip: int
    ) -> Sequence[tuple[Message, int]]:
        """Messages, each with the stage of its order: order by order, and within one from the last
        to the first."""

    async def answers_before(
        self, account: int, since: int, until: int, before: int, most: int, skip: int
    ) -> Sequence[tuple[Reply, Message | None]]:
        """Replies of a stretch of time, each with the message that it answers."""
