"""What the engine found for a question: worded by a dialect.

In: made by `engine.look`, `engine.cancel`. Out: columns and rows in our words.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from typing import Generic, TypeVar

import msgspec

from chappe.words.answer import Wordable
from chappe.words.exchange import Stream
from chappe.words.lifecycle import Reason, State
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

    async def worded(self, first: bytes, word: Callable[[P], bytes]) -> Stream:
        """What stands above all of them, then each; a page is worded beside the loop. One page is
        held at a time, whoever reads them and however slowly."""
        yield first
        async with contextlib.aclosing(self.pages) as pages:
            async for page in pages:
                said = await asyncio.to_thread(word, page)
                del page  # before the next one is read
                yield said


class CampaignPages(Pages[Campaign], kw_only=True):
    """An order, and its messages page by page; how many stand how was counted before."""

    campaign: Campaign  # without messages
    tally: Mapping[tuple[State, Reason], int]

    @property
    def total(self) -> int:
        """How many messages there are in all."""
        return sum(self.tally.values())


class Messages(msgspec.Struct, Wordable, frozen=True):
    """Messages of whatever orders."""

    messages: Sequence[Message]

    @property
    def lines(self) -> int:
        return len(self.messages)


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


class Credit(msgspec.Struct, Wordable, frozen=True, kw_only=True):
    """What is left: mills in the account's own purse, and the count of each purchase; -1: no
    bound."""

    balance: int
    free: bool  # post-paid
    counts: Sequence[int] = ()


class Cancelled(msgspec.Struct, Wordable, frozen=True):
    """How many orders were called off, and how many messages of theirs."""

    orders: int
    messages: int
