"""Waiting: whoever asked for something that is not there yet looks again when it may be.

In: what a commit brought. Out: looks. Promise: nobody looks while nothing happens but once a
second; under a load all of them together look for no more than a part of the time; those who wait
are bounded.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from chappe.node import Node
from chappe.store.contract import Batch, Settled

WAITING_MOST: Final = 256
OF_ACCOUNT_MOST: Final = 32
PAUSE_S: Final = 0.02  # between two looks of one who waits
_REST = 4  # times as long as their looks take, all who wait look at nothing
_LOOK_S = 1.0  # what another node brought about, or time alone, tells nobody here

Found = TypeVar("Found")


class Waiters:
    """Those who wait at this node."""

    def __init__(self, node: Node) -> None:
        self._waiting: dict[asyncio.Event, int] = {}  # whose it is
        self._of_account: Counter[int] = Counter()
        self._over = asyncio.Event()
        node.commits.listen(self)

    def settled(self, batch: Batch, settled: Settled) -> None:
        if not self._waiting:
            return
        taken = {draft.account for draft in batch.drafts}
        has_changed = bool(batch.moves or batch.reports or batch.arrivals)
        for changed, account in self._waiting.items():
            if has_changed or account in taken:
                changed.set()

    def is_full(self, account: int) -> bool:
        """Whether one more may not wait."""
        is_busy = self._of_account[account] >= OF_ACCOUNT_MOST
        return is_busy or len(self._waiting) >= WAITING_MOST

    def stop(self) -> None:
        """Nobody waits any longer."""
        self._over.set()
        for changed in self._waiting:
            changed.set()

    async def until(
        self, account: int, look: Callable[[], Awaitable[Found | None]], timeout_s: float
    ) -> Found | None:
        """What is found at last, or None when time is up."""
        loop = asyncio.get_running_loop()
        end = loop.time() + timeout_s
        changed = asyncio.Event()
        self._waiting[changed] = account
        self._of_account[account] += 1
        try:
            while True:
                changed.clear()
                began = loop.time()
                found = await look()
                took_s, left = loop.time() - began, end - loop.time()
                if found is not None or left <= 0 or self._over.is_set():
                    return found
                try:
                    async with asyncio.timeout(min(left, _LOOK_S)):
                        await changed.wait()
                except TimeoutError:
                    continue
                # What comes together is looked at together.
                rest_s = max(PAUSE_S, took_s * len(self._waiting) * _REST)
                await _rest(self._over, min(rest_s, max(0.0, end - loop.time())))
        finally:
            del self._waiting[changed]
            self._of_account[account] -= 1
            if not self._of_account[account]:
                del self._of_account[account]


async def _rest(over: asyncio.Event, rest_s: float) -> None:
    """Let so much time go by, unless all is over before."""
    try:
        async with asyncio.timeout(rest_s):
            await over.wait()
    except TimeoutError:
        return
