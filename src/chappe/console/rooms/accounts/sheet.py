"""One account's sheet: what it has, what waits for it, how it is set, and what may be done to it.

In: a visit. Out: a page. Promise: no secret is on it; what a visitor may not do has no button.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from chappe.config.schema import Key
from chappe.console.blame import in_english
from chappe.console.rooms.accounts.listing import counted
from chappe.console.rooms.accounts.whose import address, in_purse, meant, powers, state_badge
from chappe.console.shape import Missing, Outcome, View, Visit
from chappe.engine import look
from chappe.engine.look.sheet import COUNTED_MOST, AccountSheet
from chappe.hands.optouts import list_name
from chappe.hands.sheet import settings_of, written
from chappe.words.account import Account

_CHILDREN_SHOWN: Final = 100
_BECOMES: Final = (
    ("active", "Activate", ""),
    ("suspended", "Suspend", "danger"),
    ("closed", "Close", "danger"),
)


async def page(visit: Visit) -> Outcome:
    account = meant(visit)
    if account is None:
        return Missing()
    found = await look.sheet(visit.node.desk, account.login, visit.seen)
    if found is None:
        return Missing()
    say, may = visit.say, powers(visit, account)
    children = found.children[:_CHILDREN_SHOWN]
    facts = {
        "title": account.login,
        "account": account,
        "state": state_badge(say, account),
        "sheet": found,
        "children": children,
        "more_children": len(found.children) - len(children),
        "purses": [(name, in_purse(say, name, sum_)) for name, sum_ in found.purses.items()],
        "is_low": found.purses.get("", 0) < account.warn_below,
        "keys": [(key.kind, say(key.source), say.count(key.total)) for key in found.keys],
        "waiting": counted(visit, found.waiting.total, COUNTED_MOST),
        "owed": counted(visit, found.owed.total, COUNTED_MOST),
        "listed": _listed(visit, found),
        "settings": _settings(visit, account),
        "powers": may,
        "becomes": [one for one in _BECOMES if one[0] != account.state],
        "may_have_children": may.is_own and not account.parent,
        "is_family": bool(account.parent or found.children),
        "address": address,
        "sees": lambda login: look.account_seen(visit.node.desk, login, visit.seen) is not None,
    }
    return View("rooms/accounts/sheet.html", facts)


def _listed(visit: Visit, found: AccountSheet) -> Sequence[tuple[str, str]]:
    return [(list_name(one), visit.say.count(total)) for one, total in found.listed.items()]


def _settings(visit: Visit, account: Account) -> Sequence[Mapping[str, Any]]:
    """Those of the account, then those of its dialects that are set."""
    return [
        {
            "name": name,
            "value": _spoken(visit, key, value),
            "is_set": is_set,
            "meaning": in_english(visit.say, key.meaning),
            "unset": unset(visit, key),
        }
        for name, key, value, is_set in settings_of(visit.node, account)
    ]


def unset(visit: Visit, key: Key) -> str:
    """What holds where nothing is set."""
    return in_english(visit.say, key.unset) if key.unset else _spoken(visit, key, key.default)


def _spoken(visit: Visit, key: Key, value: Any) -> str:
    """A value as it is read."""
    if isinstance(value, bool):
        return visit.say("yes" if value else "no")
    return ", ".join(typed(key, value).splitlines())


def typed(key: Key, value: Any) -> str:
    """A value as somebody would type it; a list has a line for each."""
    if isinstance(value, tuple):
        return "\n".join([str(one) for one in value])
    shown = written(key, value)
    return "" if shown == "none" else shown.strip('"')
