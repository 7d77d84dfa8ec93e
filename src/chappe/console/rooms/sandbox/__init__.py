"""The sandbox: chaos in force and what sets it, and the API in lines to copy.

In: a visit; what is to go wrong, for whom and for how long. Out: a page. Promise: chaos is of an
account that the visitor may see and act for, and only where the whole network is simulated.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from chappe.console.form import Form
from chappe.console.rooms.sandbox.french import FRENCH
from chappe.console.sandbox.chaos import LASTS_S, flat
from chappe.console.shape import (
    Away,
    ConsoleRoom,
    MenuPlace,
    Missing,
    Outcome,
    View,
    Visit,
    WebPage,
)
from chappe.hands.deeds import note
from chappe.words.account import Account
from chappe.words.chaos import (
    AT_DOOR,
    AT_OPERATOR,
    LASTS_MOST_S,
    LATE_MOST_MS,
    LATER_MOST_MS,
    Chaos,
    reasons,
)
from chappe.words.visitor import Right

_PATH: Final = "/sandbox"
_PERCENT = 100
_REAL: Final = "Only a simulated network does this, and links of this installation are real."
_LABELS: Final[Mapping[str, str]] = {
    "fault": "Answered as a fault",
    "not_now": "Answered as not possible now",
    "too_often": "Answered as too often",
    "answer_ms": "Answers come later (ms)",
    "refused": "Refused by the operator",
    "reason": "Why it refuses",
    "throttled": "Wanted later by the operator",
    "in_doubt": "Never answered by the operator",
    "lost": "Receipt lost",
    "doubled": "Receipt doubled",
    "undelivered": "Not delivered",
    "expired": "Expired",
    "receipt_ms": "Receipts come later (ms)",
    "dead": "The link is dead",
}


class _Ruling(NamedTuple):
    """Chaos in force, as it is shown."""

    login: str
    until: int
    what: Sequence[str]


async def page(visit: Visit) -> Outcome:
    return _view(visit)


async def act(visit: Visit) -> Outcome:
    """Begin, or end."""
    if not visit.node.config.simulated:
        visit.form.wrong("", visit.say(_REAL))
        return _view(visit, 422)
    do = visit.form.choice("do", ("begin", "end"))
    return await (_end(visit) if do == "end" else _begin(visit))


async def _begin(visit: Visit) -> Outcome:
    form, say = visit.form, visit.say
    account = _account(visit)
    seconds = form.whole("seconds", 1, LASTS_MOST_S, LASTS_S)
    chaos = _chaos(form)
    for names in (AT_DOOR, AT_OPERATOR):
        if sum(form.whole(name, 0, _PERCENT, 0) for name in names) > _PERCENT:
            form.wrong(next(iter(names)), say("Together these are more than 100."))
    if form.is_right and chaos.is_calm:
        form.wrong("", say("Nothing goes wrong by this."))
    if not form.is_right or account is None:
        return _view(visit, 422)
    if not visit.node.desk.disturbing.begin(account.id, chaos, seconds):
        form.wrong("", say("Too many accounts have chaos now."))
        return _view(visit, 422)
    facts = {"settings": {**flat(chaos), "seconds": seconds}}
    await note(visit.node, visit.visitor.login, "chaos begin", facts, account.id)
    said = "Things go wrong for {login} for {seconds} seconds."
    return Away(_PATH, say(said, login=account.login, seconds=seconds))


async def _end(visit: Visit) -> Outcome:
    account = _account(visit)
    if account is None:
        return Missing()
    if visit.node.desk.disturbing.end(account.id):
        await note(visit.node, visit.visitor.login, "chaos end", {}, account.id)
    return Away(_PATH, visit.say("All is well again for {login}.", login=account.login))


def _account(visit: Visit) -> Account | None:
    """Whose it is to be: the visitor's own where they say nothing else."""
    login = visit.form.text("account")
    account = visit.node.accounts.by_login(login) if login else visit.account
    if account is None or (visit.seen is not None and account.id not in visit.seen):
        sentence = "There is no such account, or none that you may see."
        visit.form.wrong("account", visit.say(sentence if login else "Fill this in."))
        return None
    return account


def _chaos(form: Form) -> Chaos:
    return Chaos(
        at_door=_shares(form, AT_DOOR),
        at_operator=_shares(form, AT_OPERATOR),
        answer_ms=form.whole("answer_ms", 0, LATER_MOST_MS, 0),
        receipt_ms=form.whole("receipt_ms", 0, LATE_MOST_MS, 0),
        reason=reasons().get(form.choice("reason", reasons(), "rejected"), Chaos().reason),
        dead=form.flag("dead"),
    )


def _shares(form: Form, names: Mapping[str, object]) -> Mapping[str, float]:
    percents = {name: form.whole(name, 0, _PERCENT, 0) for name in names}
    return {name: percent / _PERCENT for name, percent in percents.items() if percent}


# what is shown


def _view(visit: Visit, status: int = 200) -> View:
    facts: Mapping[str, Any] = {
        "title": visit.say("Sandbox"),
        "form": visit.form,
        "ruling": _ruling(visit),
        "labels": _LABELS,
        "at_door": tuple(AT_DOOR),
        "at_operator": tuple(AT_OPERATOR),
        "reasons": [(name, name.replace("_", " ")) for name in reasons()],
        "lasts": LASTS_S,
        "can_act": visit.may(Right.act) and visit.node.config.simulated,
        "with_account": visit.seen is None or len(visit.seen) > 1,
        "own": visit.account.login if visit.account else "",
        "address": _address(visit),
    }
    return View("rooms/sandbox/page.html", facts, status)


def _ruling(visit: Visit) -> Sequence[_Ruling]:
    """What is in force for accounts that the visitor may see."""
    desk, found = visit.node.desk, []
    for ident, (chaos, until) in desk.disturbing.all().items():
        account = visit.node.accounts.by_id(ident)
        if account is not None and (visit.seen is None or ident in visit.seen):
            what = [_said(visit, _LABELS[name], value) for name, value in flat(chaos).items()]
            found.append(_Ruling(account.login, until, what))
    return sorted(found)


def _said(visit: Visit, label: str, value: Any) -> str:
    """One thing that goes wrong, and how much of it."""
    say = visit.say
    match value:
        case bool():
            return say(label)
        case float():
            share = say("{percent}%", percent=f"{value * _PERCENT:g}")
            return say("{what}: {how}", what=say(label), how=share)
        case _:
            how = str(value).replace("_", " ")
            return say("{what}: {how}", what=say(label), how=how)


def _address(visit: Visit) -> str:
    """Where the API is, as this page was reached."""
    config = visit.node.config.console
    url = config.url if config is not None else ""
    return url.rstrip("/") or f"http://{visit.request.headers.get('host', '')}"


ROOM: Final = ConsoleRoom(
    "sandbox",
    pages=(WebPage("GET", _PATH, page), WebPage("POST", _PATH, act, needs=Right.act)),
    places=(MenuPlace("Sandbox", _PATH, "Tools"),),
    french=FRENCH,
)
