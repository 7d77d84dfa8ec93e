"""Keys of an account: those that it made itself are listed one by one, and can be revoked.

In: a visit. Out: pages. Promise: a key is shown once, on the very answer to whoever made it.
"""

from collections.abc import Mapping
from typing import Any, Final

from chappe.console.blame import blame
from chappe.console.rooms.accounts.whose import address, meant, powers
from chappe.console.shape import Away, Missing, Outcome, View, Visit
from chappe.console.sure import ask, is_sure
from chappe.engine.issue import make_key
from chappe.hands import CannotDo, perform
from chappe.hands.accounts import OF_FILE
from chappe.hands.deeds import note
from chappe.words import paris
from chappe.words.account import Account
from chappe.words.answer import Refusal
from chappe.words.family import MakeKey

KINDS: Final = ("api", "token")
_SHOWN: Final = 200
_DAYS_MOST: Final = 3_660
_ID_MOST: Final = 40


async def page(visit: Visit) -> Outcome:
    account = meant(visit)
    return Missing() if account is None else _page(visit, account)


def _page(visit: Visit, account: Account) -> View:
    form, say, now = visit.form, visit.say, visit.node.clock.now()
    made = visit.node.accounts.keyring.of(account.id)
    may = powers(visit, account)
    facts = {
        "title": say("Keys of {login}", login=account.login),
        "account": account,
        "form": form,
        "kinds": [(one, one) for one in KINDS],
        "rows": [
            {
                "id": one.id,
                "kind": one.kind,
                "at": one.at,
                "ends": one.ends,
                "is_over": bool(one.ends) and one.ends <= now,
            }
            for one in reversed(made[-_SHOWN:])
        ],
        "more": max(0, len(made) - _SHOWN),
        "powers": may,
        "address": address,
    }
    return View("rooms/accounts/keys.html", facts, 200 if form.is_right else 422)


async def make(visit: Visit) -> Outcome:
    """The installation's hand gives a key that only it can take back; an account makes one that it
    sees, and can revoke."""
    account = meant(visit)
    if account is None:
        return Missing()
    may = powers(visit, account)
    if may.is_own:
        return await _make_own(visit, account)
    if not may.runs:
        return Missing()
    form, say = visit.form, visit.say
    kind, replace = form.choice("kind", KINDS), form.flag("replace")
    if not form.is_right:
        return _page(visit, account)
    if replace and not is_sure(visit):
        return ask(
            visit,
            say("Replace the keys of {login}?", login=account.login),
            say("Every key of this kind so far is no longer taken, from now on."),
            say("Yes, replace them"),
            address(account.login, "keys"),
            [("kind", kind), ("replace", "1")],
        )
    asked = {"login": account.login, "kind": kind, "replace": replace}
    shown = await perform(visit.node, "account key", asked, visit.visitor.login)
    more = say(OF_FILE.strip()) if OF_FILE in shown.said else ""
    return once(visit, account, {say("Key"): shown.value["key"]}, more)


async def _make_own(visit: Visit, account: Account) -> Outcome:
    form, say, node = visit.form, visit.say, visit.node
    kind, days = form.choice("kind", KINDS), form.whole("days", 0, _DAYS_MOST, 0)
    if not form.is_right:
        return _page(visit, account)
    ends = paris.at(paris.day(node.clock.now()) + days, 0) if days else 0
    made = await make_key(node.desk, account, "", MakeKey(ends, kind))
    if isinstance(made, Refusal):
        form.wrong("", say("No key can be made now: there are too many, or it is closed."))
        return _page(visit, account)
    facts = {"login": account.login, "kind": kind, "id": made.id}
    await note(node, visit.visitor.login, "key make", facts, account.id)
    return once(visit, account, {say("Key"): made.key})


async def revoke(visit: Visit) -> Outcome:
    account = meant(visit)
    if account is None or not powers(visit, account).keeps_keys:
        return Missing()
    form, say = visit.form, visit.say
    ident = form.text("id", most=_ID_MOST, needed=True)
    if not form.is_right:
        return _page(visit, account)
    back = address(account.login, "keys")
    if not is_sure(visit):
        return ask(
            visit,
            say("Revoke the key {id}?", id=ident),
            say("It is no longer taken, from now on, and can't be had back."),
            say("Yes, revoke it"),
            back,
            [("id", ident)],
        )
    asked = {"login": account.login, "id": ident}
    try:
        await perform(visit.node, "account revoke", asked, visit.visitor.login)
    except CannotDo as why:
        blame(form, say, why, ())
        return _page(visit, account)
    return Away(back, say("The key {id} is no longer taken.", id=ident))


def once(visit: Visit, account: Account, secrets: Mapping[str, str], more: str = "") -> View:
    """What is secret, shown this once."""
    facts: dict[str, Any] = {
        "title": visit.say("Write this down: it is shown this once."),
        "account": account,
        "secrets": secrets,
        "more": more,
        "back": address(account.login),
    }
    return View("rooms/accounts/once.html", facts)
