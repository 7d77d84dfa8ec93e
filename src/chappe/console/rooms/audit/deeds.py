"""What was done by hand, the newest first.

In: a visit, with an account and a place in its address. Out: a page. Promise: it takes as long
however much was ever done; staff have no names before customers.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode

import msgspec

from chappe.console.rooms.accounts.whose import address
from chappe.console.shape import Outcome, View, Visit
from chappe.engine import look
from chappe.store.contract import NEVER
from chappe.store.contract.staff import Deed
from chappe.words.visitor import Role

SHOWN: Final = 50
_LAST: Final = 10**15 - 1
# What hands and pages note -> how it is said.
DEEDS: Final[Mapping[str, str]] = {
    "account add": "account made",
    "account set": "settings changed",
    "account key": "key given",
    "account revoke": "key revoked",
    "account credit": "credit booked",
    "account password": "password changed",
    "account suspend": "account suspended",
    "account close": "account closed",
    "account activate": "account activated",
    "key make": "key made",
    "child make": "child account made",
    "child close": "child account closed",
    "credit move": "credit moved",
    "number erase": "number erased",
    "callbacks replay": "callbacks told once more",
    "optout add": "number barred",
    "optout import": "numbers barred",
    "optout put": "opt-outs taken in",
    "optout remove": "number let in again",
    "call handset": "handset set",
    "links pause": "link paused",
    "links resume": "link resumed",
    "doubt resend": "doubt sent again",
    "doubt drop": "doubt left",
    "pause": "paused",
    "resume": "resumed",
    "console add": "person of the staff added",
    "console remove": "person of the staff removed",
    "console password": "password of the staff changed",
    "backup": "backup made",
}


async def page(visit: Visit) -> Outcome:
    query, say = visit.query, visit.say
    before = query.whole("before", 1, _LAST, NEVER)
    seen, login = visit.seen, query.text("account")
    if login:
        account = look.account_seen(visit.node.desk, login, visit.seen)
        if account is None:
            query.wrong("account", say("There is no such account."))
        seen = frozenset((account.id,)) if account is not None else frozenset()
    found: Sequence[Deed] = ()
    if query.is_right:
        found = await look.deeds(visit.node.desk, seen, before, SHOWN + 1)
    kept = {"account": login} if login else {}
    shown = found[:SHOWN]
    facts = {
        "title": say("Audit log"),
        "address": address,
        "query": query,
        "with_account": visit.seen is None or len(visit.seen) > 1,
        "rows": [_row(visit, one) for one in shown],
        "older": _address(kept, shown[-1].id) if len(found) > SHOWN else "",
        "newer": _address(kept, 0) if query.typed["before"] else "",
    }
    return View("rooms/audit/page.html", facts, 200 if query.is_right else 422)


def _address(kept: Mapping[str, str], before: int) -> str:
    asked = {**kept, **({"before": str(before)} if before else {})}
    return f"/audit?{urlencode(asked)}" if asked else "/audit"


def _row(visit: Visit, one: Deed) -> Mapping[str, Any]:
    say = visit.say
    login = visit.node.accounts.login_of(one.account)
    facts: dict[str, str] = msgspec.json.decode(one.facts, type=dict[str, str])
    return {
        "id": one.id,
        "at": one.at,
        "who": _who(visit, one.who),
        "account": login,
        "what": say(DEEDS.get(one.what, one.what)),
        "facts": [
            (say(_FACTS.get(name, name)), value)
            for name, value in facts.items()
            if name not in _WHOSE or value.casefold() != login.casefold()
        ],
    }


# Names of facts -> how they are said, where that is another word.
_FACTS: Final = {
    "seq": "callback",
    "list": "opt-out list",
    "all": "all of them",
    "replace": "all others replaced",
    "by_hand": "given up by hand",
    "id": "name of the key",
    "total": "how many",
}


_WHOSE: Final = ("login", "account")  # said already, where it is the account's


def _who(visit: Visit, who: str) -> str:
    """Customers know themselves and those they may see; whoever else it was is the operator."""
    if visit.visitor.role is not Role.owner:
        return who
    known = look.account_seen(visit.node.desk, who, visit.seen)
    return known.login if known is not None else visit.say("operator")
