"""What a request may ask besides sending: read by a dialect, answered by the engine.

In: filled by a dialect. Out: each is taken by a verb of the engine. Times are UTC ms; a stretch of
time holds its first instant and not its last.
"""

from collections.abc import Sequence

import msgspec

from chappe.words.answer import Receipt
from chappe.words.asks import Asks
from chappe.words.found import Campaign, Cancelled, Clicks, Credit, Messages, Replies
from chappe.words.order import Channel, Order


class Rehearsal(msgspec.Struct, Asks[Receipt], frozen=True):
    """An order of which everything is checked, counted and priced as for real, and nothing kept."""

    order: Order


class CampaignWanted(msgspec.Struct, Asks[Campaign], frozen=True):
    """One order with its messages: by its number, or the last one that bears a reference."""

    order: int = 0
    reference: str = ""


class MessagesWanted(msgspec.Struct, Asks[Messages], frozen=True):
    """Every message that a recipient's own reference was given to, the newest first."""

    reference: str
    most: int = 1_000


class RepliesWanted(msgspec.Struct, Asks[Replies], frozen=True):
    """Replies of a stretch of time, the oldest first; `reference` is the order's, or '' for all."""

    since: int
    until: int
    reference: str = ""
    name_fact: str = ""  # the fact of an order that may bear `reference` in its place


class ClicksWanted(msgspec.Struct, Asks[Clicks], frozen=True):
    """Short URLs that were followed, of messages of a stretch of time; `reference` as above, the
    recipient's own where the order has none."""

    since: int
    until: int
    reference: str = ""
    name_fact: str = ""


class Purchase(msgspec.Struct, frozen=True):
    """What credit is counted in: billed parts of a channel to a place, paid from a purse."""

    channel: Channel
    country: str  # or a zone of the price list
    quality: str = ""
    purse: str = ""


class CreditWanted(msgspec.Struct, Asks[Credit], frozen=True):
    """How much credit is left, counted in each of these purchases."""

    purchases: Sequence[Purchase] = ()


class CancelWanted(msgspec.Struct, Asks[Cancelled], frozen=True):
    """All orders of a reference that have not begun, and do not begin within `margin_ms`; one that
    begins exactly then is called off."""

    reference: str
    margin_ms: int = 0
