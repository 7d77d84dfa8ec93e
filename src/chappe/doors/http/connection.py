"""One connection of the HTTP door: requests in, answers out, in the order of the requests.

In: bytes from a transport. Out: one `Request` at a time, and one write per response. Promises:
whatever comes in, nothing is raised, nothing grows without bound, and nothing but the making of an
answer is without a deadline. What was sent ahead waits in a bounded queue: even GET may send.
"""

import asyncio
import math
from collections import deque
from typing import cast

from chappe.doors.http.answer import CONTINUE, is_streamed, refusal, written
from chappe.doors.http.behalf import Behalf
from chappe.doors.http.hall import Hall
from chappe.doors.http.intake import Arrived, Intake, Stage, allowed_s
from chappe.doors.http.stream import Streaming
from chappe.doors.http.turn import HttpTurn
from chappe.doors.lobby.deadline import Deadline
from chappe.doors.lobby.goodbye import say_no_more
from chappe.doors.lobby.peer import peer_of
from chappe.doors.lobby.seats import Place, Seat
from chappe.doors.turn import report
from chappe.words.exchange import Request, Response

_IDLE, _HEAD, _BODY = Stage.IDLE, Stage.HEAD, Stage.BODY  # spares look-ups in the hot path


class Connection(asyncio.Protocol):
    """Begins at connection_made, ends when both the transport and the last answer are done."""

    def __init__(self, hall: Hall, seat: Seat | None = None) -> None:
        self._hall = hall
        self._seat = seat  # taken already, where there was something before the first word
        self._behalf: Behalf | None = None  # there once the client is
        self._intake = Intake(hall.limits, hall.bodies)
        self._waiting: deque[HttpTurn | int] = deque()  # an int is the status of a refusal
        self._transport: asyncio.Transport | None = None
        self._served: HttpTurn | None = None  # the one that is being answered
        self._streaming: Streaming | None = None  # an answer that is made while it is sent
        self._clock = Deadline()
        self._carries = False  # a body is under way, as far as its holder's share goes
        self._unread = False  # bytes have come that no turn was made of yet
        self._ahead = False  # the client has asked for more than may wait
        self._stuck = False  # the client does not read
        self._deaf = False  # we do not read
        self._ended = False  # the client has said all
        self._closing = False

    # What the transport tells us.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client has come."""
        hall = self._hall
        self._transport = cast(asyncio.Transport, transport)
        peer = peer_of(transport)
        seat, self._seat = self._seat or hall.seat(self, peer), None
        behalf = self._behalf = Behalf(hall, seat, peer)
        if seat.place is Place.NONE:
            self._turn_away(503)
            self._transport.close()
            return
        if behalf.is_guest:
            self._clock.stay(hall.now, hall.limits.guest_s)
        else:
            self._restart_clock()
        if hall.draining:
            self._close()

    def data_received(self, data: bytes) -> None:
        """Bytes have come."""
        self._intake.feed(data)
        if not self._unread:
            self._unread = True
            self._hall.has_spoken(self)
        if self._intake.unread > self._hall.limits.unread:
            # One turn of the loop may bring many pieces, before anybody looks at the first one.
            self._ahead = True
            self._listen_or_not()

    def eof_received(self) -> bool:
        """The client has said all; it may still wait for its answers."""
        self.take_up()
        self._ended = True
        if self._served is not None:
            self._served.said_all()
        return self._served is not None or bool(self._waiting)

    def pause_writing(self) -> None:
        """The client reads too slowly."""
        self.take_up()
        self._stuck = True
        if self._streaming is not None:
            self._streaming.hold()
        if not self._closing:
            self._clock.restart(self._hall.now, self._hall.limits.body_s)
        self._listen_or_not()

    def resume_writing(self) -> None:
        """The client reads again."""
        self._stuck = False
        if self._streaming is not None:
            self._streaming.flow()
        if self._served is None:
            self._go_on()
        self._listen_or_not()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone. What is being answered is seen through; what waits is dropped."""
        self._transport = None
        self._closing, self._stuck = True, False
        self._intake.shut()
        if self._streaming is not None:
            self._streaming.flow()
        while self._waiting:
            if isinstance(turn := self._waiting.popleft(), HttpTurn):
                self._settle(turn)
        if self._served is None:
            self._leave_seat()
        else:
            self._served.leave()

    # What the hall tells us.

    def close_if_overdue(self) -> None:
        """Politely at first, then not."""
        self.take_up()
        transport = self._transport
        if transport is None or not self._overdue(transport.get_write_buffer_size()):
            return
        if self._closing or self._stuck:
            self._closing = True
            transport.abort()
        elif self._served is None:
            self._close()

    def _overdue(self, owed: int) -> bool:
        """`owed` bytes were written, and not taken yet by the client."""
        hall, clock = self._hall, self._clock
        if hall.now >= clock.deadline:
            return True
        if self._stuck or self._closing or self._intake.stage is _IDLE:
            return owed > 0 and clock.lags(hall.now, -owed, hall.limits)
        # While an answer is made, the next request is read as it comes.
        made = self._intake.received
        return self._served is None and clock.lags(hall.now, made, hall.limits)

    def spared_since(self, unfinished: bool) -> float | None:
        """What ends goes first, then what is idle; an answer never, unless all of it is made."""
        transport, streams = self._transport, self._streaming is not None
        made = self._served is None or streams
        if transport is None or not made or self._waiting or self._unread:
            return None
        under_way = streams or self._intake.stage in (_HEAD, _BODY)
        if (under_way or transport.get_write_buffer_size()) and not unfinished:
            return None
        return -math.inf if self._ended or self._closing else self._clock.began

    def give_way(self) -> None:
        """Others need the place more. A guest is told so."""
        if not self._closing and self._behalf is not None and self._behalf.is_guest:
            self._turn_away(503)
        self._give_up()

    def leave(self) -> None:
        """The door drains: go at once, or after what is under way."""
        self.take_up()
        if self._served is None and not self._waiting and self._intake.stage is _IDLE:
            self._close()

    def cut(self) -> asyncio.Task[None] | None:
        """The door closes for good. The task that is to be waited for, if there is one."""
        self._closing = True
        if self._transport is not None:
            self._transport.abort()
        task = self._served.task if self._served is not None else None
        if task is not None:
            task.cancel()
        return task

    # Reading.

    def take_up(self) -> None:
        """Make turns of what has come. A fault of ours costs this connection, and no other."""
        if not self._unread:
            return
        self._unread = False
        try:
            self._read_on()
        except Exception as fault:  # whatever it is, those who came together with it go on
            report(fault)
            self._give_up()

    def _read_on(self) -> None:
        """As many turns as may wait."""
        intake, waiting, bound = self._intake, self._waiting, self._hall.limits.pipelined
        before = intake.stage
        while len(waiting) < bound:
            arrived = intake.next()
            if arrived is None:
                break
            if isinstance(arrived, int):
                self._line_up(arrived)
                break
            self._line_up(self._turn(arrived))
            if intake.stage is _IDLE:
                break
        self._ahead = len(waiting) >= bound
        if intake.stage is _BODY or self._carries:
            self._carry()
        if intake.stage is not before and not self._closing:
            self._restart_clock()
        if intake.invites:
            self._invite()
        if waiting or self._deaf:
            self._listen_or_not()

    def _carry(self) -> None:
        """A body that is under way counts for its holder, from its head on."""
        intake, behalf, head = self._intake, self._behalf, self._intake.head
        self._carries = head is not None
        if behalf is not None and not behalf.may_go_on(head, intake.received):
            intake.shut()
            self._line_up(503)

    def _turn(self, arrived: Arrived) -> HttpTurn | int:
        head, behalf = arrived.head, self._behalf
        if behalf is None or (behalf.is_watched and not behalf.may_have(head)):
            self._hall.bodies.held -= arrived.size
            self._intake.shut()
            return 503
        self._hall.in_flight += 1
        peer = behalf.asker(head) if behalf.is_proxied else behalf.peer
        request = Request(head.method, head.path, head.query, head.headers, arrived.body, peer)
        keep = head.keep and not behalf.is_guest
        return HttpTurn(self, request, head.modern, keep, arrived.parcel)

    def _line_up(self, turn: HttpTurn | int) -> None:
        if self._served is not None or self._waiting or self._stuck:
            self._waiting.append(turn)
        elif isinstance(turn, int):
            self._turn_away(turn)
        else:
            self._served = turn
            self._hall.line_up(turn)

    def _invite(self) -> None:
        """Ask for the body, unless answers are owed that must go first."""
        if self._served is None and not self._waiting:
            self._intake.invites = False
            self.write(CONTINUE)

    def _listen_or_not(self) -> None:
        transport = self._transport
        # Reading on whenever one place is free would let a client that never waits fill memory.
        ahead = self._ahead and (bool(self._waiting) or self._intake.pending)
        deaf = (self._stuck or ahead) and not self._closing
        if transport is None or deaf is self._deaf or transport.is_closing():
            return
        self._deaf = deaf
        listen_or_not = transport.pause_reading if deaf else transport.resume_reading
        listen_or_not()

    # Answering.

    def answered(self, turn: HttpTurn, response: Response) -> None:
        """The answer to the turn that is being served; a second one is nobody's."""
        if self._served is not turn:
            return
        hall = self._hall
        last = not turn.keep or (hall.draining and not self._waiting)
        bare = turn.request.method == "HEAD"
        try:
            last = last or (response.stream is not None and not turn.modern)
            out = written(response, bare=bare, keep=not last, modern=turn.modern)
        except Exception as fault:  # a response that can't be written is a fault of ours
            report(fault)
            response = refusal(500)
            out = written(response, bare=bare, keep=not last, modern=turn.modern)
        hall.tally(turn.request.path)[response.status // 100] += 1
        if response.stream is not None and is_streamed(response, bare=bare):
            self.write(out)
            self._streaming = Streaming(self, hall, turn, response.stream, not self._stuck)
            turn.goes_on(self._streaming.run(), keep=not last)
            return
        self._settle(turn)
        self._served = None
        self._go_on_after(last, heard=self.write(out))

    def sent(self, turn: HttpTurn, *, heard: bool) -> None:
        """All that was streamed, or all that the client took."""
        self._settle(turn)
        self._served = self._streaming = None
        self._go_on_after(not turn.keep, heard=heard)

    def _go_on_after(self, last: bool, *, heard: bool) -> None:
        if heard and last:
            self._close()
        elif heard:
            self._go_on()
        if self._transport is None:
            self._leave_seat()

    def awaits(self, turn: HttpTurn) -> bool:
        """Whether this turn is still to be answered."""
        return self._served is turn

    def abandoned(self, turn: HttpTurn) -> None:
        """There will be no answer, or no more of it."""
        self._settle(turn)
        self._served = self._streaming = None
        if self._transport is not None:
            self._transport.abort()
        else:
            self._leave_seat()

    def _leave_seat(self) -> None:
        behalf, self._behalf, self._seat = self._behalf, None, None
        if behalf is not None:  # its seat knows this one: nobody would let go of both
            behalf.leave()

    def write(self, out: bytes) -> bool:
        """False where the client is gone, which the transport knows before it tells us."""
        transport = self._transport
        if transport is None or transport.is_closing():
            return False
        transport.write(out)
        if self._stuck:
            self._clock.restart(self._hall.now, self._hall.limits.body_s)
        return True

    def _settle(self, turn: HttpTurn) -> None:
        self._hall.in_flight -= 1
        self._hall.bodies.held -= turn.size

    def _go_on(self) -> None:
        """No answer is being made: take up what waits, then what has come, or wait for more."""
        if self._closing:
            return
        if self._waiting and not self._stuck:
            turn = self._waiting.popleft()
            if isinstance(turn, int):
                self._turn_away(turn)
                return
            self._served = turn
            self._hall.line_up(turn)
        elif not self._waiting and self._intake.pending:
            self._unread = True
            self.take_up()
        if self._served is not None or self._waiting or self._closing:
            self._listen_or_not()
            return
        if self._ended or (self._hall.draining and self._intake.stage is _IDLE):
            self._close()
            return
        if self._behalf is not None and self._intake.stage is _IDLE:
            self._behalf.rest()
        if not self._stuck:
            self._restart_clock()
        self._listen_or_not()

    # Ending.

    def _turn_away(self, status: int) -> None:
        """Refuse, and let the client read it: to close with input unread would reset the line."""
        transport = self._transport
        self._hall.tally("")[status // 100] += 1
        heard = self.write(written(refusal(status), bare=False, keep=False, modern=True))
        self._end(self._hall.limits.linger_s)
        if transport is None or not heard:
            return
        if self._ended:
            transport.close()
        elif transport.can_write_eof():
            say_no_more(transport)
        self._listen_or_not()

    def _close(self) -> None:
        """At once, or when the client has read what is still to be written."""
        transport, limits = self._transport, self._hall.limits
        owed = transport is not None and transport.get_write_buffer_size() > 0
        self._end(limits.body_s if owed else limits.linger_s)
        if transport is not None:
            transport.close()

    def _give_up(self) -> None:
        """Nothing more can be read here. What is being answered is seen through."""
        self._end(0)
        if self._transport is not None:
            self._transport.abort()

    def _end(self, allowed_s: float) -> None:
        self._closing = True
        self._clock.restart(self._hall.now, allowed_s)
        self._intake.shut()

    # Time.

    def _restart_clock(self) -> None:
        self._clock.restart(self._hall.now, allowed_s(self._intake.stage, self._hall.limits))
