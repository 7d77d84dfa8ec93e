"""Numbers of orders and messages: drawn from the store in blocks, ahead of need.

In: how many are wanted; what all nodes drew. Out: the first of so many in a row. Promise: no number
is ever given twice; what is left of a block is lost when the process ends. Where several nodes draw
from one store, whatever is taken a beat later has a higher number, at whichever node.
"""

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import Any

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
        self._drawing: asyncio.Task[int] | asyncio.Task[None] | None = None

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

    def hear_of(self, drawn: int) -> None:
        """As far as all nodes have drawn, which is as far as this one did."""

    def put_back(self, first: int, count: int) -> None:
        """Numbers that nothing was kept by: the next ones, where none was taken since."""
        if self._next == first + count:
            self._next = first

    async def take(self, count: int) -> int:
        """The first of `count` numbers in a row."""
        if count > self._size // 2:
            return await self._take_many(count)
        while not (first := self.at_hand(count)):
            await asyncio.shield(self._drawing or self._draw_ahead())
        return first

    async def _take_many(self, count: int) -> int:
        """As many more are drawn, and those that come first are given: what is taken afterwards has
        higher ones, so that a reply is tied to what was sent last."""
        while self._drawing is not None:
            await asyncio.shield(self._drawing)
        drawing = asyncio.get_running_loop().create_task(self._draw_more(count))
        self._drawing = drawing
        drawing.add_done_callback(_looked_at)
        return await asyncio.shield(drawing)

    async def _draw_more(self, count: int) -> int:
        """What does not follow on what is left takes its place."""
        try:
            first = await self._draw(count)
        finally:
            self._drawing = None
        if self._spare:
            if self._spare != self._end:
                self._next = self._spare
            self._end, self._spare = self._spare + self._size, 0
        if first != self._end:
            self._next = first
        given = self._next
        self._next, self._end, self._plenty = given + count, first + count, 0
        return given

    def _draw_ahead(self) -> asyncio.Task[int] | asyncio.Task[None]:
        self._drawing = drawing = asyncio.get_running_loop().create_task(self._draw_spare())
        drawing.add_done_callback(_looked_at)
        return drawing

    async def _draw_spare(self) -> None:
        try:
            self._spare = await self._draw(self._size)
        finally:
            self._drawing = None


class SharedBlock(Block):
    """The same where other nodes draw as well. It is as large as what was taken lately, and what is
    left of it is given up once another node has drawn: its numbers would pass for older ones."""

    def __init__(self, store: Store, name: str) -> None:
        super().__init__(store, name)
        self._begin = 0  # what was taken from here on was not counted yet
        self._taken = 0  # besides, since the last beat
        self._taken_before = 0  # in the beat before
        self._waited = 0  # how many are waited for

    def hear_of(self, drawn: int) -> None:
        """As far as all nodes have drawn, as each beat tells."""
        taken = self._taken_before = self._taken_since()
        self._taken, self._begin = 0, self._next
        if drawn == self._end or self._drawing is not None:  # a draw tells by itself
            return
        if taken:
            self._draw_ahead()
        else:
            self._next = self._end = self._plenty = self._begin = 0

    def _taken_since(self) -> int:
        return self._taken + max(self._next - self._begin, 0)

    def _thought_over(self, count: int) -> int:
        first = self._next
        if self._end - first < count:
            return 0
        self._next = first + count
        if self._drawing is None and self._next >= self._plenty:
            self._draw_ahead()
        return first

    async def _take_many(self, count: int) -> int:
        """By themselves: what is left now is given up with the next beat."""
        return await self._draw(count)

    async def take(self, count: int) -> int:
        self._waited += count
        try:
            return await super().take(count)
        finally:
            self._waited -= count

    async def _draw_spare(self) -> None:
        """What follows on what is left is added to it; else another node has drawn meanwhile."""
        lately = max(self._taken_before, self._taken_since())
        count = min(max(lately + lately // 2 + 2, self._waited), self._size)
        try:
            first = await self._draw(count)
        finally:
            self._drawing = None
        if first != self._end:
            self._taken = self._taken_since()
            self._next = self._begin = first
        self._end = first + count
        self._plenty = self._end - count // 4


def _looked_at(drawing: asyncio.Task[Any]) -> None:
    """Whoever needs the numbers at once hears of the fault too."""
    if not drawing.cancelled():
        drawing.exception()


class Blocks:
    """The numbers of orders and messages."""

    def __init__(self, store: Store) -> None:
        kind = SharedBlock if store.is_shared else Block
        self._orders = kind(store, "order")
        self._messages = kind(store, "message")

    def hear_of(self, drawn: Mapping[str, int]) -> None:
        """As far as all nodes have drawn."""
        self._orders.hear_of(drawn.get("order", 0))
        self._messages.hear_of(drawn.get("message", 0))

    def at_hand(self, messages: int) -> tuple[int, int] | None:
        """An order's number and its first message's; None where they must be drawn first."""
        first = self._messages.at_hand(messages)
        order = self._orders.at_hand(1) if first else 0
        if first and not order:
            self._messages.put_back(first, messages)
        return (order, first) if order else None

    def put_back(self, order: int, first: int, messages: int) -> None:
        """Those of an order that was not kept."""
        self._orders.put_back(order, 1)
        self._messages.put_back(first, messages)

    async def take(self, messages: int) -> tuple[int, int]:
        """The same, waited for."""
        order, first = await asyncio.gather(self._orders.take(1), self._messages.take(messages))
        return order, first
