"""Live traffic: what is accepted now, and what becomes of it.

In: a visit, with filters in its address. Out: the newest messages; a stream of those that come.
Promise: without scripts the page shows the newest as they were when it was asked for.
"""

from collections.abc import Mapping
from typing import Any, Final

from markupsafe import Markup, escape

from chappe.console.live import Glimpse, Watched, Watcher
from chappe.console.rooms.traffic.french import FRENCH
from chappe.console.shape import ConsoleRoom, MenuPlace, Outcome, View, Visit, WebPage
from chappe.console.states import badge
from chappe.engine import look
from chappe.store.contract.search import Sighting, Sought
from chappe.words import paris
from chappe.words.number import USUAL, read
from chappe.words.paris import DASHED
from chappe.words.visitor import Right

_SHOWN: Final = 50
_TEXT_MOST: Final = 160


async def page(visit: Visit) -> Outcome:
    number, login = _filters(visit)
    account = visit.node.accounts.by_login(login) if login else None
    wanted = None if not login else [account.id] if account is not None else [-1]
    sought = Sought(_SHOWN, accounts=wanted, number=number)
    found = await look.search(visit.node.desk, visit.seen, sought)
    rows = [] if found is None else [_row(visit, _seen(one)) for one in found.found]
    facts: Mapping[str, Any] = {
        "title": visit.say("Live traffic"),
        "rows": rows,
        "query": visit.query,
        "with_account": _with_account(visit),
        "stream": _stream_address(visit),
    }
    return View("rooms/traffic/page.html", facts)


async def stream(visit: Visit) -> Outcome:
    number, login = _filters(visit)
    account = visit.node.accounts.by_login(login) if login else None
    ident = 0 if not login else account.id if account is not None else -1
    manner = f"{visit.say.code} {visit.may(Right.texts)} {visit.visitor.account}"
    wish = Watched(visit.seen, number, ident, manner)
    return visit.live.watch(Watcher(wish, lambda one: _row(visit, one), visit.say))


def _with_account(visit: Visit) -> bool:
    """Whether they may see more accounts than one."""
    return visit.seen is None or len(visit.seen) > 1


def _filters(visit: Visit) -> tuple[int, str]:
    """A number and an account, where they are asked for; -1 is no number at all."""
    text, login = visit.query.text("number"), visit.query.text("account")
    number = 0
    if text:
        number = read(text, USUAL) or -1
        if number < 0:
            visit.query.wrong("number", visit.say("That is no phone number."))
    return number, login


def _stream_address(visit: Visit) -> str:
    query = visit.request.query.decode("ascii", "ignore")
    return f"/traffic/stream?{query}" if query else "/traffic/stream"


def _row(visit: Visit, one: Glimpse) -> Markup:
    """A message's row, on one line. It is made by hand: a thousand a second may be asked for."""
    say, ident = visit.say, one.message
    text = " ".join(one.text[:_TEXT_MOST].split()) if visit.reads(one.account) else say("hidden")
    account = (
        f"<td>{escape(visit.node.accounts.login_of(one.account))}</td>"
        if _with_account(visit)
        else ""
    )
    return Markup(
        f'<tr class="fresh"><td class="nowrap">{paris.stamp(one.at, DASHED)[11:]}</td>'
        f'<td><a href="/messages/{ident}">{ident}</a></td>{account}<td>{escape(one.dialect)}</td>'
        f"<td>{_phone(one.number)}</td><td>{escape(one.sender)}</td>"
        f'<td class="text">{escape(text)}</td>'
        f'<td id="state-{ident}">{badge(say, one.state, one.reason)}</td></tr>'
    )


def _phone(number: int) -> str:
    return f"+{number}" if number else ""


def _seen(one: Sighting) -> Glimpse:
    found = one.message
    return Glimpse(
        *(found.id, found.order, found.order_at, found.account, found.dialect, found.number),
        *(found.sender or found.code, found.text, found.parts, found.state, found.reason.name),
    )


ROOM: Final = ConsoleRoom(
    "traffic",
    pages=(WebPage("GET", "/", page), WebPage("GET", "/traffic/stream", stream)),
    places=(MenuPlace("Live traffic", "/"),),
    french=FRENCH,
)
