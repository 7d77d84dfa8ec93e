"""Searching: messages by what is known of them, the newest first, in pages that take no time.

In: what is sought, and where the page begins. Out: a page, and where the next one begins. Promise:
no page looks at more than so many rows; where it comes short for that, it says how far it came, and
the next one goes on there.

Two walks lead through all messages. The first goes by orders, from the last that was taken on:
these alone are numbered as they come (a large order draws the numbers of its messages apart), so it
finds a stretch of time by a few looks, and an account by `ordr_account`. The second goes by the
messages' own numbers, where an index leads to few of them: by whom they are to, or by their state
while they wait. What else is asked for is looked at row by row. A place bears an order in the first
walk alone, so that each page goes on as the one before it.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Sequence
from typing import Any

import msgspec

from chappe.store.contract import NEVER
from chappe.store.contract.search import ANY, ANY_STATE, PageStart, Sighting, Sightings, Sought
from chappe.store.reports import first_from
from chappe.store.script import Ask, Script
from chappe.words.clock import HOUR
from chappe.words.lifecycle import State

_SLACK = HOUR  # by which orders' numbers and the times of their acceptance may be in another order
_LOT, _LOT_MOST = 256, 4_096  # orders that are found at a time
_MESSAGES, _ORDERS = 30_000, 100_000  # that a page looks at
_FIRST, _MOST, _GROWTH = 256, 8_192, 4  # messages that are looked at together
_STRETCH = 4_096
_STRETCHES, _STRETCHES_MOST = 64, 50_000  # of messages to a number, together and for a page
_CANDIDATES = 8_192  # that wait, and are looked at for a page
_CROWD = 50_000  # of what waits: then the last messages of all are looked at first
_NEAR = 100_000  # ... so many of them

_INDEXED = {
    State.queued: "sought_queued",
    State.scheduled: "sought_scheduled",
    State.sending: "sought_sending",
}

_SIGHTINGS = list[Sighting]
_Order = tuple[int, int, int]  # its number, the first and the last of its messages
_Lot = tuple[list[_Order], int, int]  # orders, before which to go on, and what it took to look


class SearchIntents(ABC):
    """What a store does for whoever looks for messages."""

    @abstractmethod
    async def read(self, script: Callable[[], Script]) -> Any: ...

    async def search(self, sought: Sought) -> Sightings:
        """A page of messages."""
        found: Sightings = await self.read(lambda: _search(sought))
        return found


def _search(sought: Sought) -> Script:
    known = yield Ask("routes")
    routes = [
        ident
        for ident, links in known
        if not sought.link or sought.link in msgspec.json.decode(links, type=list[str])
    ]
    if sought.link and not routes:
        return Sightings((), None)
    place = sought.place
    if place.order if place else not sought.is_indexed:
        return (yield from _by_orders(sought, routes))
    before = place.message if place else NEVER
    if sought.number:
        return (yield from _to_number(sought, routes, before))
    return (yield from _waiting(sought, routes, before))


def _fits(sought: Sought, routes: list[int]) -> tuple[Any, ...]:
    """What a message's own row can tell."""
    link = (sought.link, routes)
    return (sought.states, sought.reason, sought.channel, sought.number, *link)


def _taken(sought: Sought) -> tuple[Any, ...]:
    """What the row of its order can."""
    return (int(sought.deleted), sought.since, sought.until, sought.dialect)


# by orders


def _by_orders(sought: Sought, routes: list[int]) -> Generator[Any, Any, Sightings]:
    low, before = yield from _bounds(sought)
    fits, wanted = _fits(sought, routes), sought.most + 1
    # Where every message fits, no more are looked at than are wanted.
    width = wanted if fits[:5] == (ANY_STATE, ANY, ANY, 0, "") else _FIRST
    lot: list[_Order] = []
    if sought.place is not None:
        lot = yield from _rest(sought, sought.place)
        before = min(before, sought.place.order)
    found: list[Sighting] = []
    messages, orders, size, stretches = _MESSAGES, _ORDERS, _LOT, 1
    while True:
        while lot and len(found) < wanted and messages > 0:
            some, lot, at = _cut(lot, min(width, messages))
            messages -= sum(last - first + 1 for first, last in some)
            args = (some, *fits, wanted - len(found))
            found += yield Ask("sought_in", args, _SIGHTINGS)
            width = min(_MOST, width * _GROWTH)
        if len(found) == wanted:
            last = found[-2].message
            return Sightings(found[:-1], PageStart(last.order, last.id))
        if lot or messages <= 0:
            return Sightings(found, at, (yield Ask("order_taken", (at.order,))))
        if before <= low:
            return Sightings(found, None)
        if orders <= 0:
            return Sightings(found, PageStart(before, 0), (yield Ask("order_taken", (before,))))
        lot, before, looked = yield from _lot(sought, low, before, stretches, size)
        orders -= looked
        stretches = 1 if len(lot) * _GROWTH > size else stretches * _GROWTH
        size = _LOT_MOST


def _bounds(sought: Sought) -> Generator[Any, Any, tuple[int, int]]:
    """The first number of an order that may be of that time, and the first one behind them."""
    if sought.order:
        return sought.order, sought.order + 1
    low, high = yield Ask("order_stretches")
    if sought.since:
        low = max(low, (yield from first_from(sought.since - _SLACK, low, high)) - 1)
    if sought.until < NEVER:
        high = (yield from first_from(sought.until + _SLACK, low, high)) - 1
    return low << 12, (high + 1) << 12


