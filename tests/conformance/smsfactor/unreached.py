"""The rows that no page of SMSFactor reaches, and why."""

from collections.abc import Mapping

from chappe.words.lifecycle import Reason, State

_NO_SUCH_NUMBER = "the simulated network has no number for it"
_EXPIRED = "an operator calls that expired"
_IN_PART = "only a part of a long message can be refused so"
_IN_PARTS = "only a part of one in doubt can say so"
_DECIDED = "somebody must decide to leave it"
_REFUSED_WHOLE = "the whole sending is refused"

ERRORS: Mapping[str, str] = {
    "mention": "it asks for no STOP mention",
    "once": "it has no request ids",
}

STATUSES: Mapping[tuple[State, Reason], str] = {
    (State.undelivered, Reason.validity): _EXPIRED,
    (State.undelivered, Reason.form): _NO_SUCH_NUMBER,
    (State.undelivered, Reason.throttled): _NO_SUCH_NUMBER,
    (State.failed, Reason.rejected): _IN_PART,
    (State.failed, Reason.in_doubt): _DECIDED,
    (State.unknown, Reason.buffered): _IN_PARTS,
    (State.unknown, Reason.absent): _IN_PARTS,
    (State.unknown, Reason.validity): "its silence is no validity that ran out",
    (State.refused, Reason.not_served): _REFUSED_WHOLE,
    (State.refused, Reason.no_route): _REFUSED_WHOLE,
    (State.refused, Reason.too_long): _REFUSED_WHOLE,
    (State.cancelled, Reason.none): "it has no call that calls off",
}
