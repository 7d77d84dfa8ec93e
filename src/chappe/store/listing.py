"""Pages: an account's orders, messages and replies, the newest first, from a known one on.

In: an account, the last one that was seen (0: none), how many. Out: words. Promise: a page takes as
long however much is stored and wherever it lies, but for the stretches without anything of the
account's, which are probed.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Iterable, Sequence
from typing import Any

from chappe.store.contract import NEVER
from chappe.store.contract.listing import OrderHead
from chappe.store.lookup import newest, one
from chappe.store.script import Ask, Script
from chappe.words.news import Message, Reply

_ANSWERS = list[tuple[Reply, Message | None]]
_HEADS = list[OrderHead]
_STAGED = list[tuple[Message, int]]

Stretch = tuple[int, int]  # the numbers of the first and of the last message


class ListIntents(ABC):
    """What a store does for whoever reads lists."""

    @abstractmethod
    async def read(self, script: Callable[[], Script]) -> Any: ...

    async def orders(
        self,
        account: int,
        dialect: str,
        before: int,
        most: int,
        begun_by: int = NEVER,
        skip: int = 0,
    ) -> Sequence[OrderHead]:
        """An account's orders before one of them, by a dialect ('': by any), so many passed
        over."""

        def script() -> Script:
            end = before or NEVER
            if skip:
                end, left = yield from _passed(account, dialect, end, begun_by, skip)
                if not end:
                    return []
            else:
                left = 0
            found = yield from _orders(account, dialect, end, most + left, begun_by)
            return (yield Ask("order_heads", ([ident for ident, *_ in found[left:]],), _HEADS))

        heads: list[OrderHead] = await self.read(script)
        return heads

    async def order_head(self, order: int) -> OrderHead | None:
        """An order of whichever account, also one that was deleted."""
        found: list[OrderHead] = await self.read(
            lambda: one(Ask("order_heads", ([order],), _HEADS))
        )
        return found[0] if found else None

    async def account_messages(
        self, account: int, dialect: str, before: int, most: int, skip: int
    ) -> Sequence[tuple[Message, int]]:
        """An account's messages before one of them, so many passed over, each with its order's
        stage: order by order, and within one from the last to the first."""

        def script() -> Script:
            rest: list[Stretch] = []
            orders_before = NEVER
            if before:
                known = yield Ask("order_of", (before, account))
                if known is None:
                    return []
                orders_before, first = known
                rest = [(first, before - 1)] if first < before else []
            found = yield from _orders(account, dialect, orders_before, most + skip)
            stretches = [*rest, *[(first, last) for _, first, last in found]]
            return (yield Ask("messages_in", (list(_cut(stretches, most, skip)),), _STAGED))

        messages: list[tuple[Message, int]] = await self.read(script)
        return messages

    async def answers_before(
        self, account: int, since: int, until: int, before: int, most: int, skip: int
    ) -> Sequence[tuple[Reply, Message | None]]:
        """Replies to an account of a stretch of time, before one of them, so many passed over; each
        with the message that it answers."""

        def script() -> Script:
            at, ident = until - 1, NEVER
            if before:
                came = yield Ask("reply_at", (before, account))
                if came is None:
                    return []
                at, ident = (came, before) if came < until else (at, ident)
            return (yield Ask("answers_before", (account, since, at, ident, most, skip), _ANSWERS))

        found: list[tuple[Reply, Message | None]] = await self.read(script)
        return found


def _orders(
    account: int, dialect: str, before: int, most: int, begun_by: int = NEVER
) -> Generator[Any, Any, list[tuple[int, int, int]]]:
    """Whoever sends much has as many as are wanted in the last stretch alone."""
    low, high = yield Ask("order_stretches")
    args = (account, dialect, before, begun_by)
    found = yield from newest("orders_of", low, min(high, before >> 12), args, most, 1)
    return [(ident, first, last) for ident, first, last in found]


def _passed(
    account: int, dialect: str, before: int, begun_by: int, skip: int
) -> Generator[Any, Any, tuple[int, int]]:
    """Where to go on once that many are passed over (0: nowhere), and how many of them lie behind
    it still: whole stretches are counted, and nothing of their orders is read."""
    low, high = yield Ask("order_stretches")
    at, width = min(high, before >> 12), 1
    args = (account, dialect, before, begun_by)
    while at >= low:
        begin = max(low, at - width + 1)
        for count in (yield Ask("orders_counted", (begin, at, *args))):
            if count > skip:
                return min(before, (at + 1) << 12), skip
            skip, at = skip - count, at - 1
        width *= 4
    return 0, 0


def _cut(stretches: Iterable[Stretch], most: int, skip: int) -> Iterable[Stretch]:
    """So many messages of them, from the last of each on, without those that are passed over."""
    for first, end in stretches:
        last = end - skip
        skip = max(0, skip - (end - first + 1))
        if most and last >= first:
            begin = max(first, last - most + 1)
            most -= last - begin + 1
            yield begin, last
