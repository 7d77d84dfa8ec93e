"""Credit: what is left, and how far it goes.

In: what is to be counted. Out: mills, and whole parts. It is what the account may still order:
what is reserved for orders that wait is not in it.
"""

from collections.abc import Mapping

from chappe.engine.desk import Desk
from chappe.engine.not_now import or_not_now
from chappe.words.account import Account
from chappe.words.answer import Refusal
from chappe.words.asked import CreditWanted, Purchase
from chappe.words.found import Credit

_UNBOUND = -1
_NO_PURSE = (0, 0, 0)

Purses = Mapping[str, tuple[int, int, int]]


@or_not_now
async def credit(
    desk: Desk, account: Account, dialect: str, wanted: CreditWanted
) -> Credit | Refusal:
    """The payer's own purse, and each purchase counted in the purse that pays for it."""
    purses = await desk.store.purses(desk.accounts.payer(account))
    _, balance, free = purses.get("", _NO_PURSE)
    counts = [_count(desk, purses, one) for one in wanted.purchases]
    return Credit(balance=balance, free=bool(free), counts=counts)


def _count(desk: Desk, purses: Purses, one: Purchase) -> int:
    """Rounded down; 0 for what has no price, as it is not served."""
    _, balance, free = purses.get(one.purse) or purses.get("", _NO_PURSE)
    price = desk.tariff.price(one.channel, one.country, one.quality)
    if price is None:
        return 0
    return _UNBOUND if free or not price else max(balance, 0) // price
