"""The door of the figures: /metrics, on an address of its own.

In: the running verbs. Out: Prometheus' format. Promise: customers never see it, as it tells the
volume of all of them and the names of operators; no secret, no text of a message. It is answered
whatever is away, and holds up nobody: each figure is written in a step of its own.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import NamedTuple

from chappe.doors.figures.glance import Glance, NamedAccounts
from chappe.doors.figures.table import FAMILIES
from chappe.doors.figures.text import FORMAT, text_of
from chappe.doors.http.door import HttpDoor, Limits
from chappe.doors.http.limits import KIB
from chappe.engine.desk import Desk
from chappe.engine.gauge import Gauge
from chappe.words.exchange import Request, Response

PATH = "/metrics"

# Only a few machines ask, and a short head is all that they send.
LIMITS = Limits(
    line=8 * KIB, head=8 * KIB, body=0, bodies_total=0, connections=8, shares=2, guests=0
)

_NOT_FOUND = Response(b"Not found\n", status=404)
_WRONG_METHOD = Response(b"Only GET\n", status=405, headers=(("Allow", "GET, HEAD"),))


class Ground(NamedTuple):
    """What the figures need to know of what the node stands on."""

    build: Mapping[str, str]
    away: Callable[[], str]  # why the store takes nothing; '' while it does
    sizes: Callable[[], Mapping[str, int]]  # of files and their disk, in bytes


class Figures:
    """The door at which the measures of the verbs and of the customers' door are shown."""

    def __init__(self, desk: Desk, gauge: Gauge, ground: Ground, door: HttpDoor) -> None:
        self._desk = desk
        self._gauge = gauge
        self._ground = ground
        self._shown = door
        self._names = NamedAccounts()
        self.door = HttpDoor(self._answer, limits=LIMITS)

    async def close(self) -> None:
        """Nobody asks any more, and the store is about to be closed."""
        await self.door.drain(0)
        await self._gauge.stop()

    async def _answer(self, request: Request) -> Response:
        if request.path != PATH:
            return _NOT_FOUND
        if request.method not in ("GET", "HEAD"):
            return _WRONG_METHOD
        own = await asyncio.to_thread(_own)
        glance = await self._read()
        pieces = []
        for family in FAMILIES:
            pieces.append(text_of(family, glance))
            await asyncio.sleep(0)
        return Response("".join(pieces).encode() + own, type=FORMAT)

    async def _read(self) -> Glance:
        desk, measures = self._desk, self._desk.measures
        await self._gauge.look()
        logins = {account.id: account.login for account in desk.accounts.all()}
        active = [ident for of in measures.accepted.values() for ident in of]
        self._names.update(logins, [*active, *measures.refused])
        return Glance(
            self._ground.build,
            measures,
            desk.counts,
            desk.dispatch.standings(),
            desk.routes.all(),
            self._gauge,
            desk.notify.flying,
            self._ground.away(),
            self._shown.counts(),
            self._shown.answered(),
            self._ground.sizes(),
            self._names,
            desk.clock.now(),
        )


def _own() -> bytes:
    """What the system knows of this program: its memory, its time, its files."""
    # Its library is 5 MiB, and many never ask.
    from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest

    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    return generate_latest(registry)
