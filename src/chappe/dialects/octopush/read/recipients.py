"""Recipients, as far as they can be read.

In: a Sending. Out: its recipients with their numbers, 0 for what is none.
"""

from chappe.dialects.octopush.names import Sending
from chappe.dialects.octopush.tables import MERGED, Error
from chappe.words.answer import Wrong
from chappe.words.number import Spelling, read_all
from chappe.words.order import APART_MOST

_WINDOW = 1 << 20  # letters that are taken apart together: other threads wait for each step
_FORMS = Spelling.PLUS | Spelling.ZEROS | Spelling.BLANK_PLUS


def read_recipients(sending: Sending, wrong: Wrong) -> None:
    """Fill them in. Where values belong to them by their places, an empty one is a wrong number."""
    fields = sending.fields
    text = fields.get("sms_recipients", "")
    given = _named(text)
    if not given:
        wrong[Error.nobody] = ""
        return
    if not MERGED.keys().isdisjoint(fields):
        given = text.split(",")
    numbers = read_all(given, _FORMS)
    if 2 * numbers.count(0) - len(numbers) > APART_MOST:
        wrong[Error.all_wrong] = ""
        return
    sending.is_to(given, numbers)


def _named(text: str) -> list[str]:
    """What stands between commas, as far as anything does."""
    named: list[str] = []
    at = 0
    while at < len(text):
        end = len(text)
        if end - at > _WINDOW:
            end = text.rfind(",", at, at + _WINDOW)
            end = end if end >= 0 else text.find(",", at + _WINDOW)
            end = end if end >= 0 else len(text)
        named += [one for one in text[at:end].split(",") if one.strip()]
        at = end + 1
    return named
