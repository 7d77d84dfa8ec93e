"""Deleting: an order that its account does not want to find any more.

In: its number, or a recipient's. Out: which order it was. Promise: it is one durable step, from
which on no look-up of the account finds it; what has not begun is called off in the same step, and
what has begun goes its way: it arrives, is told of, and stays paid. A call ends, and is not made
again.
"""

from chappe.engine.cancel import LEAST_MARGIN_MS
from chappe.engine.decline import or_not_now
from chappe.engine.desk import Desk
from chappe.words.account import Account
from chappe.words.answer import Refusal, Trouble
from chappe.words.asked import DeleteWanted
from chappe.words.found import Deleted

_NOT_FOUND = Refusal((Trouble.not_found,))


@or_not_now
async def delete(
    desk: Desk, account: Account, dialect: str, wanted: DeleteWanted
) -> Deleted | Refusal:
    """One order of this account that came by this dialect."""
    order = wanted.order
    if not order and wanted.number:
        order = await desk.store.last_to(account.id, dialect, wanted.number)
    if not order:
        return _NOT_FOUND
    begins = desk.clock.now() + LEAST_MARGIN_MS
    deletion = await desk.store.delete_order(account.id, dialect, order, begins)
    if deletion is None:
        return _NOT_FOUND
    gone = deletion.order
    if deletion.is_off or gone.is_calls:
        await desk.emptying.carry_out_soon([gone])
    return Deleted(gone.id, gone.total if deletion.is_off else 0)
