"""Reports: what of an account's left in a stretch of time, among millions that did not.

In: an account, a dialect, two instants. Out: numbers, in bounded pieces; then words of some of
them. Promise: nothing is written for it when a message is born or leaves, and nothing is searched
but orders of the account that were taken in that time, or not long before it.

No index leads from an instant to the messages that left then: each step of each message would pay
for it. What is there already leads close to it. Orders bear numbers in the order in which they were
taken, so that a few looks at single ones find the stretches of numbers of that time; within these
`ordr_account` finds the account's, and the messages of an order lie together. An order of which a
letter begins later is the only one that leaves long after it was taken: `ordr_later` finds those in
all stretches before, and only they pay for it. So it costs what was ordered in that time and for
`late` before it, some 3 us a message, and no more where ten times as much is stored.
"""

import contextlib
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Callable, Generator, Iterable, Iterator, Sequence
from typing import Any

from chappe.store.contract.reports import LeftAsked, LeftRow, Moment, SumsRow
from chappe.store.script import Ask, Script
from chappe.words.clock import DAY

_SLACK = DAY  # by which orders' numbers and the times of their acceptance may be in another order
_STRETCHES = 4  # of orders' numbers, each of 4,096, that are searched at a time
_TOGETHER = 16_384  # messages that are looked through at a time

Order = tuple[int, int, int]  # its number, the first and the last of its messages


class ReportIntents(ABC):
    """What a store does for whoever wants to know what left when."""

    @abstractmethod
    async def read(self, script: Callable[[], Script]) -> Any: ...

    @abstractmethod
    async def _ask(self, name: str, *args: Any, type: Any = None) -> Any: ...

    async def left(self, asked: LeftAsked) -> AsyncGenerator[Sequence[Moment], None]:
        """All messages that did, in bounded pieces, each in order."""
        async with contextlib.aclosing(self._orders(asked)) as found:
            async for orders in found:
                for some in _pieces(_runs(orders)):
                    args = (some, asked.since, asked.until)
                    moments = await self._ask("left_in", *args, type=list[Moment])
                    if moments:
                        yield moments

    async def orders_left(
        self, asked: LeftAsked
    ) -> AsyncGenerator[Sequence[tuple[int, int]], None]:
        """All orders that have such a message, the first one first: each with how many messages
        there are of it."""
        async with contextlib.aclosing(self._orders(asked)) as found:
            async for orders in found:
                for some in _groups(orders):
                    args = (some, asked.since, asked.until)
                    left = await self._ask("orders_left", *args, type=list[tuple[int, int]])
                    if left:
                        yield left

    async def left_messages(self, numbers: Sequence[int]) -> Sequence[LeftRow]:
        found: list[LeftRow] = await self._ask("left_messages", list(numbers), type=list[LeftRow])
        return found

    async def order_sums(self, orders: Sequence[int]) -> Sequence[SumsRow]:
        found: list[SumsRow] = await self._ask("order_sums", list(orders), type=list[SumsRow])
        return found

    async def _orders(self, asked: LeftAsked) -> AsyncGenerator[list[Order], None]:
        """The orders that may have a message of that time, in the order of their numbers."""
        since = asked.since - asked.late
        low, begin, high = await self.read(lambda: bounds(since, asked.until))
        for name, first, last in (
            ("orders_later", low, begin - 1),
            ("orders_taken", begin, high),
        ):
            for at in range(first, last + 1, _STRETCHES):
                end = min(last, at + _STRETCHES - 1)
                args = (at, end, asked.account, asked.dialect, since, asked.until)
                orders = await self._ask(name, *args, type=list[Order])
                if orders:
                    yield orders


def bounds(since: int, until: int) -> Generator[Any, Any, tuple[int, int, int]]:
    """The first stretch of orders' numbers, the one where those of that time begin, and the last of
    theirs."""
    low, high = yield Ask("order_stretches")
    begin = yield from first_from(since - _SLACK, low, high)
    end = yield from first_from(until + _SLACK, begin, high)
    return low, max(low, begin - 1), end - 1


def first_from(at: int, low: int, high: int) -> Generator[Any, Any, int]:
    """The first of these stretches that begins at an instant or later; the one behind them all
    where none does."""
    end = high + 1
    while low < end:
        middle = (low + end) // 2
        if (yield Ask("order_at", (middle,))) < at:
            low = middle + 1
        else:
            end = middle
    return low


def _runs(orders: Iterable[Order]) -> Iterator[tuple[int, int]]:
    """The stretches of their messages; of orders whose messages follow on, as one."""
    begin, end = 0, -1
    for _, first, last in orders:
        if first != end + 1:
            if end >= begin:
                yield begin, end
            begin = first
        end = last
    if end >= begin:
        yield begin, end


def _pieces(stretches: Iterable[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
    """The same stretches, so many messages at a time; a long one is cut."""
    some: list[tuple[int, int]] = []
    room = _TOGETHER
    for first, last in stretches:
        begin = first
        while begin <= last:
            end = min(last, begin + room - 1)
            some.append((begin, end))
            room -= end - begin + 1
            begin = end + 1
            if not room:
                yield some
                some, room = [], _TOGETHER
    if some:
        yield some


def _groups(orders: Iterable[Order]) -> Iterator[list[Order]]:
    """The same orders, so many messages at a time, or a single order."""
    some: list[Order] = []
    count = 0
    for order in orders:
        total = order[2] - order[1] + 1
        if some and count + total > _TOGETHER:
            yield some
            some, count = [], 0
        some.append(order)
        count += total
    if some:
        yield some
