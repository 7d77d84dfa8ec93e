"""Group commit: who waits decides when.

In: a driver that commits one batch after the other. Out: batches handed over, outcomes handed back.
Promise: everything that is in flight at the same time shares one transaction and one fsync; a
request alone does not wait for company; what can't be kept now is refused, or tried again where it
already happened and must not be forgotten; a store that is away is asked again until it is back,
also where nobody brings anything.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from chappe.store.absence import Absence
from chappe.store.contract import Batch, Draft, Settled, StoreAway
from chappe.store.script import Ask, Script
from chappe.words.answer import Receipt, Refusal, Trouble

log = logging.getLogger("chappe.store")

_PACE_S = 0.003  # accepts closer together than this share a commit ...
_COMPANY = 48  # ... unless so many wait
_CROWD = 5  # where so many shared one, they wait twice as long: a commit costs as much as ten
_RETRY_S = 0.25
_RETRY_MAX_S = 2.0
_PROBE_S = 1.0
_HAPPENED = ("refs", "moves", "parked", "told", "doubts")  # what must not be forgotten

Work = Batch | Callable[[], Script]
Outcome = Callable[[Any, BaseException | None], None]
Free = Callable[[], None]
Commit = Callable[[Work, Outcome, Free], None]
"""Hands over a piece of work. Its outcome comes once it is durable, and in its turn; `Free`, that
the next one may come, before that or, where it failed, after."""


class Writer:
    """The one way into a database: batches first come, first served, and single scripts."""

    def __init__(
        self,
        commit: Commit,
        on_begin: Callable[[Batch], None],
        on_settled: Callable[[Batch, Settled], None],
    ) -> None:
        self.batch = Batch()
        self.commits = 0
        self.closed = False
        self._absence = Absence()
        self._is_probing = False
        self._probe_timer: asyncio.TimerHandle | None = None
        self._commit = commit
        self._on_begin = on_begin
        self._on_settled = on_settled
        self._scripts: deque[tuple[Callable[[], Script], asyncio.Future[Any]]] = deque()
        self._parted: deque[Batch] = deque()
        self._busy = False
        self._is_batch_next = False
        self._due: float | None = None
        self._timer: asyncio.Handle | None = None
        self._accepted_at = 0.0
        self._pace_s = _PACE_S
        self._retry_s = 0.0

    def keep(self, draft: Draft, waiter: Callable[[Receipt | Refusal], None]) -> None:
        """Paced by the last commit that held a draft: alone at once, in a crowd together."""
        if self.closed:
            waiter(Refusal((Trouble.not_now,)))
            return
        batch = self.batch
        batch.drafts.append(draft)
        batch.waiters.append(waiter)
        if len(batch.drafts) >= _COMPANY:
            self.flush(0)
            return
        paced = self._accepted_at + self._pace_s
        if self._due is None or self._due > paced:
            self.flush(max(0, paced - asyncio.get_running_loop().time()) * 1000)

    @property
    def is_idle(self) -> bool:
        return not (self._busy or self.batch or self._scripts or self._parted)

    def flush(self, within_ms: float) -> None:
        if self.closed:  # what still comes has nowhere to go
            return
        loop = asyncio.get_running_loop()
        due = loop.time() + within_ms / 1000
        if self._due is not None and self._due <= due:
            return
        self._due = due
        if not self._busy:
            self._arm(loop)

    async def run(self, script: Callable[[], Script]) -> Any:
        """One script in a transaction of its own, between two batches."""
        if self.closed:
            raise StoreAway("the store is closed")
        done: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._scripts.append((script, done))
        if not self._busy:
            self._go()
        return await done

    def between(self, act: Callable[[], object]) -> None:
        """Now, where nothing is being committed; else not at all."""
        if not self._busy and not self.closed:
            act()

    @property
    def away(self) -> str:
        """Why the store takes nothing at present; '' while it does."""
        return self._absence.says

    def probe(self) -> None:
        """Write a number that nobody needs, to see whether the store takes it."""
        self._probe_timer = None
        if self.closed or self._is_probing:
            return
        self._is_probing = True
        done: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        done.add_done_callback(self._probed)
        self._scripts.append((_probe, done))
        if not self._busy:
            self._go()

    def _probed(self, done: asyncio.Future[Any]) -> None:
        self._is_probing = False
        fault = done.exception()
        if fault is None:
            self._absence.end()
        else:
            self._missed(fault)

    def _missed(self, fault: BaseException) -> None:
        """A commit failed. What comes to be written may be long in coming, so it is not awaited to
        learn that the store is back."""
        self._absence.goes_on(fault)
        if self._probe_timer is None and not self._is_probing:
            loop = asyncio.get_running_loop()
            self._probe_timer = loop.call_later(_PROBE_S, self.probe)

    async def settled(self) -> bool:
        """A batch is committed after all that was appended before it; whether it could be kept."""
        if self.closed:
            return False
        done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self.batch.afterwards.append(lambda kept: None if done.done() else done.set_result(kept))
        self.flush(0)
        return await done

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
        if self._scripts and not (self._is_batch_next and self._is_due()):
            self._is_batch_next = True
            script, done = self._scripts.popleft()
            self._busy = True
            self._commit(script, partial(self._ran, done), self._free)
            return
        self._is_batch_next = False
        if self._parted:
            batch = self._parted.popleft()
        else:
            batch, self.batch = self.batch, Batch()
            self._due = None
        if not batch:
            self._free()
            return
        self._busy = True
        if batch.drafts:
            self._accepted_at = asyncio.get_running_loop().time()
            self._pace_s = _pace_s(len(batch.drafts))
            _tell(self._on_begin, batch)
        self._commit(batch, partial(self._committed, batch), self._free)

    def _is_due(self) -> bool:
        """A batch waits too: then scripts and batches take turns."""
        if self._parted:
            return True
        return self._due is not None and self._due <= asyncio.get_running_loop().time()

    def _ran(self, done: asyncio.Future[Any], value: Any, fault: BaseException | None) -> None:
        if isinstance(fault, StoreAway):
            self._missed(fault)
        if not done.done():
            if fault is None:
                done.set_result(value)
            else:
                done.set_exception(fault)

    def _free(self) -> None:
        self._busy = False
        if self._scripts or self._parted:
            self._go()
        elif self._due is not None:
            self._arm(asyncio.get_running_loop())

    def _committed(
        self, batch: Batch, settled: Settled | None, fault: BaseException | None
    ) -> None:
        self.commits += 1
        if settled is not None:
            self._retry_s = 0.0
            if self._absence.says and _writes(batch):
                self._absence.end()
            self._hand_out(batch, settled)
        elif isinstance(fault, StoreAway):
            self._missed(fault)
            self._wait_for_better(batch)
        else:
            log.error("a batch could not be kept", exc_info=fault)
            self._part(batch)

    def _hand_out(self, batch: Batch, settled: Settled) -> None:
        for waiter, answer in zip(batch.waiters, settled.answers, strict=True):
            _tell(waiter, answer)
        _tell(self._on_settled, batch, settled)
        for call in batch.afterwards:
            _tell(call, True)

    def _wait_for_better(self, batch: Batch) -> None:
        """Who waits for an answer is told 'not now'; what happened already is tried again."""
        self._give_up(batch, Trouble.not_now)
        while self._parted:
            # They go back with it: a store that is away is asked again once in a pause.
            part = self._parted.popleft()
            self._give_up(part, Trouble.not_now)
            for name in _HAPPENED:
                getattr(batch, name).extend(getattr(part, name))
        for name in _HAPPENED:
            getattr(self.batch, name)[:0] = getattr(batch, name)
        self._retry_s = min(_RETRY_MAX_S, self._retry_s * 2 or _RETRY_S)
        self.flush(self._retry_s * 1000)

    def _give_up(self, batch: Batch, trouble: Trouble) -> None:
        for waiter in batch.waiters:
            _tell(waiter, Refusal((trouble,)))
        _tell(self._on_settled, batch, Settled())
        for call in batch.afterwards:
            _tell(call, False)

    def _part(self, batch: Batch) -> None:
        """Something in it is poison: it goes on in halves, until the poison is alone.

        Reports, arrivals and fragments do not: who sent them is told so, and sends them again.
        """
        items: list[tuple[str, Any]] = [
            (name, item) for name in _HAPPENED for item in getattr(batch, name)
        ]
        items += [("drafts", pair) for pair in zip(batch.drafts, batch.waiters, strict=True)]
        if len(items) == 1 and not _holds_more(batch):
            self._give_up(batch, Trouble.fault)
            return
        batch.drafts, batch.waiters = [], []
        self._give_up(batch, Trouble.fault)
        middle = len(items) // 2
        # To the front, so that what happened first is still written first.
        for half in (items[middle:], items[:middle]):
            if half:
                self._parted.appendleft(_batch_of(half))


def _pace_s(count: int) -> float:
    """How long after a commit of so many orders the next one waits for company. Who comes alone
    finds none: each of their requests waits for the answer to the last."""
    if count == 1:
        return 0.0
    return _PACE_S if count < _CROWD else 2 * _PACE_S


def _probe() -> Script:
    return (yield Ask("draw", ("probe", 1)))


def _writes(batch: Batch) -> bool:
    """Whether its commit touched the disk: one that only claims may have found nothing."""
    return bool(batch.drafts or any(getattr(batch, name) for name in _HAPPENED))


def _holds_more(batch: Batch) -> bool:
    """Than what is tried again."""
    return bool(batch.reports or batch.arrivals or batch.fragments or batch.claims)


def _batch_of(items: Sequence[tuple[str, Any]]) -> Batch:
    batch = Batch()
    for name, item in items:
        if name == "drafts":
            batch.drafts.append(item[0])
            batch.waiters.append(item[1])
        else:
            getattr(batch, name).append(item)
    return batch


def _tell(call: Callable[..., object], *outcome: Any) -> None:
    try:
        call(*outcome)
    except Exception:  # one listener that fails must not keep the outcome from all others
        log.exception("a listener failed")
