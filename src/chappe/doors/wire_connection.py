"""One connection of the HTTP door: requests in, answers out, in the order of the requests.

In: bytes from a transport. Out: one `Request` at a time to the caller's `Answer`, and one write
per response. Promises: whatever comes in, nothing is raised, nothing grows without bound, and no
state is without a deadline but that of a request being answered. Requests that were sent ahead
wait in a bounded queue and are answered one after the other, since even a GET may send a message.
"""

import asyncio
import logging
import traceback
from collections import deque
from collections.abc import Awaitable, Callable
from typing import cast

import msgspec

from chappe.doors.wire_answer import CONTINUE, refusal, written
from chappe.doors.wire_intake import Arrived, Bodies, Intake, Stage
from chappe.doors.wire_limits import Limits
from chappe.doors.wire_peer import Networks, forwarded, is_trusted, plain_address
from chappe.words.exchange import Request, Response

Answer = Callable[[Request], Awaitable[Response]]

LINGER_S = 5  # how long a refused client may go on sending before it is cut off

_IDLE = Stage.IDLE  # spares a look-up in the hot path
_LOG = logging.getLogger(__name__)


class Turn(msgspec.Struct, frozen=True):
    """A request that waits for its answer; or, without one, the status of a refusal."""

    request: Request | None
    modern: bool = True
    keep: bool = False
    refused: int = 0


class Hall:
    """What all connections of one door share: limits, counts, and the one clock."""

    def __init__(self, answer: Answer, limits: Limits, trusted: Networks) -> None:
        self.answer = answer
        self.limits = limits
        self.trusted = trusted
        self.connections: set[Connection] = set()
        self.bodies = Bodies()
        self.in_flight = 0
        self.answered = [0] * 6  # by the first digit of the status
        self.now = 0.0
        self.draining = False
        self._emptied: asyncio.Future[None] | None = None

    def sweep(self, now: float) -> None:
        """Close whoever is overdue. `now` is the clock of every deadline until the next sweep."""
        self.now = now
        for connection in tuple(self.connections):
            connection.close_if_overdue()

    def forget(self, connection: "Connection") -> None:
        """The connection is gone, and its last answer made."""
        self.connections.discard(connection)
        if not self.connections and self._emptied is not None and not self._emptied.done():
            self._emptied.set_result(None)

    async def emptied(self) -> None:
        """Until no connection is left."""
        if self.connections:
            self._emptied = asyncio.get_running_loop().create_future()
            await self._emptied


