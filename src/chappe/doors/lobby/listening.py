"""The open addresses of a door, from the first to the last goodbye.

In: addresses, and who speaks with whoever comes. Out: sockets. Promise: a deadline is met within a
second of it; what was under way when the door drains is brought to its end, as far as there is
time.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from chappe.doors.lobby.seating import Seating
from chappe.doors.lobby.sockets import OF_LOOP, Opening, Sockets

SWEEP_S = 1.0
GOODBYE_S = 1.0


class Listening:
    """Begins with `open`, as often as there are addresses; ends with `drain`."""

    def __init__(self, seating: Seating) -> None:
        self._seating = seating
        self._open: list[Opening] = []
        self._timer: asyncio.TimerHandle | None = None

    async def open(
        self,
        host: str,
        port: int,
        speaker: Callable[[], asyncio.Protocol],
        sockets: Sockets | None = None,
    ) -> tuple[str, int]:
        """Open one address; port 0 takes a free one. The address it became."""
        opened = await (sockets or OF_LOOP).listen(speaker, host, port)
        self._open.append(opened)
        if self._timer is None:
            self._sweep(asyncio.get_running_loop())
        return opened.place

    async def drain(self, wait_s: float) -> None:
        """Accept no more, finish what is in flight, then close; after `wait_s` in any case."""
        seating = self._seating
        for opened in self._open:
            opened.close()
        seating.drain()
        with suppress(TimeoutError):
            await asyncio.wait_for(seating.emptied(), wait_s)
        tasks = [seat.occupant.cut() for seat in tuple(seating.seats)]
        await asyncio.gather(*(task for task in tasks if task), return_exceptions=True)
        with suppress(TimeoutError):
            await asyncio.wait_for(seating.emptied(), GOODBYE_S)
        if self._timer is not None:
            self._timer.cancel()

    def _sweep(self, loop: asyncio.AbstractEventLoop) -> None:
        """One timer for all connections; a deadline is met within this one second."""
        self._timer = loop.call_later(SWEEP_S, self._sweep, loop)
        self._seating.sweep(loop.time())
