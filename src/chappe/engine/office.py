"""The office behind the desk: what the verbs with a lifetime work at.

In: built by the node. Out: handed to the verbs, and to the desk. It decides nothing itself.
Promise: a fault of what runs in the background is logged and counted, never lost; that the store is
away is none.
"""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from chappe.engine.accounts import Accounts
from chappe.engine.commits import Commits
from chappe.engine.disturb import Disturbing
from chappe.engine.measure import Measures
from chappe.engine.route import Routes
from chappe.engine.trace import Tracing
from chappe.store.contract import Store, StoreAway
from chappe.words.clock import Clock

log = logging.getLogger("chappe.engine")

_PATIENCE_S = 1.0


class Office:
    """Store, clock, accounts and routes of one node, and what it does in the background."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        accounts: Accounts,
        routes: Routes,
        commits: Commits,
        measures: Measures,
        trace: Tracing | None = None,
    ) -> None:
        self.store = store
        self.clock = clock
        self.accounts = accounts
        self.routes = routes
        self.commits = commits
        self.measures = measures
        self.trace = trace  # where anything is traced at all
        self.disturbing = Disturbing(clock)
        self.counts = commits.counts  # of what is rare; /metrics shows both
        self._tasks: set[asyncio.Task[Any]] = set()
        commits.listen(measures)
        if trace is not None:
            commits.listen(trace)  # before anything leaves

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
        if task.cancelled() or (fault := task.exception()) is None:
            return
        if not isinstance(fault, StoreAway):  # which it says aloud itself, once a minute
            self.counts["faults"] += 1
            log.error("work in the background failed", exc_info=fault)
