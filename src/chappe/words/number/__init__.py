"""Phone numbers. In: what clients write. Out: an int each, its E.164 digits, and what it tells.

`33619896895` is the number; 0 is 'not a number'. The promise: every spelling of one telephone
reads as the same int, `spell` writes it back, and an ordinary French mobile costs under 1 us.
"""

from chappe.words.number.kinds import MAINLAND_MOBILES, Kind, are_mainland_mobiles, is_mobile, kind
from chappe.words.number.operators import network, operator
from chappe.words.number.places import country, zone
from chappe.words.number.reading import USUAL, Spelling, mainland_mobiles, read, read_all
from chappe.words.number.spelling import Style, spell

__all__ = [
    "MAINLAND_MOBILES",
    "USUAL",
    "Kind",
    "Spelling",
    "Style",
    "are_mainland_mobiles",
    "country",
    "is_mobile",
    "kind",
    "mainland_mobiles",
    "network",
    "operator",
    "read",
    "read_all",
    "spell",
    "zone",
]
