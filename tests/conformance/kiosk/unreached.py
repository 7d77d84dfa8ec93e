"""The rows that no page of Kiosk reaches, and why."""

from tests.conformance.meant import all_for

ERRORS: dict[str, str] = {}
STATUSES = all_for("it tells nothing")
