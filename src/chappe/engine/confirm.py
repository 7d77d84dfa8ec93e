"""Confirming: whoever wrote STOP is told once that it was heard.

In: opt-outs that the store was to remember for it, in the commit that heeded them. Out: an order of
one notification each, by the account whom the STOP was for, which nothing stops: it pays for it, if
it can, what a marketing text to France costs; else nobody does. Promise: an opt-out is confirmed
once and not twice, whatever falls in between: the STOP is the occasion of the order, and no two
orders have the same. What can't be sent within a day is not sent any more.
"""

import asyncio
import logging

from chappe.engine.accept import accept
from chappe.engine.desk import Desk
from chappe.store.contract import Batch, Confirmation, Settled, StoreAway
from chappe.words.answer import Receipt, Refusal, Trouble
from chappe.words.clock import DAY, MINUTE
from chappe.words.order import Channel, Crowd, Letter, OptOut, Order

log = logging.getLogger("chappe.engine")

_AT_ONCE = 100
# What it costs, wherever the number is; where nothing costs that, as much as any text there.
_COSTS = (Channel.marketing, "FR")
_LOOK_EVERY_MS = 1 * MINUTE
_IN_VAIN_MS = 1 * DAY
# What passes. A recipient who can't be served, or a request id that was used up, does not.
_LATER = frozenset(
    (
        Trouble.not_now,
        Trouble.fault,
        Trouble.draining,
        Trouble.too_often,
        Trouble.queue_full,
        Trouble.no_credit,
    )
)


class Confirming:
    """Who is at it: one at a time."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._is_at_it = False
        self._came = False  # more came meanwhile
        self._is_to_look = False  # a timer is set
        self._stopped = False

    def start(self) -> None:
        """Take up what was left over; and what could not be sent, every now and then."""
        self._is_to_look = False
        self._begin()

    def stop(self) -> None:
        self._stopped = True

    def settled(self, batch: Batch, settled: Settled) -> None:
        if settled.to_confirm:
            self._begin()

    def _begin(self) -> None:
        self._came = True
        if not (self._is_at_it or self._stopped):
            self._is_at_it = True
            self._desk.background(self._confirm_all())

    async def _confirm_all(self) -> None:
        try:
            while self._came and not self._stopped:
                self._came = False
                await self._look_through()
        except StoreAway:
            log.warning("the store is away; opt-outs are confirmed later")
        finally:
            self._is_at_it = False
            if not self._is_to_look:
                self._is_to_look = True
                self._desk.clock.later(_LOOK_EVERY_MS, self.start)

    async def _look_through(self) -> None:
        """Some at a time, which share commits. Those that have to wait hold up nobody's."""
        store, after = self._desk.store, 0
        while found := await store.confirmations(after, _AT_ONCE):
            over = await asyncio.gather(*map(self._confirm, found))
            done = [one.reply for one, is_over in zip(found, over, strict=True) if is_over]
            if done:
                await store.confirmed(done)
            after = found[-1].reply

    async def _confirm(self, one: Confirmation) -> bool:
        """Whether there is nothing left to do for it."""
        account = self._desk.accounts.by_id(one.account)
        if account is None or account.state == "closed":
            return True
        if self._desk.clock.now() - one.at > _IN_VAIN_MS:
            return True
        price = self._desk.tariff.price(*_COSTS)
        answer = await accept(self._desk, account, _order(one, price))
        if isinstance(answer, Refusal) and Trouble.no_credit in answer.troubles:
            answer = await accept(self._desk, account, _order(one, 0))
        return isinstance(answer, Receipt) or _LATER.isdisjoint(answer.troubles)


def _order(one: Confirmation, price: int | None) -> Order:
    letter = Letter(
        text=one.text,
        numbers=[one.number],
        code=one.code,
        channel=Channel.notification,
        opt_out=OptOut.never,
        price=price,
    )
    return Order(
        dialect=one.dialect,
        letters=[letter],
        occasion=f"stop {one.reply}",
        crowd=Crowd.boundless,
    )
