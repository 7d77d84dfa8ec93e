"""Cancelling: orders that have not begun are decided upon at once, and emptied afterwards.

In: a reference. Out: how many orders were called off. Promise: an order is called off whole or not
at all. The decision is one durable step, after which none of its messages comes due.
"""

from chappe.engine.decline import or_not_now
from chappe.engine.desk import Desk
from chappe.store.contract import CalledOff
from chappe.words.account import Account
from chappe.words.answer import Refusal
from chappe.words.asked import CancelWanted
from chappe.words.clock import SECOND
from chappe.words.found import Cancelled

_DECIDED_AT_ONCE = 1_000  # orders
# What begins this instant may be on its way already.
LEAST_MARGIN_MS = 1 * SECOND


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
