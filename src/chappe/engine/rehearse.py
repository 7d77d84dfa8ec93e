"""Rehearsing an order: checked, counted and priced as for real, and nothing kept.

In: an order and the account that asks. Out: the receipt that it would get, without a number; or
the refusal. Promise: no row is written, no number drawn, no request id used up, no credit touched.
"""

from collections.abc import Sequence
from functools import partial

from chappe.engine.accept import (
    Made,
    Said,
    gone_through,
    let_in_to_rehearse,
    looked_up,
    up_to,
)
from chappe.engine.decline import or_not_now
from chappe.engine.desk import Desk
from chappe.engine.draft import among_those_apart, draft_of
from chappe.engine.ready import once
from chappe.store.contract import Draft, is_short, receipt_of
from chappe.words.account import Account
from chappe.words.answer import Refusal, Trouble
from chappe.words.asked import Rehearsal

_NO_NUMBERS = (0, 0)


async def rehearse(desk: Desk, account: Account, dialect: str, asked: Rehearsal) -> Said:
    """What would become of the order. The balance is what it is, not what it would be."""
    steps = _REHEARSE if asked.paid else _COUNT
    return await gone_through(steps, desk, account, asked.order)


class _Count:
    """The last step, in the place of keeping it."""

    def __init__(self, *, paid: bool) -> None:
        self._paid = paid

    def together(self, ones: Sequence[Made]) -> None:
        for made in ones:
            made.turn.answer_later(self.alone(made))

    async def alone(self, one: Made) -> Said:
        return await _counted(one, self._paid)


@or_not_now
async def _counted(made: Made, paid: bool) -> Said:
    desk, account, order, ready = made.one.desk, made.one.account, made.one.order, made.ready
    if (borne := once(order)) and await desk.store.is_used(account.id, borne):
        return Refusal((Trouble.duplicate,))
    draft = draft_of(desk, account, order, ready, _NO_NUMBERS, made.one.now)
    balances = await _balances(desk, account, draft)
    if balances is None:
        if paid:
            return Refusal((Trouble.no_credit,))
        balances = {}
    receipt = receipt_of(draft, balances.get(next(iter(draft.cost), 0), 0))
    return among_those_apart(receipt, ready) if ready.apart else receipt


_LOOK_UP = partial(looked_up, rehearsed=True)
_REHEARSE = up_to(_Count(paid=True), let_in_to_rehearse, _LOOK_UP)
_COUNT = up_to(_Count(paid=False), let_in_to_rehearse, _LOOK_UP)


async def _balances(desk: Desk, account: Account, draft: Draft) -> dict[int, int] | None:
    """The balance of each purse that would pay for the order; None where one of them can't."""
    purses = (await desk.store.purses(desk.accounts.payer(account))).values()
    balances = {ident: balance for ident, balance, _ in purses}
    free = {ident for ident, _, is_free in purses if is_free}
    return None if is_short(draft.cost, balances, free) else balances
