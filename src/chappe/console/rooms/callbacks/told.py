"""How endpoints are; the newest callbacks of an account, each with every try.

In: a visit, with a filter in its address. Out: pages. Promise: of other accounts nothing is seen;
of a URL nothing is shown but scheme, host and port.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from markupsafe import Markup

from chappe.console.ends import ENDS, end_badge, event_word
from chappe.console.form import Form
from chappe.console.shape import Away, Missing, Outcome, View, Visit
from chappe.engine import look
from chappe.engine.look.endpoints import Endpoint
from chappe.engine.look.seen import account_seen
from chappe.hands import perform
from chappe.hands.shown import CannotDo
from chappe.store.contract import NEVER
from chappe.store.contract.callbacks import (
    ANY_END,
    Callback,
    CallbackPage,
    CallbackPlace,
    CallbacksAsked,
)
from chappe.store.told import OWED
from chappe.words.account import Account
from chappe.words.lane import origin_of
from chappe.words.visitor import Right

PATH: Final = "/callbacks"
SHOWN: Final = 50
ENDPOINTS_SHOWN: Final = 100
MESSAGES, REPLIES = "messages", "replies"
NO_ACCOUNT: Final = "There is no account {value}, or none that you see."

_SEQ_MOST = 1_000_000
_IDENT_MOST = 10**15 - 1
_IDENT = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)
_PLACE = re.compile(r"([0-9]{1,19})\.([0-9]{1,19})\.([0-9]{1,19})", re.ASCII)
_BY_NAME: Mapping[str, int] = {look_.name: end for end, look_ in ENDS.items()}


def account_in(visit: Visit, form: Form) -> Account | None:
    """Whose callbacks are meant: the visitor's own where none is named."""
    login = form.text("account")
    if not login:
        return visit.account
    account = account_seen(visit.node.desk, login, visit.seen)
    if account is None:
        form.wrong("account", visit.say(NO_ACCOUNT, value=login[:40]))
    return account


async def page(visit: Visit) -> Outcome:
    found = await look.endpoints(visit.node.desk, visit.seen)
    query = visit.query
    account = account_in(visit, query)
    end = query.choice("end", _BY_NAME, default="")
    of = query.choice("of", (MESSAGES, REPLIES), default=MESSAGES)
    message = query.whole("message", 1, _IDENT_MOST, default=0)
    place = _place(visit)
    told = None
    if account is not None and query.is_right:
        ends = 1 << _BY_NAME[end] if end else ANY_END
        asked = (SHOWN, ends, message, of == REPLIES and not message, place)
        told = await visit.node.store.callbacks(CallbacksAsked(account.id, *asked))
    facts: Mapping[str, Any] = {
        "title": visit.say("Callbacks"),
        "query": query,
        "endpoints": [_endpoint(visit, one) for one in found.endpoints[:ENDPOINTS_SHOWN]],
        "is_more": found.total > ENDPOINTS_SHOWN,
        "endpoints_total": found.total,
        "with_account": visit.seen is None or len(visit.seen) > 1,
        "account": account,
        "ends": [
            ("", visit.say("any")),
            *((one.name, visit.say(one.word)) for one in ENDS.values()),
        ],
        "kinds": [
            (MESSAGES, visit.say("of messages")),
            (REPLIES, visit.say("of replies that answer nothing")),
        ],
        **_told(visit, told),
        "may_replay": visit.may(Right.tend),
        "never": NEVER,
    }
    return View("rooms/callbacks/page.html", facts, 200 if query.is_right else 422)


def _ends(visit: Visit) -> Sequence[tuple[str, str]]:
    return [(one.name, visit.say(one.word)) for one in ENDS.values()]


def _place(visit: Visit) -> CallbackPlace | None:
    text = visit.query.text("before")
    found = _PLACE.fullmatch(text)
    if text and (found is None or any(int(one) > NEVER for one in found.groups())):
        visit.query.wrong("", visit.say("That is the end of no page of callbacks."))
        return None
    return (int(found[1]), int(found[2]), int(found[3])) if found else None


def _told(visit: Visit, told: CallbackPage | None) -> Mapping[str, Any]:
    if told is None:
        return {"rows": [], "older": "", "newest": "", "looked_to": 0, "is_asked": False}
    return {
        "rows": [_row(visit, one) for one in told.found],
        "older": _address(visit, ".".join(map(str, told.place))) if told.place else "",
        "newest": _address(visit, "") if visit.query.typed.get("before") else "",
        "looked_to": told.looked_to,
        "is_asked": True,
    }


def _address(visit: Visit, before: str) -> str:
    typed = visit.query.typed
    pairs = {name: typed.get(name, "") for name in ("account", "end", "of", "message")}
    return f"{PATH}?{urlencode({**{k: v for k, v in pairs.items() if v}, 'before': before})}"


class _Row(NamedTuple):
    """What a table shows of a callback."""

    message: int  # or a reply, negative
    seq: int
    event: str
    at: int
    end: Markup
    due: int
    tries: int
    told_at: int
    answer: str
    took: int
    where: str
    missed: Sequence[tuple[int, str, int]]


def _row(visit: Visit, one: Callback) -> _Row:
    return _Row(
        one.subject,
        one.seq,
        event_word(visit.say, one.event),
        one.at,
        end_badge(visit.say, one.done),
        one.due if one.done == OWED else 0,
        one.tries,
        one.told_at,
        one.answer,
        one.took,
        origin_of(one.url),
        one.missed,
    )


def _endpoint(visit: Visit, one: Endpoint) -> Mapping[str, Any]:
    tone, health = ("odd", "limps") if one.missed else ("good", "well")
    if one.is_sick:
        tone, health = "bad", "sick"
    return {
        "account": visit.node.accounts.login_of(one.account),
        "origin": one.origin or visit.say("unreadable"),
        "owed": visit.say.count(one.owed) + ("+" if one.is_more else ""),
        "since": one.since,
        "next": one.next,
        "flying": one.flying,
        "missed": one.missed,
        "tone": tone,
        "health": visit.say(health),
        "answer": one.answer,
        "heard_at": one.heard_at,
    }


async def replay_of_reply(visit: Visit) -> Outcome:
    """Tell what a reply that answers nothing was told by, once more."""
    account = account_in(visit, visit.form)
    seq = visit.form.whole("seq", 1, _SEQ_MOST, default=0)
    if account is None or not visit.form.is_right or not _IDENT.fullmatch(visit.args[0]):
        return Missing()
    ident = -int(visit.args[0])
    asked = CallbacksAsked(account.id, 1, message=ident)
    if not (await visit.node.store.callbacks(asked)).found:
        return Missing()
    try:
        wanted = {"message": ident, "seq": seq}
        done = await perform(visit.node, "callbacks replay", wanted, who=visit.visitor.login)
    except CannotDo:
        return Missing()
    said = visit.say("Owed again: {count}.", count=done.value["replayed"])
    return Away(f"{PATH}?{urlencode({'account': account.login, 'of': REPLIES})}", said=said)
