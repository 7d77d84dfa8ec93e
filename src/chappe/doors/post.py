"""The outgoing door: posts calls to customers' URLs over kept connections.

In: calls, each with a ticket, which is whatever its sender knows it by. Out: one `Heard` for each
ticket, always, on the loop, never from within `send`; those that came in one turn of the loop are
told together. Promises: only checked addresses are connected to; pools are independent, so that a
dead endpoint slows nobody else; no redirect is followed; everything is bounded in time and size.

A call takes an idle connection of its origin, else opens one, else waits for one. What keeps each
call's end single: it stands in exactly one of `_Wire.flight`, `_Pool.opening`, `_Pool.waiting`,
and leaves it before it ends.
"""

import asyncio
import contextlib
import math
import socket
import ssl
from collections import deque
from collections.abc import Callable, Iterable
from time import monotonic
from typing import Any, NamedTuple, cast

import msgspec

from chappe.doors.address import Names, Place, Private, Resolve, aim, is_printable, write_request
from chappe.doors.post_answer import Answers
from chappe.words.exchange import Call, Heard

PRIVATE = "private address"

# What a failed connect means: the first row that fits, so narrow kinds stand before wide ones.
_FAULTS: tuple[tuple[type[Exception], str], ...] = (
    (TimeoutError, "connect timed out"),
    (Private, PRIVATE),
    (socket.gaierror, "no such host"),
    (ssl.SSLError, "TLS"),
    (ConnectionRefusedError, "refused"),
    (ConnectionError, "hung up"),
    (Exception, "unreachable"),
)

Ticket = Any
Ends = list[tuple[Ticket, Heard]]


class PostLimits(msgspec.Struct, frozen=True):
    """The bounds of a poster. `answer_s` runs from the request written to the answer complete;
    `answer_bytes` counts head and body as they come over the wire."""

    per_origin: int = 32
    idle_s: float = 30
    connect_s: float = 5
    answer_s: float = 15
    answer_bytes: int = 65536
    origins: int = 1024
    waiting: int = 1024


class Counts(NamedTuple):
    """Gauges: connections open, calls on a connection or getting one, calls queued for one."""

    open: int
    in_flight: int
    waiting: int


class _Flight(msgspec.Struct, frozen=True):
    """A call under way."""

    request: bytes
    ticket: Ticket


class Poster:
    """Sends calls, each to its origin's pool. Lives on one event loop, from first send to close."""

    def __init__(
        self,
        *,
        allow_private: bool,
        limits: PostLimits | None = None,
        resolve: Resolve | None = None,
        ssl_context: ssl.SSLContext | None = None,
        user_agent: str = "Chappe",
    ) -> None:
        if not is_printable(user_agent):
            raise ValueError("user_agent must be printable ASCII")
        self.limits = limits or PostLimits()
        self.pools: dict[str, _Pool] = {}
        self.names = Names(resolve, allow_private)
        self.closed = False
        self.told: Callable[[Ends], None] = lambda ends: None  # set by who sends
        self.tls = ssl_context or ssl.create_default_context()
        self._agent = user_agent.encode()
        self._ends: Ends = []
        self._timer: asyncio.TimerHandle | None = None
        self._pause = max(0.01, min(1.0, self.limits.answer_s / 4, self.limits.idle_s / 4))

    def send(self, calls: Iterable[tuple[Call, Ticket]]) -> None:
        """Sends all; `told` hears of each once, after this has returned."""
        if self.closed:
            for _, ticket in calls:
                self.end(ticket, Heard(0, fault="closed"))
            return
        agent = self._agent
        for addressed, ticket in [(write_request(call, agent), ticket) for call, ticket in calls]:
            if isinstance(addressed, str):
                self.end(ticket, Heard(0, fault=addressed))
                continue
            place, request = addressed
            pool = self.pools.get(place.origin)
            if pool is None:
                pool = self.pools[place.origin] = _Pool(self, place)
            pool.take(_Flight(request, ticket))

    def end(self, ticket: Ticket, heard: Heard) -> None:
        """A call has ended: it is told a turn later, with all that end until then."""
        if not self._ends:
            asyncio.get_running_loop().call_soon(self._tell)
        self._ends.append((ticket, heard))

    def _tell(self) -> None:
        ends, self._ends = self._ends, []
        self.told(ends)

    def origin(self, url: str) -> str:
        """`http://host:port` in canonical form, or '' where `url` could not be called."""
        aimed = aim(url)
        return aimed[0].origin if aimed else ""

    @property
    def counts(self) -> Counts:
        pools = self.pools.values()
        return Counts(
            sum(len(pool.wires) for pool in pools),
            sum(len(pool.wires) - len(pool.idle) + len(pool.opening) for pool in pools),
            sum(len(pool.waiting) for pool in pools),
        )

    async def close(self) -> None:
        """Ends all: what is in flight or waiting is told 'closed'."""
        self.closed = True
        if self._timer is not None:
            self._timer.cancel()
        attempts = [attempt for pool in self.pools.values() for attempt in pool.opening]
        self._end_all()
        if attempts:
            await asyncio.wait(attempts)
            # An attempt may have come through just before it was cancelled.
            self._end_all()
        await self.names.close()
        # What has ended just now is told before this returns.
        await asyncio.sleep(0)

    def _end_all(self) -> None:
        for pool in tuple(self.pools.values()):
            pool.close()

    def watch(self) -> None:
        """Keeps the sweep going for as long as there is a connection to watch."""
        if self._timer is None and not self.closed:
            self._timer = asyncio.get_running_loop().call_later(self._pause, self._sweep)

    def _sweep(self) -> None:
        self._timer = None
        now = monotonic()
        for pool in tuple(self.pools.values()):
            for wire in tuple(pool.wires):
                if wire.due <= now:
                    wire.fail("timed out")
        if any(pool.wires for pool in self.pools.values()):
            self.watch()


