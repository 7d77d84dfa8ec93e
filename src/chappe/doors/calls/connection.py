"""One connection of the outgoing door, and what it is allowed.

In: requests, one at a time; bytes from a customer's server. Out: what was heard, to whoever keeps
the connection. Promise: what it hears goes to the call that it carries, and to no other.
"""

import asyncio
import math
from time import monotonic
from typing import Any, Protocol, cast

import msgspec

from chappe.doors.calls.answers import Answers
from chappe.words.exchange import Heard

Ticket = Any


class PostLimits(msgspec.Struct, frozen=True):
    """The bounds of a poster. `open` counts connections in all, and those that are being made;
    `waiting` is of each origin. `answer_s` runs from the request written to the answer complete;
    `answer_bytes` counts head and body as they come over the wire."""

    open: int = 256
    per_origin: int = 32
    idle_s: float = 30
    connect_s: float = 5
    answer_s: float = 15
    answer_bytes: int = 65536
    waiting: int = 1024


class Flight(msgspec.Struct, frozen=True):
    """A call under way."""

    request: bytes
    ticket: Ticket


class Pool(Protocol):
    """Who keeps a connection."""

    @property
    def limits(self) -> PostLimits: ...

    def rest(self, wire: "CallConnection") -> None: ...

    def forget(self, wire: "CallConnection") -> None: ...

    def again(self, flight: Flight) -> None: ...

    def end(self, ticket: Ticket, heard: Heard) -> None: ...


class CallConnection(asyncio.Protocol):
    """One connection. It carries one call at a time; what it hears goes to that call alone."""

    flight: Flight | None = None
    due = math.inf
    gone = False
    _served = False

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._answers = Answers()

    def begin(self, flight: Flight) -> None:
        self.flight = flight
        self.due = monotonic() + self._pool.limits.answer_s
        self._transport.write(flight.request)

    def fail(self, fault: str) -> None:
        """Ends the connection, and with it the call that it carries, if any."""
        flight, self.flight = self.flight, None
        self.drop()
        if flight is not None:
            self._pool.end(flight.ticket, Heard(0, fault=fault))

    def drop(self) -> None:
        if not self.gone:
            self.gone = True
            self._transport.abort()
            self._pool.forget(self)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        if self.flight is None:
            # Nobody asked: a server that is out of step would answer the next call with this.
            self.drop()
            return
        answers = self._answers
        if answers.taken + len(data) > self._pool.limits.answer_bytes:
            self.fail("answer too long")
            return
        answers.feed(data)
        if answers.heard is not None:
            self._answered(self.flight, answers.heard)
        elif answers.broken:
            self.fail("broken answer")

    def eof_received(self) -> None:
        self._ended(cut=False)

    def connection_lost(self, exc: Exception | None) -> None:
        self._ended(cut=exc is not None)

    def _answered(self, flight: Flight, heard: Heard) -> None:
        if heard.status < 100:
            self.fail("broken answer")
            return
        self.flight = None
        self._served = True
        if self._answers.reusable and not self._transport.get_write_buffer_size():
            self._answers.expect()
            self.due = monotonic() + self._pool.limits.idle_s
            self._pool.rest(self)
        else:
            self.drop()
        self._pool.end(flight.ticket, heard)

    def _ended(self, cut: bool) -> None:
        flight, self.flight = self.flight, None
        if flight is None:
            self.drop()
        elif self._served and not self._answers.taken:
            # Closed between two requests, with not a word about this one: it is sent again. The
            # first who waits gets the next connection to be opened, and that has served nobody,
            # so there is no third time.
            self._pool.again(flight)
            self.drop()
        else:
            self.drop()
            broken = Heard(0, fault="broken answer" if self._answers.taken else "hung up")
            heard = None if cut else self._answers.ended()
            self._pool.end(flight.ticket, heard or broken)
