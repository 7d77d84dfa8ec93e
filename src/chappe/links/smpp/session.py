"""A conversation in SMPP without its socket: what both sides do alike.

In: octets from the connection, requests and answers of ours, and the time. Out: events, and the
octets to send, which `take` gives in one piece: call it after each other call. Promise: nothing
that comes raises; every request of ours is told as answered or unanswered, exactly once; none of
theirs is answered well before `answer` is called; memory is bounded by `Pace`; who sends more than
`Pace` allows of what nobody asked for is listened to no longer. client.py and centre.py are the two
sides.
"""

import logging
import sys
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any, ClassVar, Final

from chappe.links.smpp.events import (
    Answered,
    Asked,
    Ended,
    Event,
    Mode,
    Oddities,
    Pace,
    Stage,
    Told,
    Unanswered,
    Why,
)
from chappe.links.smpp.pdu import Broken, answer_to, pack, reproach, unpack
from chappe.links.smpp.stream import Splitter
from chappe.links.smpp.tables import (
    COMMANDS,
    RESPONSE,
    RESPONSES,
    SEQUENCE_MAX,
    DeliverSm,
    EnquireLink,
    EnquireLinkResp,
    Pdu,
    Status,
    SubmitSmResp,
    Unbind,
    UnbindResp,
)
from chappe.words.clock import SECOND

log = logging.getLogger("chappe.links")

TURN_MOST: Final = 512
"""So many frames are looked at in one turn of the loop; the others wait for the next. Less would
cost an honest window of hundreds, whose answers and receipts are cheaper together."""

_TURN_OCTETS: Final = 64 << 10  # who fills such a read has more to say

Key = Any


