"""Spending from a purse of things that are counted, such as look-ups: one by one, never below zero.

In: an account, a purse by name, how many. Out: how many are left, or None: there are not so many,
and none was taken. Promise: nothing else pays in its place, as the payer's own purse does for
messages; what is taken at the same time is never taken twice. Who pays afterwards has no floor.
"""

import logging

from chappe.engine.desk import Desk
from chappe.store.contract import StoreAway
from chappe.words.account import Account
from chappe.words.money import COUNTED

log = logging.getLogger("chappe.engine")


async def spend(desk: Desk, account: Account, purse: str, count: int, note: str) -> int | None:
    """Take so many of them. Raises StoreAway."""
    payer = desk.accounts.by_id(desk.accounts.payer(account))
    if payer is None:
        return None
    free = payer.post_paid
    if not free and purse not in await desk.store.purses(payer.id):
        return None
    now = desk.clock.now()
    left = await desk.store.book(payer.id, purse, -count * COUNTED, now, note, free=free)
    return None if left is None else left // COUNTED


async def give_back(desk: Desk, account: Account, purse: str, count: int, note: str) -> None:
    """Undo it, where there was nothing to be had for them."""
    payer = desk.accounts.payer(account)
    try:
        await desk.store.book(payer, purse, count * COUNTED, desk.clock.now(), note)
    except StoreAway:
        log.error("%d of purse %s could not be given back to %s", count, purse, account.login)
