"""Usage: what was sent and paid for between two days, counted by whatever one wants to know.

In: a visit, with days and what to count by in its address. Out: a table, from which the chart is
drawn; the same as CSV. Promise: whoever sees some accounts counts theirs alone, and nobody but the
installation's own people is told of links.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple
from urllib.parse import urlencode

from chappe.console import sheets
from chappe.console.rooms.usage.french import FRENCH
from chappe.console.shape import ConsoleRoom, MenuPlace, Outcome, View, Visit, WebPage
from chappe.engine import look
from chappe.engine.look.seen import Seen
from chappe.engine.look.usage import BY, UsageRow, UsageWanted
from chappe.hands.shown import money
from chappe.words import paris
from chappe.words.clock import DAY
from chappe.words.exchange import Stream

_DAYS_MOST: Final = 366 * 20
_SHOWN: Final = 500
_WEEK: Final = 7  # days that are shown where none are named
_AT_ONCE: Final = 1_000  # lines of CSV
_LABELS: Final = {
    "day": "Day",
    "month": "Month",
    "account": "Account",
    "dialect": "API",
    "channel": "Channel",
    "country": "Country",
    "link": "Link",
    "outcome": "Outcome",
}
_WORDED: Final = ("channel", "outcome")  # values that are words of ours


class _Asked(NamedTuple):
    first: int  # days as `paris.day` counts
    last: int
    by: Sequence[str]
    seen: Seen


async def page(visit: Visit) -> Outcome:
    asked, query, say = _asked(visit), visit.query, visit.say
    rows = await _rows(visit, asked) if query.is_right else []
    shown = rows[:_SHOWN]
    address = urlencode(_address(visit, asked.first, asked.last))
    facts = {
        "title": say("Usage"),
        "query": query,
        "first": _text(asked.first),
        "last": _text(asked.last),
        "kinds": [(name, say(_LABELS[name]), name in asked.by) for name in _allowed(visit)],
        "with_account": visit.seen is None or len(visit.seen) > 1,
        "spans": _spans(visit),
        "labels": [say(_LABELS[name]) for name in asked.by],
        "rows": [(_cells(visit, row), row) for row in shown],
        "hidden": len(rows) - len(shown),
        "messages": sum(row.messages for row in rows),
        "parts": sum(row.parts for row in rows),
        "price": sum(row.price for row in rows),
        "csv": f"/usage.csv?{address}",
    }
    return View("rooms/usage/page.html", facts, 200 if query.is_right else 422)


async def csv(visit: Visit) -> Outcome:
    asked = _asked(visit)
    if not visit.query.is_right:
        return await page(visit)
    return sheets.download("usage.csv", _lines(asked, await _rows(visit, asked)))


async def _lines(asked: _Asked, rows: Sequence[UsageRow]) -> Stream:
    yield sheets.lines([(*asked.by, "messages", "parts", "price")])
    for begin in range(0, len(rows), _AT_ONCE):
        yield sheets.lines(
            (*row.common.values(), row.messages, row.parts, money(row.price))
            for row in rows[begin : begin + _AT_ONCE]
        )


async def _rows(visit: Visit, asked: _Asked) -> Sequence[UsageRow]:
    wanted = UsageWanted(asked.first, asked.last, asked.by)
    return await look.usage(visit.node.desk, wanted, asked.seen)


def _allowed(visit: Visit) -> Sequence[str]:
    """What this visitor may count by."""
    if visit.seen is None:
        return list(BY)
    return [one for one in BY if one != "link" and (one != "account" or len(visit.seen) > 1)]


def _asked(visit: Visit) -> _Asked:
    query, say = visit.query, visit.say
    today = paris.day(visit.node.clock.now())
    last = _day(visit, "last", today)
    first = _day(visit, "first", last - _WEEK + 1)
    if first > last:
        query.wrong("first", say("The first day is after the last one."))
    if last - first > _DAYS_MOST:
        query.wrong("first", say("That is more than twenty years."))
    by = list(dict.fromkeys(query.some("by", _allowed(visit)))) or ["day"]
    return _Asked(first, last, by, _whose(visit))


def _whose(visit: Visit) -> Seen:
    """All that may be seen, or the one account of these that is asked for."""
    login = visit.query.text("account")
    if not login:
        return visit.seen
    account = look.account_seen(visit.node.desk, login, visit.seen)
    if account is None:
        visit.query.wrong("account", visit.say("There is no such account."))
        return frozenset()
    return frozenset((account.id,))


def _day(visit: Visit, name: str, otherwise: int) -> int:
    typed = visit.query.text(name) if name in visit.query else ""
    day = paris.date_of(typed)
    if typed and day is None:
        visit.query.wrong(name, visit.say("Write a day such as 2026-11-30."))
    return otherwise if day is None else day.toordinal() - paris.EPOCH_DAY


def _spans(visit: Visit) -> Sequence[tuple[str, str]]:
    """Stretches of time that are asked for often, and where they are."""
    say, today = visit.say, paris.day(visit.node.clock.now())
    first = today - _date(today).day + 1
    before = first - _date(first - 1).day
    spans = (
        ("Today", today, today),
        ("The last seven days", today - _WEEK + 1, today),
        ("This month", first, today),
        ("Last month", before, first - 1),
        ("This year", _date(today).replace(month=1, day=1).toordinal() - paris.EPOCH_DAY, today),
    )
    return [
        (say(word), f"/usage?{urlencode(_address(visit, begin, end))}")
        for word, begin, end in spans
    ]


def _address(visit: Visit, first: int, last: int) -> Sequence[tuple[str, str]]:
    """What is asked for, of other days."""
    by = visit.query.some("by", _allowed(visit))
    login = visit.query.typed.get("account", "")
    kept = [("first", _text(first)), ("last", _text(last)), *[("by", one) for one in by]]
    return [*kept, ("account", login)] if login else kept


def _cells(visit: Visit, row: UsageRow) -> Sequence[str]:
    return [
        (visit.say(value) if name in _WORDED else value) or "–"
        for name, value in row.common.items()
    ]


def _date(day: int) -> date:
    return date.fromordinal(day + paris.EPOCH_DAY)


def _text(day: int) -> str:
    return paris.utc_stamp(day * DAY, paris.DASHED_DAY)


ROOM: Final = ConsoleRoom(
    "usage",
    pages=(WebPage("GET", "/usage", page), WebPage("GET", "/usage.csv", csv)),
    places=(MenuPlace("Usage", "/usage", "Account"),),
    french=FRENCH,
)
