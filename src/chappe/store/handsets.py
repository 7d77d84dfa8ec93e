"""Handsets: how messages travel, and what numbers wrote, said once for every database.

In: intent-named calls. Out: words. Promise: nothing looks at more than it is asked for.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from chappe.store.contract.handsets import Carrying
from chappe.words.news import Reply


class HandsetIntents(ABC):
    """What a store does for whoever looks at phones."""

    @abstractmethod
    async def _ask(self, name: str, *args: Any, type: Any = None) -> Any: ...

    async def carrying(self, messages: Sequence[int]) -> Sequence[Carrying]:
        found: list[Carrying] = await self._ask("carrying", list(messages), type=list[Carrying])
        return found

    async def last_written(
        self, number: int, accounts: Sequence[int] | None, most: int
    ) -> Sequence[Reply]:
        whose = None if accounts is None else list(accounts)
        found: list[Reply] = await self._ask("last_written", number, whose, most, type=list[Reply])
        return found
