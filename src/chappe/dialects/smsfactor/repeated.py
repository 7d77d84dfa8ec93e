"""What is asked of SMSFactor again and again: one text to one number, in a document."""

from collections.abc import Mapping

from chappe.dialects.craft.repeated import ByElements
from chappe.dialects.shape import Repeated
from chappe.dialects.smsfactor.read.letter import FORMS
from chappe.dialects.smsfactor.tables import NUMBER
from chappe.dialects.smsfactor.tables.paths import SEND

REPEATED: Mapping[str, Repeated] = {SEND: ByElements(NUMBER, "text", forms=FORMS)}