def _rest(sought: Sought, place: PageStart) -> Generator[Any, Any, list[_Order]]:
    """What is left of the order that the page before ended in, if it may be seen."""
    if not place.message:
        return []
    lot, _, _ = yield from _lot(sought, place.order, place.order + 1, 1, 1)
    return [
        (order, first, min(last, place.message - 1))
        for order, first, last in lot
        if order == place.order and first < place.message
    ]


def _lot(
    sought: Sought, low: int, before: int, stretches: int, size: int
) -> Generator[Any, Any, _Lot]:
    """The next orders, from the last on: of all accounts by their numbers."""
    taken = (*_taken(sought), size)
    accounts = sought.accounts
    if accounts is None:
        begin = max(low, before - stretches * _STRETCH)
        lot = yield Ask("sought_orders", (begin, before, *taken))
        end = lot[-1][0] if len(lot) == size else begin
        return lot, end, before - end
    last = (before - 1) >> 12
    stretches = max(1, min(stretches, _STRETCH // max(1, len(accounts))))
    first = max(low >> 12, last - stretches + 1)
    args = (first, last, *taken, list(accounts), before)
    lot = yield Ask("sought_orders_of", args)
    looked = (last - first + 1) * len(accounts) + len(lot)
    end = lot[-1][0] if len(lot) == size else first << 12
    return [order for order in lot if order[0] >= low], end, looked


def _cut(lot: list[_Order], count: int) -> tuple[list[tuple[int, int]], list[_Order], PageStart]:
    """So many messages of these orders from the last of each on, as few stretches; the orders that
    are left, and the place in between."""
    some: list[tuple[int, int]] = []
    for index, (order, first, last) in enumerate(lot):
        begin = max(first, last - count + 1)
        if some and last + 1 == some[-1][0]:
            some[-1] = (begin, some[-1][1])
        else:
            some.append((begin, last))
        count -= last - begin + 1
        if begin > first:
            return some, [(order, first, begin - 1), *lot[index + 1 :]], PageStart(order, begin)
        if not count:
            return some, lot[index + 1 :], PageStart(order, begin)
    order, first, _ = lot[-1]
    return some, [], PageStart(order, first)


# by messages' own numbers


def _to_number(sought: Sought, routes: list[int], before: int) -> Generator[Any, Any, Sightings]:
    low, high = yield Ask("stretches")
    high, width, left = min(high, (before - 1) >> 12), _STRETCHES, _STRETCHES_MOST
    found: list[Sighting] = []
    while high >= low and len(found) <= sought.most:
        if left <= 0:
            return (yield from _short(found, (high + 1) << 12))
        begin = max(low, high - width + 1)
        numbers = yield Ask("sought_to", (begin, high, sought.number, before, _CANDIDATES))
        found += yield from _checked(sought, routes, numbers, sought.most + 1 - len(found))
        if len(numbers) == _CANDIDATES and len(found) <= sought.most:
            return (yield from _short(found, numbers[-1]))
        left, high, width = left - width, begin - 1, min(_STRETCH, width * _GROWTH)
    return _page(found, sought.most)


def _waiting(sought: Sought, routes: list[int], before: int) -> Generator[Any, Any, Sightings]:
    """What waits is found by its state, wherever it is; of many the last are looked at. Where it is
    a crowd, it mostly is among the last messages of all, which are quicker to look at."""
    queued, scheduled = yield Ask("waiting_counted", (_CROWD,))
    room = _CANDIDATES + sought.most
    if _CROWD in (queued, scheduled):
        _, high = yield Ask("stretches")
        end = min(before, (high + 1) << 12)
        args = (max(0, end - _NEAR), end, sought.states, room, _accounts(sought))
        near = yield Ask("sought_below", args)
        found = yield from _checked(sought, routes, near, sought.most + 1)
        if len(found) > sought.most:
            return _page(found, sought.most)
    numbers: list[int] = []
    for state, name in _INDEXED.items():
        if sought.states >> state & 1 and state is State.queued and sought.accounts is not None:
            numbers += yield Ask("sought_queued_of", (before, list(sought.accounts), routes, room))
        elif sought.states >> state & 1:
            numbers += yield Ask(name, (before, room))
    numbers = sorted(numbers, reverse=True)[:room]
    found = yield from _checked(sought, routes, numbers, sought.most + 1)
    if len(found) <= sought.most and len(numbers) == room:
        return (yield from _short(found, numbers[-1]))
    return _page(found, sought.most)


def _checked(
    sought: Sought, routes: list[int], numbers: Sequence[int], most: int
) -> Generator[Any, Any, list[Sighting]]:
    """Those of these messages that fit, as many as are wanted."""
    rest = (*_fits(sought, routes), *_taken(sought), _accounts(sought))
    at, width = 0, most
    found: list[Sighting] = []
    while at < len(numbers) and len(found) < most:
        some = list(numbers[at : at + width])
        found += yield Ask("sought_some", (some, *rest, most - len(found)), _SIGHTINGS)
        at, width = at + width, width * _GROWTH
    return found


def _short(found: Sequence[Sighting], end: int) -> Generator[Any, Any, Sightings]:
    """As much was looked at as may be, down to a message."""
    return Sightings(found, PageStart(0, end), (yield Ask("message_taken", (end,))))


def _accounts(sought: Sought) -> list[int] | None:
    return None if sought.accounts is None else list(sought.accounts)


def _page(found: Sequence[Sighting], most: int) -> Sightings:
    """One more than are wanted were asked for, which shows whether there are any more."""
    if len(found) <= most:
        return Sightings(found, None)
    return Sightings(found[:most], PageStart(0, found[most - 1].message.id))
