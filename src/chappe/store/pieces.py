"""Orders in pieces: kept a few recipients at a time, taken or removed as a whole, then let go.

In: what is taken up (a file; a large order, which has no name), pieces made ready, the one draft
that decides. Out: rows. Promise: what
is kept of an order is seen by nobody, pays nothing and never leaves until it is decided upon, which
is one transaction with its money; after that it is never removed, and all of it is let go.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Iterable, Sequence
from itertools import chain, repeat
from typing import Any

import msgspec

from chappe.store.born import (
    AWAY,
    BORN,
    MARKED_ORDER,
    add_letters,
    either,
    marks_of,
    message_columns,
    order_row,
    rows_of,
    waiting_groups,
)
from chappe.store.contract import NEVER, Draft, DraftLetter, LetGo
from chappe.store.keep import paid, used_requests
from chappe.store.recent import Recent
from chappe.store.script import Add, Ask, Into, Run, Script
from chappe.store.tiny import tinies
from chappe.store.usage import stretches_of, uncount
from chappe.words.answer import Receipt, Refusal
from chappe.words.bulk import Dropped
from chappe.words.lifecycle import Happening, State

_DROPPED = Into("dropped", ("id", "account", "name", "at", "size", "place", "holder"))
_SCHEDULED, _HELD, _CREATED = BORN[int(Happening.postponed)]
_QUEUED = int(State.queued)


# Some recipients of a letter, made ready, the first of them numbered; the letter's own number; and
# how many recipients it has in all.
KeptLetter = tuple[DraftLetter, int, int]


def keep_piece(
    draft: Draft, letters: Sequence[KeptLetter], recent: Recent
) -> Generator[Any, Any, None]:
    """Letters that begin here get their row, all recipients theirs; `draft` is their order's."""
    fresh = [
        (draft, msgspec.structs.replace(letter, numbers=range(total)))
        for letter, number, total in letters
        if letter.first == number
    ]
    if fresh:
        yield from add_letters(fresh, recent)
    ends = [end for one, *_ in letters for end in (one.first, one.first + len(one.numbers) - 1)]
    yield from uncount(stretches_of(ends), recent)
    messages: dict[Into, list[Iterable[tuple[Any, ...]]]] = {}
    for letter, number, _ in letters:
        into, rows = _messages(draft, letter, number)
        messages.setdefault(into, []).append(rows)
    for into, each in messages.items():
        yield Add(into, chain.from_iterable(each))
    shortened = [letter for letter, *_ in letters if letter.tinies]
    if shortened:
        yield from tinies([msgspec.structs.replace(draft, letters=shortened)])


def _messages(
    draft: Draft, letter: DraftLetter, number: int
) -> tuple[Into, Iterable[tuple[Any, ...]]]:
    """They wait for a time that does not come, and nobody is told of them yet."""
    columns = message_columns(draft, letter, number)
    columns["state"] = either(letter, AWAY[0], _SCHEDULED)
    columns["money"] = either(letter, AWAY[1], _HELD)
    columns["due"] = repeat(NEVER)
    columns["news"] = columns["holder"] = repeat(0)
    return rows_of(columns)


def decide(
    dropped: int, draft: Draft, start: int, later: int
) -> Generator[Any, Any, Receipt | Refusal]:
    """Take an order in pieces as a whole, or refuse it: then what was kept of it is to be removed.
    `start` is when it begins, and `later` when the last of its letters does that begin later; 0
    with its acceptance."""
    answers, kept = yield from paid([draft], (yield from used_requests([draft])))
    if kept:
        yield Add(MARKED_ORDER, [(*order_row(draft), *marks_of(draft), start, later)])
        yield from waiting_groups([(draft, letter) for letter in draft.letters])
        yield Run("decided", (dropped,))
    answer: Receipt | Refusal = answers[0]
    return answer


