"""What the engine found for a question: worded by a dialect.

In: made by `engine.look` and the other verbs. Out: columns and rows in our words.
"""

import contextlib
from collections.abc import AsyncGenerator, Callable, Collection, Mapping, Sequence
from typing import Generic, NamedTuple, TypeVar

import msgspec

from chappe.words.answer import Wordable
from chappe.words.exchange import Stream, turned
from chappe.words.lifecycle import Reason, State
from chappe.words.money import quotient
from chappe.words.news import Message, Reply

P = TypeVar("P")


class Campaign(msgspec.Struct, Wordable, frozen=True, kw_only=True):
    """One order and what became of its messages, in the order in which they were given."""

    id: int
    at: int
    reference: str
    facts: Mapping[str, str]
    messages: Sequence[Message]

    @property
    def lines(self) -> int:
        return len(self.messages)


class Pages(msgspec.Struct, Wordable, Generic[P], kw_only=True):
    """Too much to be held at once: it comes a page at a time, as it is read from the store."""

    pages: AsyncGenerator[P, None]

    async def worded(self, first: bytes, word: Callable[[P], bytes], last: bytes = b"") -> Stream:
        """What stands above all of them, then each, then what stands below; a page is worded beside
        the loop. One page is held at a time, whoever reads them and however slowly."""
        async with contextlib.aclosing(turned(self.pages, word)) as pieces:
            if first:
                yield first
            async for piece in pieces:
                yield piece
            if last:
                yield last


class CampaignPages(Pages[Campaign], kw_only=True):
    """An order, and its messages page by page; how many stand how was counted before."""

    campaign: Campaign  # without messages
    tally: Mapping[tuple[State, Reason], int]
    partly: int  # how many of them came partly, as `words.parts` has it

    @property
    def total(self) -> int:
        """How many messages there are in all."""
        return sum(self.tally.values())


class LeftMessage(msgspec.Struct, frozen=True):
    """A message that left, and what came back."""

    message: Message
    at: int  # when it left, which is why it is in the report
    reply: str  # the last one to it; '' where there is none
    stopped: bool  # whether one of them was a STOP


class LeftPages(Pages[Sequence[LeftMessage]], kw_only=True):
    """Messages that left in a stretch of time."""

    total: int


class CampaignSums(msgspec.Struct, frozen=True, kw_only=True):
    """One order, counted as it stands now; and the first of its messages, for what they share."""

    id: int
    at: int
    reference: str
    facts: Mapping[str, str]
    message: Message
    tally: Mapping[tuple[State, Reason], int]
    parts: int  # billed
    cost: int  # mills that are paid or held; what was given back is not in it
    replies: int
    stops: int  # those of them that are a STOP

    @property
    def total(self) -> int:
        """How many messages there are in all."""
        return sum(self.tally.values())


class CampaignSumsPages(Pages[Sequence[CampaignSums]], kw_only=True):
    """Orders that messages of a stretch of time belong to."""

    total: int


class TooManyLines(msgspec.Struct, Wordable, frozen=True):
    """More than was asked for at most; nothing of it was read."""

    most: int


class Messages(msgspec.Struct, Wordable, frozen=True):
    """Messages of whatever orders."""

    messages: Sequence[Message]

    @property
    def lines(self) -> int:
        return len(self.messages)


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """One order, and the first of its messages."""

    id: int
    at: int
    reference: str
    facts: Mapping[str, str]
    total: int  # messages
    cost: int
    start: int  # when its first message was to leave
    message: Message


class Orders(msgspec.Struct, Wordable, frozen=True):
    """Orders of an account; and what one costs of what their costs are counted in."""

    orders: Sequence[Summary]
    price: int | None = None

    @property
    def lines(self) -> int:
        return len(self.orders)


class Answered(msgspec.Struct, frozen=True):
    """A reply, and the message that it answers, if that is known."""

    reply: Reply
    message: Message | None


class Replies(msgspec.Struct, Wordable, frozen=True):
    """Replies."""

    replies: Sequence[Answered]

    @property
    def lines(self) -> int:
        return len(self.replies)


class Clicked(msgspec.Struct, frozen=True):
    """A short URL that was followed: whose, where it leads, how often and when last."""

    message: Message
    short: str  # as it stands in the text: without a scheme
    target: str
    clicks: int
    last_at: int


class Clicks(msgspec.Struct, Wordable, frozen=True):
    """Short URLs that were followed."""

    clicks: Sequence[Clicked]

    @property
    def lines(self) -> int:
        return len(self.clicks)


UNBOUND = -1


class Bought(msgspec.Struct, frozen=True):
    """How far the purse that pays for something goes."""

    balance: int  # mills; below zero where that may be
    price: int | None  # mills for one; None: it is not served
    free: bool = False  # post-paid: the purse has no floor

    @property
    def count(self) -> int:
        """How many of it, whole ones; 0 for what is not served, -1: no bound."""
        if self.price is None:
            return 0
        return UNBOUND if self.free or not self.price else max(self.balance, 0) // self.price

    def units(self, most: int, least: int | None = None) -> str:
        """How many of it as a number with decimals, bound or not; 0 for what has no price."""
        amount = self.balance if self.price else 0
        return quotient(amount, self.price or 1, most, least)


class Credit(msgspec.Struct, Wordable, frozen=True, kw_only=True):
    """What is left: mills in the account's own purse and in all by their names, and how far each
    purchase is paid for."""

    balance: int
    free: bool  # post-paid
    purses: Mapping[str, int] = {}
    bought: Sequence[Bought] = ()

    @property
    def counts(self) -> Sequence[int]:
        """Of each purchase; -1: no bound."""
        return [one.count for one in self.bought]


class Cancelled(msgspec.Struct, Wordable, frozen=True):
    """How many orders were called off, and how many messages of theirs."""

    orders: int
    messages: int


class Deleted(msgspec.Struct, Wordable, frozen=True):
    """An order that its account finds no more, and how many messages of it were called off: none
    where it had begun."""

    order: int
    messages: int


class Barred(msgspec.Struct, Wordable, frozen=True):
    """Numbers that stand on a list that was asked about."""

    numbers: Collection[int]

    @property
    def lines(self) -> int:
        return len(self.numbers)


class Subscriber(NamedTuple):
    """What a look-up found of one number."""

    number: int  # 0: what was given is none
    valid: bool  # whether anybody has it
    operator: str  # the MCCMNC of who serves it now; '' where that is not known, or nobody has it
    barred: bool  # it stands on a list that was asked about


class LookedUp(msgspec.Struct, Wordable, frozen=True):
    """Numbers that were looked up, in the order in which they were asked."""

    numbers: Sequence[Subscriber]

    @property
    def lines(self) -> int:
        return len(self.numbers)
