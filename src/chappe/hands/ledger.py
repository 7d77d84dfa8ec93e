"""The ledger by hand: what was booked to a purse and from it, with the balance after each.

In: an account, a purse, a stretch of time. Out: what is shown. Promise: the balance of the first
row is the purse's; `after` says where to read on, and holds for good.
"""

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from chappe.engine import look
from chappe.engine.look.bookings import Ledger, LedgerWanted
from chappe.hands.accounts import account_of, held_in
from chappe.hands.shown import CannotDo, Shown, moment
from chappe.hands.when import instant_of
from chappe.node import Node
from chappe.store.contract import NEVER
from chappe.words.ledger import Booked, LedgerPlace

_CURSOR = re.compile(r"(\d{1,18})\.(\d{1,18})\.(-?\d{1,18})", re.ASCII)
MOST = 10_000


class LedgerPage(msgspec.Struct, kw_only=True):
    """A page; `since` and `until` as they were typed."""

    login: str
    purse: str = ""
    since: str = ""
    until: str = ""
    after: str = ""
    limit: int = 50


async def listing(node: Node, asked: LedgerPage) -> Shown:
    account = account_of(node, asked.login)
    purse, place = place_of(asked.after)
    wanted = LedgerWanted(
        login=account.login,
        purse=asked.purse,
        since=instant_of(asked.since) if asked.since else 0,
        until=instant_of(asked.until) if asked.until else NEVER,
        place=place,
        most=min(max(1, asked.limit), MOST),
    )
    found = await look.ledger(node.desk, wanted, None)
    if found is None or not found.purse:
        raise CannotDo(f"{account.login} has no purse {asked.purse[:40]!r}.")
    if purse not in (0, found.purse):
        raise CannotDo(f"{asked.after[:40]!r} is where another purse's ledger goes on.")
    after = cursor_of(found)
    shown = {
        "account": account.login,
        "purse": asked.purse,
        "balance": held_in(asked.purse, found.balance),
        "after": after,
        "bookings": [_row(asked.purse, row) for row in found.page.rows],
    }
    return Shown(shown, _said(account.pays_from, found, after), more=True)


def _said(payer: str, found: Ledger, after: str) -> str:
    said = [f"Its orders are paid by {payer}: see that one's ledger."] if payer else []
    if after:
        said.append(f"Older ones are not shown: go on with --after {after}")
    elif not found.page.rows:
        said.append("Nothing was booked.")
    return " ".join(said)


def _row(purse: str, row: Booked) -> Mapping[str, Any]:
    return {
        "at": moment(row.at),
        "amount": held_in(purse, row.amount),
        "balance": held_in(purse, row.balance),
        "kind": row.kind,
        "order": row.order or "",
        "note": row.note,
    }


def cursor_of(found: Ledger) -> str:
    """Where a page ended, in a word; '' where nothing is older."""
    place = found.page.place
    return f"{found.purse}.{place.before}.{place.balance}" if place else ""


def place_of(cursor: str) -> tuple[int, LedgerPlace | None]:
    """Of which purse that word is, and where to read on."""
    if not cursor:
        return 0, None
    match = _CURSOR.fullmatch(cursor)
    if match is None:
        raise CannotDo(f"{cursor[:40]!r} is not what a page of a ledger ended with.")
    purse, before, balance = map(int, match.groups())
    return purse, LedgerPlace(before, balance)
