"""Shutting: what turns any order away, before it is looked at.

In: an account, and what it asks for. Out: the trouble; whether its backlog matters. A rate counts
whatever is asked about, so that nobody asks about an order twice.
"""

from chappe.engine.desk import Desk
from chappe.words.account import Account
from chappe.words.answer import Trouble
from chappe.words.order import Crowd, Order

_BOUNDLESS = Crowd.boundless


def shut(desk: Desk, account: Account, order: Order, now: int) -> Trouble | None:
    """What refuses any order now."""
    if desk.draining:
        return Trouble.draining
    if desk.paused:
        return Trouble.not_now
    if not order.letters and not order.wrong:
        return Trouble.no_recipient
    if (account.rate or account.parent) and _is_too_often(desk, account, now):
        return Trouble.too_often
    return None


def _is_too_often(desk: Desk, account: Account, now: int) -> bool:
    """Whether that is more than the account may in a second, or its family by its parent's rate."""
    over, parent = desk.rates.over, desk.accounts.parent(account)
    is_over = bool(account.rate) and over(account.id, account.rate, now)
    if parent is not None and parent.rate:
        return over(parent.id, parent.rate, now) or is_over
    return is_over


def is_bound(account: Account, order: Order) -> bool:
    """Whether it matters how many of the account's messages wait."""
    return bool(account.queue_max) and order.crowd is not _BOUNDLESS
