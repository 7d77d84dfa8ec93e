"""The rows that no page reaches, and why.

In: the tables of the dialects, and what can befall a message. Out: the rows that pages are to
reach, and those that they do not. A row that drops out of the second list must stay reached.
"""

from collections.abc import Iterator, Mapping

from chappe.dialects import DIALECTS
from chappe.words.answer import Trouble
from chappe.words.lifecycle import Reason, State

# What an operator may say of a message that he had, and what we may say of one that he never had.
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
    State.unknown: (Reason.in_doubt, Reason.validity, Reason.buffered, Reason.absent),
    State.delivered: (Reason.none,),
    State.undelivered: tuple(reason for reason in _REPORTED if reason not in _OF_VOICE),
    State.expired: (Reason.validity,),
    State.refused: _TURNED_AWAY,
    State.failed: (Reason.rejected, Reason.in_doubt),
    State.cancelled: (Reason.none,),
}

_ENGINE_NEVER = "the engine has no such refusal for this order"
_KEPT = "such recipients are kept as messages in error"

UNREACHED_TROUBLES: Mapping[tuple[str, Trouble], str] = {
    ("highsms", Trouble.queue_full): _ENGINE_NEVER,
    ("highsms", Trouble.outside_hours): "its marketing waits for its hours",
    ("highsms", Trouble.too_long): "texts of 32 million letters are no page",
    ("highsms", Trouble.duplicate): "it has no request ids",
    ("highsms", Trouble.bad_number): _KEPT,
    ("highsms", Trouble.not_served): _KEPT,
    ("highsms", Trouble.no_route): _KEPT,
    ("highsms", Trouble.opted_out): _KEPT,
    ("highsms", Trouble.no_credit_pending): _ENGINE_NEVER,
}

_NO_SUCH_NUMBER = "the simulated network has no number for it"

UNREACHED_STATUSES: Mapping[tuple[str, State, Reason], str] = {
    ("highsms", State.undelivered, Reason.validity): "an operator calls that expired",
    ("highsms", State.undelivered, Reason.form): _NO_SUCH_NUMBER,
    ("highsms", State.undelivered, Reason.throttled): _NO_SUCH_NUMBER,
    ("highsms", State.failed, Reason.rejected): "only a part of a long message can be refused so",
    ("highsms", State.failed, Reason.in_doubt): "somebody must decide to leave it",
    ("highsms", State.unknown, Reason.buffered): "only a part of one in doubt can say so",
    ("highsms", State.unknown, Reason.absent): "only a part of one in doubt can say so",
}


def troubles() -> Iterator[tuple[str, Trouble]]:
    """Every row of every REASONS."""
    for dialect in DIALECTS:
        for trouble in dialect.REASONS:
            yield dialect.NAME, trouble


def statuses() -> Iterator[tuple[str, State, Reason]]:
    """The rows of every STATUS that a message can come to have."""
    for dialect in DIALECTS:
        for state, reasons in MEANT.items():
            for reason in reasons:
                yield dialect.NAME, state, reason
