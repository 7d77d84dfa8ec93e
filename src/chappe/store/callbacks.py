"""Callbacks of an account, the newest first, in pages that take no time.

In: whose, and how they ended. Out: a page, and where the next one begins. Promise: a page looks at
a bounded number of messages, or of replies; where it comes short for that, it says how far it came.

No index leads to news by its account: each piece would pay for it. The account's orders are found,
and the news of their messages lie together.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Sequence
from typing import Any

from chappe.store.contract import NEVER
from chappe.store.contract.callbacks import (
    Callback,
    CallbackPage,
    CallbackPlace,
    CallbacksAsked,
)
from chappe.store.lookup import newest
from chappe.store.script import Ask, Script

_LOT = 500  # orders that are found at a time
_MESSAGES = 10_000  # that a page looks at
_FIRST, _MOST, _GROWTH = 256, 4_096, 4  # messages that are looked at together
_REPLIES, _REPLIES_MOST = 200, 2_000  # replies that are looked at together, and for a page

_CALLBACKS = list[Callback]
_REPLIED = list[tuple[int, int, _CALLBACKS]]  # when it came, its number, its news backwards
_Stretch = tuple[int, int, int, int]  # order, first and last message, the seq before which


class CallbackIntents(ABC):
    """What a store does for whoever looks at callbacks."""

    @abstractmethod
    async def read(self, script: Callable[[], Script]) -> Any: ...

    async def callbacks(self, asked: CallbacksAsked) -> CallbackPage:
        """A page of an account's callbacks."""

        def script() -> Script:
            if asked.of_replies:
                return (yield from _of_replies(asked))
            if asked.message:
                return (yield from _of_message(asked))
            return (yield from _of_orders(asked))

        page: CallbackPage = await self.read(script)
        return page


def _of_message(asked: CallbacksAsked) -> Generator[Any, Any, CallbackPage]:
    seq = asked.place[2] if asked.place else NEVER
    some = [(0, asked.message, asked.message, seq)]
    found = yield from _look(asked, some, asked.most + 1)
    return _page(asked, found, {asked.message: 0})


def _of_orders(asked: CallbacksAsked) -> Generator[Any, Any, CallbackPage]:
    """Order by order, from the place on."""
    before, rest = asked.place or (NEVER, 0, 0), _MESSAGES
    low, high = yield Ask("order_stretches")
    found: list[Callback] = []
    orders: dict[int, int] = {}  # a message that was found -> its order
    width, end = _FIRST, before[0] + 1
    while True:
        args = (asked.account, "", min(end, NEVER), NEVER)
        lot = yield from newest("orders_of", low, min(high, end >> 12), args, _LOT, 1)
        left = [one for order in lot if (one := _behind(order, before))]
        while left:
            some, left = _cut(left, min(width, rest))
            rest -= sum(last - first + 1 for _, first, last, _ in some)
            more = yield from _look(asked, some, asked.most + 1 - len(found))
            found += more
            orders |= {one.subject: _order_of(some, one.subject) for one in more}
            if len(found) > asked.most:
                return _page(asked, found, orders)
            order, first, _, _ = some[-1]
            if rest <= 0:
                taken = yield Ask("order_taken", (order,))
                return CallbackPage(found, (order, first, 0), taken)
            width = min(_MOST, width * _GROWTH)
        if len(lot) < _LOT:
            return CallbackPage(found, None)
        end = lot[-1][0]


def _look(
    asked: CallbacksAsked, some: list[_Stretch], most: int
) -> Generator[Any, Any, list[Callback]]:
    stretches = [one[1:] for one in some]
    found: list[Callback] = yield Ask(
        "callbacks_in", (stretches, asked.account, asked.ends, most), _CALLBACKS
    )
    return found


def _behind(found: Sequence[int], place: CallbackPlace) -> _Stretch | None:
    """What of an order stands behind a place; its seq is of the last message alone."""
    order, first, last = found
    if order != place[0]:
        return order, first, last, NEVER
    end, seq = (place[1], place[2]) if place[2] > 1 else (place[1] - 1, NEVER)
    return (order, first, min(last, end), seq) if end >= first else None


def _order_of(some: list[_Stretch], message: int) -> int:
    return next(order for order, first, last, _ in some if first <= message <= last)


def _cut(lot: list[_Stretch], count: int) -> tuple[list[_Stretch], list[_Stretch]]:
    """So many messages of these orders from the last of each on; and what is left of them."""
    some: list[_Stretch] = []
    for index, (order, first, last, seq) in enumerate(lot):
        begin = max(first, last - count + 1)
        some.append((order, begin, last, seq))
        count -= last - begin + 1
        if begin > first:
            return some, [(order, first, begin - 1, NEVER), *lot[index + 1 :]]
        if not count:
            return some, lot[index + 1 :]
    return some, []


def _page(asked: CallbacksAsked, found: list[Callback], orders: dict[int, int]) -> CallbackPage:
    """One more than are wanted were asked for, which shows whether there are any more."""
    if len(found) <= asked.most:
        return CallbackPage(found, None)
    last = found[asked.most - 1]
    return CallbackPage(found[: asked.most], (orders[last.subject], last.subject, last.seq))


def _of_replies(asked: CallbacksAsked) -> Generator[Any, Any, CallbackPage]:
    """Reply by reply, each with all of its news."""
    _, at, ident = asked.place or (0, NEVER, NEVER)
    rest = _REPLIES_MOST
    found: list[Callback] = []
    while rest > 0:
        args = (asked.account, at, ident, asked.ends, _REPLIES)
        rows = yield Ask("callbacks_of_replies", args, _REPLIED)
        for at, ident, told in rows:
            found += told
            if len(found) >= asked.most:
                return CallbackPage(found, (0, at, ident))
        if len(rows) < _REPLIES:
            return CallbackPage(found, None)
        rest -= len(rows)
    return CallbackPage(found, (0, at, ident), at)
