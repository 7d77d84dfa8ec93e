"""Barring: who does not want a letter, by the lists that stop it; and keeping such a list.

In: letters, and the account that sends them; numbers that it bars. Out: who stands on a list.
Promise: a number on a list that does not stop a letter is not held against it; lists are looked
into only where one could matter, and for some numbers at a time: others ask the store as well.
"""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence

from chappe.engine.decline import or_not_now
from chappe.engine.desk import Desk
from chappe.words import found
from chappe.words.account import Account
from chappe.words.answer import Refusal
from chappe.words.asked import BarredWanted, BarWanted
from chappe.words.order import Channel, Letter, OptOut, are_many

# The lists that stop a letter, as `bars` says them -> the recipients that stand on one of these.
Barred = Mapping[int, frozenset[int]]
NOBODY: Barred = {}
_ASKED_AT_ONCE = 10_000  # once so many are together, that is

# A member of an enum that is looked up costs as much as the rest of the question.
_MARKETING_ALONE, _ALWAYS = OptOut.marketing, OptOut.always
_MARKETING = Channel.marketing


def bars(letter: Letter) -> int:
    """The lists that stop this letter, as their sum; 0: none does."""
    if letter.opt_out is _MARKETING_ALONE:
        return int(letter.lists) if letter.channel is _MARKETING else 0
    return int(letter.lists) if letter.opt_out is _ALWAYS else 0


async def barred(desk: Desk, account: Account, letters: Sequence[Letter]) -> Barred:
    """Whom the store has on the lists that stop these letters."""
    questions: Iterable[tuple[int, Sequence[int]]] = _questions(letters)
    if are_many(letters):
        questions = await asyncio.to_thread(list, questions)
    found: dict[int, set[int]] = {}
    for lists, numbers in questions:
        listed = await desk.store.opted_out(account.id, numbers, lists)
        found.setdefault(lists, set()).update(listed)
    return {lists: frozenset(numbers) for lists, numbers in found.items() if numbers}


def _questions(letters: Iterable[Letter]) -> Iterator[tuple[int, Sequence[int]]]:
    """The lists that would stop something, and some of those who get it."""
    asked: dict[int, list[int]] = {}
    for letter in letters:
        if lists := bars(letter):
            for at in range(0, len(letter.numbers), _ASKED_AT_ONCE):
                some = asked.setdefault(lists, [])
                some += filter(None, letter.numbers[at : at + _ASKED_AT_ONCE])
                if len(some) >= _ASKED_AT_ONCE:
                    yield lists, asked.pop(lists)
    yield from [(lists, some) for lists, some in asked.items() if some]


@or_not_now
async def bar(
    desk: Desk, account: Account, dialect: str, wanted: BarWanted
) -> found.Barred | Refusal:
    """Put numbers on a list of the account's, by its own request; they stay as long as it wants."""
    now, source = desk.clock.now(), f"asked by {dialect}"
    await desk.store.opt_out(account.id, wanted.numbers, now, source, wanted.onto)
    return found.Barred(frozenset(wanted.numbers))


@or_not_now
async def on_lists(
    desk: Desk, account: Account, dialect: str, wanted: BarredWanted
) -> found.Barred | Refusal:
    """Those of some numbers that are barred."""
    listed = await desk.store.opted_out(account.id, wanted.numbers, int(wanted.lists))
    return found.Barred(frozenset(listed))
