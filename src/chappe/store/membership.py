"""Leaving groups, and books: what several scripts do with the members of address books.

In: an account, a group, numbers. Out: those that were in it. Promise: a group's size is how many
are in it.
"""

from collections.abc import Generator, Sequence
from typing import Any

from chappe.store.script import Ask, Run


def leave(account: int, group: int, numbers: Sequence[int]) -> Generator[Any, Any, list[int]]:
    """These numbers leave a group."""
    yield Run("resize", (0, account, group))  # whoever else changes it waits for us
    there: list[int] = yield Ask("among", (account, group, list(numbers)))
    if there:
        yield Run("leave_group", (account, group, there))
        yield Run("resize", (-len(there), account, group))
    return there


def forget(number: int) -> Generator[Any, Any, int]:
    """A number leaves every book, whoever's; how many entries that were."""
    count: int = 0
    for account, group in (yield Ask("groups_with", (number, 0))):
        count += len((yield from leave(account, group, [number])))
    count += yield Run("erase_contacts", (number,))
    return count
