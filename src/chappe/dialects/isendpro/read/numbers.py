"""The numbers of a call, in rising order, with what stands beside each.

In: the fields. Out: the numbers, 0 for what is none. `num` is the one without a number of its own:
it goes before all others, with `sms` and `tracker`.
"""

import re
from collections.abc import Mapping

from chappe.dialects.isendpro.names import Asked
from chappe.dialects.isendpro.tables.errors import Error
from chappe.dialects.isendpro.tables.paths import LIMITS
from chappe.words.answer import Wrong
from chappe.words.number import Spelling, read_all

FORMS = (
    Spelling.NATIONAL
    | Spelling.ZEROS
    | Spelling.PLUS
    | Spelling.BLANK_PLUS
    | Spelling.HOME
    | Spelling.LOCAL_OVERSEAS
)
TEN_DIGITS = re.compile(r"^(?:[ .\-]*[0-9]){10}[ .\-]*$")
"""As many as a number of France has, so that nothing is wrong with how it is spelt."""

_PLACE = re.compile(r"num(0|[1-9][0-9]{0,8})?")
_ALONE = ""


def read_numbers(asked: Asked, wrong: Wrong) -> None:
    """Fill them in."""
    found = _found(asked.fields)
    if not found:
        wrong[Error.no_number] = ""
    elif len(found) > LIMITS["numbers"]:
        wrong[Error.too_many] = ""
    else:
        asked.places = list(found)
        asked.given = list(found.values())
        asked.numbers = read_all(asked.given, FORMS)


def _found(fields: Mapping[str, str]) -> dict[str, str]:
    """What was given, by its X."""
    found = {}
    for name, value in fields.items():
        place = _PLACE.fullmatch(name)
        if place is not None and value.strip():
            found[place[1] or _ALONE] = value
    if len(found) < 2:
        return found
    return dict(sorted(found.items(), key=lambda one: int(one[0] or -1)))
