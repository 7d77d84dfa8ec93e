"""Looking at credit: what is left, and how many parts it pays for.

In: what is to be counted; for an answer that says what is left, that answer. Out: mills, and whole
parts. It is what the account may still order: what is reserved for orders that wait is not in it.
"""

from collections.abc import Mapping
from typing import Any

from chappe.engine.decline import or_not_now
from chappe.engine.desk import Desk
from chappe.words.account import Account
from chappe.words.answer import Receipt, Refusal
from chappe.words.asked import CreditWanted, Purchase
from chappe.words.found import Credit

_UNBOUND = -1
_NO_PURSE = (0, 0, 0)

Purse = tuple[int, int, int]  # its number, its balance, whether it has no floor
Purses = Mapping[str, Purse]


@or_not_now
async def credit(
    desk: Desk, account: Account, dialect: str, wanted: CreditWanted
) -> Credit | Refusal:
    """The payer's own purse, and each purchase counted in the purse that pays for it."""
    purses = await desk.store.purses(desk.accounts.payer(account))
    own = _, balance, free = purses.get("", _NO_PURSE)
    counts = [_count(desk, purses.get(one.purse, own), one) for one in wanted.purchases]
    return Credit(balance=balance, free=bool(free), counts=counts)


async def left(desk: Desk, account: Account, one: Purchase, answer: Any) -> int | None:
    """How many of a purchase are left, for an answer that says so: after an order was taken, what
    that order left; else what is there now. None where that can't be found out."""
    if isinstance(answer, Receipt):
        payer = desk.accounts.by_id(desk.accounts.payer(account))
        return _count(desk, (0, answer.balance, payer is not None and payer.post_paid), one)
    found = await credit(desk, account, "", CreditWanted((one,)))
    return None if isinstance(found, Refusal) else found.counts[0]


def _count(desk: Desk, purse: Purse, one: Purchase) -> int:
    """How many parts a purse pays for, rounded down; 0 where they have no price and are not
    served."""
    _, balance, free = purse
    price = desk.tariff.price(one.channel, one.country, one.quality)
    if price is None:
        return 0
    return _UNBOUND if free or not price else max(balance, 0) // price
