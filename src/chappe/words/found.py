"""What the engine found for a question: worded by a dialect.

In: made by `engine.look`, `engine.cancel`. Out: columns and rows in our words.
"""

from collections.abc import Mapping, Sequence

import msgspec

from chappe.words.answer import Answer
from chappe.words.news import Message, Reply


class Campaign(msgspec.Struct, Answer, frozen=True, kw_only=True):
    """One order and what became of its messages, in the order in which they were given."""

    id: int
    at: int
    reference: str
    facts: Mapping[str, str]
    messages: Sequence[Message]

    @property
    def lines(self) -> int:
        return len(self.messages)


class Messages(msgspec.Struct, Answer, frozen=True):
    """Messages of whatever orders."""

    messages: Sequence[Message]

    @property
    def lines(self) -> int:
        return len(self.messages)


class Answered(msgspec.Struct, frozen=True):
    """A reply, and the message that it answers, if that is known."""

    reply: Reply
    message: Message | None


class Replies(msgspec.Struct, Answer, frozen=True):
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


class Clicks(msgspec.Struct, Answer, frozen=True):
    """Short URLs that were followed."""

    clicks: Sequence[Clicked]

    @property
    def lines(self) -> int:
        return len(self.clicks)


class Credit(msgspec.Struct, Answer, frozen=True, kw_only=True):
    """What is left: mills in the account's own purse, and the count of each purchase; -1: no
    bound."""

    balance: int
    free: bool  # post-paid
    counts: Sequence[int] = ()


class Cancelled(msgspec.Struct, Answer, frozen=True):
    """How many orders were called off, and how many messages of theirs."""

    orders: int
    messages: int
