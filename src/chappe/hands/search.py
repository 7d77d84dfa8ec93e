"""Looking for messages by hand: a page of those that fit, the newest first.

In: what was typed of each filter. Out: rows, and what begins the next page. Promise: where a page
came short since only so much is looked at, it says how far back that was.
"""

import re
from collections.abc import Mapping
from enum import IntEnum
from typing import Any, TypeVar

import msgspec

from chappe.engine import look
from chappe.hands.accounts import account_of
from chappe.hands.shown import CannotDo, Shown, moment, money, number_of, phone
from chappe.hands.when import instant_of
from chappe.node import Node
from chappe.store.contract import NEVER
from chappe.store.contract.search import ANY, ANY_STATE, PageStart, Sighting, Sightings, Sought
from chappe.words.lifecycle import Reason, State
from chappe.words.order import CONSOLE, Channel

LIMIT_MOST = 2_000  # rows are made on the loop, 10 us each
STATES = tuple(state.name for state in State if state)
COLUMNS = (
    *("message", "order", "account", "dialect", "channel", "number", "state", "reason"),
    *("accepted", "sent", "changed", "links", "parts", "price"),
)
_PLACE = re.compile(r"(?:([1-9][0-9]{0,17})\.)?([0-9]{1,18})")

_Named = TypeVar("_Named", bound=IntEnum)


class MessageList(msgspec.Struct, kw_only=True):
    """'' and [] are any."""

    account: str = ""
    states: list[str] = []
    reason: str = ""
    number: str = ""
    link: str = ""
    dialect: str = ""
    channel: str = ""
    since: str = ""  # of acceptance, Paris time
    until: str = ""  # ... before it
    limit: int = 50
    after: str = ""  # what the page before said


async def listing(node: Node, asked: MessageList) -> Shown:
    found = await look.search(node.desk, None, await _sought(node, asked))
    if found is None:
        raise CannotDo(f"{asked.after!r} is of a list with other filters.")
    shown = {
        "messages": [_row(node, one) for one in found.found],
        "next": _cursor(found.next),
        "looked_to": moment(found.looked_to),
    }
    return Shown(shown, _said(found))


def _said(found: Sightings) -> str:
    if found.next is None:
        return "" if found.found else "No message fits."
    on = f"--after {_cursor(found.next)}"
    if found.looked_to:
        back = f"Looked back to what was accepted at {moment(found.looked_to)}"
        return f"{back}, and no further at a time; {on} goes on there."
    return f"There may be older ones: {on}."


def _cursor(place: PageStart | None) -> str:
    if place is None:
        return ""
    return f"{place.order}.{place.message}" if place.order else f"{place.message}"


def _row(node: Node, one: Sighting) -> Mapping[str, Any]:
    message = one.message
    return {
        "message": message.id,
        "order": message.order,
        "account": node.accounts.login_of(message.account),
        "dialect": message.dialect,
        "channel": Channel(one.channel).name,
        "number": phone(message.number),
        "state": message.state.name,
        "reason": message.reason.name if message.reason else "",
        "accepted": moment(message.order_at),
        "sent": moment(message.sent_at),
        "changed": moment(message.at),
        "links": one.links,
        "parts": message.parts,
        "price": money(message.price),
    }


# what was typed


async def _sought(node: Node, asked: MessageList) -> Sought:
    if not 0 < asked.limit <= LIMIT_MOST:
        raise CannotDo(f"A page has 1 to {LIMIT_MOST} messages.")
    if asked.link:
        await _must_know_link(node, asked.link)
    dialects = [*(dialect.NAME for dialect in node.dialects), CONSOLE]
    if asked.dialect and asked.dialect not in dialects:
        raise CannotDo(f"There is no dialect {asked.dialect[:40]!r}, but {', '.join(dialects)}.")
    return Sought(
        most=asked.limit,
        accounts=[account_of(node, asked.account).id] if asked.account else None,
        states=sum({1 << _named(State, "state", name) for name in asked.states}) or ANY_STATE,
        reason=_named(Reason, "reason", asked.reason) if asked.reason else ANY,
        channel=_named(Channel, "channel", asked.channel) if asked.channel else ANY,
        number=number_of(asked.number) if asked.number else 0,
        link=asked.link,
        dialect=asked.dialect,
        since=instant_of(asked.since) if asked.since else 0,
        until=instant_of(asked.until) if asked.until else NEVER,
        place=_place(asked.after) if asked.after else None,
    )


async def _must_know_link(node: Node, name: str) -> None:
    """Also one that the file declares no more, as long as anything left by it."""
    known = {link for links in (await node.store.routes()).values() for link in links}
    if name not in known:
        raise CannotDo(f"Nothing ever had a link {name[:40]!r}; `chappe links` shows all.")


def _named(kind: type[_Named], what: str, name: str) -> _Named:
    try:
        return kind[name.replace("-", "_")]
    except KeyError:
        names = ", ".join(one.name for one in kind if one.name not in ("new", "none"))
        raise CannotDo(f"There is no {what} {name[:40]!r}, but {names}.") from None


def _place(text: str) -> PageStart:
    found = _PLACE.fullmatch(text)
    if found is None:
        raise CannotDo(f"{text[:40]!r} is nothing that a page of messages ended with.")
    return PageStart(int(found[1] or 0), int(found[2]))
