"""Looking at credit: what is left, and how many parts it pays for.

In: what is to be counted; for an answer that says what is left, that answer. Out: mills, unit
prices, and how many of each the one buys at the other. It is what the account may still order: what
is reserved for orders that wait is not in it.
"""

from collections.abc import Mapping

from chappe.engine.decline import or_not_now
from chappe.engine.desk import Desk
from chappe.words.account import Account
from chappe.words.answer import Receipt, Refusal, Wordable
from chappe.words.asked import CreditWanted, Purchase
from chappe.words.found import Bought, Credit

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
    return Credit(
        balance=balance,
        free=bool(free),
        purses={name: amount for name, (_, amount, _) in purses.items()},
        bought=[_bought(desk, purses.get(one.purse, own), one) for one in wanted.purchases],
    )


async def left(
    desk: Desk, account: Account, one: Purchase, answer: Wordable | Refusal
) -> int | None:
    """How many of it are left with an answer: after a sending what that left, else what is there
    now. None: that can't be found out."""
    if isinstance(answer, Receipt):
        return left_by(desk, account, one, answer)
    found = await credit(desk, account, "", CreditWanted((one,)))
    return None if isinstance(found, Refusal) else found.counts[0]


def left_by(desk: Desk, account: Account, one: Purchase, receipt: Receipt) -> int:
    """How many of it a sending has left."""
    payer = desk.accounts.by_id(desk.accounts.payer(account))
    free = payer is not None and payer.post_paid
    return _bought(desk, (0, receipt.balance, free), one).count


def _bought(desk: Desk, purse: Purse, one: Purchase) -> Bought:
    _, balance, free = purse
    price = desk.tariff.price(one.channel, one.country, one.quality)
    return Bought(balance, price, bool(free))
