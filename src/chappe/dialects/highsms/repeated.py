"""What is asked of HighSMS again and again: one text to one number, by parameters."""

from collections.abc import Mapping

from chappe.dialects.craft.repeated import ByParameters
from chappe.dialects.highsms.read.letter import FORMS_IN_QUERY
from chappe.dialects.highsms.tables.paths import SUBMIT
from chappe.dialects.shape import Repeated

REPEATED: Mapping[str, Repeated] = {
    SUBMIT: ByParameters(
        "to", "text", forms=FORMS_IN_QUERY, timed=("start_time",), headers=("x-auth-token",)
    ),
}
