"""Campaigns that were sent: a page of them, one with its figures as they are now, what became of
each message as a file, and calling off what has not left.

In: a visit. Out: pages, pieces of pages. Promise: what may not be seen is not there; a page of
orders counts a bounded number of messages, and one order's figures are those of its messages.
"""

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from markupsafe import Markup

from chappe.console.rooms.campaigns.wish import logins
from chappe.console.shape import Away, Missing, Outcome, View, Visit
from chappe.console.states import LOOKS, badge
from chappe.engine import look
from chappe.engine.cancel import call_off
from chappe.engine.look.overview import TOGETHER_MOST, OrderSeen
from chappe.engine.look.pages import pages
from chappe.hands.deeds import note
from chappe.words import paris
from chappe.words.answer import Refusal
from chappe.words.exchange import Response, turned
from chappe.words.found import Campaign, CampaignSums, Summary
from chappe.words.lifecycle import FINAL, State
from chappe.words.money import euros, quotient
from chappe.words.order import CONSOLE
from chappe.words.paris import DASHED
from chappe.words.stage import Stage
from chappe.words.visitor import Right

PAGE: Final = 25
COUNTED_AT_ONCE: Final = 100_000  # messages; the figures of a larger order come after its page
_TEXT_MOST: Final = 160
_FAST, _SLOW, _SLOWEST = "1s", "5s", "30s"
_LARGE: Final = 20_000
_ON_THEIR_WAY: Final = frozenset((State.queued, State.sending, State.sent))
_WAITING: Final = frozenset((State.scheduled, State.queued))
# In which order a bar shows them.
BAR: Final = (
    *(State.delivered, State.sent, State.sending, State.queued, State.scheduled),
    *(State.unknown, State.cancelled),
    *(State.undelivered, State.expired, State.refused, State.failed),
)


class Slice(NamedTuple):
    """A part of a bar, in thousandths."""

    begin: int
    width: int
    tone: str


class HowItStands(NamedTuple):
    """How an order stands."""

    sums: CampaignSums
    rows: Sequence[tuple[Markup, int, str]]  # state and why, how many, their share
    bar: Sequence[Slice]
    final: int
    waiting: int
    is_running: bool
    every: str  # how often it is looked at again
    clicked: int
    clicks: int

    @property
    def percent(self) -> int:
        return 100 * self.final // max(1, self.sums.total)


# a page of orders


async def listing(visit: Visit) -> Outcome:
    node, query = visit.node, visit.query
    login = query.text("account")
    before = query.whole("before", 0, 10**15, 0)
    accounts = _accounts(visit, login)
    orders: Sequence[Summary] = ()
    if accounts is not None and query.is_right:
        orders = await look.orders_of(node.desk, accounts, before, PAGE + 1)
    shown = orders[:PAGE]
    sums = await look.sums_of_some(node.desk, shown)
    older = ""
    if len(orders) > PAGE:
        older = f"/campaigns?{urlencode({'before': shown[-1].id, 'account': login})}"
    facts = {
        "title": visit.say("Campaigns"),
        "query": query,
        "rows": [_row(visit, one, sums.get(one.id)) for one in shown],
        "with_account": visit.seen is None or len(visit.seen) > 1,
        "offered": _offered(visit),
        "is_chosen": accounts is not None,
        "older": older,
        "may_send": visit.may(Right.act),
    }
    return View("rooms/campaigns/list.html", facts, 200 if query.is_right else 422)


def _accounts(visit: Visit, login: str) -> Sequence[int] | None:
    """Whose orders are shown; None where these are so many that one must be chosen."""
    if login:
        account = look.account_seen(visit.node.desk, login, visit.seen)
        if account is None:
            visit.query.wrong("account", visit.say("There is no such account."))
            return ()
        return [account.id]
    known = visit.seen
    if known is None:
        known = {one.id for one in visit.node.accounts.all()}
    return sorted(known) if len(known) <= TOGETHER_MOST else None


