"""The rows that no page of iSendPro reaches, and why."""

from collections.abc import Mapping

from chappe.words.lifecycle import Reason, State
from tests.conformance.meant import NO_CALLS, NOT_HAD

_ONLY_ENDS = "only how a message ended is told"
_STANDS_APART = "such a recipient is answered with its error, and becomes no message"

ERRORS: Mapping[str, str] = {
    "past_lines": "its lines are no page; tests/journeys/test_isendpro_reports.py has them",
}

STATUSES: Mapping[tuple[State, Reason], str] = {
    **NOT_HAD,
    **NO_CALLS,
    (State.scheduled, Reason.none): _ONLY_ENDS,
    (State.queued, Reason.none): _ONLY_ENDS,
    (State.sending, Reason.none): _ONLY_ENDS,
    (State.sent, Reason.none): _ONLY_ENDS,
    (State.sent, Reason.buffered): _ONLY_ENDS,
    (State.sent, Reason.absent): _ONLY_ENDS,
    (State.unknown, Reason.in_doubt): "it is told when it was silent for long, and by that word",
    (State.unknown, Reason.validity): "its silence is no validity that ran out",
    (State.refused, Reason.bad_number): _STANDS_APART,
    (State.refused, Reason.not_served): _STANDS_APART,
    (State.refused, Reason.no_route): _STANDS_APART,
    (State.refused, Reason.too_long): "such a text is refused, by all or by its recipient",
    (State.cancelled, Reason.none): "it has no call that calls off",
}
