"""The rows that no page reaches, and why.

In: the tables of the dialects, and what can befall a message. Out: the rows that pages are to
reach, and those that they do not. A row that drops out of the second list must stay reached.
"""

from collections.abc import Iterator, Mapping

from chappe.dialects import DIALECTS
from chappe.words.lifecycle import Reason, State

# What an operator may say of a message that it had, and what we may say of one that it never had.
_REPORTED = tuple(reason for reason in Reason if Reason.npai <= reason <= Reason.out_of_service)
_OF_VOICE = frozenset({Reason.busy, Reason.no_answer, Reason.out_of_service, Reason.congested})
_TURNED_AWAY = (
    Reason.bad_number,
    Reason.not_served,
    Reason.no_route,
    Reason.too_long,
    Reason.opted_out,
    Reason.rejected,
)

# The statuses that a message can come to have, as the life table and the links have it.
MEANT: Mapping[State, tuple[Reason, ...]] = {
    State.scheduled: (Reason.none,),
    State.queued: (Reason.none,),
    State.sending: (Reason.none,),
    State.sent: (Reason.none, Reason.buffered, Reason.absent),
    State.unknown: (
        Reason.in_doubt,
        Reason.silent,
        Reason.validity,
        Reason.buffered,
        Reason.absent,
    ),
    State.delivered: (Reason.none,),
    State.undelivered: tuple(reason for reason in _REPORTED if reason not in _OF_VOICE),
    State.expired: (Reason.validity,),
    State.refused: _TURNED_AWAY,
    State.failed: (Reason.rejected, Reason.in_doubt),
    State.cancelled: (Reason.none,),
}

_KEPT = "such recipients are kept as messages in error"

UNREACHED_ERRORS: Mapping[tuple[str, str], str] = {
    ("highsms", "too_long"): "texts of 32 million letters are no page",
    ("highsms", "invop"): _KEPT,
    ("highsms", "blacklisted"): _KEPT,
    ("smsfactor", "mention"): "it asks for no STOP mention",
    ("smsfactor", "once"): "it has no request ids",
}

_NO_SUCH_NUMBER = "the simulated network has no number for it"
_EXPIRED = "an operator calls that expired"
_IN_PART = "only a part of a long message can be refused so"
_IN_PARTS = "only a part of one in doubt can say so"
_DECIDED = "somebody must decide to leave it"
_REFUSED_WHOLE = "the whole sending is refused"

UNREACHED_STATUSES: Mapping[tuple[str, State, Reason], str] = {
    ("highsms", State.undelivered, Reason.validity): _EXPIRED,
    ("highsms", State.undelivered, Reason.form): _NO_SUCH_NUMBER,
    ("highsms", State.undelivered, Reason.throttled): _NO_SUCH_NUMBER,
    ("highsms", State.failed, Reason.rejected): _IN_PART,
    ("highsms", State.failed, Reason.in_doubt): _DECIDED,
    ("highsms", State.unknown, Reason.buffered): _IN_PARTS,
    ("highsms", State.unknown, Reason.absent): _IN_PARTS,
    ("highsms", State.unknown, Reason.silent): "its silence is a validity that ran out",
    ("smsfactor", State.undelivered, Reason.validity): _EXPIRED,
    ("smsfactor", State.undelivered, Reason.form): _NO_SUCH_NUMBER,
    ("smsfactor", State.undelivered, Reason.throttled): _NO_SUCH_NUMBER,
    ("smsfactor", State.failed, Reason.rejected): _IN_PART,
    ("smsfactor", State.failed, Reason.in_doubt): _DECIDED,
    ("smsfactor", State.unknown, Reason.buffered): _IN_PARTS,
    ("smsfactor", State.unknown, Reason.absent): _IN_PARTS,
    ("smsfactor", State.unknown, Reason.validity): "its silence is no validity that ran out",
    ("smsfactor", State.refused, Reason.not_served): _REFUSED_WHOLE,
    ("smsfactor", State.refused, Reason.no_route): _REFUSED_WHOLE,
    ("smsfactor", State.refused, Reason.too_long): _REFUSED_WHOLE,
    ("smsfactor", State.cancelled, Reason.none): "it has no call that calls off",
}


def errors() -> Iterator[tuple[str, str]]:
    """Every row of every ERRORS."""
    for dialect in DIALECTS:
        for error in dialect.ERRORS:
            yield dialect.NAME, error


def statuses() -> Iterator[tuple[str, State, Reason]]:
    """The rows of every STATUS that a message can come to have."""
    for dialect in DIALECTS:
        for state, reasons in MEANT.items():
            for reason in reasons:
                yield dialect.NAME, state, reason
