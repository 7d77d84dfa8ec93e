"""Kinds. In: a number. Out: whether it can be a mobile, is fixed, is something else, or is none.

The French plan is told by shape: every 06 and 07 of the right length is a mobile, 0700 to 0702 as
well. (Those blocks serve machines, but the documented example 0701020304 is one of them.) The
library judges abroad; where it finds a country's mobiles and landlines alike, both can be mobiles,
and there a right length is enough, so numbers of American fiction (555) may be written to.
"""

from collections.abc import Sequence
from enum import Enum
from typing import Final

from chappe.words.number.abroad import Use, national_of, plan_of, use_of
from chappe.words.number.plan import FRANCE, NINE, OVERSEAS, SPLIT, nine_of
from chappe.words.remembered import remembered


class Kind(Enum):
    """What a number belongs to. MOBILE is 'can be a mobile'; NONE is 'nobody can have it'."""

    MOBILE = "mobile"
    FIXED = "fixed"
    OTHER = "other"
    NONE = "none"


# A member of an enum that is looked up costs as much as the rest of the question.
_MOBILE, _FIXED, _OTHER, _NONE = Kind
# What stands before the nine digits of a French number: nothing, where a code is one of the nine.
_FRENCH_CODES: Final = frozenset({0, FRANCE, *OVERSEAS.values(), *SPLIT.values()})
# The kind of a French number by the first of its nine digits; 08 is special tariffs, 09 is boxes.
_FRENCH: Final = (
    Kind.NONE,
    Kind.FIXED,
    Kind.FIXED,
    Kind.FIXED,
    Kind.FIXED,
    Kind.FIXED,
    Kind.MOBILE,
    Kind.MOBILE,
    Kind.OTHER,
    Kind.OTHER,
)
# Kept for fiction in Britain, like 06 39 98 in France, yet no number to the library.
_FICTION_ABROAD: Final = range(447_700_900_000, 447_700_901_000)
_MAINLAND: Final = range(33_100_000_000, 34_000_000_000)
MAINLAND_MOBILES: Final = range(33_600_000_000, 33_800_000_000)


# Numbers that are looked at in one step, in which no other thread gets its turn.
_STRETCH: Final = 10_000


def are_mainland_mobiles(numbers: Sequence[int]) -> bool:
    """Whether all of them, of which there is one at least, are metropolitan French mobiles. A
    million of them are looked at in steps, as far as the first that is none."""
    if len(numbers) <= _STRETCH:
        return min(numbers) in MAINLAND_MOBILES and max(numbers) in MAINLAND_MOBILES
    starts = range(0, len(numbers), _STRETCH)
    return all(are_mainland_mobiles(numbers[start : start + _STRETCH]) for start in starts)


def is_mobile(number: int) -> bool:
    """Can this number be a mobile?"""
    return number in MAINLAND_MOBILES or kind(number) is _MOBILE


def kind(number: int) -> Kind:
    """The kind of a number that `read` gave; NONE for 0."""
    if number in _MAINLAND:
        return _FRENCH[number // 100_000_000 % 10]
    if number // NINE in _FRENCH_CODES and nine_of(number) // 100_000_000 in (6, 7):
        return _MOBILE
    if number in _FICTION_ABROAD:
        return _MOBILE
    return _kind_abroad(number) if number > 0 else _NONE


_UNKNOWN: Final = Use.UNKNOWN
_USES: Final = {Use.MOBILE: _MOBILE, Use.FIXED: _FIXED, Use.OTHER: _OTHER}


def _kind_abroad(number: int) -> Kind:
    digits = str(number)
    plan = plan_of(digits)
    if plan is None:
        return _NONE
    national = digits[plan.size :]
    if plan.trunk is not None and plan.trunk(national) and national_of(plan, digits) != national:
        return kind_by_library(number)
    use = use_of(plan, national)
    if use is not _UNKNOWN:
        return _USES[use]
    possible = len(national) in plan.lengths or len(national) in plan.local
    return _MOBILE if plan.alike and possible else _NONE


@remembered(16_384)
def kind_by_library(number: int) -> Kind:
    """The kind that the library gives a number whose digits are not what they seem."""
    import phonenumbers
    from phonenumbers import PhoneNumberType as Type

    try:
        parsed = phonenumbers.parse(f"+{number}")
    except phonenumbers.NumberParseException:
        return Kind.NONE
    found = phonenumbers.number_type(parsed)
    if found in (Type.MOBILE, Type.FIXED_LINE_OR_MOBILE):
        return Kind.MOBILE
    if found == Type.FIXED_LINE:
        return Kind.FIXED
    if found != Type.UNKNOWN:
        return Kind.OTHER
    region = phonenumbers.region_code_for_country_code(parsed.country_code or 0)
    plan = phonenumbers.PhoneMetadata.metadata_for_region(region, None)
    alike = plan is not None and plan.same_mobile_and_fixed_line_pattern
    return Kind.MOBILE if alike and phonenumbers.is_possible_number(parsed) else Kind.NONE
