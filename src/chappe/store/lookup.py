"""Looking into a store: reads that doors, hands and pages ask for, and what is known of a number.

In: intent-named calls from the engine. Out: words. Reads run on a connection that only looks.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from chappe.store.contract import AnswersAsked, Confirmation
from chappe.store.membership import forget
from chappe.store.recent import Recent
from chappe.store.script import Add, Ask, Run, Script
from chappe.store.usage import uncount
from chappe.words.lifecycle import Reason, State
from chappe.words.news import Message, Reply
from chappe.words.order import Lists
from chappe.words.report import Fragment

_FIRST_WIDTH, _GROWTH = 64, 4
_TOGETHER = 4_096  # messages that are looked through at a time
_LOOKED_THROUGH = 100_000  # of letters, for those that bear no reference


class NewsTold(msgspec.Struct, frozen=True, array_like=True):
    """A piece of news that its customer is or was owed."""

    seq: int
    event: int
    at: int
    done: int
    tries: int
    due: int
    told_at: int  # when the last call ended
    took: int  # ... and how many milliseconds it took
    answer: str
    url: str


class Trail(msgspec.Struct, frozen=True):
    """What is kept of a message's way; null and empty where it is forgotten."""

    channel: int | None
    speech: str  # how it is spoken; '' where it is a text
    links: list[str] | None  # that may carry it, the first one first
    parts: list[tuple[str, str, int]]  # link, operator's id, which part
    steps: list[tuple[int, int, int, int, str]]  # at, event, state, reason, operator
    doubts: list[tuple[int, str, int]]  # at, choice, times
    origin: str  # by which action its order came, and from where
    money: int  # what became of its price
    calls: list[NewsTold]
    tries: list[tuple[int, int, str, int]]  # seq, at, answer, ms: calls that were not heard
    replies: list[Reply] = []  # the first ones to it
    tiny: tuple[str, str, int, int] | None = None  # short URL, where to, clicks, the last one


class _LetterOfStretch(msgspec.Struct, frozen=True, array_like=True):
    """What messages of one letter have in common. The field order is the store's."""

    id: int
    order: int
    dialect: str
    order_ref: str
    order_at: int
    order_facts: str
    trace: str
    facts: str
    text: str
    sender: str
    code: str


class _OfLetter(msgspec.Struct, frozen=True, array_like=True):
    """What a message has of its own. The field order is the store's."""

    id: int
    letter: int
    account: int
    number: int
    given: str | None
    ref: str | None
    text: str | None
    state: State
    reason: Reason
    at: int
    sent_at: int
    due: int
    parts: int
    price: int
    operator: str
    fold: str


class _Stretch(msgspec.Struct, frozen=True, array_like=True):
    letters: list[_LetterOfStretch]
    messages: list[_OfLetter]


def _message(letter: _LetterOfStretch, own: _OfLetter) -> Message:
    return Message(
        id=own.id,
        order=letter.order,
        account=own.account,
        dialect=letter.dialect,
        order_ref=letter.order_ref,
        order_at=letter.order_at,
        order_facts=letter.order_facts,
        trace=letter.trace,
        letter=letter.id,
        letter_facts=letter.facts,
        number=own.number,
        given=own.given or "",
        ref=own.ref or "",
        text=letter.text if own.text is None else own.text,
        sender=letter.sender,
        code=letter.code,
        state=own.state,
        reason=own.reason,
        at=own.at,
        sent_at=own.sent_at,
        due=own.due,
        parts=own.parts,
        price=own.price,
        operator=own.operator,
        parts_known=own.fold,
    )


_ANSWERS = list[tuple[Reply, Message | None]]


