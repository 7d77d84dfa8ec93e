"""Numbers of orders and messages: drawn from the store in blocks, ahead of need.

In: how many are wanted. Out: the first of so many in a row. Promise: no number is ever given twice;
what is left of a block is lost when the process ends.
"""

import asyncio
from functools import partial

from chappe.store.contract import Store

_BLOCKS = {"order": 4_000, "message": 20_000}


class Block:
    """Never-repeating numbers of one kind."""

    def __init__(self, store: Store, name: str) -> None:
        self._draw = partial(store.draw, name)
        self._size = _BLOCKS[name]
        self._next = self._end = 0
        self._plenty = 0  # as far as this, what is left needs no thought
        self._spare = 0  # the first number of the next block, 0 where there is none yet
        self._drawing: asyncio.Task[None] | None = None

    def at_hand(self, count: int) -> int:
        """The first of `count` numbers in a row, or 0 where they must be drawn first."""
        first = self._next
        if first + count <= self._plenty:
            self._next = first + count
            return first
        return self._thought_over(count)

    def _thought_over(self, count: int) -> int:
        """The same, where a block comes to its end."""
        if self._end - self._next < count:
            if not self._spare or self._size < count:
                return 0
            self._next, self._end = self._spare, self._spare + self._size
            self._spare = 0
        half = self._size // 2
        self._plenty = self._end if self._spare else self._end - half
        first = self._next
        self._next += count
        if not self._spare and self._drawing is None and self._end - self._next < half:
            self._draw_ahead()
        return first

    def put_back(self, first: int, count: int) -> None:
        """Numbers that nothing was kept by: the next ones, where none was taken since."""
        if self._next == first + count:
            self._next = first

    async def take(self, count: int) -> int:
        """The first of `count` numbers in a row."""
        if count > self._size // 2:
            return await self._draw(count)
        while not (first := self.at_hand(count)):
            await asyncio.shield(self._drawing or self._draw_ahead())
        return first

    def _draw_ahead(self) -> asyncio.Task[None]:
        self._drawing = drawing = asyncio.get_running_loop().create_task(self._draw_spare())
        drawing.add_done_callback(_looked_at)
        return drawing

    async def _draw_spare(self) -> None:
        try:
            self._spare = await self._draw(self._size)
        finally:
            self._drawing = None


def _looked_at(drawing: asyncio.Task[None]) -> None:
    """Whoever needs the numbers at once hears of the fault too."""
    if not drawing.cancelled():
        drawing.exception()


class Blocks:
    """The numbers of orders and messages."""

    def __init__(self, store: Store) -> None:
        self._orders = Block(store, "order")
        self._messages = Block(store, "message")

    def at_hand(self, messages: int) -> tuple[int, int] | None:
        """An order's number and its first message's; None where they must be drawn first."""
        first = self._messages.at_hand(messages)
        order = self._orders.at_hand(1) if first else 0
        return (order, first) if order else None

    def put_back(self, order: int, first: int, messages: int) -> None:
        """Those of an order that was not kept."""
        self._orders.put_back(order, 1)
        self._messages.put_back(first, messages)

    async def take(self, messages: int) -> tuple[int, int]:
        """The same, waited for."""
        return await self._orders.take(1), await self._messages.take(messages)