def _offered(visit: Visit) -> Sequence[tuple[str, str]]:
    """What the accounts of a list are chosen among, where these are few."""
    known = logins(visit)
    return [("", visit.say("all")), *((one, one) for one in known)] if known else ()


def _row(visit: Visit, one: Summary, sums: CampaignSums | None) -> Mapping[str, Any]:
    return {
        "order": one,
        "name": _name(visit, one),
        "login": _login(visit, one.message.account),
        "is_ours": one.message.dialect == CONSOLE,
        "start": one.start if one.start > one.at else 0,
        "bar": _bar_of(sums) if sums is not None else (),
        "said": _said_of(visit, sums) if sums is not None else "",
        "cost": sums.cost if sums is not None else one.cost,
    }


def _name(visit: Visit, one: Summary) -> str:
    """As its sender calls it; else what it says."""
    if one.message.dialect == CONSOLE and one.facts.get("name"):
        return one.facts["name"]
    if one.message.dialect != CONSOLE and one.reference:
        return one.reference
    text = one.message.text if visit.reads(one.message.account) else visit.say("hidden")
    return " ".join(text[:_TEXT_MOST].split())


def _login(visit: Visit, ident: int) -> str:
    account = visit.node.accounts.by_id(ident)
    return account.login if account is not None else ""


def _said_of(visit: Visit, sums: CampaignSums) -> str:
    """The bar in words."""
    states = _states(sums)
    say = visit.say
    return ", ".join(
        f"{say.count(states[state])} {say(LOOKS[state].word)}" for state in BAR if states[state]
    )


# one order


async def one(visit: Visit) -> Outcome:
    seen = await _seen(visit)
    if seen is None:
        return Missing()
    standing = None
    if seen.summary.total <= COUNTED_AT_ONCE:
        standing = await _standing(visit, seen)
    return View("rooms/campaigns/one.html", _facts(visit, seen, standing))


async def figures(visit: Visit) -> Outcome:
    """The figures alone, for whoever has the page already."""
    seen = await _seen(visit)
    if seen is None:
        return Missing()
    facts = _facts(visit, seen, await _standing(visit, seen))
    if "hx-request" in visit.request.headers:
        return View("rooms/campaigns/figures.html", facts)
    return View("rooms/campaigns/one.html", facts)


def _facts(visit: Visit, seen: OrderSeen, standing: HowItStands | None) -> Mapping[str, Any]:
    summary = seen.summary
    return {
        "title": visit.say("Campaign {order}", order=summary.id),
        "order": summary,
        "seen": seen,
        "name": summary.facts.get("name", "") if summary.message.dialect == CONSOLE else "",
        "login": _login(visit, summary.message.account),
        "with_account": visit.seen is None or len(visit.seen) > 1,
        "is_ours": summary.message.dialect == CONSOLE,
        "text": summary.message.text
        if visit.reads(summary.message.account)
        else visit.say("hidden"),
        "start": summary.start if summary.start > summary.at else 0,
        "standing": standing,
        "is_off": seen.stage is not Stage.ordinary,
        "may_cancel": visit.may(Right.act) and seen.stage is Stage.ordinary,
    }


async def _seen(visit: Visit) -> OrderSeen | None:
    typed = visit.args[0]
    if not (typed.isascii() and typed.isdigit() and len(typed) < 16):
        return None
    return await look.order_seen(visit.node.desk, visit.seen, int(typed))


async def _standing(visit: Visit, seen: OrderSeen) -> HowItStands | None:
    desk = visit.node.desk
    sums = await look.order_sums(desk, seen.summary.id)
    if sums is None:
        return None
    account = seen.summary.message.account
    clicked, clicks = await desk.tinies.kept.clicks_counted(account, seen.first, seen.last)
    states = _states(sums)
    waiting = sum(states[state] for state in _WAITING)
    is_moving = any(states[state] for state in _ON_THEIR_WAY)
    is_running = is_moving or bool(states[State.scheduled])
    every = _SLOWEST if not is_moving else _SLOW if sums.total > _LARGE else _FAST
    rows = sorted(sums.tally.items(), key=lambda pair: (BAR.index(pair[0][0]), -pair[1]))
    return HowItStands(
        sums=sums,
        rows=[
            (badge(visit.say, state, reason.name), number, _share(visit, number, sums.total))
            for (state, reason), number in rows
        ],
        bar=_bar_of(sums),
        final=sum(states[state] for state in FINAL),
        waiting=waiting,
        is_running=is_running,
        every=every,
        clicked=clicked,
        clicks=clicks,
    )


