"""Places. In: a number, or a country. Out: the ISO code of its country, or its column of prices.

French numbers are told by integer ranges; the rest by the longest prefix in a table of calling
codes, drawn once from the `phonenumbers` library. North America shares +1, so there the area code
is part of the prefix. Small territories that share a neighbour's code and operators (Guernsey,
Jersey, Man, Aland, Svalbard, the Vatican) count as that neighbour: nobody can tell by looking.
"""

from functools import cache
from typing import Final

from chappe.words.number.plan import NINE

# Calling codes that are followed by nine digits, by what stands before these.
_FRENCH: Final = {33: "FR", 590: "GP", 594: "GF", 596: "MQ"}
_REUNION: Final = 262
_MAYOTTE: Final = frozenset({269, 639, 709_35, 709_36, 709_37})
# Countries under a code whose first owner in the library is another one.
_SHARED: Final = {"76": "KZ", "77": "KZ", "5993": "BQ", "5994": "BQ", "5997": "BQ"}
_NORTH_AMERICA: Final = 1
_NOWHERE: Final = "001"  # The library's word for satellites and toll-free numbers.
_LONGEST: Final = 4

_OVERSEAS: Final = "BL GF GP MF MQ NC PF PM RE TF WF YT"
_NEAR: Final = (
    "AT BE BG CY CZ DE DK EE ES FI GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK "  # EU
    "IS LI NO "  # the rest of the EEA
    "GB CH MC AD US CA MA DZ TN"
)
_ZONES: Final = {
    "FR": "france",
    **dict.fromkeys(_OVERSEAS.split(), "overseas"),
    **dict.fromkeys(_NEAR.split(), "near"),
}


def zone(country: str) -> str:
    """The column of prices of a country: 'france', 'overseas', 'near' or 'elsewhere'."""
    return _ZONES.get(country, "elsewhere")


def country(number: int) -> str:
    """The ISO code of a number's country; '' where no country has it."""
    code = number // NINE
    place = _FRENCH.get(code)
    if place is not None:
        return place
    if code == _REUNION:
        nine = number % NINE
        mayotte = nine // 1_000_000 in _MAYOTTE or nine // 10_000 in _MAYOTTE
        return "YT" if mayotte else "RE"
    return _by_prefix(str(number)[:_LONGEST])


@cache
def _by_prefix(head: str) -> str:
    """By the first digits, of which there are ten thousand."""
    prefixes = _prefixes()
    for size in range(len(head), 0, -1):
        place = prefixes.get(head[:size])
        if place is not None:
            return place
    return ""


@cache
def _prefixes() -> dict[str, str]:
    import phonenumbers

    codes = phonenumbers.COUNTRY_CODE_TO_REGION_CODE
    prefixes = {str(code): owners[0] for code, owners in codes.items() if owners[0] != _NOWHERE}
    for area in range(200, 1000):
        # Any number of the area will do, since the library tells these countries by area alone.
        number = phonenumbers.PhoneNumber(_NORTH_AMERICA, area * 10_000_000 + 234_5678)
        place = phonenumbers.region_code_for_number(number)
        if place and place != _NOWHERE:
            prefixes[f"{_NORTH_AMERICA}{area}"] = place
    return prefixes | _SHARED
