"""What a way out to an operator is: parts go in, answers, reports and arrivals come back.

In: parts, in batches. Out: to the Sink, in batches. Promise: `submit` never raises and never
waits; each part is answered exactly once, if only with Verdict.unanswered.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from enum import IntEnum
from typing import Protocol, runtime_checkable

import msgspec

from chappe.words.alphabet import Alphabet
from chappe.words.calls import Gesture, OnCall, Recording
from chappe.words.chaos import Ordeal
from chappe.words.lifecycle import Reason
from chappe.words.order import Speech
from chappe.words.report import Arrival, Fragment, Report


class Carriage(IntEnum):
    """How a link carries a message that is too long for one part."""

    usual = 1  # in parts with a header of 6 octets, or what leaves as much room
    wide = 2  # in parts with a header of 7 octets
    whole = 3  # as it is: the operator takes it apart


class Part(msgspec.Struct, frozen=True, gc=False):
    """One SMS on the air: a whole message, or a part of a long one."""

    message: int
    no: int  # from 1
    total: int
    number: int
    sender: str
    text: str  # of this part; hex where the alphabet is binary
    alphabet: Alphabet
    udh: str
    flash: bool
    validity_h: int
    speech: Speech | None = None  # where it is a call: how the text is spoken to whoever takes it


# What a link of kind 'calls' has spoken before it calls anybody. CannotSpeak where it can't be, and
# OSError where it can't be kept now.
Speak = Callable[[Speech, str], Awaitable[Recording]]


class Verdict(IntEnum):
    """What an operator made of a part."""

    taken = 1
    refused = 2  # for good
    later = 3  # it never left us, or the operator wants it later: try again
    unanswered = 4  # it left us and no answer came


class Answer(msgspec.Struct, frozen=True, order=True, gc=False):
    """The operator's answer to one part."""

    message: int
    no: int
    verdict: Verdict
    ref: str = ""  # the operator's id, in its plain form
    reason: Reason = Reason.none
    forms: tuple[str, ...] = ()  # refs that an early report of it may have; () is `ref` alone


class Condition(IntEnum):
    """How a link is."""

    up = 1
    down = 2
    paused = 3


# Called once what was handed over is on disk (True), or could not be kept (False).
Acknowledge = Callable[[bool], None]


class Sink(Protocol):
    """The engine's side of a link."""

    def answered(self, link: str, answers: Sequence[Answer]) -> None: ...

    def reported(self, link: str, reports: Sequence[Report], acknowledge: Acknowledge) -> None: ...

    def arrived(self, link: str, arrivals: Sequence[Arrival], acknowledge: Acknowledge) -> None:
        """Whole messages; the fragments that one came in are then no longer kept."""

    def pieced(self, link: str, fragments: Sequence[Fragment], acknowledge: Acknowledge) -> None:
        """Pieces of messages that are not there whole."""

    async def fragments(self, link: str) -> Sequence[Fragment]:
        """All that were kept of a link and that no arrival came of, the oldest first."""

    def changed(self, link: str) -> None:
        """The link came up or went down."""


class Standing(msgspec.Struct, frozen=True):
    """What a link tells of itself, for people."""

    since: int = 0  # when its condition last changed
    reconnects: int = 0
    says: str = ""  # why it is down, in words
    odd: Mapping[str, int] = {}  # what it met and did not expect


@runtime_checkable
class HasStanding(Protocol):
    """A link that tells how it stands."""

    @property
    def standing(self) -> Standing: ...


@runtime_checkable
class KnowsSubscribers(Protocol):
    """A link whose network says at once who serves a number. SMPP has no such question."""

    def subscriber_of(self, number: int) -> str | None:
        """The MCCMNC of the operator that serves it now, '' where the network knows none; None:
        nobody has that number."""


@runtime_checkable
class EndsCalls(Protocol):
    """A link that can end what is under way: a call, while a text that an operator holds arrives
    all the same."""

    def end(self, first: int, last: int) -> None:
        """The messages of this stretch are no more. What was not placed yet is refused, a call that
        is under way ends now; each is answered or reported as ever, with Reason.deleted where
        nobody had taken it."""


@runtime_checkable
class HasHandsets(Protocol):
    """A link that calls simulated handsets: whoever looks sees what rings, and a handset that is
    set to be answered by hand does nothing by itself."""

    def on_call(self) -> Sequence[OnCall]:
        """All calls that are under way, the oldest first."""

    def by_hand(self) -> Sequence[int]:
        """The numbers of the handsets that are answered by hand."""

    def set_by_hand(self, number: int, on: bool) -> bool:
        """From the next call on. False where too many are already. OSError."""

    def answer(self, message: int, gesture: Gesture) -> bool:
        """Somebody takes the call of this message, declines it, or closes it once it was taken.
        False where that can't be: it is over, or its handset answers by itself. OSError."""


@runtime_checkable
class TakesOrdeals(Protocol):
    """A link to a simulated operator, to which things go wrong on purpose."""

    def foretell(self, ordeals: Mapping[int, Ordeal]) -> None:
        """What befalls these messages in the submit that comes next, which is at once."""


class Link(Protocol):
    """One way out."""

    name: str
    # 'operator' is simulated: nothing leaves this machine. 'calls' takes calls and no texts, all
    # others texts and no calls.
    kind: str
    window: int  # parts that may be unanswered at a time
    rate: float  # parts per second; 0 is no bound
    carriage: Carriage
    hours: tuple[int, int] | None  # minutes of the day in Paris when it may send; None: always

    @property
    def condition(self) -> Condition: ...

    async def start(self, sink: Sink) -> None: ...

    def submit(self, parts: Sequence[Part]) -> None: ...

    async def stop(self) -> None: ...
