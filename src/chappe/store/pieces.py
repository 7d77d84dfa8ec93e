"""Orders in pieces: kept a few recipients at a time, taken or removed as a whole, then let go.

In: files that are taken up, pieces made ready, the one draft that decides. Out: rows. Promise: what
is kept of an order is seen by nobody, pays nothing and never leaves until it is decided upon, which
is one transaction with its money; after that it is never removed, and all of it is let go.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Sequence
from itertools import repeat
from typing import Any

import msgspec

from chappe.store.born import add_letters, either, message_columns, rows_of
from chappe.store.contract import NEVER, Draft, DraftLetter
from chappe.store.keep import paid
from chappe.store.recent import Recent
from chappe.store.script import Add, Ask, Into, Run, Script
from chappe.store.tiny import tinies
from chappe.words.answer import Receipt, Refusal
from chappe.words.bulk import Dropped
from chappe.words.lifecycle import TABLE, Happening, State

_DROPPED = Into("dropped", ("id", "account", "name", "at", "size"))
_ORDER = Into(
    "ordr",
    ("id", "account", "dialect", "at", "first", "total", "cost", "facts", "ref", "start", "later"),
)
_GOOD = TABLE[State.new, Happening.postponed]
_AWAY = TABLE[State.new, Happening.turned_away]


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
    for letter, number, _ in letters:
        yield _messages(draft, letter, number)
    shortened = [letter for letter, *_ in letters if letter.tinies]
    if shortened:
        yield from tinies([msgspec.structs.replace(draft, letters=shortened)])


def _messages(draft: Draft, letter: DraftLetter, number: int) -> Add:
    """They wait for a time that does not come, and nobody is told of them yet."""
    columns = message_columns(draft, letter, number)
    columns["state"] = either(letter, int(_AWAY.to), int(_GOOD.to))
    columns["money"] = either(letter, int(_AWAY.money), int(_GOOD.money))
    columns["due"] = repeat(NEVER)
    columns["news"] = columns["holder"] = repeat(0)
    return Add(*rows_of(columns))


def decide(
    dropped: int, draft: Draft, start: int, later: int
) -> Generator[Any, Any, Receipt | Refusal]:
    """Take the order of a file as a whole, or refuse it: then what was kept of it is to be
    removed. `start` is when it begins, and `later` when the last of its letters does that begin
    later; 0 with its acceptance."""
    answers, kept = yield from paid([draft], set())
    if kept:
        cost = sum(draft.cost.values())
        row = (draft.id, draft.account, draft.dialect, draft.at, draft.first, draft.total, cost)
        yield Add(_ORDER, [(*row, draft.facts, draft.reference or None, start, later)])
        yield Run("decided", (dropped,))
    answer: Receipt | Refusal = answers[0]
    return answer


def let_go(dropped: Dropped, count: int, now: int) -> Generator[Any, Any, int]:
    """The next messages get the time that their letter says, and their first news is owed. How
    many are gone by now."""
    first = dropped.first + dropped.gone
    last = min(first + count, dropped.first + dropped.total) - 1
    waiting, away = int(_GOOD.to), int(_AWAY.to)
    told = (waiting, int(_GOOD.told), away, int(_AWAY.told))
    if (yield Run("owe_births", (first, last, NEVER, now, *told))):
        yield Run("count_births", (first, last))
    yield Run("let_go", (first, last, NEVER, waiting))
    gone = last + 1 - dropped.first
    yield Run("gone", (gone, dropped.id))
    return gone


class PieceIntents(ABC):
    """What a store does for dropped files and orders in pieces."""

    _recent: Recent

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
        await self._pieces(lambda: _one(Add(_DROPPED, [(ident, account, name, at, size)])))
        return Dropped(ident, account, name, at, size)

    async def dropped(self) -> Sequence[Dropped]:
        """Every file that something is still owed for, the oldest first."""
        found: list[Dropped] = await self._ask("dropped", type=list[Dropped])
        return found

    async def attempt(self, dropped: int, order: int, first: int, total: int) -> None:
        """The numbers under which its order will be kept."""
        await self._pieces(lambda: _one(Run("attempt", (order, first, total, dropped))))

    async def keep_piece(self, draft: Draft, letters: Sequence[KeptLetter]) -> None:
        await self._pieces(lambda: keep_piece(draft, letters, self._recent))

    async def decide(self, dropped: int, draft: Draft, start: int, later: int) -> Receipt | Refusal:
        answer: Receipt | Refusal = await self._pieces(lambda: decide(dropped, draft, start, later))
        return answer

    async def let_go(self, dropped: Dropped, count: int, now: int) -> int:
        return int(await self._pieces(lambda: let_go(dropped, count, now)))

    async def remove_pieces(self, first: int, last: int, limit: int) -> int:
        """Some of what is kept of an order that is not taken; 0: nothing is left of it."""

        def script() -> Script:
            args = (first, last, limit)
            yield Run("remove_tinies", args)
            count = yield Run("remove_pieces", args)
            return count or (yield Run("remove_letters", args))

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
