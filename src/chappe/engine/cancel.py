"""Cancelling: what becomes of an order is decided upon at once, and its messages are emptied
afterwards.

In: a reference; or an order. Out: how many orders were called off, and messages of theirs. Promise:
the decision is one durable step, after which none of its messages comes due. By its reference an
order is called off whole or not at all; by its number what has not left of it is, and the rest goes
its way.
"""

from chappe.engine.decline import or_not_now
from chappe.engine.desk import Desk
from chappe.store.contract import CalledOff
from chappe.words.account import Account
from chappe.words.answer import Refusal, Trouble
from chappe.words.asked import CancelWanted
from chappe.words.clock import SECOND
from chappe.words.found import Cancelled
from chappe.words.lifecycle import State

_DECIDED_AT_ONCE = 1_000  # orders
# What begins this instant may be on its way already.
LEAST_MARGIN_MS = 1 * SECOND
_NOT_FOUND = Refusal((Trouble.not_found,))
_WAITING = frozenset((State.scheduled, State.queued))


@or_not_now
async def cancel(
    desk: Desk, account: Account, dialect: str, wanted: CancelWanted
) -> Cancelled | Refusal:
    """Call the orders of a reference off. Small ones are emptied before the answer, others after
    it."""
    begins = desk.clock.now() + max(wanted.margin_ms, LEAST_MARGIN_MS)
    orders: list[CalledOff] = []
    while True:
        found = await desk.store.call_off(
            account.id, dialect, wanted.reference, begins, _DECIDED_AT_ONCE
        )
        orders += found
        if len(found) < _DECIDED_AT_ONCE:
            break
    await desk.emptying.carry_out_soon(orders)
    return Cancelled(len(orders), sum([order.total for order in orders]))


@or_not_now
async def call_off(desk: Desk, account: Account, order: int) -> Cancelled | Refusal:
    """Call one order off, though it may have begun: whatever waits for its time or for its link is
    cancelled, as many as waited when it was decided."""
    off = await desk.store.call_off_order(account.id, order)
    if off is None:
        return _NOT_FOUND
    rows = await desk.store.tally(off.first, off.last)
    waiting = sum([count for state, _, count, _ in rows if state in _WAITING])
    await desk.emptying.carry_out_soon([off])
    return Cancelled(1, waiting)
