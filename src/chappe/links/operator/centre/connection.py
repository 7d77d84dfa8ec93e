"""One client's connection: octets on one side, a conversation on the other.

In: octets from a socket. Out: events, in one call for all that came together; octets to the socket,
in one write. Promise: a client that does not read is not read from either, so nothing piles up;
no more of one is looked at in a turn of the loop than the others can wait for.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import cast

from chappe.links.operator.centre.deliver.owed import Owed
from chappe.links.smpp.conversation.centre import CENTRE
from chappe.links.smpp.conversation.events import Event, Mode, SessionLimits, SessionState
from chappe.links.smpp.conversation.session import TURN_MOST, SmppSession
from chappe.links.smpp.pdus.tables import DeliverSm, Pdu
from chappe.words.clock import Clock


class EsmeConnection(asyncio.Protocol):
    """Lives as long as its socket. `number` is never used twice by one centre."""

    def __init__(
        self,
        number: int,
        clock: Clock,
        limits: SessionLimits,
        on_events: Callable[["EsmeConnection", Sequence[Event]], None],
        opened: Callable[["EsmeConnection"], None],
        closed: Callable[["EsmeConnection"], None],
    ) -> None:
        self.number = number
        self.system_id = ""
        self.ready: deque[Owed] = deque()  # what this one shall be told first
        self.session = SmppSession(CENTRE, limits, clock.steady())
        self._clock = clock
        self._on_events = on_events
        self._opened = opened
        self._closed = closed
        self._transport: asyncio.Transport | None = None
        self._next: asyncio.Handle | None = None  # others have their turn, then more is looked at
        self._clogged = False
        self._lingers = False

    @property
    def receives(self) -> bool:
        """Whether it may be told receipts and replies."""
        bound = self.session.state is SessionState.bound
        return bound and self.session.mode is not Mode.transmitter

    @property
    def room(self) -> int:
        """How many it may be told now."""
        return 0 if self._clogged else self.session.room

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._opened(self)

    def data_received(self, octets: bytes) -> None:
        self._on_events(self, self.session.feed(octets, self._clock.steady(), TURN_MOST))
        self.flush()
        if self.session.sated and not self.session.over and self._transport is not None:
            self._transport.pause_reading()
            if self._next is None:
                self._next = asyncio.get_running_loop().call_soon(self._look_on)

    def _look_on(self) -> None:
        self._next = None
        if self._clogged or self._transport is None:
            return
        if self.session.behind:
            self.data_received(b"")
        if self._next is None and not self._clogged and not self._transport.is_closing():
            self._transport.resume_reading()

    def tick(self) -> None:
        """Look at the time. Who does not read the end of it is cut off at the second look."""
        if self.session.over:
            if self._lingers:
                self.abort()
            self._lingers = True
            return
        self._on_events(self, self.session.tick(self._clock.steady()))
        self.flush()

    def connection_lost(self, _: Exception | None) -> None:
        self._transport = None
        if self._next is not None:
            self._next.cancel()
        self._on_events(self, self.session.lost())
        self._closed(self)

    def pause_writing(self) -> None:
        self._clogged = True
        if self._transport is not None:
            self._transport.pause_reading()

    def resume_writing(self) -> None:
        self._clogged = False
        if self._next is None:
            self._next = asyncio.get_running_loop().call_soon(self._look_on)
        self._on_events(self, ())
        self.flush()

    def request(self, wanted: Iterable[tuple[Owed, DeliverSm]]) -> None:
        """Tell these, as many as there is room for."""
        self.session.request(wanted, self._clock.steady())

    def answer(self, answers: Sequence[Pdu]) -> None:
        self.session.answer(answers)

    def leave_unanswered(self, count: int) -> None:
        """So many requests never get an answer, and are not waited for."""
        self.session.unheard = max(0, self.session.unheard - count)

    def flush(self) -> None:
        """Send what there is, and close if that was the end."""
        octets = self.session.take()
        if self._transport is None:
            return
        if octets:
            self._transport.write(octets)
        if self.session.over:
            self._transport.close()

    def unbind(self) -> None:
        """Ask the client to end it."""
        self.session.unbind(self._clock.steady())
        self.flush()
        if self.session.state is not SessionState.unbinding:
            self.abort()

    def abort(self) -> None:
        if self._transport is not None:
            self._transport.abort()
