"""Looking at orders as whoever sees several accounts does: one by its number, pages of them, how
each stands.

In: the accounts whose orders may be seen. Out: orders; their figures. Promise: what may not be seen
is not there; a page counts no more than a bounded number of messages. Raises StoreAway.
"""

from collections.abc import Iterable, Mapping, Sequence
from heapq import merge
from itertools import islice
from typing import Final, NamedTuple

from chappe.engine.desk import Desk
from chappe.engine.look.lists import summary_of
from chappe.engine.look.reports import sums_of
from chappe.engine.look.seen import Seen
from chappe.words.found import CampaignSums, Summary
from chappe.words.stage import Stage

COUNTED_MOST: Final = 20_000  # messages that a page of orders counts
TOGETHER_MOST: Final = 50  # accounts whose orders are shown in one list


class OrderSeen(NamedTuple):
    """One order, where its messages lie, and how far it is as a whole."""

    summary: Summary
    first: int
    last: int
    stage: Stage


async def order_seen(desk: Desk, seen: Seen, order: int) -> OrderSeen | None:
    """None where there is no such order, or none that may be seen."""
    head = await desk.store.order_head(order)
    if head is None or not (seen is None or head.message.account in seen):
        return None
    row = await desk.store.order(head.message.account, order)
    if row is None:
        return None
    last = int(row["first"]) + int(row["total"]) - 1
    return OrderSeen(summary_of(head), int(row["first"]), last, Stage(row["stage"]))


async def orders_of(
    desk: Desk, accounts: Sequence[int], before: int, most: int
) -> Sequence[Summary]:
    """A page of the orders of some accounts, the newest first."""
    pages = [await desk.store.orders(account, "", before, most) for account in accounts]
    heads = merge(*pages, key=lambda head: -head.id)
    return [summary_of(head) for head in islice(heads, most)]


async def order_sums(desk: Desk, order: int) -> CampaignSums | None:
    """How an order stands, however many messages it has."""
    rows = await desk.store.order_sums([order])
    return sums_of(rows[0]) if rows else None


async def sums_of_some(desk: Desk, orders: Iterable[Summary]) -> Mapping[int, CampaignSums]:
    """How those of some orders stand that are quickly counted."""
    room, counted = COUNTED_MOST, list[int]()
    for one in orders:
        if one.total <= room:
            room -= one.total
            counted.append(one.id)
    rows = await desk.store.order_sums(counted) if counted else ()
    return {row.id: sums_of(row) for row in rows}
