"""Numbers abroad. In: a calling code and what follows it. Out: the number that is meant, its kind.

What the `phonenumbers` library says of them, ten times as fast: its tables are read once for each
calling code, and its steps, which it takes through a dozen objects for each number, are taken here
on plain digits. A property test holds both equal. What is too intricate for that, the digits that
some countries put in place of others, is left to the library itself.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from phonenumbers import PhoneMetadata, PhoneNumberDesc

_CODE_MAX: Final = 3  # digits of a calling code
_NATIONAL_MIN: Final = 2
_NEVER: Final = "(?!)"
_NOWHERE: Final = "001"  # the library's word for satellites and toll-free numbers
_OTHERS: Final = (
    "premium_rate",
    "toll_free",
    "shared_cost",
    "voip",
    "personal_number",
    "pager",
    "uan",
    "voicemail",
)


class Use(Enum):
    """What a number of some country is used for."""

    MOBILE = "mobile"  # or mobile as well as fixed
    FIXED = "fixed"
    OTHER = "other"
    UNKNOWN = "unknown"


# A member of an enum that is looked up costs as much as a match.
_MOBILE, _FIXED, _OTHER, _UNKNOWN = Use

Matches = Callable[[str], re.Match[str] | None]


class _Region(NamedTuple):
    """The numbers of one of the countries that share a calling code, all of one length."""

    valid: Matches
    others: Matches
    fixed: Matches
    mobile: Matches
    alike: bool  # mobiles and landlines can't be told apart


class _Regions(NamedTuple):
    """One of the countries that share a calling code: which numbers are its own, where that can be
    told."""

    leads: Matches | None
    sized: Mapping[int, _Region]


class Plan(NamedTuple):
    """The numbering plan of one calling code."""

    size: int  # its digits
    lengths: frozenset[int]  # of what follows it
    local: frozenset[int]  # of what only neighbours can dial
    longest: int
    trunk: Matches | None  # the prefix that people dial at home
    replaces: bool  # that is not left out, but replaced by something else
    valid: Matches  # whatever its length
    regions: Sequence[_Regions]
    alike: bool  # in the first of these


def plan_of(digits: str) -> Plan | None:
    """The plan that a number belongs to; None where no country has its calling code."""
    return _plan_behind(digits[:_CODE_MAX])


@cache
def _plan_behind(head: str) -> Plan | None:
    """The same by its first digits, of which there are a thousand."""
    plans = _plans()
    for size in range(1, len(head) + 1):
        code = head[:size]
        if code in plans:
            return plans[code] or _drawn(code)
    return None


def national_of(plan: Plan, digits: str) -> str | None:
    """What follows the calling code, without a trunk prefix; '' where nobody can have such a
    number, None where only the library can say."""
    national = digits[plan.size :]
    if len(national) < _NATIONAL_MIN:
        return ""
    trunk = plan.trunk(national) if plan.trunk else None
    if trunk is not None:
        if plan.replaces and trunk.groups()[-1] is not None:
            return None
        rest = national[trunk.end() :]
        if plan.valid(rest) or not plan.valid(national):
            size = len(rest)
            if size > plan.longest or (size in plan.lengths and size not in plan.local):
                national = rest
    size = len(national)
    return national if size in plan.lengths and size not in plan.local else ""


def use_of(plan: Plan, national: str) -> Use:
    """What a number is used for, in whichever country of the plan it belongs to."""
    size, regions = len(national), plan.regions
    for leads, sized in regions:
        if leads is not None and len(regions) > 1:
            if leads(national):
                return _use_in(sized.get(size), national)
        elif (found := _use_in(sized.get(size), national)) is not _UNKNOWN:
            return found
    return _UNKNOWN


def _use_in(region: _Region | None, national: str) -> Use:
    if region is None or not region.valid(national):
        return _UNKNOWN
    if region.others(national):
        return _OTHER
    if region.fixed(national):
        return _MOBILE if region.alike or region.mobile(national) else _FIXED
    return _MOBILE if not region.alike and region.mobile(national) else _UNKNOWN


@cache
def _plans() -> dict[str, Plan | None]:
    """A place for the plan of each calling code; None until it is asked for."""
    # Imported late: most installations read French numbers only, and start faster without it.
    import phonenumbers

    return {str(code): None for code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE}


def _drawn(code: str) -> Plan:
    """The plan of a calling code, drawn from the library's tables."""
    import phonenumbers

    names = phonenumbers.COUNTRY_CODE_TO_REGION_CODE[int(code)]
    of = phonenumbers.PhoneMetadata.metadata_for_region_or_calling_code
    tables = [table for name in names if (table := of(int(code), name)) is not None]
    first = tables[0]
    general = first.general_desc
    assert general is not None, "every country has one"
    trunk = first.national_prefix_for_parsing
    plan = Plan(
        size=len(code),
        lengths=frozenset(general.possible_length or ()),
        local=frozenset(general.possible_length_local_only),
        longest=max(general.possible_length),
        trunk=re.compile(trunk).match if trunk else None,
        replaces=bool(first.national_prefix_transform_rule),
        valid=re.compile(general.national_number_pattern or _NEVER).fullmatch,
        regions=[_regions(table) for table in tables],
        alike=bool(first.same_mobile_and_fixed_line_pattern) and names[0] != _NOWHERE,
    )
    _plans()[code] = plan
    return plan


def _regions(table: "PhoneMetadata") -> _Regions:
    leads, general = table.leading_digits, table.general_desc
    assert general is not None, "every country has one"
    return _Regions(
        leads=re.compile(leads).match if leads is not None else None,
        sized={size: _region(table, size) for size in general.possible_length},
    )


def _region(table: "PhoneMetadata", size: int) -> _Region:
    """The tables of one country, as far as they are about numbers of this length."""
    return _Region(
        valid=_pattern(size, table.general_desc).fullmatch,
        others=_pattern(size, *[getattr(table, name) for name in _OTHERS]).fullmatch,
        fixed=_pattern(size, table.fixed_line).fullmatch,
        mobile=_pattern(size, table.mobile).fullmatch,
        alike=bool(table.same_mobile_and_fixed_line_pattern),
    )


def _pattern(size: int, *descs: "PhoneNumberDesc | None") -> re.Pattern[str]:
    """A pattern of all numbers of this length that any of these tables match; a table without
    lengths takes any."""
    patterns = [
        f"(?:{desc.national_number_pattern})"
        for desc in descs
        if desc is not None and desc.national_number_pattern
        if not desc.possible_length or size in desc.possible_length
    ]
    return re.compile("|".join(patterns) or _NEVER)
