"""The outgoing door: posts calls to customers' URLs over kept connections.

In: calls, each with a ticket, which is whatever its sender knows it by. Out: one `Heard` for each
ticket, always, on the loop, never from within `send`; those that came in one turn of the loop are
told together. Promises: only checked addresses and ports are connected to; pools are independent,
so that a dead endpoint slows nobody else; no redirect is followed; everything is bounded in time,
size and number; what could not be called for want of room here is told as not tried.

A call takes an idle connection of its origin, else opens one, else waits for one. Where as many are
open as may be in all, one that is idle gives way; where none is, pools wait for the next that ends,
one after the other. What keeps each call's end single: it stands in exactly one of `Wire.flight`,
`_Pool.opening`, `_Pool.waiting`, and leaves it before it ends.
"""

import asyncio
import contextlib
import errno
import logging
import socket
import ssl
from collections import deque
from collections.abc import Callable, Container, Iterable, Mapping
from functools import cache
from time import monotonic
from typing import NamedTuple

from chappe.doors.calls.address import (
    Place,
    Private,
    Resolve,
    Resolver,
    aim,
    is_printable,
    may_knock,
    write_request,
)
from chappe.doors.calls.connection import CallConnection, Flight, PostLimits, Ticket
from chappe.doors.lobby.sockets import OF_LOOP, Sockets
from chappe.words.exchange import Call, Heard

log = logging.getLogger("chappe.callbacks")

PRIVATE, PORT = "private address", "port not allowed"

# Whoever is called has no part in these: there was no descriptor or memory left here.
_OURS = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
_NO_ROOM = Heard(0, fault="no room here", tried=False)
_WARN_S = 60

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

Ends = list[tuple[Ticket, Heard]]


@cache
def _trusting() -> ssl.SSLContext:
    """What this machine trusts. It takes 20 ms to read, and is the same for all who post."""
    return ssl.create_default_context()


class CallGauges(NamedTuple):
    """Gauges: connections open, calls on a connection or getting one, calls queued for one."""

    open: int
    in_flight: int
    waiting: int


