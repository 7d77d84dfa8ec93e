"""The rows that no page of HighSMS reaches, and why."""

from collections.abc import Mapping

from chappe.words.lifecycle import Reason, State
from tests.conformance.meant import NO_CALLS, NOT_HAD

_KEPT = "such recipients are kept as messages in error"

ERRORS: Mapping[str, str] = {
    "too_long": "texts of 32 million letters are no page",
    "invop": _KEPT,
    "blacklisted": _KEPT,
}

STATUSES: Mapping[tuple[State, Reason], str] = {
    **NOT_HAD,
    **NO_CALLS,
    (State.unknown, Reason.silent): "its silence is a validity that ran out",
}
