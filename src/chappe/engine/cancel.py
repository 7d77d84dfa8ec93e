"""Cancelling: orders that have not begun are called off at once, and emptied in bounded steps.

In: a reference. Out: how many orders were called off. Promise: an order is called off whole or not
at all. The decision is one durable step, after which none of its messages comes due; what follows
from it (each message cancelled, its price given back) is done in bounded steps, and carried on
after a restart.
"""

import logging
from collections.abc import Sequence

from chappe.engine.decline import or_not_now
from chappe.engine.desk import Desk
from chappe.store.contract import CalledOff, Move, StoreAway
from chappe.words.account import Account
from chappe.words.answer import Refusal
from chappe.words.asked import CancelWanted
from chappe.words.clock import MINUTE, SECOND
from chappe.words.found import Cancelled
from chappe.words.lifecycle import Happening

log = logging.getLogger("chappe.engine")

_DECIDED_AT_ONCE = 1_000  # orders
_MOVED_AT_ONCE = 1_000  # messages
_AWAITED = 10_000  # messages; the answer does not wait until more are cancelled
_LOOK_EVERY_MS = 1 * MINUTE
# What begins this instant may be on its way already.
_LEAST_MARGIN_MS = 1 * SECOND


@or_not_now
async def cancel(
    desk: Desk, account: Account, dialect: str, wanted: CancelWanted
) -> Cancelled | Refusal:
    """Call the orders of a reference off. Small ones are emptied before the answer, others after
    it."""
    begins = desk.clock.now() + max(wanted.margin_ms, _LEAST_MARGIN_MS)
    orders: list[CalledOff] = []
    while True:
        found = await desk.store.call_off(
            account.id, dialect, wanted.reference, begins, _DECIDED_AT_ONCE
        )
        orders += found
        if len(found) < _DECIDED_AT_ONCE:
            break
    messages = sum(order.last - order.first + 1 for order in orders)
    if orders and messages <= _AWAITED:
        await desk.call_off(orders)
    elif orders:
        desk.background(desk.call_off(orders))
    return Cancelled(len(orders), messages)


class Emptying:
    """Cancels the messages of orders that were called off."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._in_hand: set[int] = set()
        self._stopped = False
        desk.call_off = self.carry_out

    def start(self) -> None:
        """Empty what an earlier run called off, and look again every minute for what was left
        over."""
        if not self._stopped:
            self._desk.background(self._look())

    def stop(self) -> None:
        self._stopped = True

    async def _look(self) -> None:
        try:
            await self.carry_out(await self._desk.store.called_off(_DECIDED_AT_ONCE))
        except StoreAway:
            log.warning("the store is away; what is called off is looked for later")
        finally:
            self._desk.clock.later(_LOOK_EVERY_MS, self.start)

    async def carry_out(self, orders: Sequence[CalledOff]) -> None:
        """Empty these orders. If the store goes away meanwhile, the next look does the rest."""
        mine = [order for order in orders if order.id not in self._in_hand]
        ids = {order.id for order in mine}
        self._in_hand |= ids
        try:
            if mine:
                await self._empty(mine)
        except StoreAway:
            log.warning("the store went away; what is called off is emptied later")
        finally:
            self._in_hand -= ids

    async def _empty(self, orders: Sequence[CalledOff]) -> None:
        """Cancel a bounded number of messages at a time, and see these on disk before the next."""
        store = self._desk.store
        stretches = sorted((order.first, order.last) for order in orders)
        while not self._stopped:
            found = await store.scheduled(stretches, _MOVED_AT_ONCE) if stretches else ()
            if not found:
                await store.emptied([order.id for order in orders])
                return
            now, last = self._desk.clock.now(), found[-1]
            store.batch.moves += [Move(ident, Happening.cancelled, at=now) for ident in found]
            await store.kept()
            # Those that are done with are not looked at again.
            stretches = [(max(begin, last + 1), end) for begin, end in stretches if end > last]
