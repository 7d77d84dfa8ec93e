"""Spending from a purse of things that are counted, such as look-ups: one by one, never below zero.

In: an account, a purse by name, how many. Out: how many are left, or None: there are not so many,
and none was taken. Promise: nothing else pays in its place, as the payer's own purse does for
messages; what is taken at the same time is never taken twice.
"""

from chappe.engine.desk import Desk
from chappe.words.account import Account
from chappe.words.money import COUNTED


async def spend(desk: Desk, account: Account, purse: str, count: int, note: str) -> int | None:
    """Take so many of them. Raises StoreAway."""
    payer = desk.accounts.payer(account)
    held = await desk.store.purses(payer)
    if purse not in held:
        return None
    now = desk.clock.now()
    left = await desk.store.book(payer, purse, -count * COUNTED, now, note)
    return None if left is None else left // COUNTED
