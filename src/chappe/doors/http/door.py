"""The HTTP door: HTTP/1.0 and 1.1, over TCP or TLS.

In: sockets. Out: requests to whoever answers them, and the answers back to the client.
Promises: answers in order; bad input refused in a short text, never a traceback; everything
bounded by `Limits`; what was being answered when the door drains is answered.
"""

import asyncio
import ssl as tls
from collections.abc import Collection, Sequence
from contextlib import suppress
from ipaddress import IPv4Network, IPv6Network

import msgspec

from chappe.doors.http.connection import Connection
from chappe.doors.http.hall import Hall
from chappe.doors.http.handshake import Handshake
from chappe.doors.http.limits import Limits
from chappe.doors.http.turn import Answer, Answerer, Each

__all__ = ["Answer", "Answerer", "Counts", "HttpDoor", "Limits"]

SWEEP_S = 1.0
BACKLOG = 1024
GOODBYE_S = 1.0

_CLASSES = ("1xx", "2xx", "3xx", "4xx", "5xx")


class Counts(msgspec.Struct, frozen=True):
    """Connections and requests now; the answers given so far by class of status, how many
    clients came and found no room, and how many answers broke off half-way."""

    connections: int
    in_flight: int
    answered: dict[str, int]
    crowded: int = 0
    broken: int = 0


class HttpDoor:
    """Begins with `listen`, as often as there are addresses; ends with `drain`."""

    def __init__(
        self,
        answer: Answer | Answerer,
        *,
        limits: Limits = Limits(),  # noqa: B008, it is frozen
        trusted_proxies: Sequence[IPv4Network | IPv6Network] = (),
        vital: Collection[str] = (),
    ) -> None:
        """`vital` are paths that are answered past the bound of connections."""
        answerer = Each(answer) if callable(answer) else answer
        self._hall = Hall(answerer, limits, trusted_proxies, vital)
        self._servers: list[asyncio.Server] = []
        self._timer: asyncio.TimerHandle | None = None

    async def listen(
        self, host: str, port: int, ssl: tls.SSLContext | None = None
    ) -> tuple[str, int]:
        """Open one address; port 0 takes a free one. The address it became."""
        hall = self._hall
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: Connection(hall) if ssl is None else Handshake(hall, ssl),
            host,
            port,
            backlog=BACKLOG,
        )
        self._servers.append(server)
        if self._timer is None:
            self._sweep(loop)
        bound = server.sockets[0].getsockname()
        return bound[0], bound[1]

    async def drain(self, wait_s: float) -> None:
        """Accept no more, finish what is in flight, then close; after `wait_s` in any case."""
        hall = self._hall
        hall.draining = True
        for server in self._servers:
            server.close()
        for seat in tuple(hall.seats):
            seat.occupant.leave()
        with suppress(TimeoutError):
            await asyncio.wait_for(hall.emptied(), wait_s)
        tasks = [seat.occupant.cut() for seat in tuple(hall.seats)]
        await asyncio.gather(*(task for task in tasks if task), return_exceptions=True)
        with suppress(TimeoutError):
            await asyncio.wait_for(hall.emptied(), GOODBYE_S)
        if self._timer is not None:
            self._timer.cancel()

    def counts(self) -> Counts:
        """For the metrics."""
        hall = self._hall
        answered = dict(zip(_CLASSES, hall.answered[1:], strict=True))
        return Counts(len(hall.seats), hall.in_flight, answered, hall.crowded, hall.broken)

    def _sweep(self, loop: asyncio.AbstractEventLoop) -> None:
        """One timer for all connections; a deadline is met within this one second."""
        self._timer = loop.call_later(SWEEP_S, self._sweep, loop)
        self._hall.sweep(loop.time())
