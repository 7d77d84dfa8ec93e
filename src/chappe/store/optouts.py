"""Opt-outs as a whole: all of them page by page, and those that were kept elsewhere.

In: intent-named calls. Out: rows. Promise: a page costs as much wherever it lies.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any

from chappe.store.contract.optouts import ListedNumber, OptOutsAsked
from chappe.store.lookup import one
from chappe.store.script import Run, Script


class OptOutIntents(ABC):
    """What a store does for whoever takes opt-outs elsewhere, or brings some."""

    @abstractmethod
    async def _ask(self, name: str, *args: Any, type: Any = None) -> Any: ...

    @abstractmethod
    async def _do(self, script: Callable[[], Script], *, is_past_us: bool = True) -> Any: ...

    async def opt_outs_behind(self, asked: OptOutsAsked) -> Sequence[ListedNumber]:
        args = (*asked.behind, asked.last, asked.lists, asked.most)
        found: list[ListedNumber] = await self._ask(
            "opt_outs_behind", *args, type=list[ListedNumber]
        )
        return found

    async def opt_outs_with(self, accounts: Sequence[int], number: int) -> Sequence[ListedNumber]:
        args = (list(accounts), number)
        found: list[ListedNumber] = await self._ask("opt_outs_with", *args, type=list[ListedNumber])
        return found

    async def keep_opt_outs(self, rows: Sequence[ListedNumber]) -> int:
        step = Run("keep_opt_outs", (list(rows),))
        return int(await self._do(lambda: one(step), is_past_us=False))
