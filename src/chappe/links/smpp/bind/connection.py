"""One connection to a centre, and the conversation that goes over it.

In: octets, requests and answers of ours. Out: events, to whoever listens. Promise: what leaves in
one turn of the loop is one write; there is one timer; a side that does not read is not written to,
and where we cannot keep up nothing more is read; no more is looked at in one turn of the loop than
others can wait for; what was not sent before the end is said to be unanswered.
"""

import asyncio
import contextlib
import logging
import socket
from collections.abc import Callable, Iterable, Sequence
from time import monotonic
from typing import Any, Final

from chappe.links.smpp.conversation.client import CLIENT, bind
from chappe.links.smpp.conversation.events import Event, Mode, SessionLimits, SessionState
from chappe.links.smpp.conversation.session import TURN_MOST, SmppSession
from chappe.links.smpp.pdus.tables import Bind, Pdu
from chappe.words.clock import SECOND, Clock, Timer

log = logging.getLogger("chappe.links")

UNHEARD_MOST: Final = 2_000
"""Receipts and replies that wait for the disk; beyond that nothing more is read."""

UNHEARD_OCTETS: Final = 8 << 20
"""The same for what was read since nothing much waited: a reply may be as long as a PDU."""

_FEW: Final = UNHEARD_MOST // 32

_CLOSE_MS: Final = 2 * SECOND
_LATE_MS: Final = 1 * SECOND
_CATCH_UP_MS: Final = 100
_GRACE_S: Final = 1.0
_LEAVE_S: Final = 1.5

_OPTIONS: Final = {
    "TCP_KEEPIDLE": 60,
    "TCP_KEEPINTVL": 15,
    "TCP_KEEPCNT": 3,
    "TCP_USER_TIMEOUT": 30 * SECOND,
}
"""By these the kernel finds a connection whose other end is gone, where it knows them."""

OnEvents = Callable[["SmscConnection", list[Event]], None]


