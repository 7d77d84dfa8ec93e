"""What is asked of Octopush again and again: one text to one number."""

from collections.abc import Mapping

from chappe.dialects.craft.repeated import ByParameters
from chappe.dialects.octopush.names import Sending
from chappe.dialects.octopush.read.recipients import FORMS
from chappe.dialects.octopush.tables import PREMIUM_MENTION, SMS, SMS_JSON
from chappe.dialects.shape import Repeated


def _sending(given: str, number: int) -> Sending:
    """What a receipt names its one recipient by."""
    return Sending({}, given=[given], numbers=[number])


_ONE = ByParameters(
    "sms_recipients", "sms_text", forms=FORMS, never=PREMIUM_MENTION, content=_sending
)

REPEATED: Mapping[str, Repeated] = {SMS: _ONE, SMS_JSON: _ONE}
