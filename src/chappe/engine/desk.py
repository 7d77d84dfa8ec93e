"""The desk every verb works at: what a running engine holds.

In: built by the node. Out: handed to the verbs. It decides nothing itself.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable, Sequence
from functools import partial
from typing import Any, Protocol

from chappe.engine.accounts import Accounts
from chappe.engine.admit import Backlog
from chappe.engine.indulge import Leeway
from chappe.engine.price import Tariff
from chappe.engine.route import Routes
from chappe.engine.shorten import Tinies
from chappe.store.contract import Batch, CalledOff, DraftLetter, Settled, Store
from chappe.words.answer import Receipt
from chappe.words.clock import SECOND, Clock

log = logging.getLogger("chappe.engine")

_PATIENCE_S = 1.0
_BLOCKS = {"order": 4_000, "message": 20_000}


class Block:
    """Never-repeating numbers of one kind, drawn from the store ahead of need; what is left of
    them is lost when the process ends."""

    def __init__(self, store: Store, name: str) -> None:
        self._draw = partial(store.draw, name)
        self._size = _BLOCKS[name]
        self._next = self._end = 0
        self._spare = 0  # the first number of the next block, 0 where there is none yet
        self._drawing: asyncio.Task[None] | None = None

    def at_hand(self, count: int) -> int:
        """The first of `count` numbers in a row, or 0 where they must be drawn first."""
        if self._end - self._next < count:
            if not self._spare or self._size < count:
                return 0
            self._next, self._end = self._spare, self._spare + self._size
            self._spare = 0
        first = self._next
        self._next += count
        if not self._spare and self._drawing is None and self._end - self._next < self._size // 2:
            self._draw_ahead()
        return first

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

    async def take(self, messages: int) -> tuple[int, int]:
        """The same, waited for."""
        return await self._orders.take(1), await self._messages.take(messages)


class Pace:
    """Submissions per second and account."""

    def __init__(self) -> None:
        self._counts: dict[int, tuple[int, int]] = {}

    def over(self, account: int, rate: int, now: int) -> bool:
        """Count one; whether that is more than the account may in this second."""
        second, count = self._counts.get(account, (0, 0))
        count = count + 1 if second == now // SECOND else 1
        self._counts[account] = (now // SECOND, count)
        return count > rate


async def _nothing(orders: Sequence[CalledOff]) -> None:
    """The next look of whoever serves finds them."""


class Listener(Protocol):
    """A verb with a lifetime that wants to know what each commit brought."""

    def settled(self, batch: Batch, settled: Settled) -> None: ...


class Desk:
    """Store, clock, accounts, prices and routes of one node."""

    def __init__(
        self, store: Store, clock: Clock, accounts: Accounts, tariff: Tariff, routes: Routes
    ) -> None:
        self.store = store
        self.clock = clock
        self.accounts = accounts
        self.tariff = tariff
        self.routes = routes
        self.tinies: Tinies  # set from outside, once the domain is known and whenever it changes
        self.blocks = Blocks(store)
        self.pace = Pace()
        self.backlog = Backlog(store, clock)
        self.leeway = Leeway(clock)
        self.counts: Counter[str] = Counter()  # what /metrics shows
        self.draining = False
        self.paused = False  # by hand: nothing is taken from customers until resumed
        # Those born on their way need no queue, no claim and no second update.
        self.launch: Callable[[Iterable[DraftLetter]], None] = lambda letters: None
        self.in_doubt: Callable[[int, int, int], None] = lambda message, account, channel: None
        # News that nobody holds may be told now, by these lanes.
        self.owed: Callable[[Iterable[int]], None] = lambda lanes: None
        # What was called off is emptied, which may take a while.
        self.call_off: Callable[[Sequence[CalledOff]], Coroutine[Any, Any, None]] = _nothing
        self._listeners: list[Listener] = [self.leeway]
        self._tasks: set[asyncio.Task[Any]] = set()
        store.on_settled = self._on_settled

    def background(self, work: Coroutine[Any, Any, Any]) -> None:
        """Run something that nobody waits for; a fault in it is logged, not lost."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    @property
    def at_work(self) -> bool:
        """Whether something runs in the background."""
        return bool(self._tasks)

    async def finish(self) -> None:
        """Let what runs in the background come to its end, and call off what does not."""
        if self._tasks:
            # A doubt may just be written down; without a moment's patience it would not be listed.
            await asyncio.wait(self._tasks, timeout=_PATIENCE_S)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (fault := task.exception()) is not None:
            self.counts["faults"] += 1
            log.error("work in the background failed", exc_info=fault)

    def listen(self, listener: Listener) -> None:
        """Tell a verb of every commit; they hear of it in the order in which they asked."""
        self._listeners.append(listener)

    def _on_settled(self, batch: Batch, settled: Settled) -> None:
        self.counts["commits"] += 1
        taken = [answer.total for answer in settled.answers if isinstance(answer, Receipt)]
        self.counts["orders"] += len(taken)
        self.counts["messages"] += sum(taken)
        self.counts["idle_happenings"] += settled.idle
        self.counts["strange_reports"] += settled.strange
        for listener in self._listeners:
            listener.settled(batch, settled)
