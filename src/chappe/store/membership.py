"""Changing groups, and leaving books: what several scripts do with the members of address books.

In: an account, a group, numbers. Out: those that were in it, or why it is not changed. Promise: a
group's size is how many are in it; who changes one has it for themselves meanwhile.
"""

from collections.abc import Generator, Sequence
from typing import Any

from chappe.store.script import Ask, Run
from chappe.words.answer import Refusal, Trouble

_NOT_FOUND = Refusal((Trouble.not_found,))
_IN_USE = Refusal((Trouble.in_use,))


def held(account: int, group: int, free_at: int) -> Generator[Any, Any, Refusal | None]:
    """Whoever else changes this group waits for us. Where `free_at` is given, it is not changed
    if an order goes to it after that instant."""
    if not (yield Run("resize", (0, account, group), counted=True)):
        return _NOT_FOUND
    if free_at and (yield Ask("is_awaited", (account, group, free_at))):
        return _IN_USE
    return None


def leave(account: int, group: int, numbers: Sequence[int]) -> Generator[Any, Any, list[int]]:
    """These numbers leave a group that is held."""
    there: list[int] = yield Ask("among", (account, group, list(numbers)))
    if there:
        yield Run("leave_group", (account, group, there))
        yield Run("resize", (-len(there), account, group))
    return there


def leave_all(number: int, account: int) -> Generator[Any, Any, int]:
    """A number leaves every group of an account, or (0) of all; how many these were."""
    count = 0
    for whose, group in (yield Ask("groups_with", (number, account))):
        yield from held(whose, group, 0)
        count += len((yield from leave(whose, group, [number])))
    return count


def forget(number: int) -> Generator[Any, Any, int]:
    """A number leaves every book, whoever's; how many entries that were."""
    count: int = yield from leave_all(number, 0)
    count += yield Run("erase_contacts", (number,), counted=True)
    return count
