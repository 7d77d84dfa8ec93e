"""The ledger of a purse: what was booked, and what was left after each booking; as CSV, all of it.

In: a visit, with a purse and a stretch of time in its address. Out: a page, or lines while they are
read. Promise: however long the ledger is, no more than a page of it is held.
"""

from typing import Any, Final
from urllib.parse import urlencode

from chappe.console import sheets
from chappe.console.rooms.accounts.whose import address, in_purse, meant
from chappe.console.shape import Missing, Outcome, View, Visit
from chappe.engine import look
from chappe.engine.look.bookings import PAGE_MOST, Ledger, LedgerWanted
from chappe.hands.accounts import held_in
from chappe.hands.ledger import cursor_of, place_of
from chappe.hands.shown import CannotDo, moment
from chappe.hands.when import instant_of
from chappe.store.contract import NEVER
from chappe.words.account import Account
from chappe.words.exchange import Stream
from chappe.words.ledger import Booked

_SHOWN: Final = 50
# Kinds of booking -> how they are said.
_KINDS: Final = {
    "credit": "credit",
    "held": "set aside",
    "released": "given back",
    "moved": "moved",
}
_COLUMNS: Final = ("at", "amount", "balance", "kind", "order", "note")


async def page(visit: Visit) -> Outcome:
    account = meant(visit)
    if account is None:
        return Missing()
    query, say = visit.query, visit.say
    wanted = _wanted(visit, account, _SHOWN)
    found = await look.ledger(visit.node.desk, wanted, visit.seen) if query.is_right else None
    if found is not None and not found.purse:
        return Missing()
    purse = wanted.purse
    kept = {name: query.typed[name] for name in ("purse", "since", "until") if query.typed[name]}
    asked = f"?{urlencode(kept)}" if kept else ""
    after = cursor_of(found) if found is not None else ""
    facts = {
        "title": say("Ledger of {login}", login=account.login),
        "account": account,
        "query": query,
        "purse": purse,
        "balance": in_purse(say, purse, found.balance) if found is not None else "",
        "rows": [_row(visit, purse, one) for one in (found.page.rows if found else ())],
        "older": f"?{urlencode({**kept, 'after': after})}" if after else "",
        "first": f"{address(account.login, 'ledger')}{asked}" if query.typed["after"] else "",
        "csv": f"{address(account.login, 'ledger.csv')}{asked}",
        "payer": account.pays_from,
        "address": address,
    }
    return View("rooms/accounts/ledger.html", facts, 200 if query.is_right else 422)


async def csv(visit: Visit) -> Outcome:
    account = meant(visit)
    if account is None:
        return Missing()
    wanted = _wanted(visit, account, PAGE_MOST)
    if not visit.query.is_right:
        return await page(visit)
    found = await look.ledger(visit.node.desk, wanted, visit.seen)
    if found is None or not found.purse:
        return Missing()
    return sheets.download("ledger.csv", _lines(visit, wanted, found))


async def _lines(visit: Visit, wanted: LedgerWanted, found: Ledger | None) -> Stream:
    """WebPage after page, each read before the next one is asked for."""
    yield sheets.lines([_COLUMNS])
    while found is not None:
        yield sheets.lines([_cells(wanted.purse, one) for one in found.page.rows])
        place = found.page.place
        if place is None:
            return
        wanted = wanted._replace(place=place)
        found = await look.ledger(visit.node.desk, wanted, visit.seen)


def _wanted(visit: Visit, account: Account, most: int) -> LedgerWanted:
    query = visit.query
    purse = query.text("purse")
    since, until = _instant(visit, "since", 0), _instant(visit, "until", NEVER)
    place = None
    try:
        _, place = place_of(query.text("after"))
    except CannotDo:
        query.wrong("", visit.say("The address of this page is not one of ours."))
    if since >= until:
        query.wrong("until", visit.say("That is not after the beginning."))
    return LedgerWanted(account.login, purse, since, until, place, most)


def _instant(visit: Visit, name: str, default: int) -> int:
    typed = visit.query.text(name)
    try:
        return instant_of(typed) if typed else default
    except CannotDo:
        visit.query.wrong(name, visit.say("Write a time such as 2026-10-25 or 2026-10-25 14:30."))
        return default


def _row(visit: Visit, purse: str, one: Booked) -> dict[str, Any]:
    say = visit.say
    return {
        "at": one.at,
        "amount": in_purse(say, purse, one.amount),
        "balance": in_purse(say, purse, one.balance),
        "kind": say(_KINDS.get(one.kind, one.kind)),
        "order": one.order,
        "note": one.note,
    }


def _cells(purse: str, one: Booked) -> tuple[Any, ...]:
    amount, balance = held_in(purse, one.amount), held_in(purse, one.balance)
    return moment(one.at), amount, balance, one.kind, one.order or "", one.note
