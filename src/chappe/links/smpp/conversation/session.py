"""A conversation in SMPP without its socket: what both sides do alike.

In: octets from the connection, requests and answers of ours, and the time. Out: events, and the
octets to send, which `take` gives in one piece: call it after each other call. Promise: nothing
that comes raises; every request of ours is told as answered or unanswered, exactly once; none of
theirs is answered well before `answer` is called; memory is bounded by `SessionLimits`; who sends
more than they allow of what nobody asked for is listened to no longer. A `Side` is what one of the
two does its own way: client.py and centre.py have one each.
"""

import logging
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from typing import Any, Final, NamedTuple

from chappe.links.smpp.conversation.events import (
    Announced,
    Bound,
    Ended,
    Event,
    Mode,
    Oddities,
    Requested,
    Responded,
    SessionLimits,
    SessionState,
    Unanswered,
    Why,
)
from chappe.links.smpp.pdus.octets import Broken, answer_to, pack, reproach, unpack
from chappe.links.smpp.pdus.stream import Splitter
from chappe.links.smpp.pdus.tables import (
    COMMANDS,
    RESPONSE,
    RESPONSES,
    SEQUENCE_MAX,
    CommandStatus,
    DeliverSm,
    EnquireLink,
    EnquireLinkResp,
    Pdu,
    SubmitSmResp,
    Unbind,
    UnbindResp,
)
from chappe.words.clock import SECOND

log = logging.getLogger("chappe.links")

TURN_MOST: Final = 512
"""So many frames are looked at in one turn of the loop; the others wait for the next. Less would
cost an honest window of hundreds, whose answers are cheaper together."""

_DELIVERY: Final = 4  # frames that one counts for: a receipt takes as long as so many answers

_TURN_OCTETS: Final = 64 << 10  # who fills such a read has more to say

Key = Any


class Side(NamedTuple):
    """What one of the two sides does its own way."""

    requests_in: frozenset[Mode]  # the modes in which it makes requests
    hears: Mapping[Mode, frozenset[int]]  # the commands that it is sent in which mode (2.3)
    take_bind: Callable[["SmppSession", Pdu, list[Event]], bool]
    """Whether a PDU belongs to the beginning of the conversation; then it is dealt with."""


