"""Letters of iSendPro: what octets mean, what a text may hold, how it is counted.

In: nothing. Out: data. Promise: REPLACED leaves nothing that GSM 03.38 can't write, but for what
has no letter near it.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from chappe.dialects.craft.letters import NEAREST
from chappe.words.alphabet import EXTENDED, Weights

BREAK: Final = "\n"


def _latin9(octet: int) -> str:
    """C1 has no letters, so octets of it are those of Windows that somebody took for Latin ones."""
    raw = bytes((octet,))
    if 0x80 <= octet < 0xA0:
        return raw.decode("cp1252", "replace")
    return raw.decode("iso-8859-15") if octet else "\ufffd"


LATIN_9: Final = "".join(map(_latin9, range(256)))
# In texts two of them mean what annex 3 says.
IN_TEXTS: Final = "".join({0xCA: "€", 0xD5: BREAK}.get(at, one) for at, one in enumerate(LATIN_9))

# Annex 2, by code. The letters that it prints twice stand as the contract decides.
_ANNEX_2: Mapping[str, str] = {
    "ÀÁÂÃÄÅ": "A",
    "ÈÉÊË": "E",
    "ÌÍÎÏ": "I",
    "ÒÓÔÕÖ": "O",
    "ÙÚÛÜ": "U",
    "áâãäå": "a",
    "ç": "c",
    "êë": "e",
    "ìíîï": "i",
    "ñ": "n",
    "ðòóôõö": "o",
    "úûü": "u",
    "ýÿ": "y",
}
REPLACED: Mapping[int, str] = {
    **NEAREST,
    **{ord(letter): near for letters, near in _ANNEX_2.items() for letter in letters},
}

COUNTED: Final = Weights(double=EXTENDED | {BREAK}, pairs_whole=False)

# What is added at the end of an advertisement: it counts 12 in either alphabet, and a line break
# counts 2 in the first alone.
MENTION: Final = (f"{BREAK}STOP ", f" {BREAK}STOP ")

_GAP: Final = r"[ .\u00a0-]{0,3}"  # as many as " - " has
# Numbers that cost, whose price a text must name.
DEAR: Sequence[tuple[str, re.Pattern[str]]] = tuple(
    (start, re.compile(rf"(?<!\d){_GAP.join(start)}(?:{_GAP}\d){{6}}(?!\d)"))
    for start in ("0899", "0892")
)
PRICE: Final = re.compile(r"\d\s{0,4}(?:€|euros?\b|eur\b)", re.IGNORECASE)
