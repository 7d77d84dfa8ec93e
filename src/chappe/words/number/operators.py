"""Operators. In: a French number. Out: the MCCMNC its block was given to, '' where unknown.

This is the numbering plan's word: a number taken to another operator keeps its block. Fiction
numbers (06 39 98 nn xx) are told by `nn`; real ones by the names of the `phonenumbers` library.
"""

from functools import cache
from typing import Final

from chappe.words.number.plan import FICTION, FICTION_END
from chappe.words.remembered import remembered

ORANGE: Final = "20801"
SFR: Final = "20810"
BOUYGUES: Final = "20820"
FREE: Final = "20815"
VIRGIN: Final = "20823"
NRJ: Final = "20826"
CORIOLIS: Final = "20827"

# Other codes of the same networks: a real look-up may find any of them.
_ALSO: Final = {
    **dict.fromkeys(("20802", "20832", "20891"), ORANGE),
    **dict.fromkeys(("20808", "20809", "20811", "20813"), SFR),
    **dict.fromkeys(("20821", "20888"), BOUYGUES),
    **dict.fromkeys(("20816", "20835", "20836"), FREE),
}

# Which operator each nn of the simulated network belongs to.
_FICTION: Final = (
    *[ORANGE] * 25,
    *[SFR] * 25,
    *[BOUYGUES] * 25,
    *[FREE] * 22,
    VIRGIN,
    NRJ,
    CORIOLIS,
)

# Calling code -> the library's name -> MCCMNC. Operators without a code of their own are absent.
_NAMES: Final[dict[str, dict[str, str]]] = {
    "33": {
        "Orange France": ORANGE,
        "SFR": SFR,
        "Bouygues": BOUYGUES,
        "Free Mobile": FREE,
        "Euroinformation Telecom": NRJ,
        "Coriolis Telecom": CORIOLIS,
        "Afone": CORIOLIS,
        "Mobiquithings": "20824",
        "Lycamobile": "20825",
        "Transatel": "20822",
        "Globalstar Europe": "20805",
        "Legos": "20817",
        "Airbus Defence and Space": "20828",
        "Syma mobile": "20830",
        "Lebara France Limited": "20838",
        "Halys": "20894",
    },
    "590": {
        "Orange": "34001",
        "Outremer Telecom": "34002",
        "SFR/Rife": "34002",
        "UTS": "34003",
        "Free Caraïbe": "34004",
        "Dauphin Telecom": "34008",
        "Digicel": "34020",
    },
    "594": {"Orange": "34001", "SFR": "34002", "Free Caraibe": "34004", "Digicel": "34020"},
    "596": {
        "Orange": "34001",
        "SFR Caraibe": "34002",
        "Free Caraïbe": "34004",
        "Digicel": "34020",
    },
    "262": {
        "Orange": "64700",
        "BJT": "64701",
        "Telco OI": "64702",
        "ZEOP Mobile": "64704",
        "SFR": "64710",
    },
    "508": {"SPM Telecom": "30801", "Globaltel": "30802"},
}
# The library never splits a block of 10,000 French numbers between two operators.
_BLOCK: Final = 10_000


def network(code: str) -> str:
    """The code that stands for a network here, of any that it has; others stay as they are."""
    return _ALSO.get(code, code)


def operator(number: int) -> str:
    """The MCCMNC of a number's block, '' where the plan does not say."""
    if FICTION <= number < FICTION_END:
        return _FICTION[(number - FICTION) // 100]
    return _of_block(number // _BLOCK)


@remembered(32_768)
def _of_block(block: int) -> str:
    digits = str(block)
    prefixes = _prefixes()
    for size in range(len(digits), 2, -1):
        code = prefixes.get(digits[:size])
        if code is not None:
            return code
    return ""


@cache
def _prefixes() -> dict[str, str]:
    """Each French prefix of the library's table, with its MCCMNC or ''."""
    # Imported late: the table holds the whole world and weighs 14 MiB.
    from phonenumbers.carrierdata import CARRIER_DATA

    return {
        prefix: names.get(owner.get("en", ""), "")
        for prefix, owner in CARRIER_DATA.items()
        for code, names in _NAMES.items()
        if prefix.startswith(code)
    }