class Session:
    """One conversation, from the connection to its end."""

    MAY_ASK: ClassVar[Mapping[Mode, frozenset[int]]]
    """The commands that the other side may send in which mode (2.3)."""

    def __init__(self, pace: Pace, now: int) -> None:
        self.stage = Stage.open
        self.mode: Mode | None = None
        self.oddities = Oddities()
        self.unheard = 0  # requests of theirs that wait for our answer
        self._pace = pace
        self._splitter = Splitter(pace.pdu_max)
        self._out: list[bytes] = []
        self._sequence = 0
        # Key and deadline of each request of ours, by sequence number. All wait equally long, so
        # the first is the first to run out.
        self._waiting: dict[int, tuple[Key, int]] = {}
        self._left: list[bytes] = []  # whole frames that have not been looked at
        self._fed = 0
        self._noise, self._noise_since = 0, now
        self._heard = now
        self._enquired: int | None = None
        self._step_by: int | None = now + pace.bind_ms  # for a bind, or the answer to an unbind

    # --- what we do ---

    def take(self) -> bytes:
        """All that is to be sent, once."""
        octets = b"".join(self._out)
        self._out.clear()
        return octets

    @property
    def over(self) -> bool:
        """Whether nothing more will come or go."""
        return self.stage is Stage.ended

    @property
    def room(self) -> int:
        """How many requests may be made now."""
        if self.stage is not Stage.bound or not self._may_request():
            return 0
        return max(0, self._pace.window - len(self._waiting))

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
            now + self._pace.answer_ms,
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
        """Answer requests that were `Asked`; an answer has its request's sequence number."""
        if self.over:
            return
        self._out += [pack(pdu) for pdu in answers]
        self.unheard = max(0, self.unheard - len(answers))

    def unbind(self, now: int) -> None:
        """Ask to end it. What is unanswered may still be answered until the other side agrees."""
        if self.stage in (Stage.bound, Stage.binding):
            self.stage = Stage.unbinding
            self._step_by = now + self._pace.bind_ms
            self._send(Unbind())

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
        """What these octets tell, and what was left of those before: `most` frames of it."""
        events: list[Event] = []
        if self.over:
            return events
        frames = self._splitter.feed(octets) if octets else []
        if self._left:
            frames = self._left + frames
        self._left = frames[most:]
        if self._left:
            frames = frames[:most]
        self._fed = len(octets)
        if frames:
            self._heard, self._enquired = now, None
        if now - self._noise_since >= SECOND:
            self._noise, self._noise_since = 0, now
        try:
            self._look_at(frames, now, events)
        except Exception:  # a slip of ours: it costs this connection, and nothing that was heard
            log.exception("a frame could not be taken")
            self._end(Why.broken, events)
        if self._splitter.broken is not None and not self._left and not self.over:
            self._reject(self._splitter.broken)
            self._end(Why.broken, events)
        return events

    def _look_at(self, frames: Sequence[bytes], now: int, events: list[Event]) -> None:
        waiting, most = self._waiting, self._pace.unheard_max
        noise_most = self._pace.noise_max + self._pace.window
        hears = self._hears_deliveries()
        for frame in frames:
            pdu = unpack(frame)
            # Nearly all that comes to a client are answers to its submits, and receipts.
            if type(pdu) is SubmitSmResp and (found := waiting.pop(pdu.sequence, None)):
                events.append(Answered(found[0], pdu))
            elif type(pdu) is DeliverSm and hears and self.unheard < most:
                self.unheard += 1
                events.append(Asked(pdu))
            else:
                self._take_in(pdu, now, events)
                if self._noise > noise_most and not self.over:
                    self._end(Why.noisy, events)
                if self.over:
                    return
                hears = self._hears_deliveries()

    def tick(self, now: int) -> list[Event]:
        """What did not happen in time. Call it at `wake_at`, or now and then."""
        events: list[Event] = []
        if self.over or self._left:
            return events  # what is waited for may have come
        if self._step_by is not None and now >= self._step_by:
            self._end(Why.silent, events)
            return events
        late = []
        for sequence, (_, by) in self._waiting.items():
            if by > now:
                break
            late.append(sequence)
        events += [Unanswered(self._waiting.pop(sequence)[0]) for sequence in late]
        if self._enquired is not None:
            if now - self._enquired >= self._pace.alive_ms:
                self._end(Why.silent, events)
        elif self.stage is Stage.bound and now - self._heard >= self._pace.enquire_ms:
            self._enquired = now
            self._send(EnquireLink())
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
            times.append(self._enquired + self._pace.alive_ms)
        elif self.stage is Stage.bound:
            times.append(self._heard + self._pace.enquire_ms)
        return min(times) if times else None

    def lost(self) -> list[Event]:
        """The connection is gone."""
        events = self.feed(b"", self._heard)
        if not self.over:
            self._end(Why.closed, events)
        return events

    # --- what each side does its own way ---

    def _may_request(self) -> bool:
        """Whether this side makes requests in this mode."""
        raise NotImplementedError

    def _take_bind(self, pdu: Pdu, now: int, events: list[Event]) -> bool:
        """Whether this PDU belongs to the beginning of the conversation; then it is dealt with."""
        raise NotImplementedError

    # --- inside ---

    def _hears_deliveries(self) -> bool:
        if self.stage is not Stage.bound or self.mode is None:
            return False
        return DeliverSm.command in self.MAY_ASK[self.mode]

    def _take_in(self, pdu: Pdu | Broken, now: int, events: list[Event]) -> None:
        if isinstance(pdu, Broken):
            self._take_broken(pdu, now, events)
        elif self._take_bind(pdu, now, events):
            return
        elif pdu.command & RESPONSE:
            self._take_answer(pdu, events)
        elif isinstance(pdu, EnquireLink):
            self._noise += 1
            self._send_answer(EnquireLinkResp(pdu.sequence))
        elif isinstance(pdu, Unbind):
            self._send_answer(UnbindResp(pdu.sequence))
            self._end(Why.left, events)
        else:
            self._take_request(pdu, events)

    def _take_broken(self, broken: Broken, now: int, events: list[Event]) -> None:
        if broken.command & RESPONSE and broken.command in COMMANDS:
            # Its status can be read, if not the rest: so the request has its answer.
            self.oddities.broken += 1
            self._take_in(COMMANDS[broken.command](broken.sequence, broken.said), now, events)
        else:
            self._reject(broken)

    def _reject(self, broken: Broken) -> None:
        self._noise += 1
        if broken.status == Status.bad_command:
            self.oddities.unknown += 1
        else:
            self.oddities.broken += 1
        told = reproach(broken)
        if told is not None:
            self._send_answer(told)

    def _take_answer(self, pdu: Pdu, events: list[Event]) -> None:
        if isinstance(pdu, EnquireLinkResp):
            self._noise += 1
            return
        if isinstance(pdu, UnbindResp) and self.stage is Stage.unbinding:
            self._end(Why.unbound, events)
            return
        found = self._waiting.pop(pdu.sequence, None)
        if found is None:
            self._noise += 1
            self.oddities.strays += 1
        else:
            events.append(Answered(found[0], pdu))

    def _take_request(self, pdu: Pdu, events: list[Event]) -> None:
        in_talk = self.stage in (Stage.bound, Stage.unbinding)
        if not in_talk or self.mode is None or pdu.command not in self.MAY_ASK[self.mode]:
            self._noise += 1
            self.oddities.misplaced += 1
            self._say_no(pdu, Status.wrong_bind)
        elif pdu.command not in RESPONSES:
            self._noise += 1
            events.append(Told(pdu))
        elif self.unheard >= self._pace.unheard_max:
            self.oddities.crowded += 1
            self._say_no(pdu, Status.queue_full)
        else:
            self.unheard += 1
            events.append(Asked(pdu))

    def _say_no(self, pdu: Pdu, status: int) -> None:
        told = answer_to(pdu, status)
        if told is not None:
            self._send_answer(told)

    def _send(self, pdu: Pdu) -> int:
        """Send a request whose answer is nobody's but ours; its sequence number."""
        self._sequence = 1 if self._sequence >= SEQUENCE_MAX else self._sequence + 1
        self._out.append(pack(pdu, self._sequence))
        return self._sequence

    def _send_answer(self, pdu: Pdu) -> None:
        self._out.append(pack(pdu))

    def _end(self, why: Why, events: list[Event], status: int = 0) -> None:
        self.stage = Stage.ended
        self._step_by = self._enquired = None
        self._left = []
        events += [Unanswered(key) for key, _ in self._waiting.values()]
        self._waiting.clear()
        events.append(Ended(why, status))
