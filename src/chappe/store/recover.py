"""What a database of another time still holds to be sent and told.

In: calls of the engine and the hands. Out: words.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any

from chappe.store.contract.recover import Contents, UnderWay
from chappe.store.script import Run, Script
from chappe.store.told import GIVEN_UP


class RecoverIntents(ABC):
    """What both databases have alike where a state is old."""

    @abstractmethod
    async def _do(self, script: Callable[[], Script], *, is_past_us: bool = True) -> Any: ...

    @abstractmethod
    async def _ask(self, name: str, *args: Any, type: Any = None) -> Any: ...

    async def contents(self) -> Contents:
        found: list[int] = await self._ask("contents")
        return Contents(*found)

    async def under_way(self, now: int) -> UnderWay:
        found: list[int] = await self._ask("under_way", now)
        return UnderWay(*found)

    async def queued(self, limit: int) -> Sequence[int]:
        found: list[int] = await self._ask("queued", limit)
        return found

    async def give_up_news(self, answer: str, limit: int) -> int:
        def script() -> Script:
            return (yield Run("give_up_news", (GIVEN_UP, answer, limit), counted=True))

        return int(await self._do(script))
