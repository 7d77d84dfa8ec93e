"""Links: how each is, what goes over it, what waits for it; to pause it, and let it go on.

In: a visit of the staff. Out: the page; its parts that change, for whoever has them refreshed; the
points of a chart. Promise: a look costs the store one count in some seconds, however many look.
"""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any, Final

import msgspec

from chappe.console.history import EVERY_S, LinkPoint
from chappe.console.render import rendered
from chappe.console.rooms.links.french import FRENCH
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
from chappe.engine.look.queues import Queue
from chappe.hands import CannotDo, perform
from chappe.hands.ways import Pausable
from chappe.links.contract import Condition
from chappe.words.clock import MINUTE, SECOND
from chappe.words.exchange import Response
from chappe.words.order import Channel
from chappe.words.paris import DASHED, stamp
from chappe.words.visitor import Right

QUEUES_MOST: Final = 100
CHANNELS: Final = {
    Channel.notification: "notification",
    Channel.voice: "calls",
    Channel.international: "international",
    Channel.marketing: "marketing",
}
_RECEIPTS: Final = {
    "passing": "passing",
    "delivered": "delivered",
    "undelivered": "undelivered",
    "expired": "expired",
}
_TONES = {"up": "good", "down": "bad", "paused": "odd", "not running": "bad"}
_HOWS: Final = {
    0: "elsewhere",
    Condition.up: "up",
    Condition.down: "down",
    Condition.paused: "paused",
}


async def page(visit: Visit) -> Outcome:
    return await _page(visit)


async def live(visit: Visit) -> Outcome:
    """What changes of the page, in pieces."""
    facts = {"_": visit.say, "say": visit.say, "pledge": visit.visitor.pledge}
    body = rendered("rooms/links/live.html", {**facts, **await _facts(visit)})
    return Response(body, "text/html; charset=utf-8")


async def figures(visit: Visit) -> Outcome:
    """The last hour of a link, for its charts."""
    name = visit.query.text("link")
    if name not in {one.name for one in visit.node.config.links}:
        return Missing()
    points = visit.history.points(name)
    series = {
        "at": [round(one.at / SECOND) for one in points],
        "left": [_rate(one.left, one) for one in points],
        "delivered": [_rate(one.delivered, one) for one in points],
        "refused": [_rate(one.refused + one.missed, one) for one in points],
        "answer": [_seconds(one.answer_ms) for one in points],
        "receipt": [_seconds(one.receipt_ms) for one in points],
    }
    return Response(msgspec.json.encode(series), "application/json")


async def pause(visit: Visit) -> Outcome:
    return await _switch(visit, "links pause", "Link {link} is paused.")


async def resume(visit: Visit) -> Outcome:
    return await _switch(visit, "links resume", "Link {link} takes messages.")


async def _switch(visit: Visit, hand: str, said: str) -> Outcome:
    name = visit.form.text("link", needed=True)
    if visit.form.is_right:
        try:
            await perform(visit.node, hand, {"name": name}, who=visit.visitor.login)
        except CannotDo:
            visit.form.wrong("", visit.say("There is no such link here that can be paused."))
    if not visit.form.is_right:
        return await _page(visit, 422)
    return Away("/links", visit.say(said, link=name))


async def _page(visit: Visit, status: int = 200) -> Outcome:
    minutes = {
        one.name: _minutes(visit, visit.history.points(one.name)) for one in visit.node.config.links
    }
    facts = {
        "title": visit.say("Links"),
        "form": visit.form,
        "minutes": minutes,
        "every_s": round(EVERY_S),
        **await _facts(visit),
    }
    return View("rooms/links/page.html", facts, status)


async def _facts(visit: Visit) -> Mapping[str, Any]:
    """All that changes."""
    node = visit.node
    rows = (await perform(node, "links", {})).value
    nodes = (await perform(node, "nodes", {})).value if node.store.is_shared else []
    waiting = await visit.waiting.look()
    shown = [] if waiting is None else waiting.queues[:QUEUES_MOST]
    return {
        "links": [_shown(visit, row) for row in rows],
        "nodes": nodes if len(nodes) > 1 else [],
        "waiting": waiting,
        "queues": [_queue(visit, one) for one in shown],
        "may_run": visit.may(Right.run),
        "decimal": lambda value: _decimal(visit, value),
    }


def _shown(visit: Visit, row: Mapping[str, Any]) -> Mapping[str, Any]:
    name = row["link"]
    link = visit.node.links.get(name)
    word = row["condition"]
    return {
        **row,
        "tone": _TONES.get(word, "waits"),
        "word": visit.say(word) if word in _TONES else word.removeprefix("at "),
        "is_elsewhere": word not in _TONES,
        "can_pause": isinstance(link, Pausable) and link.condition is not Condition.paused,
        "can_resume": isinstance(link, Pausable) and link.condition is Condition.paused,
        "refusals": [f"{name.replace('_', ' ')} {n}" for name, n in row["refused"].items()],
        "reports": [f"{visit.say(_RECEIPTS[name])} {n}" for name, n in row["receipts"].items()],
        "oddities": [f"{name} {n}" for name, n in row["odd"].items()],
    }


def _queue(visit: Visit, one: Queue) -> Mapping[str, Any]:
    account = visit.node.accounts.by_id(one.account)
    return {
        "links": " → ".join(one.links),
        "channel": visit.say(CHANNELS[Channel(one.channel)]),
        "account": account.login if account is not None else "",
        "queued": one.queued,
        "since": one.since,
        "scheduled": one.scheduled,
        "next": one.next_due,
    }


def _minutes(visit: Visit, points: Sequence[LinkPoint]) -> Sequence[Sequence[Any]]:
    """The same as the charts show, minute by minute, the newest first."""
    rows = []
    for minute, some in groupby(points, key=lambda one: one.at // MINUTE):
        of = list(some)
        sums = [sum(column) for column in zip(*(one[2:8] for one in of), strict=True)]
        last = of[-1]
        times = [_decimal(visit, _seconds(one)) for one in (last.answer_ms, last.receipt_ms)]
        how = visit.say(_HOWS.get(last.condition, "down"))
        at = stamp(minute * MINUTE, DASHED)[11:16]
        rows.append([at, *sums, *times, how])
    return rows[::-1]


def _rate(count: int, point: LinkPoint) -> float:
    return round(count * SECOND / point.lasted, 2)


def _decimal(visit: Visit, value: float | None) -> str:
    """As it is written where the language is spoken; '' where there is none."""
    written = "" if value is None else f"{value:g}"
    return written.replace(".", ",") if visit.say.code == "fr" else written


def _seconds(ms: int) -> float | None:
    return None if ms < 0 else round(ms / SECOND, 3)


ROOM: Final = ConsoleRoom(
    "links",
    pages=(
        WebPage("GET", "/links", page, for_all=True),
        WebPage("GET", "/links/live", live, for_all=True),
        WebPage("GET", "/links/figures", figures, for_all=True),
        WebPage("POST", "/links/pause", pause, Right.run, for_all=True),
        WebPage("POST", "/links/resume", resume, Right.run, for_all=True),
    ),
    places=(MenuPlace("Links", "/links", "Installation", for_all=True),),
    french=FRENCH,
)
