"""Looking at what left in a stretch of time: message by message, or order by order.

In: two instants, and how many lines are too many. Out: how many there are, and pages of them.
Promise: what comes out are numbers until there are known to be few enough; then a page of words is
held at a time. A report is of the moment at which it was asked for; how each message stands, and
what was answered, of that at which its page is read.
"""

import contextlib
from array import array
from collections import Counter
from collections.abc import AsyncGenerator, Iterable, Iterator, Sequence
from heapq import merge
from itertools import islice
from typing import Final

import msgspec

from chappe.engine.decline import or_not_now
from chappe.engine.desk import Desk
from chappe.engine.look.pages import shown, shown_state
from chappe.store.contract.reports import LeftAsked, Moment, SumsRow
from chappe.words.account import Account
from chappe.words.answer import Refusal
from chappe.words.asked import CampaignsPaged, LeftPaged
from chappe.words.clock import DAY
from chappe.words.found import (
    CampaignSums,
    CampaignSumsPages,
    LeftMessage,
    LeftPages,
    TooManyLines,
)
from chappe.words.lifecycle import Reason, State

# How long after it was taken, or was to begin, an order is searched for what left of it. A validity
# is of some days, and counts anew from each opening of its hours; no hours are closed for longer.
LATE_MS: Final = 14 * DAY

_PAGE = 1_000
_ORDERS_PAGE = 500
_COUNTED_TOGETHER = 50_000  # messages of orders of one page


@or_not_now
async def left_messages(
    desk: Desk, account: Account, dialect: str, wanted: LeftPaged
) -> LeftPages | TooManyLines | Refusal:
    """The first that left comes first."""
    pieces: list[_Piece] = []
    total = 0
    asked = LeftAsked(account.id, dialect, wanted.since, wanted.until, LATE_MS)
    async with contextlib.aclosing(desk.store.left(asked)) as found:
        async for moments in found:
            total += len(moments)
            if total > wanted.most:
                return TooManyLines(wanted.most)
            pieces.append(_Piece(moments))
    return LeftPages(total=total, pages=_message_pages(desk, pieces))


class _Piece:
    """Messages by when they left, held in a few octets each."""

    def __init__(self, moments: Sequence[Moment]) -> None:
        self._at = array("q", [at for at, _ in moments])
        self._numbers = array("q", [number for _, number in moments])

    def __iter__(self) -> Iterator[Moment]:
        return zip(self._at, self._numbers, strict=True)


async def _message_pages(
    desk: Desk, pieces: Sequence[_Piece]
) -> AsyncGenerator[Sequence[LeftMessage], None]:
    """All of them in one order, put together as they are read."""
    moments = merge(*pieces)
    while page := {number: at for at, number in islice(moments, _PAGE)}:
        rows = await desk.store.left_messages([*page])
        yield [
            LeftMessage(row.message, page[row.message.id], row.reply, bool(row.stopped))
            for row in rows
        ]


@or_not_now
async def campaigns(
    desk: Desk, account: Account, dialect: str, wanted: CampaignsPaged
) -> CampaignSumsPages | TooManyLines | Refusal:
    """The first that was taken comes first."""
    numbers, totals = array("q"), array("q")
    asked = LeftAsked(account.id, dialect, wanted.since, wanted.until, LATE_MS)
    async with contextlib.aclosing(desk.store.orders_left(asked)) as found:
        async for orders in found:
            numbers.extend([number for number, _ in orders])
            totals.extend([total for _, total in orders])
            if len(numbers) > wanted.most:
                return TooManyLines(wanted.most)
    pages = _campaign_pages(desk, zip(numbers, totals, strict=True))
    return CampaignSumsPages(total=len(numbers), pages=pages)


async def _campaign_pages(
    desk: Desk, orders: Iterable[tuple[int, int]]
) -> AsyncGenerator[Sequence[CampaignSums], None]:
    for page in _together(orders):
        yield [sums_of(row) for row in await desk.store.order_sums(page)]


def _together(orders: Iterable[tuple[int, int]]) -> Iterator[list[int]]:
    """So many orders that their messages are quickly counted, or a single one."""
    page: list[int] = []
    count = 0
    for number, total in orders:
        if page and (len(page) == _ORDERS_PAGE or count + total > _COUNTED_TOGETHER):
            yield page
            page, count = [], 0
        page.append(number)
        count += total
    if page:
        yield page


def sums_of(row: SumsRow) -> CampaignSums:
    """An order as it is counted; one that was called off shows nothing that still waits."""
    order = {"stage": row.stage}
    tally: Counter[tuple[State, Reason]] = Counter()
    for state, reason, count, _, _ in row.tally:
        tally[shown_state(order, State(state)), Reason(reason)] += count
    return CampaignSums(
        id=row.id,
        at=row.at,
        reference=row.reference,
        facts=msgspec.json.decode(row.facts, type=dict[str, str]),
        message=shown(order, row.message),
        tally=tally,
        parts=sum([parts for *_, parts, _ in row.tally]),
        cost=sum([cost for *_, cost in row.tally]),
        replies=row.replies,
        stops=row.stops,
    )