class LookIntents(ABC):
    """What both databases have alike where nothing changes a message's life."""

    _recent: Recent

    @abstractmethod
    async def read(self, script: Callable[[], Script]) -> Any: ...

    @abstractmethod
    async def _do(self, script: Callable[[], Script], *, is_past_us: bool = True) -> Any: ...

    async def _ask(self, name: str, *args: Any, type: Any = None) -> Any:
        return await self.read(lambda: one(Ask(name, args, type)))

    async def _run(self, name: str, *args: Any) -> Any:
        return await self._do(lambda: one(Run(name, args)))

    # looking

    async def order(self, account: int, order: int) -> Mapping[str, Any] | None:
        found: Mapping[str, Any] | None = await self._ask("order", order, account)
        return found

    async def to_leave(self, message: int) -> int:
        """When it was to leave; 0 where there is no such message."""
        return int(await self._ask("to_leave", message))

    async def orders_by_ref(
        self, account: int, dialect: str, ref: str, limit: int
    ) -> Sequence[Mapping[str, Any]]:
        def script() -> Script:
            low, high = yield Ask("order_stretches")
            args = (account, ref, dialect)
            return (yield from newest("orders_by_ref", low, high, args, limit))

        found: Sequence[Mapping[str, Any]] = await self.read(script)
        return found

    async def last_to(self, account: int, dialect: str, number: int) -> int:
        def script() -> Script:
            low, high = yield Ask("stretches")
            args = (number, account, dialect)
            return (yield from newest("last_to", low, high, args, 1, 1))

        found: Sequence[int] = await self.read(script)
        return found[0] if found else 0

    async def messages(self, first: int, last: int, limit: int) -> Sequence[Message]:
        """The messages of a stretch of numbers, in order."""
        found: list[Message] = await self._ask("messages", first, last, limit, type=list[Message])
        return found

    async def stretch(self, first: int, last: int) -> Sequence[Message]:
        """All messages of a stretch of numbers, in order; who asks keeps it short."""
        found: _Stretch = await self._ask("stretch", first, last, type=_Stretch)
        letters = {letter.id: letter for letter in found.letters}
        return [_message(letters[one.letter], one) for one in found.messages]

    async def messages_by_ref(
        self, account: int, dialect: str, ref: str, limit: int
    ) -> Sequence[Message]:
        """Those that bear the reference, and those that bear none in a letter that does; of these
        only among the newest."""

        def script() -> Script:
            low, high = yield Ask("stretches")
            args = (account, ref, dialect)
            found = yield from newest("messages_by_ref", low, high, args, limit)
            letters = yield from newest("letters_by_ref", low, high, args, limit)
            return found + (yield from _unnamed(letters, limit))

        both = msgspec.convert(await self.read(script), list[Message])
        return sorted(both, key=lambda message: message.id, reverse=True)[:limit]

    async def is_used(self, account: int, request_id: str) -> bool:
        """Whether an order that was kept bears this request id."""
        return bool(await self._ask("used_requests", [(account, request_id)]))

    async def trail(self, message: int) -> Trail:
        """What is kept of the way that one message took."""
        found: Trail = await self._ask("trail", message, type=Trail)
        return found

    async def tally(self, first: int, last: int) -> Sequence[Sequence[int]]:
        """(state, reason, messages, those of them that came partly) of a stretch of numbers."""
        found: list[list[int]] = await self._ask("tally", first, last)
        return found

    # numbers and opt-outs

    async def opted_out(self, account: int, numbers: Sequence[int], lists: int) -> Sequence[int]:
        found: list[int] = await self._ask("opted_out", list(numbers), account, lists)
        return found

    async def opt_out(
        self, account: int, numbers: Sequence[int], at: int, source: str, list_: Lists = Lists.stop
    ) -> int:
        pairs = [(account, number) for number in numbers]
        step = Run("opt_out", (pairs, at, source, int(list_)))
        return int(await self._do(lambda: one(step), is_past_us=False))

    async def opt_in(self, account: int, numbers: Sequence[int], list_: Lists = Lists.stop) -> int:
        step = Run("opt_in", ([(account, number) for number in numbers], int(list_)))
        return int(await self._do(lambda: one(step), is_past_us=False))

    async def confirmations(self, after: int, limit: int) -> Sequence[Confirmation]:
        found: list[Confirmation] = await self._ask(
            "confirmations", after, limit, type=list[Confirmation]
        )
        return found

    async def confirmed(self, replies: Sequence[int]) -> None:
        await self._do(lambda: one(Run("confirmed", (list(replies),))), is_past_us=False)

    async def opt_outs(self, account: int, lists: int, limit: int) -> Sequence[Sequence[Any]]:
        found: list[list[Any]] = await self._ask("opt_outs", account, lists, limit)
        return found

    async def number_story(self, number: int) -> Mapping[str, Any]:
        """All that is kept about a number."""

        def script() -> Script:
            low, high = yield Ask("stretches")
            messages = yield from newest("messages_to", low, high, (number,), 1000)
            return {
                "messages": messages,
                "replies": (yield Ask("replies_from", (number,))),
                "opt_outs": (yield Ask("opt_outs_of", (number,))),
                "contacts": (yield Ask("contacts_of", (number,))),
                "groups": (yield Ask("groups_with", (number, 0))),
            }

        story: dict[str, Any] = await self.read(script)
        story["messages"] = msgspec.convert(story["messages"], list[Message])
        story["replies"] = msgspec.convert(story["replies"], list[Reply])
        return story

    async def erase_number(self, number: int) -> int:
        """Forget who it was: number, texts, references and contacts go; counters and opt-outs
        stay."""

        def script() -> Script:
            low, high = yield Ask("stretches")
            count = 0
            while high >= low:
                begin = max(low, high - 1023)
                yield Run("erase_tinies", (begin, high, number))
                known = yield Ask("stretches_with", (begin, high, number))
                yield from uncount(known, self._recent)  # they were counted by its country
                count += yield Run("erase_messages", (begin, high, number), counted=True)
                high = begin - 1
            yield from forget(number)
            return count + (yield Run("erase_replies", (number,), counted=True))

        return int(await self._do(script))

    async def replies(self, account: int, since: int, limit: int) -> Sequence[Reply]:
        found: list[Reply] = await self._ask("replies", account, since, limit, type=list[Reply])
        return found

    async def answers(self, asked: AnswersAsked) -> Sequence[tuple[Reply, Message | None]]:
        """A page of replies, the oldest first, each with the message that it answers."""
        found: list[tuple[Reply, Message | None]] = await self._ask(
            "answers", *asked, type=_ANSWERS
        )
        return found

    # callbacks and strangers

    async def calls(self, account: int, limit: int) -> Sequence[Sequence[Any]]:
        found: list[list[Any]] = await self._ask("calls", account, limit)
        return found

    async def attempts(self, subject: int, seq: int) -> Sequence[Sequence[Any]]:
        found: list[list[Any]] = await self._ask("attempts", subject, seq)
        return found

    async def replay(self, subject: int, seq: int, now: int) -> bool:
        return bool(await self._run("replay", now, subject, seq))

    async def fragments(self, link: str) -> Sequence[Fragment]:
        found: list[Fragment] = await self._ask("fragments", link, type=list[Fragment])
        return found

    async def strangers(self, limit: int) -> Sequence[Sequence[Any]]:
        """Reports that no part of ours answers to."""
        found: list[list[Any]] = await self._ask("strangers", limit)
        return found


