"""The desk every verb works at: what a running engine holds.

In: built by the runtime. Out: handed to the verbs. It decides nothing itself.
"""

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Callable, Coroutine
from typing import Any, Protocol

from chappe.engine.accounts import Accounts
from chappe.engine.price import Tariff
from chappe.engine.route import Routes
from chappe.store.contract import Batch, DraftLetter, Settled, Store
from chappe.words.clock import SECOND, Clock

log = logging.getLogger("chappe.engine")

_PATIENCE_S = 1.0
_BLOCK = {"order": 1_000, "message": 10_000}


class Blocks:
    """Never-repeating numbers, drawn from the store in blocks; a crash loses the rest of one."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._left: dict[str, deque[tuple[int, int]]] = {name: deque() for name in _BLOCK}

    def at_hand(self, name: str, count: int) -> int:
        """The first of `count` numbers in a row, or 0 where a block must be drawn first."""
        blocks = self._left[name]
        if not blocks:
            return 0
        first, left = blocks[0]
        if left < count:
            return 0
        if left == count:
            blocks.popleft()
        else:
            blocks[0] = (first + count, left - count)
        return first

    async def take(self, name: str, count: int) -> int:
        """The first of `count` numbers in a row."""
        if first := self.at_hand(name, count):
            return first
        if count >= _BLOCK[name]:
            return await self._store.draw(name, count)
        size = _BLOCK[name]
        drawn = await self._store.draw(name, size)
        self._left[name].appendleft((drawn, size))
        return self.at_hand(name, count) or await self.take(name, count)


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
        self.blocks = Blocks(store)
        self.pace = Pace()
        self.counts: Counter[str] = Counter()  # what /metrics shows
        self.draining = False
        self.paused = False  # by hand: nothing is taken from customers until resumed
        self.launch: Callable[[DraftLetter], bool] = lambda letter: False
        self.in_doubt: Callable[[int, int, int], None] = lambda message, account, channel: None
        self._listeners: list[Listener] = []
        self._tasks: set[asyncio.Task[Any]] = set()
        store.on_settled = self._on_settled

    def background(self, work: Coroutine[Any, Any, Any]) -> None:
        """Run something that nobody waits for; a fault in it is logged, not lost."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

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
        self.counts["idle_happenings"] += settled.idle
        self.counts["strange_reports"] += settled.strange
        for listener in self._listeners:
            listener.settled(batch, settled)
