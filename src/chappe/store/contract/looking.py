"""Looking: what doors, hands and pages ask for; nothing of it changes a message's life.

In: calls of the engine. Out: words.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from chappe.store.contract.running import Confirmation
from chappe.words.news import Message, Reply
from chappe.words.order import Lists
from chappe.words.report import Fragment


class AnswersAsked(NamedTuple):
    """Replies to an account from `since` on, after the reply `after` of that instant; all, or those
    to orders of a reference, in whose place an order's fact may bear it."""

    account: int
    since: int
    after: int
    until: int
    dialect: str
    ref: str
    fact: str
    limit: int


class Looking(Protocol):
    """Orders, messages, and what is known of them."""

    async def order(self, account: int, order: int) -> Mapping[str, Any] | None: ...

    async def to_leave(self, message: int) -> int: ...

    async def orders_by_ref(
        self, account: int, dialect: str, ref: str, limit: int
    ) -> Sequence[Mapping[str, Any]]: ...

    async def last_to(self, account: int, dialect: str, number: int) -> int:
        """The last order with this recipient; 0: there is none."""

    async def messages(self, first: int, last: int, limit: int) -> Sequence[Message]:
        """The messages of a stretch of numbers, in order."""

    async def stretch(self, first: int, last: int) -> Sequence[Message]: ...

    async def messages_by_ref(
        self, account: int, dialect: str, ref: str, limit: int
    ) -> Sequence[Message]:
        """The newest first: of a reference of their own, or, where they have none, of their
        letter's."""

    async def is_used(self, account: int, request_id: str) -> bool:
        """Whether an order that was kept bears this request id."""

    async def tally(self, first: int, last: int) -> Sequence[Sequence[int]]:
        """(state, reason, messages, parts) of a stretch of numbers."""


class Numbers(Protocol):
    """Numbers, their opt-outs, and what they wrote."""

    async def opted_out(self, account: int, numbers: Sequence[int], lists: int) -> Sequence[int]:
        """Those that stand on one of these lists, the account's or everybody's."""

    async def opt_out(
        self, account: int, numbers: Sequence[int], at: int, source: str, list_: Lists = Lists.stop
    ) -> int:
        """Put numbers on an account's list (0: everybody's); how many were not there yet."""

    async def opt_in(self, account: int, numbers: Sequence[int], list_: Lists = Lists.stop) -> int:
        """Take them off it; how many were there."""

    async def confirmations(self, after: int, limit: int) -> Sequence[Confirmation]:
        """Opt-outs behind a reply that have yet to be confirmed, the oldest first."""

    async def confirmed(self, replies: Sequence[int]) -> None:
        """These are, or never will be."""

    async def opt_outs(self, account: int, lists: int, limit: int) -> Sequence[Sequence[Any]]:
        """(number, at, source, list), by number."""

    async def number_story(self, number: int) -> Mapping[str, Any]:
        """All that is kept about a number: `messages`, `replies`, `opt_outs`, and of address books
        `contacts` and `groups`."""

    async def erase_number(self, number: int) -> int:
        """Forget who it was: number, texts, references and contacts go; counters and opt-outs
        stay."""

    async def replies(self, account: int, since: int, limit: int) -> Sequence[Reply]: ...

    async def answers(self, asked: AnswersAsked) -> Sequence[tuple[Reply, Message | None]]:
        """A page of replies, the oldest first, each with the message that it answers."""


class Calls(Protocol):
    """Callbacks, and reports that no part of ours answers to."""

    async def calls(self, account: int, limit: int) -> Sequence[Sequence[Any]]:
        """(subject, seq, event, at, due, tries, done, answer), the newest first."""

    async def attempts(self, subject: int, seq: int) -> Sequence[Sequence[Any]]:
        """(at, answer) of each call that was not heard."""

    async def replay(self, subject: int, seq: int, now: int) -> bool: ...

    async def fragments(self, link: str) -> Sequence[Fragment]:
        """Pieces of messages of a link that did not come whole, the oldest first."""

    async def strangers(self, limit: int) -> Sequence[Sequence[Any]]:
        """(link, ref, at, report) of reports that no part of ours answers to."""
