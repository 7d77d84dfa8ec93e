"""Callbacks that are over, found by their account and time, and owed again.

In: an account and two instants. Out: keys of news, a page at a time. Promise: a page looks through
a bounded number of messages and holds no more than its keys.

No index leads to news by its account and time: each piece would pay for it. The account's orders
are found as reports find them, the news of an order's messages lie together; replies that answer
nothing have an index by time. A mark is (order, message, seq); of those replies, which come last,
it is (NEVER, time, reply).
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Iterator, Sequence
from typing import Any

from chappe.store.contract import NEVER
from chappe.store.contract.replays import Mark, OverAsked, OverNews, OverPage
from chappe.store.reports import Order, bounds
from chappe.store.script import Ask, Run, Script

_STRETCHES = 4  # of orders' numbers, each of 4,096, that are searched at a time
_TOGETHER = 16_384  # messages that are looked through at a time
_LOOKS = 64  # ... how many such looks a page may take

_Steps = Generator[Any, Any, bool]


class ReplayIntents(ABC):
    """What a store does for whoever wants something told once more."""

    @abstractmethod
    async def read(self, script: Callable[[], Script]) -> Any: ...

    @abstractmethod
    async def _do(self, script: Callable[[], Script], *, is_past_us: bool = True) -> Any: ...

    async def over_news(self, asked: OverAsked, mark: Mark, most: int) -> OverPage:
        def script() -> Script:
            search = _Search(asked, mark, most)
            is_all = (yield from search.orders()) and (yield from search.replies())
            return OverPage(search.found, None if is_all else search.mark)

        page: OverPage = await self.read(script)
        return page

    async def owe_again(self, news: Sequence[tuple[int, int, int]]) -> int:
        """Rows that are remembered know whether something is owed of them: they are forgotten."""

        def script() -> Script:
            count = yield Run("owe_again", (list(news),), counted=True)
            yield Run("queue_again", (list(news),))
            return count

        return int(await self._do(script)) if news else 0


class _Search:
    """One page's way through the orders and replies of an account."""

    def __init__(self, asked: OverAsked, mark: Mark, most: int) -> None:
        self._asked = asked
        self._most = most
        self._looks = _LOOKS
        self.mark = mark
        self.found: list[OverNews] = []

    def orders(self) -> _Steps:
        """Whether all were looked through."""
        asked, begin = self._asked, self._asked.since - self._asked.late
        if self.mark[0] >= NEVER:
            return True
        low, first, high = yield from bounds(begin, asked.until)
        for name, start, end in (("orders_begun", low, first - 1), ("orders_before", first, high)):
            for at in range(max(start, self.mark[0] >> 12), end + 1, _STRETCHES):
                last = min(end, at + _STRETCHES - 1)
                args = (at, last, asked.account, begin, asked.until)
                orders = yield Ask(name, args, list[Order])
                if not (yield from self._messages(orders)):
                    return False
                self.mark = (last + 1 << 12, 0, 0)
                if self._is_enough():
                    return False
        self.mark = (NEVER, 0, 0)
        return True

    def _messages(self, orders: Sequence[Order]) -> _Steps:
        asked = self._asked
        for some in _pieces(orders, self.mark):
            room = self._most - len(self.found)
            args = (some, asked.since, asked.until, asked.begun, list(asked.ends), room)
            rows = yield Ask("news_over", args)
            for order, subject, seq, done in rows:
                self.found.append(OverNews(subject, seq, done, (order, subject, seq)))
            if len(rows) == room:
                self.mark = self.found[-1].mark
                return False
            self.mark = (some[-1][0], some[-1][2] + 1, 0)
            if self._is_enough():
                return False
        return True

    def replies(self) -> _Steps:
        """Whether all were; one goes with all of its news."""
        asked = self._asked
        while True:
            _, at, ident = self.mark
            room = max(1, self._most - len(self.found))
            args = (asked.account, asked.since, asked.until, asked.begun, list(asked.ends))
            rows = yield Ask("replies_over", (*args, at, ident, room))
            for at, ident, seq, done in rows:
                self.mark = (NEVER, at, ident)
                if seq is not None:
                    self.found.append(OverNews(-ident, seq, done, self.mark))
            if not rows:
                return True
            if self._is_enough():
                return False

    def _is_enough(self) -> bool:
        self._looks -= 1
        return self._looks <= 0 or len(self.found) >= self._most


def _pieces(orders: Sequence[Order], mark: Mark) -> Iterator[list[tuple[int, int, int, int]]]:
    """The messages behind a mark, so many at a time, as (order, first, last, seq): of the first one
    only what is behind that seq."""
    some: list[tuple[int, int, int, int]] = []
    room = _TOGETHER
    for order, first, last in orders:
        if order < mark[0]:
            continue
        begin, seq = (mark[1], mark[2]) if mark[0] == order and mark[1] else (first, 0)
        while begin <= last:
            end = min(last, begin + room - 1)
            some.append((order, begin, end, seq))
            room -= end - begin + 1
            begin, seq = end + 1, 0
            if not room:
                yield some
                some, room = [], _TOGETHER
    if some:
        yield some
