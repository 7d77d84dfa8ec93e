"""The rows that no page of SMSFactor reaches, and why."""

from collections.abc import Mapping

from chappe.words.lifecycle import Reason, State
from tests.conformance.meant import NO_CALLS, NOT_HAD

_REFUSED_WHOLE = "the whole sending is refused"

ERRORS: Mapping[str, str] = {
    "mention": "it asks for no STOP mention",
    "once": "it has no request ids",
}

STATUSES: Mapping[tuple[State, Reason], str] = {
    **NOT_HAD,
    **NO_CALLS,
    (State.unknown, Reason.validity): "its silence is no validity that ran out",
    (State.refused, Reason.not_served): _REFUSED_WHOLE,
    (State.refused, Reason.no_route): _REFUSED_WHOLE,
    (State.refused, Reason.too_long): _REFUSED_WHOLE,
    (State.cancelled, Reason.none): "it has no call that calls off",
}
