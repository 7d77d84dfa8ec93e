"""Group commit: who waits decides when.

In: a driver that commits one batch at a time. Out: batches handed over, outcomes handed back.
Promise: everything that is in flight at the same time shares one transaction and one fsync; a
request alone does not wait for company; what can't be kept now is refused, or tried again where it
already happened and must not be forgotten.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from typing import Any

from chappe.store.contract import Batch, Draft, Settled, StoreAway
from chappe.store.script import Script
from chappe.words.answer import Receipt, Refusal, Trouble

log = logging.getLogger("chappe.store")

_PACE_S = 0.003  # accepts closer together than this share a commit ...
_COMPANY = 24  # ... unless so many wait
_RETRY_S = 0.25
_RETRY_MAX_S = 2.0

Outcome = Callable[[Any, BaseException | None], None]
Commit = Callable[[Batch | Callable[[], Script], Outcome], None]


class Writer:
    """The one way into a database: batches first come, first served, and single scripts."""

    def __init__(self, commit: Commit) -> None:
        self.batch = Batch()
        self.on_settled: Callable[[Batch, Settled], None] = lambda batch, settled: None
        self.commits = 0
        self._commit = commit
        self._scripts: deque[tuple[Callable[[], Script], asyncio.Future[Any]]] = deque()
        self._parted: deque[Batch] = deque()
        self._busy = False
        self._due: float | None = None
        self._timer: asyncio.Handle | None = None
        self._accepted_at = 0.0
        self._retry_s = 0.0

    def keep(self, draft: Draft, waiter: Callable[[Receipt | Refusal], None]) -> None:
        """Paced by the last commit that held a draft: alone at once, in a crowd together."""
        batch = self.batch
        batch.drafts.append(draft)
        batch.waiters.append(waiter)
        if len(batch.drafts) >= _COMPANY:
            self.flush(0)
            return
        since = asyncio.get_running_loop().time() - self._accepted_at
        self.flush(0 if since > _PACE_S else (_PACE_S - since) * 1000)

    def flush(self, within_ms: float) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time() + within_ms / 1000
        if self._due is not None and self._due <= due:
            return
        self._due = due
        if not self._busy:
            self._arm(loop)

    async def run(self, script: Callable[[], Script]) -> Any:
        """One script in a transaction of its own, between two batches."""
        done: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._scripts.append((script, done))
        if not self._busy:
            self._go()
        return await done

    async def settled(self) -> None:
        """A batch is committed after all that was appended before it."""
        done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self.batch.afterwards.append(lambda kept: None if done.done() else done.set_result(kept))
        self.flush(0)
        await done

    def _arm(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._due is None:
            return
        wait = self._due - loop.time()
        self._timer = loop.call_soon(self._go) if wait <= 0 else loop.call_later(wait, self._go)

    def _go(self) -> None:
        if self._busy:
            return
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._scripts:
            script, done = self._scripts.popleft()
            self._busy = True
            self._commit(script, lambda value, fault: self._ran(done, value, fault))
            return
        if self._parted:
            batch = self._parted.popleft()
        else:
            batch, self.batch = self.batch, Batch()
            self._due = None
        if not batch:
            return
        self._busy = True
        if batch.drafts:
            self._accepted_at = asyncio.get_running_loop().time()
        self._commit(batch, lambda value, fault: self._committed(batch, value, fault))

    def _ran(self, done: asyncio.Future[Any], value: Any, fault: BaseException | None) -> None:
        self._busy = False
        if not done.done():
            if fault is None:
                done.set_result(value)
            else:
                done.set_exception(fault)
        self._next()

    def _next(self) -> None:
        if self._scripts or self._parted:
            self._go()
        elif self._due is not None:
            self._arm(asyncio.get_running_loop())

    def _committed(
        self, batch: Batch, settled: Settled | None, fault: BaseException | None
    ) -> None:
        self._busy = False
        self.commits += 1
        if settled is not None:
            self._retry_s = 0.0
            self._hand_out(batch, settled)
        elif isinstance(fault, StoreAway):
            self._wait_for_better(batch)
        else:
            log.error("a batch could not be kept", exc_info=fault)
            self._part(batch)
        self._next()

    def _hand_out(self, batch: Batch, settled: Settled) -> None:
        for waiter, answer in zip(batch.waiters, settled.answers, strict=True):
            waiter(answer)
        self.on_settled(batch, settled)
        for call in batch.afterwards:
            call(True)

    def _wait_for_better(self, batch: Batch) -> None:
        """Who waits for an answer is told 'not now'; what happened already is tried again."""
        self._refuse(batch, Trouble.not_now)
        mine = self.batch
        mine.moves[:0] = batch.moves
        mine.refs[:0] = batch.refs
        mine.told[:0] = batch.told
        self._retry_s = min(_RETRY_MAX_S, self._retry_s * 2 or _RETRY_S)
        self.flush(self._retry_s * 1000)

    def _refuse(self, batch: Batch, trouble: Trouble) -> None:
        for waiter in batch.waiters:
            waiter(Refusal((trouble,)))
        self.on_settled(batch, Settled(claimed=[], news=[]))
        for call in batch.afterwards:
            call(False)

    def _part(self, batch: Batch) -> None:
        """Something in it is poison: what happened already goes on in halves, to find it."""
        self._refuse(batch, Trouble.fault)
        happened = ("refs", "moves", "told")
        items = [(name, item) for name in happened for item in getattr(batch, name)]
        if len(items) <= 1:
            return
        middle = len(items) // 2
        for half in (items[:middle], items[middle:]):
            part = Batch()
            for name, item in half:
                getattr(part, name).append(item)
            self._parted.append(part)
