"""Recipients, as far as they can be read.

In: a Sending. Out: its recipients with their numbers, 0 for what is none.
"""

from chappe.dialects.craft.listed import listed
from chappe.dialects.octopush.names import Sending
from chappe.dialects.octopush.tables import MERGED, Error
from chappe.words.answer import Wrong
from chappe.words.number import Spelling, read_all
from chappe.words.order import APART_MOST

FORMS = Spelling.PLUS | Spelling.ZEROS | Spelling.BLANK_PLUS


def _any(entry: str) -> bool:
    return True


def read_recipients(sending: Sending, wrong: Wrong) -> None:
    """Fill them in. Where values belong to them by their places, an empty one is a wrong number."""
    fields = sending.fields
    text = fields.get("sms_recipients", "")
    given = listed(text, str.strip)
    if not given:
        wrong[Error.nobody] = ""
        return
    if not MERGED.keys().isdisjoint(fields):
        given = listed(text, _any)
    numbers = read_all(given, FORMS)
    if 2 * numbers.count(0) - len(numbers) > APART_MOST:
        wrong[Error.all_wrong] = ""
        return
    sending.is_to(given, numbers)
