"""Looking numbers up: which operator serves each now, and whether it is on a list; for credit.

In: numbers. Out: what was found, in the order in which they were asked. Promise: each costs one
from the payer's purse of look-ups, taken before anybody is asked and for all of them or for none;
what could not be found out is given back, and never guessed.
"""

from chappe.engine.decline import closed_for_now, or_not_now
from chappe.engine.desk import Desk
from chappe.engine.enquire import NoWord
from chappe.engine.spend import give_back, spend
from chappe.words.account import Account
from chappe.words.answer import Refusal, Trouble
from chappe.words.asked import LookUp
from chappe.words.found import LookedUp, Subscriber
from chappe.words.money import HLR
from chappe.words.number import network

LOOK_UP_MOST = 10_000  # numbers at once

_NOT_NOW = Refusal((Trouble.not_now,))


@or_not_now
async def look_up(desk: Desk, account: Account, dialect: str, wanted: LookUp) -> LookedUp | Refusal:
    """Look numbers up, or take nothing for it."""
    if trouble := closed_for_now(desk):
        return Refusal((trouble,))
    count = len(wanted.numbers)
    if count > LOOK_UP_MOST:
        return Refusal((Trouble.too_long,))
    if not count:
        return LookedUp(())
    asked = frozenset(wanted.numbers) - {0}
    barred = await desk.store.opted_out(account.id, list(asked), int(wanted.lists))
    if await spend(desk, account, HLR, count, f"look-ups by {dialect}") is None:
        return Refusal((Trouble.no_look_ups,))
    try:
        served = await desk.enquire(asked)
    except NoWord:
        await give_back(desk, account, HLR, count, "look-ups that were not answered")
        return _NOT_NOW
    except BaseException:  # ours, or the end of all: whatever it is, nothing was found out
        await give_back(desk, account, HLR, count, "look-ups that were not answered")
        raise
    listed = frozenset(barred)
    return LookedUp(
        [_found(number, served.get(number), number in listed) for number in wanted.numbers]
    )


def _found(number: int, operator: str | None, barred: bool) -> Subscriber:
    return Subscriber(number, operator is not None, network(operator or ""), barred)
