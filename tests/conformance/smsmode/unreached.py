"""The rows that no page of sMsmode reaches, and why."""

from collections.abc import Mapping

from chappe.words.lifecycle import Reason, State
from tests.conformance.meant import NOT_HAD

ERRORS: Mapping[str, str] = {}

STATUSES: Mapping[tuple[State, Reason], str] = {
    **NOT_HAD,
}
