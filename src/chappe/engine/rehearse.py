"""Rehearsing an order: checked, counted and priced as for real, and nothing kept.

In: an order and the account that asks. Out: the receipt that it would get, without a number; or
the refusal. Promise: no row is written, no number drawn, no request id used up, no credit touched.
"""

from chappe.engine.accept import among_those_apart, draft_of, examined
from chappe.engine.decline import or_not_now
from chappe.engine.desk import Desk
from chappe.store.contract import Draft, is_short, receipt_of
from chappe.words.account import Account
from chappe.words.answer import Receipt, Refusal, Trouble
from chappe.words.asked import Rehearsal

_NO_NUMBERS = (0, 0)


@or_not_now
async def rehearse(
    desk: Desk, account: Account, dialect: str, asked: Rehearsal
) -> Receipt | Refusal:
    """The receipt that the order would get. Its balance is today's, as nothing is paid."""
    order, now = asked.order, desk.clock.now()
    ready = await examined(desk, account, order, now)
    if isinstance(ready, Refusal):
        return ready
    if order.request_id and await desk.store.is_used(account.id, order.request_id):
        return Refusal((Trouble.duplicate,))
    draft = draft_of(desk, account, order, ready, now, _NO_NUMBERS)
    balances = await _balances(desk, account, draft)
    if balances is None:
        return Refusal((Trouble.no_credit,))
    receipt = receipt_of(draft, balances.get(next(iter(draft.cost), 0), 0))
    return among_those_apart(receipt, ready) if ready.apart else receipt


async def _balances(desk: Desk, account: Account, draft: Draft) -> dict[int, int] | None:
    """The balance of each purse that would pay for the order; None where one of them can't."""
    purses = (await desk.store.purses(desk.accounts.payer(account))).values()
    balances = {ident: balance for ident, balance, _ in purses}
    free = {ident for ident, _, is_free in purses if is_free}
    return None if is_short(draft.cost, balances, free) else balances
