"""What is asked of iSendPro again and again: one text to one number."""

from collections.abc import Mapping

from chappe.dialects.craft.repeated import ByParameters
from chappe.dialects.isendpro.names import Asked
from chappe.dialects.isendpro.read.numbers import FORMS
from chappe.dialects.isendpro.tables.paths import SEND
from chappe.dialects.shape import Repeated

_DEAR = r"0[^0-9A-Za-z]{0,3}8"  # a text that names a number which costs must name its price


def _asked(given: str, number: int) -> Asked:
    """What an answer names its one number by."""
    return Asked({}, places=("",), given=(given,), numbers=(number,))


REPEATED: Mapping[str, Repeated] = {
    SEND: ByParameters("num", "sms", forms=FORMS, never=_DEAR, content=_asked),
}
