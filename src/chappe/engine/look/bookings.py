"""Looking at the ledger of a purse: bookings, the newest first, each with the balance after it.

In: whose purse, a stretch of time, a place. Out: a page. Promise: the balance of the first row of
an account without bounds is the purse's; a page is as long as was asked for, unless there is no
more.
"""

from typing import Final, NamedTuple

from chappe.engine.desk import Desk
from chappe.engine.look.seen import Seen, account_seen
from chappe.store.contract import NEVER
from chappe.store.contract.ledger import LedgerAsked
from chappe.words.account import Account
from chappe.words.ledger import Booked, Bookings, LedgerPlace

PAGE_MOST: Final = 10_000


class LedgerWanted(NamedTuple):
    """Bookings from `since` on and before `until`, from a place on; None: from the newest on."""

    login: str
    purse: str = ""
    since: int = 0
    until: int = NEVER
    place: LedgerPlace | None = None
    most: int = PAGE_MOST


class Ledger(NamedTuple):
    """A page of a purse's bookings. `purse` is its number, 0: the account has no such purse."""

    account: Account
    purse: int
    balance: int
    page: Bookings


async def ledger(desk: Desk, wanted: LedgerWanted, seen: Seen) -> Ledger | None:
    """None where there is no such account to be seen."""
    account = account_seen(desk, wanted.login, seen)
    if account is None:
        return None
    purses = await desk.store.purses(account.id)
    number, balance, _ = purses.get(wanted.purse, (0, 0, 0))
    if not number:
        return Ledger(account, 0, 0, Bookings((), None))
    most = min(wanted.most, PAGE_MOST)
    place, rows = wanted.place, list[Booked]()
    while True:
        left = most - len(rows)
        asked = LedgerAsked(number, wanted.since, wanted.until, place, left)
        page = await desk.store.bookings(asked)
        rows += page.rows
        place = page.place
        if place is None or len(rows) == most:
            return Ledger(account, number, balance, Bookings(rows, place))
