"""What is asked of sMsmode again and again: one text to one number."""

import re
from collections.abc import Mapping

from chappe.dialects.craft.repeated import ByParameters
from chappe.dialects.shape import Repeated
from chappe.dialects.smsmode.read.numbers import FORMS
from chappe.dialects.smsmode.tables.letters import STOP_ABROAD, STOP_AT_HOME
from chappe.dialects.smsmode.tables.paths import SEND

# A text that ends with the mention gets no second one.
_MENTIONS = "|".join([re.escape(mention.strip()) for mention in (STOP_AT_HOME, STOP_ABROAD)])

REPEATED: Mapping[str, Repeated] = {
    SEND: ByParameters("numero", "message", forms=FORMS, encoding="iso-8859-15", never=_MENTIONS),
}
