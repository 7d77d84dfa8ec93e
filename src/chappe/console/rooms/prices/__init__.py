"""Routes and prices as they are set, and a form that tries them on one number.

In: a visit; a number, a channel, an account in its address. Out: what a message there would cost;
for the staff also which way it would go. Promise: it is tried as an order is made ready, and
nothing of it is kept; a customer sees the prices that hold for it, and no links.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from chappe.config.values import TariffRow
from chappe.console.rooms.links import CHANNELS
from chappe.console.rooms.prices.french import FRENCH
from chappe.console.shape import ConsoleRoom, MenuPlace, Outcome, View, Visit, WebPage
from chappe.engine import look
from chappe.engine.look.quote import Quote
from chappe.node import Node
from chappe.words.account import Account
from chappe.words.answer import Trouble
from chappe.words.lifecycle import Reason
from chappe.words.number import USUAL, read
from chappe.words.order import Channel

_ORDINARY: Final = "ordinary"
_QUALITIES: Final = {_ORDINARY: "ordinary", "low": "low quality"}
_ZONES: Final = {
    "france": "mainland France",
    "overseas": "French overseas",
    "near": "near countries",
    "elsewhere": "elsewhere",
    "": "any country",
}
_PICKS: Final = {
    "order": "in this order",
    "cost": "the cheapest first",
    "weight": "in turn by weight",
}
_REASONS: Final[Mapping[Reason, str]] = {
    Reason.bad_number: "Such a number can't be written to on this channel.",
    Reason.not_served: "That country is not served: it has no price, or is closed to the account.",
    Reason.no_quality: "That country is served, but not in this quality.",
    Reason.no_route: "No route takes it.",
}
_TROUBLES: Final[Mapping[Trouble, str]] = {
    Trouble.sender_not_allowed: "The account may not use that sender.",
    Trouble.no_speech: "Nothing here places calls, or nobody here speaks.",
    Trouble.outside_hours: "Its hours never come.",
}
_OTHER = "It would be refused."


async def page(visit: Visit) -> Outcome:
    query = visit.query
    tried = _tried(visit) if "number" in query else None
    config = visit.node.config
    facts: dict[str, Any] = {
        "title": visit.say("Prices"),
        "query": query,
        "prices": _prices(visit),
        "channels": [(one.name, visit.say(word)) for one, word in CHANNELS.items()],
        "qualities": [(one, visit.say(word)) for one, word in _QUALITIES.items()],
        "tried": tried,
        "is_staff": visit.seen is None,
        "with_account": visit.seen is None or len(visit.seen) > 1,
    }
    if visit.seen is None:
        facts["routes"] = [*_routes(visit), *_defaults(visit)]
        facts["links"] = [(one.name, one.kind, one.cost, one.weight) for one in config.links]
    return View("rooms/prices/page.html", facts, 200 if query.is_right else 422)


# trying it


def _tried(visit: Visit) -> Mapping[str, Any] | None:
    """What would become of a message; None where what was typed is wrong."""
    query, say = visit.query, visit.say
    text = query.text("number", needed=True)
    number = read(text, USUAL)
    if text and not number:
        query.wrong("number", say("That is no phone number."))
    names = [one.name for one in CHANNELS]
    channel = query.choice("channel", names, Channel.notification.name)
    quality = query.choice("quality", _QUALITIES, _ORDINARY)
    sender = query.text("sender", most=20)
    account = _account(visit)
    if not query.is_right or account is None:
        return None
    low = "" if quality == _ORDINARY else quality
    found = look.quote(visit.node.desk, account, number, Channel[channel], low, sender)
    return {
        "number": number,
        "account": account.login,
        "country": found.country,
        "zone": say(_ZONES.get(found.zone, found.zone)) if found.country else "",
        "operator": found.operator,
        "links": found.links if visit.seen is None else (),
        "price": found.mills,
        "why": say(_why(found)) if _why(found) else "",
    }


def _account(visit: Visit) -> Account | None:
    """Whose message it would be: that of whoever asks, where they name none."""
    login = visit.query.text("account", needed=visit.seen is None)
    if not login:
        return visit.account
    found = look.account_seen(visit.node.desk, login, visit.seen)
    if found is None:
        visit.query.wrong("account", visit.say("There is no such account."))
    return found


def _why(found: Quote) -> str:
    """Why it would not be sent; '' where it would."""
    if found.trouble is not None:
        return _TROUBLES.get(found.trouble, _OTHER)
    return _REASONS.get(found.reason, _OTHER) if found.reason else ""


# what is set


def _prices(visit: Visit) -> Sequence[Mapping[str, Any]]:
    """The price list; of an account that may send to some countries alone, as it holds there."""
    account = visit.account
    rows: Iterable[TariffRow] = visit.node.config.prices
    if account is not None and account.countries:
        rows = _prices_in(visit.node, account.countries)
    order = list(CHANNELS)
    places = list(_ZONES)
    found = [
        {
            "channel": visit.say(CHANNELS[row.channel]),
            "place": visit.say(_ZONES[row.country]) if row.country in _ZONES else row.country,
            "quality": visit.say(_QUALITIES[row.quality or _ORDINARY]),
            "price": row.price,
            "by": (
                order.index(row.channel),
                places.index(row.country) if row.country in _ZONES else -1,
                row.country,
                row.quality,
            ),
        }
        for row in rows
    ]
    return sorted(found, key=lambda row: row["by"])


def _prices_in(node: Node, countries: Sequence[str]) -> Iterable[TariffRow]:
    qualities = sorted({row.quality for row in node.config.prices})
    for country in countries:
        for channel in CHANNELS:
            for quality in qualities:
                mills = node.desk.tariff.price(channel, country, quality)
                if mills is not None:
                    yield TariffRow(channel, country, quality, mills)


def _routes(visit: Visit) -> Sequence[Mapping[str, Any]]:
    return [
        {
            "links": one.links,
            "pick": visit.say(_PICKS[one.pick]),
            "accounts": one.account,
            "channels": [visit.say(CHANNELS[channel]) for channel in one.channel],
            "countries": one.country,
            "operators": one.operator,
            "senders": one.sender,
        }
        for one in visit.node.config.routes
    ]


def _defaults(visit: Visit) -> Sequence[Mapping[str, Any]]:
    """What takes all that no rule takes: real links, or else the simulated ones; calls apart."""
    links = visit.node.config.links
    texts = [one for one in links if one.kind != "calls"]
    real = [one.name for one in texts if one.kind != "operator"]
    calls = [one.name for one in links if one.kind == "calls"]
    rest: dict[str, Any] = {"accounts": (), "countries": (), "operators": (), "senders": ()}
    others = [visit.say(word) for one, word in CHANNELS.items() if one is not Channel.voice]
    found = [
        (real or [one.name for one in texts], others),
        (calls, [visit.say(CHANNELS[Channel.voice])]),
    ]
    pick = visit.say(_PICKS["order"])
    return [
        {**rest, "links": names, "channels": channels, "pick": pick}
        for names, channels in found
        if names
    ]


ROOM: Final = ConsoleRoom(
    "prices",
    pages=(WebPage("GET", "/prices", page),),
    places=(MenuPlace("Prices", "/prices", "Installation"),),
    french=FRENCH,
)
