"""Reading the ledger: bookings from the newest on, each with what was in its purse after it.

In: a purse, a stretch of time, a place. Out: bookings. Promise: the balance of the first row is the
purse's; that of each row is exact. Nobody ever changes a booking or takes one away, so what a place
says of the balance there holds for good.

No index leads to the bookings of a time, and none knows sums: what is newer than `until` is added
up, so many rows at a time, some 0.2 us a row in SQLite.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Mapping
from typing import Any

from chappe.store.contract import NEVER
from chappe.store.contract.ledger import LedgerAsked
from chappe.store.script import Ask, Script
from chappe.words.clock import DAY
from chappe.words.lane import first_lane
from chappe.words.ledger import Booked, Bookings, LedgerPlace, Waits

_TOGETHER = 32_768  # bookings that are looked through at a time
_PIECES = 16  # ... and in one call
_SLACK = DAY  # by which bookings and their times may be in another order
_ROWS = list[Booked]


class LedgerIntents(ABC):
    """What a store does for whoever wants to know where the money went."""

    @abstractmethod
    async def read(self, script: Callable[[], Script]) -> Any: ...

    @abstractmethod
    async def _ask(self, name: str, *args: Any, type: Any = None) -> Any: ...

    async def bookings(self, asked: LedgerAsked) -> Bookings:
        """A page of them, the newest first."""

        def script() -> Script:
            place = asked.place
            if place is None:
                place = LedgerPlace(NEVER, (yield Ask("balance_of", (asked.purse,))))
            return (yield from _page(asked, place))

        page: Bookings = await self.read(script)
        return page

    async def waiting_of(self, account: int, limit: int) -> Waits:
        return Waits(*await self._ask("waiting_of", account, limit))

    async def owed_of(self, account: int, limit: int) -> Waits:
        lanes = first_lane(account), first_lane(account + 1)
        return Waits(*await self._ask("owed_of", *lanes, limit))

    async def listed_of(self, account: int, limit: int) -> Mapping[int, int]:
        return dict(await self._ask("listed_of", account, limit))


def _page(asked: LedgerAsked, place: LedgerPlace) -> Generator[Any, Any, Bookings]:
    rows: list[Booked] = []
    # Whoever wants the newest needs no more of them than are shown.
    width = asked.most if asked.until >= NEVER else _TOGETHER
    for _ in range(_PIECES):
        count, lowest, sum_, first, last = yield Ask(
            "ledger_piece", (asked.purse, place.before, width)
        )
        if not count or last < asked.since - _SLACK:
            return Bookings(rows, None)
        if first < asked.until and last >= asked.since:
            left = asked.most - len(rows)
            stretch = (asked.purse, place.before, lowest, place.balance, asked.since, asked.until)
            rows += yield Ask("ledger_rows", (*stretch, left), _ROWS)
        if len(rows) == asked.most:
            end = rows[-1]
            return Bookings(rows, LedgerPlace(end.id, end.balance - end.amount))
        place = LedgerPlace(lowest, place.balance - sum_)
        width = _TOGETHER
    return Bookings(rows, place)
