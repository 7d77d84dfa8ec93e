"""What the engine found for a question: worded by a dialect.

In: made by `engine.look`, `engine.cancel`. Out: columns and rows in our words.
"""

from collections.abc import Collection, Mapping, Sequence

import msgspec

from chappe.words.money import quotient
from chappe.words.news import Message, Reply


class Campaign(msgspec.Struct, frozen=True, kw_only=True):
    """One order and what became of its messages, in the order in which they were given."""

    id: int
    at: int
    reference: str
    facts: Mapping[str, str]
    messages: Sequence[Message]


class Messages(msgspec.Struct, frozen=True):
    """Messages of whatever orders."""

    messages: Sequence[Message]


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """One order, and the first of its messages."""

    id: int
    at: int
    reference: str
    facts: Mapping[str, str]
    total: int  # messages
    cost: int
    message: Message


class Orders(msgspec.Struct, frozen=True):
    """Orders of an account."""

    orders: Sequence[Summary]


class Answered(msgspec.Struct, frozen=True):
    """A reply, and the message that it answers, if that is known."""

    reply: Reply
    message: Message | None


class Replies(msgspec.Struct, frozen=True):
    """Replies."""

    replies: Sequence[Answered]


class Clicked(msgspec.Struct, frozen=True):
    """A short URL that was followed: whose, where it leads, how often and when last."""

    message: Message
    short: str  # as it stands in the text: without a scheme
    target: str
    clicks: int
    last_at: int


class Clicks(msgspec.Struct, frozen=True):
    """Short URLs that were followed."""

    clicks: Sequence[Clicked]


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


class Credit(msgspec.Struct, frozen=True, kw_only=True):
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


class Cancelled(msgspec.Struct, frozen=True):
    """How many orders were called off, and how many messages of theirs."""

    orders: int
    messages: int


class Barred(msgspec.Struct, frozen=True):
    """Numbers that stand on a list that was asked about."""

    numbers: Collection[int]
