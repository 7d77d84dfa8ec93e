"""What a conversation tells whoever holds the connection.

In: nothing. Out: the events that `feed`, `tick` and `lost` return, and `SessionLimits`, the times
and bounds of a conversation. All times are milliseconds.
"""

from enum import IntEnum
from typing import Any

import msgspec

from chappe.links.smpp.pdus.stream import PDU_MAX
from chappe.links.smpp.pdus.tables import Pdu


class SessionLimits(msgspec.Struct, frozen=True):
    """How long is waited, and how much may be open."""

    window: int = 50  # requests of ours that may be unanswered
    answer_ms: int = 30_000  # for the answer to a request
    bind_ms: int = 10_000  # for a bind, its answer, and the answer to an unbind
    enquire_ms: int = 30_000  # silence after which the other side is asked whether it lives
    alive_ms: int = 10_000  # silence after which it then does not
    unheard_max: int = 1_000  # requests of the other side that we have not answered
    noise_max: int = 1_000  # of what nobody asked for, in a second; and as many as the window has
    pdu_max: int = PDU_MAX


class SessionState(IntEnum):
    """How far a conversation has come."""

    open = 1
    binding = 2  # a bind is on its way, or waits for our answer
    bound = 3
    unbinding = 4  # we asked to end it
    ended = 5


class Mode(IntEnum):
    """Which way messages go: those of the client, those of the centre, or both."""

    transmitter = 1
    receiver = 2
    transceiver = 3


class Why(IntEnum):
    """Why a conversation is over."""

    closed = 1  # the connection
    unbound = 2  # we asked
    left = 3  # the other side asked
    refused = 4  # the bind was
    silent = 5  # no sign of life, or no answer to a bind or unbind
    broken = 6  # what comes is no SMPP
    noisy = 7  # too much comes that nobody asked for


class Bound(msgspec.Struct, frozen=True, gc=False):
    """The bind is agreed on."""

    mode: Mode
    system_id: str  # of the other side


class Responded(msgspec.Struct, frozen=True, gc=False):
    """The answer to a request of ours. A generic_nack is one too."""

    key: Any  # what the request was handed over with
    pdu: Pdu


class Unanswered(msgspec.Struct, frozen=True, gc=False):
    """A request of ours left and no answer came in time, or can come any more."""

    key: Any


class Requested(msgspec.Struct, frozen=True, gc=False):
    """A request of the other side. It gets its answer when `answer` is told to give it one."""

    pdu: Pdu


class Announced(msgspec.Struct, frozen=True, gc=False):
    """The other side said what wants no answer: an outbind, or an alert_notification."""

    pdu: Pdu


class Ended(msgspec.Struct, frozen=True, gc=False):
    """Nothing more will come or go: close the connection once what is left was sent."""

    why: Why
    status: int = 0


Event = Bound | Responded | Unanswered | Requested | Announced | Ended


class Oddities(msgspec.Struct):
    """What was passed over, counted."""

    strays: int = 0  # answers to nothing we asked, or too late
    broken: int = 0  # frames that were no PDU
    unknown: int = 0  # commands that are none
    misplaced: int = 0  # requests that do not belong there
    crowded: int = 0  # requests beyond what we keep unanswered
