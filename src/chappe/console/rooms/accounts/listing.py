"""The list of accounts: who is there, how they stand, what they have and what waits.

In: a visit, with what is looked for in its address. Out: a page. Promise: it is found in memory,
and the store is asked about the accounts of one page alone.
"""

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlencode

from chappe.console.rooms.accounts.whose import STATES, address, powers, state_badge
from chappe.console.shape import Outcome, View, Visit
from chappe.engine import look
from chappe.words.account import Account
from chappe.words.visitor import Right

SHOWN: Final = 25
COUNTED_MOST: Final = 10_000  # of what waits
_SOUGHT_MOST: Final = 100


async def page(visit: Visit) -> Outcome:
    query, say = visit.query, visit.say
    sought = query.text("q", most=_SOUGHT_MOST).casefold()
    state = query.choice("state", STATES, "")
    begin = query.whole("from", 0, 1_000_000, 0)
    found = sorted(
        [one for one in _all(visit) if _fits(one, sought, state)], key=lambda one: one.login
    )
    shown = found[begin : begin + SHOWN] if query.is_right else []
    own = visit.account
    facts = {
        "title": say("Accounts"),
        "query": query,
        "rows": [await _row(visit, one) for one in shown],
        "total": len(found),
        "first": begin + 1,
        "last": begin + len(shown),
        "states": [("", say("any state")), *[(one, say(one)) for one in STATES]],
        "older": _address(query.typed, begin + SHOWN) if begin + SHOWN < len(found) else "",
        "newer": _address(query.typed, max(0, begin - SHOWN)) if begin else "",
        "may_add": visit.may(Right.run) and not visit.visitor.account,
        "may_have_children": own is not None and powers(visit, own).is_own and not own.parent,
        "own": own,
        "address": address,
    }
    return View("rooms/accounts/list.html", facts, 200 if query.is_right else 422)


def _all(visit: Visit) -> Sequence[Account]:
    accounts = visit.node.accounts
    if visit.seen is None:
        return accounts.all()
    seen = [accounts.by_id(ident) for ident in visit.seen]
    return [one for one in seen if one is not None]


def _fits(account: Account, sought: str, state: str) -> bool:
    if state and account.state != state:
        return False
    return sought in account.login.casefold() or sought in account.email.casefold()


def _address(typed: dict[str, str], begin: int) -> str:
    kept = {name: typed[name] for name in ("q", "state") if typed.get(name)}
    return f"/accounts?{urlencode({**kept, 'from': begin})}"


async def _row(visit: Visit, account: Account) -> dict[str, Any]:
    store, say = visit.node.store, visit.say
    purses = await store.purses(account.id)
    _, balance, _ = purses.get("", (0, 0, 0))
    waiting = await store.waiting_of(account.id, COUNTED_MOST)
    newest = await store.orders(account.id, "", 0, 1)
    return {
        "login": account.login,
        "email": account.email,
        "state": state_badge(say, account),
        "balance": say.euros(balance),
        "is_low": balance < account.warn_below,
        "parent": account.parent,
        "sees_parent": look.account_seen(visit.node.desk, account.parent, visit.seen) is not None,
        "waiting": counted(visit, waiting.total, COUNTED_MOST),
        "last_order": newest[0].at if newest else 0,
    }


def counted(visit: Visit, number: int, most: int) -> str:
    """A number that was counted up to a bound."""
    shown = visit.say.count(number)
    return visit.say("{count} or more", count=shown) if number >= most else shown
