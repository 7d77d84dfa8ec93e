"""What the engine found for a question: worded by a dialect.

In: made by `engine.look`, `engine.cancel`. Out: columns and rows in our words.
"""

from collections.abc import Mapping, Sequence

import msgspec

from chappe.words.news import Message, Reply


class Campaign(msgspec.Struct, frozen=True, kw_only=True):
    """One order and what became of its messages, in the order in which they were given."""

    id: int
    at: int
    reference: str
    facts: Mapping[str, str]
    messages: Sequence[Message]


class Messages(msgspec.Struct, frozen=True):
    """Messages, whichever orders they are of."""

    messages: Sequence[Message]


class Answered(msgspec.Struct, frozen=True):
    """A reply, and the message that it answers, if that is known."""

    reply: Reply
    message: Message | None


class Replies(msgspec.Struct, frozen=True):
    """Replies, each with the message that it answers."""

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


class Credit(msgspec.Struct, frozen=True, kw_only=True):
    """What is left: mills in the account's own purse, and the count of each purchase; -1: no
    bound."""

    balance: int
    free: bool  # post-paid
    counts: Sequence[int] = ()


class Cancelled(msgspec.Struct, frozen=True):
    """How many orders were called off, and how many messages they had."""

    orders: int
    messages: int
