"""Calling off: orders of which nothing comes due any more, and their messages until each is done
with.

In: calls of the engine. Out: words. Promise: that an order is called off is one durable step, which
nobody takes twice.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any

from chappe.store.contract import CalledOff, Deletion
from chappe.store.lookup import newest, one
from chappe.store.script import Ask, Run, Script
from chappe.words.stage import Stage


class CallOffIntents(ABC):
    """What a store does for whoever wants an order not to leave."""

    @abstractmethod
    async def _do(self, script: Callable[[], Script], *, is_past_us: bool = True) -> Any: ...

    @abstractmethod
    async def _ask(self, name: str, *args: Any, type: Any = None) -> Any: ...

    async def call_off(
        self, account: int, dialect: str, ref: str, begins: int, limit: int
    ) -> Sequence[CalledOff]:
        """Orders of a reference that begin at `begins` or later: nothing of them comes due now."""

        def script() -> Script:
            low, high = yield Ask("order_stretches")
            args = (account, ref, dialect, begins)
            found = yield from newest("ahead", low, high, args, limit)
            ids = [order for order, _, _ in found]
            yield Run("set_stage", (ids, int(Stage.ordinary), int(Stage.called_off)))
            yield Run("await_no_more", (ids,))
            return found

        return [CalledOff(*row) for row in await self._do(script, is_past_us=False)]

    async def call_off_order(self, account: int, order: int) -> CalledOff | None:
        def script() -> Script:
            if (yield Ask("order", (order, account))) is None:
                return None
            _, stage, first, last, is_calls = yield Ask("begins", (order,))
            if stage != Stage.ordinary:
                return None
            yield Run("set_stage", ([order], int(Stage.ordinary), int(Stage.called_off)))
            yield Run("await_no_more", ([order],))
            return CalledOff(order, first, last, is_calls)

        found: CalledOff | None = await self._do(script, is_past_us=False)
        return found

    async def delete_order(
        self, account: int, dialect: str, order: int, begins: int
    ) -> Deletion | None:
        def script() -> Script:
            if not (yield Run("delete_order", (order, account, dialect), counted=True)):
                return None
            start, stage, first, last, is_calls = yield Ask("begins", (order,))
            is_off = stage == Stage.ordinary and 0 < start >= begins
            if is_off or is_calls:
                yield Run("set_stage", ([order], int(Stage.ordinary), int(Stage.called_off)))
                yield Run("await_no_more", ([order],))
            return Deletion(CalledOff(order, first, last, is_calls), is_off)

        found: Deletion | None = await self._do(script, is_past_us=False)
        return found

    async def called_off(self, limit: int) -> Sequence[CalledOff]:
        return [CalledOff(*row) for row in await self._ask("called_off", limit)]

    async def unplaced(self, stretches: Sequence[tuple[int, int]], limit: int) -> Sequence[int]:
        found: list[int] = await self._ask("unplaced", stretches, limit)
        return found

    async def emptied(self, orders: Sequence[int]) -> None:
        step = Run("set_stage", (orders, int(Stage.called_off), int(Stage.emptied)))
        await self._do(lambda: one(step), is_past_us=False)
