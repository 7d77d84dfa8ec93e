"""The HTTP door: HTTP/1.0 and 1.1, over TCP or TLS.

In: sockets. Out: requests to whoever answers them, and the answers back to the client.
Promises: answers in order; bad input refused in a short text, never a traceback; everything
bounded by `Limits`; what was being answered when the door drains is answered.
"""

from collections.abc import Collection, Mapping, Sequence
from ipaddress import IPv4Network, IPv6Network

import msgspec

from chappe.doors.http.connection import Connection
from chappe.doors.http.hall import NOBODYS, Hall
from chappe.doors.http.handshake import Handshake
from chappe.doors.http.limits import Limits
from chappe.doors.http.turn import Answer, Answerer, Each
from chappe.doors.lobby.listening import Listening
from chappe.doors.lobby.show import Show
from chappe.doors.lobby.sockets import OF_LOOP, Sockets

__all__ = ["Answer", "Answerer", "DoorCounts", "HttpDoor", "Limits"]

CLASSES = ("1xx", "2xx", "3xx", "4xx", "5xx")


class DoorCounts(msgspec.Struct, frozen=True):
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
        owners: Mapping[str, str] = NOBODYS,
        sockets: Sockets | None = None,
    ) -> None:
        """`vital` are paths that are answered past the bound of connections; `owners` says whose
        the paths are, by which answers are counted; `sockets` carry what is not encrypted."""
        answerer = Each(answer) if callable(answer) else answer
        self._hall = Hall(answerer, limits, trusted_proxies, vital, owners)
        self._listening = Listening(self._hall)
        self._sockets = sockets

    async def listen(self, host: str, port: int, show: Show | None = None) -> tuple[str, int]:
        """Open one address, over TLS where a certificate is shown; port 0 takes a free one. The
        address it became."""
        hall, listening = self._hall, self._listening
        if show is not None:
            return await listening.open(host, port, lambda: Handshake(hall, show()), OF_LOOP)
        return await listening.open(host, port, lambda: Connection(hall), self._sockets)

    async def drain(self, wait_s: float) -> None:
        """Accept no more, finish what is in flight, then close; after `wait_s` in any case."""
        await self._listening.drain(wait_s)

    def counts(self) -> DoorCounts:
        """For the metrics."""
        hall = self._hall
        counted = [sum(column) for column in zip(*hall.answered.values(), strict=True)]
        answered = dict(zip(CLASSES, counted[1:], strict=True))
        return DoorCounts(len(hall.seats), hall.in_flight, answered, hall.crowded, hall.broken)

    def answered(self) -> Mapping[str, Mapping[str, int]]:
        """Whose path -> class of status -> how many."""
        return {
            owner: dict(zip(CLASSES, counts[1:], strict=True))
            for owner, counts in self._hall.answered.items()
        }
