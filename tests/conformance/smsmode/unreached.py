"""The rows that no page of sMsmode reaches, and why."""

from collections.abc import Mapping

from chappe.words.lifecycle import Reason, State
from tests.conformance.meant import NOT_HAD

ERRORS: Mapping[str, str] = {}

STATUSES: Mapping[tuple[State, Reason], str] = {
    **NOT_HAD,
    (State.sent, Reason.ringing): "a call that rings has no reason yet; its page shows it so",
    (State.unknown, Reason.validity): "its silence is no validity that ran out",
    (State.refused, Reason.too_long): "what is too long is cut, or refused as a whole",
}
