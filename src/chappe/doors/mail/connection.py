"""One connection of the mail door: mails in, replies out, in the order of the commands.

In: bytes from a transport. Out: one `Request` at a time for each of the names that a mail is to,
and a reply once all of them are answered. Promises: whatever comes in, nothing is raised, nothing
grows without bound, and no state is without a deadline but that of a mail being answered; while
one is, nothing more is read.
"""

import asyncio
import ssl
from collections import deque
from typing import cast

from chappe.doors.lobby.deadline import Deadline
from chappe.doors.lobby.goodbye import say_no_more
from chappe.doors.lobby.peer import holder_of, peer_of
from chappe.doors.lobby.seats import Place, Seat
from chappe.doors.mail.hall import MailHall
from chappe.doors.mail.session import Mail, MailSession, Saying, Then
from chappe.doors.mail.tables import SmtpReply
from chappe.doors.mail.turn import MailTurn
from chappe.doors.turn import report
from chappe.words.exchange import MAIL, Request


class MailConnection(asyncio.Protocol):
    """Begins at connection_made, ends when both the transport and the last mail are done."""

    def __init__(self, hall: MailHall) -> None:
        self._hall = hall
        self._session = self._new_session(may_secure=hall.show is not None)
        self._transport: asyncio.Transport | None = None
        self._seat: Seat | None = None
        self._clock = Deadline()
        self._peer = ""
        self._began = 0.0
        self._waiting: deque[Request] = deque()  # what of a mail is still to be taken
        self._served: MailTurn | None = None  # what of it is being answered
        self._all_kept = True  # ... and what became of the rest
        self._carried = 0  # octets of mails that are counted in the hall
        self._securing: asyncio.Task[None] | None = None
        self._stuck = False  # the client does not read
        self._deaf = False  # we do not read
        self._ended = False  # the client has said all
        self._closing = False

    def _new_session(self, *, may_secure: bool) -> MailSession:
        return MailSession(self._hall.names, self._hall.limits, may_secure=may_secure)

    # What the transport tells us.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client has come."""
        hall = self._hall
        self._transport = cast(asyncio.Transport, transport)
        self._peer = peer_of(transport)
        self._began = hall.now
        seat = self._seat = hall.seat_for(self, holder_of(self._peer))
        self._clock.restart(hall.now, hall.limits.command_s)
        if seat.place is Place.NONE or hall.draining:
            self._say_goodbye(SmtpReply.draining if hall.draining else SmtpReply.crowded)
        else:
            self._write(SmtpReply.ready.value + b"\r\n")

    def data_received(self, data: bytes) -> None:
        """Bytes have come."""
        if not self._closing:
            self._session.feed(data)
            self._go_on()

    def eof_received(self) -> bool:
        """The client has said all; it may still wait for what became of its mail."""
        self._ended = True
        return self._served is not None

    def pause_writing(self) -> None:
        """The client reads too slowly."""
        self._stuck = True
        self._clock.restart(self._hall.now, self._hall.limits.command_s)
        self._listen_or_not()

    def resume_writing(self) -> None:
        """The client reads again."""
        self._stuck = False
        self._go_on()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone. What is being answered is seen through; what waits is dropped."""
        self._transport = None
        self._closing = True
        self._waiting.clear()
        if self._served is None:
            self._leave_seat()

    # What the hall tells us.

    def close_if_overdue(self) -> None:
        """Politely at first, then not."""
        hall, clock, transport = self._hall, self._clock, self._transport
        if transport is None or self._served is not None:
            return
        overdue = hall.now >= clock.deadline
        if self._closing or self._stuck or self._securing is not None:
            if overdue:
                self.give_way()
            return
        seen = self._session.seen
        if overdue or (seen is not None and clock.lags(hall.now, seen, hall.limits)):
            self._say_goodbye(SmtpReply.too_slow)
        elif hall.now - self._began >= hall.limits.session_s:
            self._say_goodbye(SmtpReply.too_long_a_session)

    def spared_since(self, unfinished: bool) -> float | None:
        """An idle session is spared first; a mail that is being answered, never."""
        if self._transport is None or self._served is not None:
            return None
        is_idle = self._session.seen is None and self._securing is None
        return self._clock.began if is_idle or unfinished else None

    def give_way(self) -> None:
        """Go at once."""
        self._closing = True
        if self._transport is not None:
            self._transport.abort()

    def leave(self) -> None:
        """The door drains: go at once, or after the mail that is under way."""
        if self._served is None and self._session.seen is None:
            self._say_goodbye(SmtpReply.draining)

    def cut(self) -> asyncio.Task[None] | None:
        """The door closes for good. The task that is to be waited for, if there is one."""
        self.give_way()
        task = self._served.task if self._served is not None else self._securing
        if task is not None:
            task.cancel()
        return task

    # Commands.

    def _go_on(self) -> None:
        """Take up what has come, as far as it can be. A fault of ours costs this session alone."""
        try:
            self._write(b"".join(self._replies()))
            if self._ended and self._served is None:
                self._part(b"", Then.CLOSE)
            self._listen_or_not()
        except Exception as fault:  # whatever it is, the door stays open
            report(fault)
            self.give_way()

    def _replies(self) -> list[bytes]:
        """To all commands that can be answered now."""
        said: list[bytes] = []
        while not (self._closing or self._stuck or self._served or self._securing):
            step = self._session.next()
            self._carry(step)
            if step is None:
                break
            if isinstance(step, Mail):
                # What was said before it goes first: its own answer may come at once.
                self._write(b"".join(said))
                said.clear()
                self._take(step)
                continue
            said.append(step.octets)
            self._restart_clock()
            is_over = self._hall.draining and self._session.seen is None
            if step.then is not Then.GO_ON or is_over:
                self._turn_to(step, said)
        return said

    def _turn_to(self, step: Saying, said: list[bytes]) -> None:
        """What comes after a reply that is not followed by the next command."""
        if step.then is Then.SECURE:
            self._begin_tls(b"".join(said))
        else:
            if step.then is Then.GO_ON:
                step = self._session.end(SmtpReply.draining)
                said.append(step.octets)
            self._part(b"".join(said), step.then)
        said.clear()

    def _carry(self, step: Saying | Mail | None) -> None:
        """A mail that is under way counts for its holder, and for all, until it is answered."""
        hall, seat = self._hall, self._seat
        if seat is None:
            return
        if isinstance(step, Mail):
            self._count(len(step.body))
            hall.carries(seat, 0)
            return
        size = self._session.held
        if size == self._carried:
            return
        self._count(size)
        has_room = hall.bodies.held <= hall.limits.bodies_total
        if not (hall.carries(seat, size) and has_room) and size:
            self._session.drop()
            self._count(0)
            hall.carries(seat, 0)

    def _count(self, size: int) -> None:
        self._hall.bodies.held += size - self._carried
        self._carried = size

    def _restart_clock(self) -> None:
        hall, limits = self._hall, self._hall.limits
        is_mail = self._session.seen is not None
        self._clock.restart(hall.now, limits.body_s if is_mail else limits.command_s)

    def _listen_or_not(self) -> None:
        transport = self._transport
        busy = self._served is not None or self._stuck
        deaf = busy and not self._closing
        if transport is None or deaf is self._deaf or transport.is_closing() or self._securing:
            return
        self._deaf = deaf
        if deaf:
            transport.pause_reading()
        else:
            transport.resume_reading()

    # Mails.

    def _take(self, mail: Mail) -> None:
        self._hall.in_flight += 1
        self._all_kept = True
        self._waiting = deque(
            Request(MAIL, f"{name}@", body=mail.body, peer=self._peer) for name in mail.names
        )
        self._take_next()

    def _take_next(self) -> None:
        """One name after the other: who is told to come again comes again to all of them."""
        turn = self._served = MailTurn(self._waiting.popleft(), self._answered)
        try:
            self._hall.answerer.take([turn])
        except Exception as fault:  # whatever it is, the door stays open
            report(fault)
            if turn.task is None and turn.waits:
                turn.give_up()

    def _answered(self, kept: bool) -> None:
        self._all_kept = self._all_kept and kept
        if kept and self._waiting:
            self._take_next()
            return
        self._waiting.clear()
        self._served = None
        self._hall.in_flight -= 1
        self._count(0)
        self._hall.counts["mails kept" if self._all_kept else "mails put off"] += 1
        if self._transport is None:
            self._leave_seat()
            return
        said = self._session.taken(kept=self._all_kept)
        self._restart_clock()
        self._write(said.octets)
        if self._hall.draining:
            self._say_goodbye(SmtpReply.draining)
        else:
            # The answer may have come within the step that asked for it.
            asyncio.get_running_loop().call_soon(self._go_on)

    # TLS.

    def _begin_tls(self, said: bytes) -> None:
        """From its reply on, all that comes belongs to the handshake."""
        raw = self._transport
        show = self._hall.show
        if raw is None or show is None:
            return
        raw.pause_reading()
        self._write(said)
        self._session = self._new_session(may_secure=False)
        self._clock.restart(self._hall.now, self._hall.limits.handshake_s)
        loop = asyncio.get_running_loop()
        self._securing = loop.create_task(self._shake_hands(raw, show()))

    async def _shake_hands(self, raw: asyncio.Transport, context: ssl.SSLContext) -> None:
        limits = self._hall.limits
        transport: asyncio.Transport | None = None
        try:
            transport = await asyncio.get_running_loop().start_tls(
                raw,
                self,
                context,
                server_side=True,
                ssl_handshake_timeout=limits.handshake_s,
                ssl_shutdown_timeout=limits.linger_s,
            )
        except asyncio.CancelledError:
            self._lose(raw)
            raise
        except OSError:
            pass  # All that TLS complains of is one, and the client's to know.
        except Exception as fault:  # whatever it is, the seat is given back
            report(fault)
        self._securing = None
        if transport is None or self._closing:
            self._lose(raw)
            return
        self._transport = transport
        self._restart_clock()
        if self._hall.draining:
            self._say_goodbye(SmtpReply.draining)
        self._go_on()

    def _lose(self, raw: asyncio.Transport) -> None:
        self._closing = True
        self._transport = None
        raw.abort()
        self._leave_seat()

    # Ending.

    def _write(self, out: bytes) -> None:
        transport = self._transport
        if out and transport is not None and not transport.is_closing():
            transport.write(out)

    def _say_goodbye(self, reply: SmtpReply) -> None:
        if not self._closing and self._securing is None:
            self._part(*self._session.end(reply))

    def _part(self, out: bytes, then: Then) -> None:
        """Say it, and let the client read it: to close with input unread would reset the line."""
        transport = self._transport
        self._closing = True
        self._count(0)
        if self._seat is not None:
            self._hall.carries(self._seat, 0)
        self._clock.restart(self._hall.now, self._hall.limits.linger_s)
        self._write(out)
        self._listen_or_not()
        if transport is None or transport.is_closing():
            return
        if then is Then.CLOSE or not transport.can_write_eof():
            transport.close()
        else:
            say_no_more(transport)

    def _leave_seat(self) -> None:
        self._count(0)
        seat, self._seat = self._seat, None  # each knows the other: nobody would let go of both
        self._hall.free(seat)
