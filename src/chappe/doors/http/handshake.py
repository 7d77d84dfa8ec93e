"""A TLS handshake: a connection that is counted, and has a deadline, before it can say a word.

In: a TCP connection at its accept. Out: a `Connection` over TLS on the same seat, or the end.
Promises: a handshake holds a seat like any connection, and no longer than it may take; who says
nothing costs a socket, and nothing of TLS.

The loop by itself tells a protocol of its client only after the handshake, so that whoever never
says a word would be seen by nobody.
"""

import asyncio
import ssl as tls
from typing import cast

from chappe.doors.http.connection import Connection
from chappe.doors.http.hall import Hall
from chappe.doors.lobby.peer import peer_of
from chappe.doors.lobby.seats import Place, Seat
from chappe.doors.turn import report


class Handshake(asyncio.Protocol):
    """Begins at accept; ends as a connection, or with the TCP connection."""

    def __init__(self, hall: Hall, context: tls.SSLContext) -> None:
        self._hall = hall
        self._context = context
        self._transport: asyncio.Transport | None = None
        self._seat: Seat | None = None
        self._task: asyncio.Task[None] | None = None  # from the client's first word on
        self._began = 0.0
        self._early: list[bytes] = []
        self._ended = False

    # What the transports tell us: TCP's until the client's first word, then that of TLS.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client has come."""
        hall = self._hall
        self._transport = cast(asyncio.Transport, transport)
        self._began = hall.now
        self._seat = hall.seat(self, peer_of(transport))
        if self._seat.place is Place.NONE or hall.draining:
            self.give_way()  # a word of ours would be no word of TLS

    def data_received(self, data: bytes) -> None:
        """The first word; or what the client said in one breath with the last of the handshake."""
        raw, seat = self._transport, self._seat
        if self._task is not None:
            self._early.append(data)
        elif raw is not None and seat is not None:
            loop = asyncio.get_running_loop()
            raw.pause_reading()
            self._task = loop.create_task(self._shake_hands(raw, seat))
            # TLS takes the transport over in the task's first step, and is told of it in the next
            # round; then it can be told what we have heard in its stead.
            loop.call_soon(loop.call_soon, _tell_again, raw, data)

    def eof_received(self) -> None:
        """And that was all."""
        self._ended = True

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone."""
        if self._seat is not None:
            self._hall.free(self._seat)

    # What the hall tells us.

    def spared_since(self, unfinished: bool) -> float | None:
        """Nothing is being answered yet."""
        return self._began if unfinished else None

    def close_if_overdue(self) -> None:
        if self._hall.now - self._began >= self._hall.limits.handshake_s:
            self.give_way()

    def leave(self) -> None:
        self.give_way()

    def cut(self) -> asyncio.Task[None] | None:
        """The task ends with the connection."""
        self.give_way()
        return self._task

    def give_way(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    async def _shake_hands(self, raw: asyncio.Transport, seat: Seat) -> None:
        hall, limits = self._hall, self._hall.limits
        transport: asyncio.Transport | None = None
        try:
            transport = await asyncio.get_running_loop().start_tls(
                raw,
                self,
                self._context,
                server_side=True,
                ssl_handshake_timeout=limits.handshake_s,
                ssl_shutdown_timeout=limits.linger_s,
            )
        except OSError:
            pass  # All that TLS complains of is one, and the client's to know.
        except Exception as fault:  # whatever it is, the seat is given back
            report(fault)
        if transport is None or seat not in hall.seats:
            raw.abort()
            hall.free(seat)
        else:
            self._become_connection(seat, transport)

    def _become_connection(self, seat: Seat, transport: asyncio.Transport) -> None:
        connection = Connection(self._hall, seat)
        seat.occupant = connection
        transport.set_protocol(connection)
        connection.connection_made(transport)
        for data in self._early:
            connection.data_received(data)
        if self._ended:
            connection.eof_received()


def _tell_again(raw: asyncio.Transport, data: bytes) -> None:
    """What came before TLS listened."""
    if raw.is_closing():
        return
    listening = cast(asyncio.BufferedProtocol, raw.get_protocol())
    while data:
        room = memoryview(listening.get_buffer(len(data)))
        piece = data[: len(room)]
        room[: len(piece)] = piece
        listening.buffer_updated(len(piece))
        data = data[len(piece) :]
