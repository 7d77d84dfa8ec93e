"""The rows that no page of HighSMS reaches, and why."""

from collections.abc import Mapping

from chappe.words.lifecycle import Reason, State

_KEPT = "such recipients are kept as messages in error"
_NO_SUCH_NUMBER = "the simulated network has no number for it"
_EXPIRED = "an operator calls that expired"
_IN_PART = "only a part of a long message can be refused so"
_IN_PARTS = "only a part of one in doubt can say so"
_DECIDED = "somebody must decide to leave it"

ERRORS: Mapping[str, str] = {
    "too_long": "texts of 32 million letters are no page",
    "invop": _KEPT,
    "blacklisted": _KEPT,
}

STATUSES: Mapping[tuple[State, Reason], str] = {
    (State.undelivered, Reason.validity): _EXPIRED,
    (State.undelivered, Reason.form): _NO_SUCH_NUMBER,
    (State.undelivered, Reason.throttled): _NO_SUCH_NUMBER,
    (State.failed, Reason.rejected): _IN_PART,
    (State.failed, Reason.in_doubt): _DECIDED,
    (State.unknown, Reason.buffered): _IN_PARTS,
    (State.unknown, Reason.absent): _IN_PARTS,
    (State.unknown, Reason.silent): "its silence is a validity that ran out",
}
