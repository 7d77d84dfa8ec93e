"""Counting: what was used is remembered by stretches of messages, once little happens in them.

In: the clock. Out: nothing but that asking is fast. Promise: the figures are the same whether it
has run or not; it leaves the store to others for longer than it works.
"""

import asyncio
import logging

from chappe.engine.office import Office
from chappe.store.contract import StoreAway
from chappe.words.clock import SECOND

log = logging.getLogger("chappe.engine")

_LOOK_EVERY_MS = 30 * SECOND
_AT_ONCE = 200  # stretches; 4,096 messages each
_PAUSE = 4  # times as long as one took, before the next


class Counting:
    """Who is at it: one at a time."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._stopped = False

    def start(self) -> None:
        """From now on, every now and then."""
        if not self._stopped:
            self._office.clock.later(_LOOK_EVERY_MS, self._ring)

    def stop(self) -> None:
        self._stopped = True

    def _ring(self) -> None:
        if not self._stopped:
            self._office.background(self._look())

    async def _look(self) -> None:
        loop, clock, store = asyncio.get_running_loop(), self._office.clock, self._office.store
        try:
            for _ in range(_AT_ONCE):
                begun = loop.time()
                if self._stopped or not await store.count_one(clock.now()):
                    break
                await asyncio.sleep(_PAUSE * (loop.time() - begun))
        except StoreAway:
            log.warning("the store is away; usage is counted later")
        finally:
            self.start()
