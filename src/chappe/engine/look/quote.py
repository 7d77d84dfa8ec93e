"""Looking at which way a message would go, and what it would cost.

In: an account, a number, a channel. Out: its place, its links, its price, or why it would not be
sent. Promise: it is made ready as an order is, and nothing of it is kept.
"""

from collections.abc import Sequence
from typing import NamedTuple

from chappe.engine.desk import Desk
from chappe.engine.ready import make_ready
from chappe.words.account import Account
from chappe.words.answer import Trouble
from chappe.words.lifecycle import Reason
from chappe.words.number import country, operator, zone
from chappe.words.order import Channel, Letter, Order, Speech

_TEXT = "A"


class Quote(NamedTuple):
    """What would become of a message of one part."""

    country: str  # '': none has that number
    zone: str
    operator: str  # as the numbering plan knows it
    links: Sequence[str]  # the first one first
    mills: int
    reason: Reason  # why it would not be sent
    trouble: Trouble | None  # ... or what would refuse its order


def quote(
    desk: Desk, account: Account, number: int, channel: Channel, quality: str, sender: str
) -> Quote:
    """A text; or a call, in whatever language is spoken here."""
    speech = None
    if channel is Channel.voice:
        speech = Speech("", next(iter(sorted(desk.languages)), ""))
    letter = Letter(
        text=_TEXT,
        numbers=[number],
        sender=sender,
        code=account.short_code,
        channel=channel,
        quality=quality,
        mobiles=channel is not Channel.voice,
        speech=speech,
    )
    order = Order(dialect="", letters=[letter], fatal=frozenset())
    ready = make_ready(desk, account, order, desk.clock.now(), {})
    place = country(number)
    known = place, zone(place) if place else "", operator(number)
    if not ready.letters:
        return Quote(*known, (), 0, Reason.none, next(iter(ready.troubles), Trouble.bad_number))
    (draft,) = ready.letters
    reason = draft.bad.get(0, Reason.none)
    links = desk.routes.links(draft.route)
    return Quote(*known, links, draft.prices[0], reason, None)