class _Pool:
    """The connections of one origin. Calls wait only while every connection allowed is in use."""

    def __init__(self, poster: Poster, place: Place) -> None:
        self.poster = poster
        self.place = place
        self.limits = poster.limits
        self.wires: set[_Wire] = set()
        self.idle: list[_Wire] = []
        self.opening: dict[asyncio.Task[_Wire | str], _Flight] = {}
        self.waiting: deque[_Flight] = deque()

    def take(self, flight: _Flight) -> None:
        if self.idle:
            self.idle.pop().begin(flight)
        elif len(self.wires) + len(self.opening) < self.limits.per_origin:
            # Who waits already goes first.
            self.waiting.append(flight)
            self._open(self.waiting.popleft())
        elif len(self.waiting) < self.limits.waiting:
            self.waiting.append(flight)
        else:
            self.poster.end(flight.ticket, Heard(0, fault="too many waiting"))

    def rest(self, wire: "_Wire") -> None:
        """Takes back a connection that may serve another call."""
        if self.waiting:
            wire.begin(self.waiting.popleft())
        elif len(self.poster.pools) > self.limits.origins:
            wire.drop()  # So many origins are kept already that this one goes without.
        else:
            self.idle.append(wire)

    def forget(self, wire: "_Wire") -> None:
        """Lets go of a connection that has ended, and puts another to the use of who waits."""
        self.wires.discard(wire)
        if wire in self.idle:
            self.idle.remove(wire)
        while self.waiting and len(self.wires) + len(self.opening) < self.limits.per_origin:
            self._open(self.waiting.popleft())
        self._leave_if_empty()

    def close(self) -> None:
        while self.waiting:
            self.poster.end(self.waiting.popleft().ticket, Heard(0, fault="closed"))
        for wire in tuple(self.wires):
            wire.fail("closed")
        for attempt in self.opening:
            attempt.cancel()

    def _open(self, flight: _Flight) -> None:
        attempt = asyncio.get_running_loop().create_task(self._connect())
        self.opening[attempt] = flight
        attempt.add_done_callback(self._opened)

    def _opened(self, attempt: "asyncio.Task[_Wire | str]") -> None:
        flight = self.opening.pop(attempt)
        made = "closed" if attempt.cancelled() else attempt.result()
        if isinstance(made, str):
            self._fail(flight, made)
        elif made.gone:
            self._fail(flight, "hung up")
        else:
            self.wires.add(made)
            made.begin(flight)
            self.poster.watch()

    def _fail(self, flight: _Flight, fault: str) -> None:
        lost = [flight]
        if not self.wires:
            # No connection can be made: those who wait need not find it out one by one.
            lost += self.waiting
            self.waiting.clear()
        self._leave_if_empty()
        for each in lost:
            self.poster.end(each.ticket, Heard(0, fault=fault))

    def _leave_if_empty(self) -> None:
        if not self.wires and not self.opening:
            self.poster.pools.pop(self.place.origin, None)

    async def _connect(self) -> "_Wire | str":
        try:
            async with asyncio.timeout(self.limits.connect_s):
                return await self._dial_any()
        # Whatever goes wrong here is told to the caller, in a word.
        except Exception as fault:
            return next(word for kind, word in _FAULTS if isinstance(fault, kind))

    async def _dial_any(self) -> "_Wire":
        found = await self.poster.names.find(self.place.host, self.place.port)
        for _, address in found[:-1]:
            # A dead address must not use up the time of the next, nor keep it from being tried.
            with contextlib.suppress(OSError):
                async with asyncio.timeout(self.limits.connect_s / len(found)):
                    return await self._dial(address)
        return await self._dial(found[-1][1])

    async def _dial(self, address: str) -> "_Wire":
        # A numeric host alone: what was checked is what is connected to, and no name is asked.
        _, wire = await asyncio.get_running_loop().create_connection(
            lambda: _Wire(self),
            address,
            self.place.port,
            flags=socket.AI_NUMERICHOST,
            ssl=self.poster.tls if self.place.secure else None,
            server_hostname=self.place.host if self.place.secure else None,
        )
        return wire


class _Wire(asyncio.Protocol):
    """One connection. It carries one call at a time; what it hears goes to that call alone."""

    flight: _Flight | None = None
    due = math.inf
    gone = False
    _served = False

    def __init__(self, pool: _Pool) -> None:
        self._pool = pool
        self._answers = Answers()

    def begin(self, flight: _Flight) -> None:
        self.flight = flight
        self.due = monotonic() + self._pool.limits.answer_s
        self._transport.write(flight.request)

    def fail(self, fault: str) -> None:
        """Ends the connection, and with it the call that it carries, if any."""
        flight, self.flight = self.flight, None
        self.drop()
        if flight is not None:
            self._pool.poster.end(flight.ticket, Heard(0, fault=fault))

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

    def _answered(self, flight: _Flight, heard: Heard) -> None:
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
        self._pool.poster.end(flight.ticket, heard)

    def _ended(self, cut: bool) -> None:
        flight, self.flight = self.flight, None
        if flight is None:
            self.drop()
        elif self._served and not self._answers.taken:
            # Closed between two requests, with not a word about this one: it is sent again. The
            # first who waits gets the next connection to be opened, and that has served nobody,
            # so there is no third time.
            self._pool.waiting.appendleft(flight)
            self.drop()
        else:
            self.drop()
            broken = Heard(0, fault="broken answer" if self._answers.taken else "hung up")
            heard = None if cut else self._answers.ended()
            self._pool.poster.end(flight.ticket, heard or broken)