def _share(visit: Visit, number: int, total: int) -> str:
    """In hundredths, to one place."""
    written = quotient(100 * number, max(1, total), 1)
    return f"{written.replace('.', ',')} %" if visit.say.code == "fr" else f"{written} %"


def _states(sums: CampaignSums) -> Counter[State]:
    states: Counter[State] = Counter()
    for (state, _), number in sums.tally.items():
        states[state] += number
    return states


def _bar_of(sums: CampaignSums) -> Sequence[Slice]:
    """What is there at all is seen, be it one of thousands."""
    states, total = _states(sums), max(1, sums.total)
    slices, begin, passed = list[Slice](), 0, 0
    for state in BAR:
        if not states[state]:
            continue
        passed += states[state]
        end = max(begin + 4, 1_000 * passed // total)
        slices.append(Slice(begin, end - begin, LOOKS[state].tone))
        begin = end
    return slices


async def cancel(visit: Visit) -> Outcome:
    """Call off what has not left."""
    seen = await _seen(visit)
    if seen is None:
        return Missing()
    node, ident = visit.node, seen.summary.id
    account = node.accounts.by_id(seen.summary.message.account)
    said = await call_off(node.desk, account, ident) if account is not None else None
    if said is None or isinstance(said, Refusal):
        return Away(f"/campaigns/{ident}", visit.say("There is nothing to call off."))
    deed = {"order": ident, "total": said.messages}
    await note(node, visit.visitor.login, "campaign cancel", deed, seen.summary.message.account)
    count = visit.say.count(said.messages)
    return Away(f"/campaigns/{ident}", visit.say("Called off: {count} messages.", count=count))


# what became of each, as a file


async def outcome(visit: Visit) -> Outcome:
    """A CSV as spreadsheets open it, a page of messages at a time."""
    seen = await _seen(visit)
    account = None
    if seen is not None:
        account = visit.node.accounts.by_id(seen.summary.message.account)
    if seen is None or account is None:
        return Missing()
    with_texts = visit.reads(account.id)
    head = [*_COLUMNS, "text"] if with_texts else _COLUMNS
    begun = False

    def written(page: Campaign) -> bytes:
        nonlocal begun
        lines = [] if begun else [head]
        octets = b"" if begun else b"\xef\xbb\xbf"
        begun = True
        return octets + _lines([*lines, *_cells(page, with_texts=with_texts)])

    found = pages(visit.node.desk, account, seen.summary.id)
    name = f'attachment; filename="campaign-{seen.summary.id}.csv"'
    return Response(
        type="text/csv; charset=utf-8",
        headers=(("Content-Disposition", name),),
        stream=turned(found, written),
    )


_COLUMNS: Final = ("number", "state", "reason", "parts", "price", "sent_at", "at", "message")


def _lines(rows: Sequence[Sequence[Any]]) -> bytes:
    made = io.StringIO()
    csv.writer(made, delimiter=";", lineterminator="\r\n").writerows(rows)
    return made.getvalue().encode("utf-8", "replace")


def _cells(page: Campaign, *, with_texts: bool) -> Sequence[Sequence[Any]]:
    rows = []
    for message in page.messages:
        row = [
            *(message.number or "", message.state.name),
            message.reason.name if message.reason else "",
            *(message.parts, euros(message.price, 4)),
            paris.stamp(message.sent_at, DASHED) if message.sent_at else "",
            *(paris.stamp(message.at, DASHED), message.id),
        ]
        rows.append([*row, _harmless(message.text)] if with_texts else row)
    return rows


def _harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
