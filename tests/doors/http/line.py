"""A line to the HTTP door without a socket: what the client says goes in, what it hears comes out.

In: bytes, the end of the client's words, a client that stops reading. Out: everything the door
did to the transport, to be compared whole.
"""

import asyncio
import re
from collections.abc import Collection, Sequence
from ipaddress import ip_network

from chappe.doors.http.connection import Connection
from chappe.doors.http.door import Answer, Limits
from chappe.doors.http.hall import Hall
from chappe.doors.http.turn import Each
from chappe.words.exchange import Request, Response
from tests.doors.handmade import HandTransport

_DATE = re.compile(rb"Date: [^\r]*\r\n")


class Line(HandTransport):
    """`heard` is what the client has got, without the dates; `cut` is an end without manners."""

    def __init__(self, hall: Hall, peer: str = "192.0.2.7") -> None:
        super().__init__(peer)
        self.connection: Connection = Connection(hall)
        self.connection.connection_made(self)

    def say(self, *pieces: bytes) -> None:
        """The client sends, as long as the door listens, and the door takes it up."""
        for piece in pieces:
            if not self.closed:
                self.connection.data_received(piece)
        self.connection.take_up()

    def end(self) -> None:
        """The client has said all; the door may keep its own half open."""
        if not self.closed and not self.connection.eof_received():
            self.close()

    def take_dates(self) -> list[bytes]:
        """The Date lines so far."""
        return _DATE.findall(self.heard)

    @property
    def got(self) -> bytes:
        """What was heard, without the dates."""
        return _DATE.sub(b"", self.heard)


class Door:
    """A hall, and the requests that reached it. `answer` defaults to a short OK."""

    def __init__(
        self,
        answer: Answer | None = None,
        *,
        limits: Limits | None = None,
        trusted: Sequence[str] = (),
        vital: Collection[str] = (),
    ) -> None:
        self.asked: list[Request] = []
        self._answer = answer
        networks = [ip_network(text) for text in trusted]
        self.hall = Hall(Each(self._take), limits or Limits(), networks, vital)

    def line(self, peer: str = "192.0.2.7") -> Line:
        """A client comes."""
        return Line(self.hall, peer)

    async def _take(self, request: Request) -> Response:
        self.asked.append(request)
        return await self._answer(request) if self._answer else Response(b"OK")


async def settle(turns: int = 12) -> None:
    """Let the loop run what is ready; the door has no timers of its own here."""
    for _ in range(turns):
        await asyncio.sleep(0)


class Gate:
    """An answer that waits until it is let through."""

    def __init__(self) -> None:
        self._open = asyncio.Event()

    async def __call__(self, request: Request) -> Response:
        await self._open.wait()
        return Response(request.path.encode())

    def open(self) -> None:
        """All that wait, and all that come, are answered."""
        self._open.set()
