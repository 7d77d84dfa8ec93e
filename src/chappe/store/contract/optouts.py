"""Opt-outs as a whole: all of them page by page, and those that were kept elsewhere.

In: calls of the engine. Out: rows.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import msgspec


class ListedNumber(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A number that is not to be written to. The field order is the store's."""

    account: int  # 0: by anybody
    number: int
    list: int  # one of words.order.Lists
    at: int
    source: str


class OptOutsAsked(NamedTuple):
    """Opt-outs behind (account, number, list), of accounts up to `last`, by some lists."""

    behind: tuple[int, int, int]
    last: int
    lists: int
    most: int


class OptOuts(Protocol):
    """All that there are, in the order of account, number and list."""

    async def opt_outs_behind(self, asked: OptOutsAsked) -> Sequence[ListedNumber]: ...

    async def opt_outs_with(self, accounts: Sequence[int], number: int) -> Sequence[ListedNumber]:
        """On which of these accounts' lists a number stands; 0 has everybody's."""

    async def keep_opt_outs(self, rows: Sequence[ListedNumber]) -> int:
        """Keep them as they are; how many were not there yet. What is there stays as it was."""