class Connection(asyncio.Protocol):
    """Begins at connection_made, ends when both the transport and the last answer are done."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall
        self._intake = Intake(hall.limits, hall.bodies)
        self._waiting: deque[Turn] = deque()
        self._transport: asyncio.Transport | None = None
        self._task: asyncio.Task[None] | None = None
        self._deadline = 0.0
        self._stuck = False  # the client does not read
        self._deaf = False  # we do not read
        self._ended = False  # the client has said all
        self._closing = False

    # What the transport tells us.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client has come."""
        hall = self._hall
        self._loop = asyncio.get_running_loop()
        self._transport = cast(asyncio.Transport, transport)
        peer = transport.get_extra_info("peername")
        self._peer = plain_address(peer[0]) if isinstance(peer, tuple) else ""
        self._proxied = is_trusted(self._peer, hall.trusted)
        self._restart_clock()
        if len(hall.connections) >= hall.limits.connections:
            self._turn_away(503)
            self._transport.close()
            return
        hall.connections.add(self)
        if hall.draining:
            self._close()

    def data_received(self, data: bytes) -> None:
        """Bytes have come."""
        self._intake.feed(data)
        self._take_up()

    def eof_received(self) -> bool:
        """The client has said all; it may still wait for its answers."""
        self._ended = True
        return self._task is not None or bool(self._waiting)

    def pause_writing(self) -> None:
        """The client reads too slowly."""
        self._stuck = True
        if not self._closing:
            self._deadline = self._hall.now + self._hall.limits.body_s
        self._listen_or_not()

    def resume_writing(self) -> None:
        """The client reads again."""
        self._stuck = False
        if self._task is None:
            self._go_on()
        self._listen_or_not()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone. What is being answered is seen through; what waits is dropped."""
        self._transport = None
        self._closing = True
        self._intake.shut()
        for turn in self._waiting:
            self._settle(turn)
        self._waiting.clear()
        if self._task is None:
            self._hall.forget(self)

    # What the door tells us.

    def close_if_overdue(self) -> None:
        """Politely at first, then not."""
        transport = self._transport
        if transport is None or self._hall.now < self._deadline:
            return
        if self._closing or self._stuck:
            self._closing = True
            transport.abort()
        elif self._task is None:
            self._close()

    def leave(self) -> None:
        """The door drains: go at once, or after what is under way."""
        if self._task is None and not self._waiting and self._intake.stage is _IDLE:
            self._close()

    def cut(self) -> asyncio.Task[None] | None:
        """The door closes for good. The task that is to be waited for, if there is one."""
        self._closing = True
        if self._transport is not None:
            self._transport.abort()
        if self._task is not None:
            self._task.cancel()
        return self._task

    # Reading.

    def _take_up(self) -> None:
        """Take up the requests that have come, as many as may wait."""
        intake, waiting = self._intake, self._waiting
        before, bound = intake.stage, self._hall.limits.pipelined
        while len(waiting) < bound:
            arrived = intake.next()
            if arrived is None:
                break
            if isinstance(arrived, int):
                self._line_up(Turn(None, refused=arrived))
                break
            self._line_up(self._turn(arrived))
            if intake.stage is _IDLE:
                break
        if intake.stage is not before and not self._closing:
            self._restart_clock()
        if intake.invites:
            self._invite()
        if waiting or self._deaf:
            self._listen_or_not()

    def _turn(self, arrived: Arrived) -> Turn:
        head, hall, peer = arrived.head, self._hall, self._peer
        hall.in_flight += 1
        if self._proxied and "x-forwarded-for" in head.headers:
            peer = forwarded(peer, head.headers["x-forwarded-for"], hall.trusted)
        request = Request(head.method, head.path, head.query, head.headers, arrived.body, peer)
        return Turn(request, head.modern, head.keep)

    def _line_up(self, turn: Turn) -> None:
        if self._task is not None or self._waiting or self._stuck:
            self._waiting.append(turn)
        elif turn.request is None:
            self._turn_away(turn.refused)
        else:
            self._task = self._loop.create_task(self._serve(turn))

    def _invite(self) -> None:
        """Ask for the body, unless answers are owed that must go first."""
        if self._task is None and not self._waiting:
            self._intake.invites = False
            self._write(CONTINUE)

    def _listen_or_not(self) -> None:
        transport = self._transport
        full = self._stuck or len(self._waiting) >= self._hall.limits.pipelined
        deaf = full and not self._closing
        if transport is None or deaf is self._deaf or transport.is_closing():
            return
        self._deaf = deaf
        if deaf:
            transport.pause_reading()
        else:
            transport.resume_reading()

    # Answering.

    async def _serve(self, first: Turn) -> None:
        """Answer a request, and those that wait behind it."""
        turn: Turn | None = first
        try:
            while turn is not None:
                turn = await self._serve_one(turn)
        except asyncio.CancelledError:
            # The door closes, or the pipeline was cancelled inside: there will be no answer.
            if self._transport is not None:
                self._transport.abort()
            raise
        finally:
            self._task = None
            if self._transport is None:
                self._hall.forget(self)
        self._go_on()

    async def _serve_one(self, turn: Turn) -> Turn | None:
        """The next turn, if it may be answered now."""
        hall, request = self._hall, cast(Request, turn.request)
        try:
            response = await hall.answer(request)
            out = self._written(turn, response)
        except Exception as fault:  # whatever it is, this client alone may notice
            _report(fault)
            response = refusal(500)
            out = self._written(turn, response)
        finally:
            self._settle(turn)
        hall.answered[response.status // 100] += 1
        if not self._write(out):
            return None
        if self._is_last(turn):
            self._close()
            return None
        return self._next_turn()

    def _write(self, out: bytes) -> bool:
        """False where the client is gone, which the transport knows before it tells us."""
        transport = self._transport
        if transport is None or transport.is_closing():
            return False
        transport.write(out)
        return True

    def _written(self, turn: Turn, response: Response) -> bytes:
        bare = turn.request is not None and turn.request.method == "HEAD"
        return written(response, bare=bare, keep=not self._is_last(turn), modern=turn.modern)

    def _is_last(self, turn: Turn) -> bool:
        return not turn.keep or (self._hall.draining and not self._waiting)

    def _next_turn(self) -> Turn | None:
        if not self._waiting or self._stuck:
            return None
        turn = self._waiting.popleft()
        if turn.request is None:
            self._turn_away(turn.refused)
            return None
        return turn

    def _settle(self, turn: Turn) -> None:
        if turn.request is not None:
            self._hall.in_flight -= 1
            self._hall.bodies.held -= len(turn.request.body)

    def _go_on(self) -> None:
        """No answer is being made: take up what waits, then what has come, or wait for more."""
        if self._closing:
            return
        turn = self._next_turn()
        if turn is not None:
            self._task = self._loop.create_task(self._serve(turn))
        elif not self._waiting and self._intake.pending:
            self._take_up()
        if self._task is not None or self._waiting or self._closing:
            self._listen_or_not()
            return
        if self._ended or (self._hall.draining and self._intake.stage is _IDLE):
            self._close()
            return
        if not self._stuck:
            self._restart_clock()
        self._listen_or_not()

    # Ending.

    def _turn_away(self, status: int) -> None:
        """Refuse, and let the client read it: to close with input unread would reset the line."""
        transport = self._transport
        self._hall.answered[status // 100] += 1
        heard = self._write(written(refusal(status), bare=False, keep=False, modern=True))
        self._end(LINGER_S)
        if transport is None or not heard:
            return
        if self._ended:
            transport.close()
        elif transport.can_write_eof():
            transport.write_eof()
        self._listen_or_not()

    def _close(self) -> None:
        """At once, or when the client has read what is still to be written."""
        self._end(self._hall.limits.body_s)
        if self._transport is not None:
            self._transport.close()

    def _end(self, allowed_s: float) -> None:
        self._closing = True
        self._deadline = self._hall.now + allowed_s
        self._intake.shut()

    def _restart_clock(self) -> None:
        limits, stage = self._hall.limits, self._intake.stage
        if stage is Stage.BODY:
            allowed = limits.body_s
        else:
            allowed = limits.head_s if stage is Stage.HEAD else limits.idle_s
        self._deadline = self._hall.now + allowed


def _report(fault: Exception) -> None:
    # Its message may quote the request, secrets and all: the places tell enough.
    places = "".join(traceback.format_tb(fault.__traceback__))
    _LOG.error("A request could not be answered: %s\n%s", type(fault).__name__, places)