class SmppSession:
    """One conversation, from the connection to its end."""

    def __init__(self, side: Side, limits: SessionLimits, now: int) -> None:
        self.state = SessionState.open
        self.mode: Mode | None = None
        self.oddities = Oddities()
        self.unheard = 0  # requests of theirs that wait for our answer
        self.noise = 0  # of what nobody asked for, within a second
        self.bind_sequence = 0  # of a bind of ours
        self._side = side
        self._limits = limits
        self._splitter = Splitter(limits.pdu_max)
        self._out: list[bytes] = []
        self._sequence = 0
        # Key and deadline of each request of ours, by sequence number. All wait equally long, so
        # the first is the first to run out.
        self._waiting: dict[int, tuple[Key, int]] = {}
        self._left: list[bytes] = []  # whole frames that have not been looked at
        self._fed = 0
        self._noise_since = now
        self._heard = now
        self._enquired: int | None = None
        self._step_by: int | None = now + limits.bind_ms  # for a bind, or the answer to an unbind

    # --- what we do ---

    def take(self) -> bytes:
        """All that is to be sent, once."""
        octets = b"".join(self._out)
        self._out.clear()
        return octets

    @property
    def over(self) -> bool:
        """Whether nothing more will come or go."""
        return self.state is SessionState.ended

    @property
    def room(self) -> int:
        """How many requests may be made now."""
        if self.state is not SessionState.bound or not self.may_request:
            return 0
        return max(0, self._limits.window - len(self._waiting))

    @property
    def may_request(self) -> bool:
        """Whether this side makes requests in this mode."""
        return self.mode in self._side.requests_in

    @property
    def unanswered(self) -> int:
        """How many requests of ours wait for their answer."""
        return len(self._waiting)

    def request(self, wanted: Iterable[tuple[Key, Pdu]], now: int) -> int:
        """Make requests, as many as there is room for; how many were made.

        The sequence numbers are given here. A PDU that cannot be written is a ValueError.
        """
        made = 0
        sequence, by, out, waiting = (
            self._sequence,
            now + self._limits.answer_ms,
            self._out,
            self._waiting,
        )
        for key, pdu in islice(wanted, self.room):
            sequence = 1 if sequence >= SEQUENCE_MAX else sequence + 1
            out.append(pack(pdu, sequence))
            waiting[sequence] = key, by
            self._sequence = sequence
            made += 1
        return made

    def answer(self, answers: Sequence[Pdu]) -> None:
        """Answer requests that were `Requested`; an answer has its request's sequence number."""
        if self.over:
            return
        self._out += [pack(pdu) for pdu in answers]
        self.unheard = max(0, self.unheard - len(answers))

    def unbind(self, now: int) -> None:
        """Ask to end it. What is unanswered may still be answered until the other side agrees."""
        if self.state in (SessionState.bound, SessionState.binding):
            self.state = SessionState.unbinding
            self._step_by = now + self._limits.bind_ms
            self.send(Unbind())

    # --- what happens to us ---

    @property
    def behind(self) -> bool:
        """Whether frames wait to be looked at: feed it again, if only with nothing."""
        return bool(self._left)

    @property
    def sated(self) -> bool:
        """Whether so much came at once that others should have their turn before more is read."""
        return bool(self._left) or self._fed >= _TURN_OCTETS

    def feed(self, octets: bytes, now: int, most: int = sys.maxsize) -> list[Event]:
        """What these octets tell, and what was left of those before: `most` frames of it, of which
        a delivery counts for several."""
        events: list[Event] = []
        if self.over:
            return events
        frames = self._splitter.feed(octets) if octets else []
        if self._left:
            frames = self._left + frames
        self._fed = len(octets)
        if frames:
            self._heard, self._enquired = now, None
        if now - self._noise_since >= SECOND:
            self.noise, self._noise_since = 0, now
        try:
            looked_at = self._look_at(frames, events, most)
            self._left = [] if self.over else frames[looked_at:]
        except Exception:  # a slip of ours: it costs this connection, and nothing that was heard
            log.exception("a frame could not be taken")
            self.end(Why.broken, events)
        if self._splitter.broken is not None and not self._left and not self.over:
            self._reject(self._splitter.broken)
            self.end(Why.broken, events)
        return events

    def _look_at(self, frames: Sequence[bytes], events: list[Event], room: int) -> int:
        """How many of them there was room for."""
        waiting, most = self._waiting, self._limits.unheard_max
        noise_most = self._limits.noise_max + self._limits.window
        hears = self._hears_deliveries()
        for place, frame in enumerate(frames):
            if room <= 0:
                return place
            room -= 1
            pdu = unpack(frame)
            # Nearly all that comes to a client are answers to its submits, and receipts.
            if type(pdu) is SubmitSmResp and (found := waiting.pop(pdu.sequence, None)):
                events.append(Responded(found[0], pdu))
            elif type(pdu) is DeliverSm and hears and self.unheard < most:
                self.unheard += 1
                room -= _DELIVERY - 1
                events.append(Requested(pdu))
            else:
                self._take_in(pdu, events)
                if self.noise > noise_most and not self.over:
                    self.end(Why.noisy, events)
                if self.over:
                    break
                hears = self._hears_deliveries()
        return len(frames)

    def tick(self, now: int) -> list[Event]:
        """What did not happen in time. Call it at `wake_at`, or now and then."""
        events: list[Event] = []
        if self.over or self._left:
            return events  # what is waited for may have come
        if self._step_by is not None and now >= self._step_by:
            self.end(Why.silent, events)
            return events
        late = []
        for sequence, (_, by) in self._waiting.items():
            if by > now:
                break
            late.append(sequence)
        events += [Unanswered(self._waiting.pop(sequence)[0]) for sequence in late]
        if self._enquired is not None:
            if now - self._enquired >= self._limits.alive_ms:
                self.end(Why.silent, events)
        elif self.state is SessionState.bound and now - self._heard >= self._limits.enquire_ms:
            self._enquired = now
            self.send(EnquireLink())
        return events

    @property
    def wake_at(self) -> int | None:
        """When `tick` will have something to do, unless something happens before."""
        if self.over:
            return None
        times = [] if self._step_by is None else [self._step_by]
        if self._waiting:
            times.append(next(iter(self._waiting.values()))[1])
        if self._enquired is not None:
            times.append(self._enquired + self._limits.alive_ms)
        elif self.state is SessionState.bound:
            times.append(self._heard + self._limits.enquire_ms)
        return min(times) if times else None

    def lost(self) -> list[Event]:
        """The connection is gone."""
        events = self.feed(b"", self._heard)
        if not self.over:
            self.end(Why.closed, events)
        return events

    # --- what a side does ---

    def begin(self, mode: Mode, now: int | None = None) -> None:
        """A bind is under way. With `now`, there is as much time for it again; else what is left of
        the time in which it had to come."""
        self.state, self.mode = SessionState.binding, mode
        if now is not None:
            self._step_by = now + self._limits.bind_ms

    def begin_anew(self) -> None:
        """The bind came to nothing, and another one may be tried."""
        self.state, self.mode = SessionState.open, None

    def agree(self, system_id: str) -> list[Event]:
        """The bind is agreed on with the other side, which calls itself so."""
        self.state, self._step_by = SessionState.bound, None
        return [] if self.mode is None else [Bound(self.mode, system_id)]

    def send(self, pdu: Pdu) -> int:
        """Send a request whose answer is nobody's but ours; its sequence number."""
        self._sequence = 1 if self._sequence >= SEQUENCE_MAX else self._sequence + 1
        self._out.append(pack(pdu, self._sequence))
        return self._sequence

    def send_answer(self, pdu: Pdu) -> None:
        self._out.append(pack(pdu))

    def say_no(self, pdu: Pdu, status: int) -> None:
        """Answer a request with this status, if it gets an answer."""
        told = answer_to(pdu, status)
        if told is not None:
            self.send_answer(told)

    def end(self, why: Why, events: list[Event], status: int = 0) -> None:
        """Nothing more comes or goes, and what waited gets no answer."""
        self.state = SessionState.ended
        self._step_by = self._enquired = None
        self._left = []
        events += [Unanswered(key) for key, _ in self._waiting.values()]
        self._waiting.clear()
        events.append(Ended(why, status))

    # --- inside ---

    def _hears_deliveries(self) -> bool:
        if self.state is not SessionState.bound or self.mode is None:
            return False
        return DeliverSm.command in self._side.hears[self.mode]

    def _take_in(self, pdu: Pdu | Broken, events: list[Event]) -> None:
        if isinstance(pdu, Broken):
            self._take_broken(pdu, events)
        elif self._side.take_bind(self, pdu, events):
            return
        elif pdu.command & RESPONSE:
            self._take_answer(pdu, events)
        elif isinstance(pdu, EnquireLink):
            self.noise += 1
            self.send_answer(EnquireLinkResp(pdu.sequence))
        elif isinstance(pdu, Unbind):
            self.send_answer(UnbindResp(pdu.sequence))
            self.end(Why.left, events)
        else:
            self._take_request(pdu, events)

    def _take_broken(self, broken: Broken, events: list[Event]) -> None:
        if broken.command & RESPONSE and broken.command in COMMANDS:
            # Its status can be read, if not the rest: so the request has its answer.
            self.oddities.broken += 1
            self._take_in(COMMANDS[broken.command](broken.sequence, broken.said), events)
        else:
            self._reject(broken)

    def _reject(self, broken: Broken) -> None:
        self.noise += 1
        if broken.status == CommandStatus.bad_command:
            self.oddities.unknown += 1
        else:
            self.oddities.broken += 1
        told = reproach(broken)
        if told is not None:
            self.send_answer(told)

    def _take_answer(self, pdu: Pdu, events: list[Event]) -> None:
        if isinstance(pdu, EnquireLinkResp):
            self.noise += 1
            return
        if isinstance(pdu, UnbindResp) and self.state is SessionState.unbinding:
            self.end(Why.unbound, events)
            return
        found = self._waiting.pop(pdu.sequence, None)
        if found is None:
            self.noise += 1
            self.oddities.strays += 1
        else:
            events.append(Responded(found[0], pdu))

    def _take_request(self, pdu: Pdu, events: list[Event]) -> None:
        in_talk = self.state in (SessionState.bound, SessionState.unbinding)
        if not in_talk or self.mode is None or pdu.command not in self._side.hears[self.mode]:
            self.noise += 1
            self.oddities.misplaced += 1
            self.say_no(pdu, CommandStatus.wrong_bind)
        elif pdu.command not in RESPONSES:
            self.noise += 1
            events.append(Announced(pdu))
        elif self.unheard >= self._limits.unheard_max:
            self.oddities.crowded += 1
            self.say_no(pdu, CommandStatus.queue_full)
        else:
            self.unheard += 1
            events.append(Requested(pdu))