class Poster:
    """Sends calls, each to its origin's pool. Lives on one event loop, from first send to close."""

    def __init__(
        self,
        told: Callable[[Ends], None],
        *,
        allow_private: bool,
        limits: PostLimits | None = None,
        resolve: Resolve | None = None,
        ssl_context: ssl.SSLContext | None = None,
        user_agent: str = "Chappe",
        ports: Container[int] = (),
        names: int = 32,
        fields: Mapping[str, str] = {},
        sockets: Sockets | None = None,
    ) -> None:
        said = [user_agent, *(f"{name}: {value}" for name, value in fields.items())]
        if not all(map(is_printable, said)):
            raise ValueError("user_agent and fields must be printable ASCII")
        self.limits = limits or PostLimits()
        self.pools: dict[str, _Pool] = {}
        self.names = Resolver(resolve, allow_private, names)
        self.closed = False
        self.sockets = sockets or OF_LOOP  # for what is not encrypted
        self._told = told  # how calls ended, those of one turn of the loop together
        self.tls = ssl_context or _trusting()
        self._ports = ports
        self.idle: dict[CallConnection, None] = {}  # the one that has been so for longest first
        self.used = 0  # connections that are open or being made
        self._hungry: dict[_Pool, None] = {}  # pools with calls that wait for room in all
        self._warn_at = 0.0
        self._agent = "\r\n".join(said).encode()  # and what else each request says of us
        self._ends: Ends = []
        self._timer: asyncio.TimerHandle | None = None
        self._pause = max(0.01, min(1.0, self.limits.answer_s / 4, self.limits.idle_s / 4))

    def send(self, calls: Iterable[tuple[Call, Ticket]]) -> None:
        """Sends all; whoever is told hears of each once, after this has returned."""
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
                if not may_knock(place.port, self._ports):
                    self.end(ticket, Heard(0, fault=PORT))
                    continue
                pool = self.pools[place.origin] = _Pool(self, place)
            pool.take(Flight(request, ticket))

    def end(self, ticket: Ticket, heard: Heard) -> None:
        """A call has ended: it is told a turn later, with all that end until then."""
        if not self._ends:
            asyncio.get_running_loop().call_soon(self._tell)
        self._ends.append((ticket, heard))

    def _tell(self) -> None:
        ends, self._ends = self._ends, []
        self._told(ends)

    def origin(self, url: str) -> str:
        """`http://host:port` in canonical form, or '' where `url` could not be called."""
        aimed = aim(url)
        return aimed[0].origin if aimed else ""

    @property
    def counts(self) -> CallGauges:
        pools = self.pools.values()
        return CallGauges(
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

    def take_room(self, pool: "_Pool") -> bool:
        """Count one connection more; False: there is no room, and the pool has its turn later."""
        if self.used >= self.limits.open:
            if not self.idle:
                self._hungry[pool] = None
                return False
            next(iter(self.idle)).drop()
        self.used += 1
        return True

    def give_room(self) -> None:
        """A connection has ended, or came to nothing."""
        self.used -= 1

    def feed(self) -> None:
        """There may be room for pools that wait for it. While one does, no connection is idle."""
        while self._hungry and self.used < self.limits.open:
            pool = next(iter(self._hungry))
            del self._hungry[pool]
            pool.grow()

    @property
    def is_full(self) -> bool:
        """Whether somebody waits for room."""
        return bool(self._hungry)

    def rest(self) -> None:
        """Give up the connections that nobody uses."""
        for wire in tuple(self.idle):
            wire.drop()

    def short_of(self, fault: OSError) -> None:
        """This machine ran out of something."""
        self.rest()
        now = monotonic()
        if now >= self._warn_at:
            self._warn_at = now + _WARN_S
            log.warning("callbacks wait, this machine has no room for them: %s", fault.strerror)

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
        self.wires: set[CallConnection] = set()
        self.idle: list[CallConnection] = []
        self.opening: dict[asyncio.Task[CallConnection | OSError | str], Flight] = {}
        self.waiting: deque[Flight] = deque()

    def take(self, flight: Flight) -> None:
        if self.idle:
            wire = self.idle.pop()
            del self.poster.idle[wire]
            wire.begin(flight)
        elif len(self.waiting) < self.limits.waiting:
            # Who waits already goes first.
            self.waiting.append(flight)
            self.grow()
        else:
            self.poster.end(flight.ticket, _NO_ROOM)

    def rest(self, wire: CallConnection) -> None:
        """Takes back a connection that may serve another call."""
        if self.waiting:
            wire.begin(self.waiting.popleft())
        elif self.poster.is_full:
            wire.drop()
        else:
            self.idle.append(wire)
            self.poster.idle[wire] = None

    def forget(self, wire: CallConnection) -> None:
        """Lets go of a connection that has ended, and puts another to the use of who waits."""
        if wire not in self.wires:
            return  # it came through, and ended before it was taken on
        self.wires.discard(wire)
        if wire in self.poster.idle:
            self.idle.remove(wire)
            del self.poster.idle[wire]
        self.poster.give_room()
        self.grow()
        self.poster.feed()
        self._leave_if_empty()

    def grow(self) -> None:
        """Open connections for those who wait, as many as may be."""
        if self.poster.closed:
            return
        while self.waiting and len(self.wires) + len(self.opening) < self.limits.per_origin:
            if not self.poster.take_room(self):
                return
            self._open(self.waiting.popleft())

    def again(self, flight: Flight) -> None:
        """It was not heard of by a connection that had served others: the next is opened for it."""
        self.waiting.appendleft(flight)

    def end(self, ticket: Ticket, heard: Heard) -> None:
        self.poster.end(ticket, heard)

    def close(self) -> None:
        while self.waiting:
            self.poster.end(self.waiting.popleft().ticket, Heard(0, fault="closed"))
        for wire in tuple(self.wires):
            wire.fail("closed")
        for attempt in self.opening:
            attempt.cancel()

    def _open(self, flight: Flight) -> None:
        attempt = asyncio.get_running_loop().create_task(self._connect())
        self.opening[attempt] = flight
        attempt.add_done_callback(self._opened)

    def _opened(self, attempt: "asyncio.Task[CallConnection | OSError | str]") -> None:
        flight = self.opening.pop(attempt)
        made = "closed" if attempt.cancelled() else attempt.result()
        if isinstance(made, str):
            self._fail(flight, Heard(0, fault=made))
        elif isinstance(made, OSError):
            self.poster.short_of(made)
            self._fail(flight, _NO_ROOM)
        elif made.gone:
            self._fail(flight, Heard(0, fault="hung up"))
        else:
            self.wires.add(made)
            made.begin(flight)
            self.poster.watch()

    def _fail(self, flight: Flight, heard: Heard) -> None:
        lost = [flight]
        if not self.wires:
            # No connection can be made: those who wait need not find it out one by one.
            lost += self.waiting
            self.waiting.clear()
        self.poster.give_room()
        self.poster.feed()
        self._leave_if_empty()
        for each in lost:
            self.poster.end(each.ticket, heard)

    def _leave_if_empty(self) -> None:
        if not (self.wires or self.opening or self.waiting):
            self.poster.pools.pop(self.place.origin, None)

    async def _connect(self) -> CallConnection | OSError | str:
        try:
            async with asyncio.timeout(self.limits.connect_s):
                return await self._dial_any()
        except OSError as fault:
            return fault if fault.errno in _OURS else _word(fault)
        # Whatever goes wrong here is told to the caller, in a word.
        except Exception as fault:
            return _word(fault)

    async def _dial_any(self) -> CallConnection:
        found = await self.poster.names.find(self.place.host, self.place.port)
        for _, address in found[:-1]:
            # A dead address must not use up the time of the next, nor keep it from being tried.
            with contextlib.suppress(OSError):
                async with asyncio.timeout(self.limits.connect_s / len(found)):
                    return await self._dial(address)
        return await self._dial(found[-1][1])

    async def _dial(self, address: str) -> CallConnection:
        # A numeric host alone: what was checked is what is connected to, and no name is asked.
        if not self.place.secure:
            return await self.poster.sockets.dial(
                lambda: CallConnection(self), address, self.place.port
            )
        _, wire = await asyncio.get_running_loop().create_connection(
            lambda: CallConnection(self),
            address,
            self.place.port,
            flags=socket.AI_NUMERICHOST,
            ssl=self.poster.tls,
            server_hostname=self.place.host,
        )
        return wire


def _word(fault: Exception) -> str:
    return next(word for kind, word in _FAULTS if isinstance(fault, kind))