def one(step: Ask | Run | Add) -> Script:
    """A step by itself; of what writes, how many rows it touched."""
    return (yield step if isinstance(step, Ask) else step._replace(counted=True))


def newest(
    name: str,
    low: int,
    high: int,
    args: tuple[Any, ...],
    limit: int,
    width: int = _FIRST_WIDTH,
) -> Generator[Any, Any, list[Any]]:
    """Probe the stretches from the newest on, ever more of them at a time."""
    found: list[Any] = []
    while high >= low and len(found) < limit:
        begin = max(low, high - width + 1)
        found += yield Ask(name, (begin, high, *args, limit - len(found)))
        high, width = begin - 1, width * _GROWTH
    return found


def _unnamed(letters: Sequence[Sequence[int]], limit: int) -> Generator[Any, Any, list[Any]]:
    """Messages of these letters that bear no reference of their own, the newest first."""
    found: list[Any] = []
    for stretches in _stretches(letters):
        if len(found) < limit:
            found += yield Ask("unnamed", (stretches, limit - len(found)))
    return found


def _stretches(letters: Sequence[Sequence[int]]) -> Iterator[list[list[int]]]:
    """The letters' messages from the newest on, so many at a time, and not without end."""
    some: list[list[int]] = []
    room, left = _TOGETHER, _LOOKED_THROUGH
    for first, last in letters:
        end = last
        while end >= first and left:
            begin = max(first, end - min(room, left) + 1)
            some.append([begin, end])
            count = end - begin + 1
            room, left, end = room - count, left - count, begin - 1
            if not room:
                yield some
                some, room = [], _TOGETHER
    if some:
        yield some