class SmscConnection(asyncio.Protocol):
    """From the connect to the close."""

    def __init__(
        self, mode: Mode, who: Bind, limits: SessionLimits, clock: Clock, on_events: OnEvents
    ) -> None:
        self.session = SmppSession(CLIENT, limits, clock.steady())
        self.answered_at = -1  # when a submit was last answered, on the steady clock
        self._mode = mode
        self._who = who
        self._clock = clock
        self._on_events = on_events
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._flush: asyncio.Handle | None = None
        self._next: asyncio.Handle | None = None  # others have their turn, then more is looked at
        self._timer: Timer | None = None
        self._rings_at = 0
        self._caught_up = False
        self._blocked = False  # the other side does not read
        self._held = False  # we do not keep up
        self._weight = 0  # octets that were read since few waited for the disk
        self._calm: asyncio.Future[None] | None = None  # once somebody waits for it
        self._gone: asyncio.Future[None] = self._loop.create_future()

    # --- what we do ---

    @property
    def room(self) -> int:
        """How many requests may leave now."""
        return 0 if self._blocked else self.session.room

    def request(self, wanted: Iterable[tuple[Any, Pdu]]) -> int:
        """Send requests, as many as there is room for; how many left."""
        made = 0 if self._blocked else self.session.request(wanted, self._clock.steady())
        self._send_soon()
        return made

    def answer(self, answers: Sequence[Pdu]) -> None:
        self.session.answer(answers)
        if self.session.unheard <= _FEW:
            self._weight = 0
        if self._held and self.session.unheard <= UNHEARD_MOST // 2 and not self._is_heavy():
            self._held = False
            self._read_again()
        self._tell_calm()
        self._send_soon()

    def unbind(self) -> None:
        """End it as one should."""
        self.session.unbind(self._clock.steady())
        self._send_soon()

    async def leave(self) -> None:
        """Wait a little for what is under way, unbind, and wait a little for the answer."""
        if not self._is_calm():
            self._calm = self._loop.create_future()
            await asyncio.wait([self._calm], timeout=_GRACE_S)
        if not self.session.over:
            self.unbind()
            await asyncio.wait([self._gone], timeout=_LEAVE_S)
        self.cut()

    def cut(self) -> None:
        """End it at once."""
        if self._transport is not None:
            self._transport.abort()
        self._tell(self.session.lost())

    # --- what happens to us ---

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]  # of a stream, it is one
        _keep_alive(transport.get_extra_info("socket"))
        bind(self.session, self._mode, self._who, self._clock.steady())
        self._send()

    def data_received(self, octets: bytes) -> None:
        session, begun = self.session, monotonic()
        self._weight = self._weight + len(octets) if session.unheard > _FEW else len(octets)
        self._tell(session.feed(octets, self._clock.steady(), TURN_MOST))
        self._held = self._held or session.unheard > UNHEARD_MOST or self._is_heavy()
        if session.sated and not session.over and self._next is None:
            # Who sends without end gets half of the loop at most.
            took = monotonic() - begun if session.behind else 0.0
            self._next = self._loop.call_later(took, self._look_on)
        if self._held or self._next is not None:
            self._read_no_more()

    def connection_lost(self, fault: Exception | None) -> None:
        self._transport = None
        if self._next is not None:
            self._next.cancel()
        if not self._gone.done():
            self._gone.set_result(None)
        self._tell(self.session.lost())

    def pause_writing(self) -> None:
        self._blocked = True
        self._read_no_more()  # a peer that does not read would make answers pile up

    def resume_writing(self) -> None:
        self._blocked = False
        self._read_again()
        self._on_events(self, [])

    # --- inside ---

    def _is_heavy(self) -> bool:
        return self._weight > UNHEARD_OCTETS and self.session.unheard > _FEW

    def _look_on(self) -> None:
        self._next = None
        if self._held or self._blocked:
            return  # whatever ends that goes on here
        if self.session.behind:
            self.data_received(b"")
        self._read_again()

    def _read_no_more(self) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.pause_reading()

    def _read_again(self) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        if self._blocked or self._held or self._next is not None:
            return
        if self.session.behind:
            self._next = self._loop.call_soon(self._look_on)
        else:
            self._transport.resume_reading()

    def _tell(self, events: list[Event]) -> None:
        try:
            if events:
                self._on_events(self, events)
        except Exception:  # a slip of ours: it costs this connection, and the next one is tried
            log.exception("what a connection told could not be taken")
            if self._transport is not None:
                self._transport.abort()
        self._tell_calm()
        self._send_soon()

    def _tell_calm(self) -> None:
        if self._calm is not None and not self._calm.done() and self._is_calm():
            self._calm.set_result(None)

    def _is_calm(self) -> bool:
        """Whether neither side waits for the other."""
        return not self.session.unanswered and not self.session.unheard

    def _send_soon(self) -> None:
        if self._flush is None:
            self._flush = self._loop.call_soon(self._send)

    def _send(self) -> None:
        self._flush = None
        octets = self.session.take()
        if self._transport is None:
            return
        if octets and not self._transport.is_closing():
            self._transport.write(octets)
        if self.session.over:
            self._close()
        else:
            self._set_timer()

    def _close(self) -> None:
        """Once what is left was sent, or after a while."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._transport is not None and not self._transport.is_closing():
            self._transport.close()
            self._clock.later(_CLOSE_MS, self._abort)

    def _abort(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def _set_timer(self) -> None:
        """It may ring too early, never too late: so it need not be set again with each PDU."""
        at = self.session.wake_at
        if at is not None and (self._timer is None or at < self._rings_at):
            self._ring_at(at)

    def _ring_at(self, at: int) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._rings_at = at
        self._timer = self._clock.later(at - self._clock.steady(), self._ring)

    def _ring(self) -> None:
        self._timer = None
        now = self._clock.steady()
        if (self._held or self.session.behind) and self.session.state is SessionState.bound:
            # It is we who do not listen; nobody can be blamed for silence.
            self._ring_at(now + SECOND)
        elif now - self._rings_at > _LATE_MS and not self._caught_up:
            # It is we who were away: what came meanwhile is read before anything is judged.
            self._caught_up = True
            self._ring_at(now + _CATCH_UP_MS)
        else:
            self._caught_up = False
            self._tell(self.session.tick(now))


def _keep_alive(connection: socket.socket | None) -> None:
    if connection is None:
        return
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in _OPTIONS.items():
            if (option := getattr(socket, name, None)) is not None:
                connection.setsockopt(socket.IPPROTO_TCP, option, value)