def let_go(dropped: Dropped, count: int, now: int) -> Generator[Any, Any, LetGo]:
    """The next messages get the time that their letter says, and their first news is owed."""
    first = dropped.first + dropped.gone
    last = min(first + count, dropped.first + dropped.total) - 1
    away, _, told = AWAY
    yield Run("let_go", (first, last, NEVER, _SCHEDULED, now, _QUEUED))
    news = (away, told, _CREATED, _SCHEDULED, _QUEUED)
    if (yield Run("owe_births", (first, last, now, *news), counted=True)):
        yield Run("count_births", (first, last))
    queues = yield Ask("queues_of", (first, last, _QUEUED))
    gone = last + 1 - dropped.first
    yield Run("gone", (gone, dropped.id))
    return LetGo(gone, [(route, channel) for route, channel in queues])


class PieceIntents(ABC):
    """What a store does for dropped files and orders in pieces."""

    _recent: Recent
    node: int
    place: str

    @abstractmethod
    async def draw(self, name: str, count: int) -> int: ...

    @abstractmethod
    async def _do(self, script: Callable[[], Script], *, is_past_us: bool = True) -> Any: ...

    @abstractmethod
    async def _ask(self, name: str, *args: Any, type: Any = None) -> Any: ...

    async def _pieces(self, script: Callable[[], Script]) -> Any:
        """None of these messages can be remembered: they were never anybody's."""
        return await self._do(script, is_past_us=False)

    async def take_up(self, account: int, name: str, at: int, size: int) -> Dropped:
        """A file is taken from now on."""
        ident = await self.draw("dropped", 1)
        row = (ident, account, name, at, size, self.place, self.node)
        await self._pieces(lambda: _one(Add(_DROPPED, [row])))
        return Dropped(ident, account, name, at, size)

    async def dropped(self) -> Sequence[Dropped]:
        found: list[Dropped] = await self._ask("dropped", self.place, self.node, type=list[Dropped])
        return found

    async def left_portions(self) -> Sequence[Dropped]:
        found: list[Dropped] = await self._ask("left_portions", type=list[Dropped])
        return found

    async def attempt(self, dropped: int, order: int, first: int, total: int) -> None:
        """The numbers under which its order will be kept."""
        await self._pieces(lambda: _one(Run("attempt", (order, first, total, dropped))))

    async def keep_piece(self, draft: Draft, letters: Sequence[KeptLetter]) -> None:
        await self._pieces(lambda: keep_piece(draft, letters, self._recent))

    async def decide(self, dropped: int, draft: Draft, start: int, later: int) -> Receipt | Refusal:
        answer: Receipt | Refusal = await self._pieces(lambda: decide(dropped, draft, start, later))
        return answer

    async def let_go(self, dropped: Dropped, count: int, now: int) -> LetGo:
        gone: LetGo = await self._pieces(lambda: let_go(dropped, count, now))
        return gone

    async def remove_pieces(self, first: int, last: int, limit: int) -> int:
        """Some of what is kept of an order that is not taken; 0: nothing is left of it."""

        def script() -> Script:
            args = (first, last, limit)
            yield Run("remove_tinies", args)
            count = yield Run("remove_pieces", args, counted=True)
            return count or (yield Run("remove_letters", args, counted=True))

        return int(await self._pieces(script))

    async def note_shown(self, dropped: int) -> None:
        """Its customer sees that the order was taken."""
        await self._pieces(lambda: _one(Run("note_shown", (dropped,))))

    async def note_told(self, dropped: int, sent_at: int, told_at: int) -> None:
        """When all of it had been sent, and when its customer was last told."""
        await self._pieces(lambda: _one(Run("note_told", (sent_at, told_at, dropped))))

    async def drop_over(self, dropped: int) -> None:
        """Nothing more is owed for this file."""
        await self._pieces(lambda: _one(Run("drop_over", (dropped,))))


def _one(step: Ask | Run | Add) -> Script:
    return (yield step)
