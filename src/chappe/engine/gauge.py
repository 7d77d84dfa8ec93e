"""Gauging what waits: queues, callbacks that are owed, messages in doubt.

In: the store. Out: its counts, with their age. Promise: the store is asked once in some seconds at
most, whoever asks here how often; nobody waits for it longer than a moment, and a store that is
away leaves what was counted last.
"""

import asyncio
import logging

from chappe.engine.office import Office
from chappe.store.contract import Gauged, StoreAway
from chappe.words.clock import SECOND

log = logging.getLogger("chappe.engine")

_EVERY_MS = 5 * SECOND
_PATIENCE_S = 1.0
_NOTHING = Gauged((), 0, 0, 0)


class Gauge:
    """What waits, as it was counted last."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self.found = _NOTHING
        self._counted = -_EVERY_MS  # by the steady clock
        self._counting: asyncio.Task[None] | None = None

    async def look(self) -> None:
        """Count what waits, if that was some seconds ago, and if the store tells."""
        if self._counting is None and self.age_ms >= _EVERY_MS:
            self._counting = asyncio.get_running_loop().create_task(self._count())
        if self._counting is not None:
            # One that is still under way goes on, so that a slow store has one question to answer.
            await asyncio.wait((self._counting,), timeout=_PATIENCE_S)

    @property
    def age_ms(self) -> int:
        """How long ago that was counted."""
        return self._office.clock.steady() - self._counted

    async def stop(self) -> None:
        """Nobody asks any more, and the store is about to be closed."""
        if self._counting is not None:
            await asyncio.wait((self._counting,), timeout=_PATIENCE_S)

    async def _count(self) -> None:
        clock = self._office.clock
        try:
            self.found = await self._office.store.backlogs(clock.now())
            self._counted = clock.steady()
        except StoreAway:
            pass  # which has a figure of its own
        except Exception:  # whatever it is, all other figures are still to be shown
            self._office.counts["faults"] += 1
            log.exception("what waits could not be counted")
        finally:
            self._counting = None
