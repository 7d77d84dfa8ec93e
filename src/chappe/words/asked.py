"""What a request may ask besides sending: read by a dialect, answered by the engine.

In: filled by a dialect. Out: each is taken by a verb of the engine. Times are UTC ms; a stretch of
time holds its first instant and not its last.
"""

from collections.abc import Sequence

import msgspec

from chappe.words.answer import Receipt
from chappe.words.asks import Asks, Question
from chappe.words.found import (
    Barred,
    Campaign,
    CampaignPages,
    CampaignSumsPages,
    Cancelled,
    Clicks,
    Credit,
    Deleted,
    LeftPages,
    LookedUp,
    Messages,
    Orders,
    Replies,
    TooManyLines,
)
from chappe.words.order import Channel, Lists, Order

PAGE_MOST = 10_000
REPORT_MOST = 200_000
SKIP_MOST = 100_000
"""Whoever wants to go further goes by `before`, or by time."""


class Rehearsal(msgspec.Struct, Question[Receipt], frozen=True):
    """An order of which everything is checked, counted and priced as for real, and nothing kept."""

    order: Order
    paid: bool = True  # whether the credit must suffice for it


class PageWanted(msgspec.Struct, frozen=True):
    """Some of a list, the newest first: so many of those before one that was seen (0: from the
    newest on), for APIs that count them after some are passed over."""

    most: int = 50
    before: int = 0
    skip: int = 0

    def bounded(self) -> "PageWanted":
        """What one answer may cost; an empty page where too many are to be passed over."""
        if self.skip > SKIP_MOST:
            return PageWanted(most=0)
        return PageWanted(min(self.most, PAGE_MOST), self.before, self.skip)


class CampaignWanted(msgspec.Struct, Question[Campaign], frozen=True):
    """One order with its messages: by its number, or the last one that bears a reference."""

    order: int = 0
    reference: str = ""
    since: int = 0  # one whose first message was to leave before is not looked for


class CampaignPaged(msgspec.Struct, Question[Campaign | CampaignPages], frozen=True):
    """The same, page by page where it has many messages."""

    wanted: CampaignWanted


class LeftPaged(msgspec.Struct, Question[LeftPages | TooManyLines], frozen=True):
    """A dialect's messages that left in a stretch of time, page by page, by when each did: when its
    operator took it. One that is over, or in doubt, without that counts by when it came to be so;
    what still waits, or was called off before it left, does not count. How many they are is known
    before anything is streamed: none at all, or more than `most`, among them."""

    since: int
    until: int
    most: int = REPORT_MOST


class CampaignsPaged(msgspec.Struct, Question[CampaignSumsPages | TooManyLines], frozen=True):
    """The orders that have such a message, by when they were taken, each counted as a whole."""

    since: int
    until: int
    most: int = REPORT_MOST


class MessagesWanted(msgspec.Struct, Question[Messages], frozen=True):
    """Every message of a reference, the newest first: the recipient's own, else the letter's."""

    reference: str
    most: int = 1_000


class AccountMessagesWanted(msgspec.Struct, Question[Messages], frozen=True):
    """A page of an account's messages; `before` is one of them. They come order by order, within
    one from the last to the first."""

    page: PageWanted = PageWanted()


class Purchase(msgspec.Struct, frozen=True):
    """What credit is counted in: billed parts of a channel to a place, paid from a purse."""

    channel: Channel
    country: str  # or a zone of the price list
    quality: str = ""
    purse: str = ""


class OrdersWanted(msgspec.Struct, Question[Orders], frozen=True):
    """A page of an account's orders, each with its first message; `before` is one of them."""

    page: PageWanted = PageWanted()
    waiting: bool = True  # those that wait for their time are among them
    counted_in: Purchase | None = None  # what costs are counted in


class RepliesWanted(msgspec.Struct, Question[Replies], frozen=True):
    """Replies of a stretch of time, the oldest first; `reference` is the order's, or '' for all. A
    page of them has all references and the newest first."""

    since: int
    until: int
    reference: str = ""
    name_fact: str = ""  # the fact of an order that may bear `reference` in its place
    page: PageWanted | None = None


class ClicksWanted(msgspec.Struct, Question[Clicks], frozen=True):
    """Short URLs that were followed, of messages of a stretch of time; `reference` as above, the
    recipient's own where the order has none."""

    since: int
    until: int
    reference: str = ""
    name_fact: str = ""


class CreditWanted(msgspec.Struct, Question[Credit], frozen=True):
    """How much is left, counted in each of these."""

    purchases: Sequence[Purchase] = ()


class CancelWanted(msgspec.Struct, Asks[Cancelled], frozen=True):
    """All orders of a reference that have not begun, and do not begin within `margin_ms`; one that
    begins exactly then is called off."""

    reference: str
    margin_ms: int = 0


class DeleteWanted(msgspec.Struct, Asks[Deleted], frozen=True):
    """An order by its number, else the last one with this recipient. One that has not begun is
    called off; of one that has, what is on its way still arrives, is told of and is paid for.
    Either way the account finds it no more."""

    order: int = 0
    number: int = 0


class LookUp(msgspec.Struct, Asks[LookedUp], frozen=True):
    """Which operators serve some numbers now, and which of them stand on one of these lists. Each
    is paid for from the purse of look-ups, be it asked twice or 0, which is no number at all."""

    numbers: Sequence[int]
    lists: Lists = ~Lists(0)


class BarWanted(msgspec.Struct, Asks[Barred], frozen=True):
    """Numbers that the account does not want to write to any more: they are put on a list."""

    numbers: Sequence[int]
    onto: Lists = Lists.black


class BarredWanted(msgspec.Struct, Question[Barred], frozen=True):
    """Which of these numbers stand on one of these lists, the account's own or everybody's."""

    numbers: Sequence[int]
    lists: Lists = ~Lists(0)
