"""Reading talks: the list of them, and one of them with its two sides.

In: a visit. Out: pages, and the part of a talk that is asked for again and again.
"""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from markupsafe import Markup

from chappe.console import whose
from chappe.console.form import Form
from chappe.console.rooms.contacts.naming import name_of
from chappe.console.shape import Missing, Outcome, View, Visit
from chappe.console.states import badge
from chappe.engine import look
from chappe.engine.look.talks import NEWEST, TalkStart
from chappe.store.contract.talks import TalkPlace, TalksAsked
from chappe.words.account import Account
from chappe.words.exchange import Response
from chappe.words.news import Message, Reply
from chappe.words.order import Lists
from chappe.words.visitor import Right

_SHOWN: Final = 30  # talks of a page
BARRING: Final = Lists.stop | Lists.black  # the lists that no answer goes to
_SAID: Final = 40  # messages and replies of a page of one
_TEXT_MOST: Final = 160  # letters of a text in the list
_NOTHING_NEW: Final = Response(status=204)


class Partners(NamedTuple):
    """Who talks: an account, and a number."""

    account: Account
    number: int

    @property
    def address(self) -> str:
        return whose.path("replies", self.account.login, self.number)


class Bubble(NamedTuple):
    """What one of them said, as it is shown."""

    is_heard: bool
    at: int
    text: str
    message: int  # its number; 0: it is a reply
    state: Markup
    is_stop: bool
    code: str


async def page(visit: Visit) -> Outcome:
    """The talks, each by its last reply."""
    query = visit.query
    number = whose.phone_asked(visit, query)
    login = query.text("account")
    account = whose.asked(visit, query) if login else None
    before = _place(query)
    asked = TalksAsked([account.id] if account else None, _SHOWN, before, number)
    found = await look.talks(visit.node.desk, visit.seen, asked) if query.is_right else None
    kept = {"account": login, "number": query.text("number")}
    older = ""
    if found is not None and found.next is not None:
        older = whose.path("replies", **kept, before=f"{found.next.at}-{found.next.reply}")
    facts = {
        "title": visit.say("Replies"),
        "query": query,
        "talks": [_row(visit, one) for one in found.found] if found else [],
        "with_account": whose.has_several(visit),
        "logins": whose.offered(visit),
        "number": number,
        "open": _opened(account or visit.account, number) if query.is_right else "",
        "older": older,
        "newest": whose.path("replies", **kept) if before else "",
    }
    return View("rooms/replies/page.html", facts, 200 if query.is_right else 422)


def _opened(account: Account | None, number: int) -> str:
    """The talk that a number and an account would have, also where there is none yet."""
    return Partners(account, number).address if account is not None and number else ""


def _place(query: Form) -> TalkPlace | None:
    """Where a page of talks begins; a place that is none is the newest."""
    at, _, reply = query.text("before").partition("-")
    return TalkPlace(int(at), int(reply)) if _is_whole(at) and _is_whole(reply) else None


def _is_whole(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 18


def _row(visit: Visit, reply: Reply) -> Mapping[str, Any]:
    login = visit.node.accounts.login_of(reply.account)
    return {
        "at": reply.at,
        "number": reply.number,
        "login": login,
        "text": _text(visit, reply.account, " ".join(reply.text[:_TEXT_MOST].split())),
        "is_stop": bool(reply.stop),
        "address": whose.path("replies", login, reply.number) if login else "",
    }


def _text(visit: Visit, account: int, text: str) -> str:
    return text if visit.reads(account) else visit.say("hidden")


def partners(visit: Visit) -> Partners | None:
    """Whose talk it is, by the address of its page; None where that is nobody's."""
    account = whose.named(visit, visit.args[0])
    number = whose.phone_of(visit.args[1])
    return Partners(account, number) if account is not None and number else None


async def talk(visit: Visit) -> Outcome:
    """One talk."""
    pair = partners(visit)
    return Missing() if pair is None else await shown(visit, pair, visit.form)


async def shown(visit: Visit, pair: Partners, form: Form) -> View:
    """The page of a talk, with what was typed into it."""
    store, login = visit.node.store, pair.account.login
    contact = await store.contacts(pair.account.id, pair.number - 1, 1)
    barred = await store.opted_out(pair.account.id, [pair.number], BARRING)
    known = contact[0] if contact and contact[0].number == pair.number else None
    facts = {
        "title": f"+{pair.number}",
        "number": pair.number,
        "login": login,
        "with_account": whose.has_several(visit),
        "name": name_of(known.fields) if known else "",
        "contact": whose.path("contacts", "one", login, pair.number),
        "form": form,
        "is_opted_out": bool(barred),
        "opt_outs": whose.path("optouts", account=login, number=pair.number),
        "may_answer": visit.may(Right.act) and pair.account.state == "active",
        "once": form.typed.get("once") or secrets.token_hex(16),
        **(await _facts(visit, pair)),
    }
    return View("rooms/replies/talk.html", facts, 200 if form.is_right else 422)


async def bubbles(visit: Visit) -> Outcome:
    """What a page of the newest of a talk asks for again and again: its bubbles, where they are
    others by now."""
    pair = partners(visit)
    if pair is None:
        return Missing()
    facts = await _facts(visit, pair)
    if visit.query.text("mark") == facts["mark"]:
        return _NOTHING_NEW
    return View("rooms/replies/bubbles.html", facts)


async def _facts(visit: Visit, pair: Partners) -> Mapping[str, Any]:
    start = _start(visit.query)
    asked = (visit.node.desk, visit.seen, pair.account, pair.number, _SAID, start)
    found = await look.talk(*asked)
    lines = [
        _sent(visit, one.message, one.at) if one.message else _heard(visit, one.reply)
        for one in reversed(found.said)
        if one.message or one.reply
    ]
    older = ""
    if found.next is not None:
        older = f"{pair.address}?before={found.next.message}-{found.next.reply}"
    mark = _mark(lines)
    return {
        "bubbles": lines,
        "older": older,
        "address": pair.address,
        "is_newest": start == NEWEST,
        "mark": mark,
        "again": whose.path("replies", pair.account.login, pair.number, "bubbles", mark=mark),
    }


def _start(query: Form) -> TalkStart:
    message, _, reply = query.text("before").partition("-")
    is_place = _is_whole(message) and _is_whole(reply)
    return TalkStart(int(message), int(reply)) if is_place else NEWEST


def _mark(bubbles: Sequence[Bubble]) -> str:
    """What differs wherever other bubbles are shown."""
    return hashlib.blake2b(repr(bubbles).encode("utf-8", "replace"), digest_size=8).hexdigest()


def _sent(visit: Visit, message: Message, at: int) -> Bubble:
    state = badge(visit.say, message.state, message.reason.name)
    sender = message.sender or message.code
    text = _text(visit, message.account, message.text)
    return Bubble(False, at, text, message.id, state, False, sender)


def _heard(visit: Visit, reply: Reply | None) -> Bubble:
    assert reply is not None
    text, is_stop = _text(visit, reply.account, reply.text), bool(reply.stop)
    return Bubble(True, reply.at, text, 0, Markup(""), is_stop, reply.code)
