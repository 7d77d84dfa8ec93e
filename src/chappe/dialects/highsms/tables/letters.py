"""Letters: what those become that GSM 03.38 or ISO-8859-1 lack, and what a sender may hold.

In: nothing. Out: data.
"""

import unicodedata
from collections.abc import Mapping
from typing import Final

from chappe.words import gsm7

# ISO-8859-1 by rows of sixteen, as annex 9.4 has it, from the second row of controls' end on.
_LATIN: Final = (
    (0xA0, ' ¡c£€¥¡§"Ca<!-R-'),
    (0xB0, "o?23'u?.,io>???¿"),
    (0xC0, "AAAAÄÅÆÇEÉEEIIII"),
    (0xD0, "?ÑOOOOÖxØUUUÜY?ß"),
    (0xE0, "àaaaäåæcèéeeìiii"),
    (0xF0, "?ñòoooö?øùuuüy?y"),
)
_CONTROLS: Final = {"\t": " ", "\n": "\n", "\f": "\f", "\r": "\r", "\x7f": "\n", "\x80": "€"}
_TYPOGRAPHY: Final = {
    "‘’‚‛′": "'",
    "“”„‟″": '"',
    "‹": "<",
    "›": ">",
    "‐‑‒–—―−": "-",
    "\u2002\u2003\u2007\u2009\u200a\u202f": " ",
    "․": ".",
    "‥": "..",
    "…": "...",
    "Œ": "OE",
    "œ": "oe",
    "Ĳ": "IJ",
    "ĳ": "ij",
    "ﬀ": "ff",
    "ﬁ": "fi",
    "ﬂ": "fl",
}
_GREEK: Final = "ΔΦΓΛΩΠΨΣΘΞ"  # GSM 03.38 has them, the document says that they cannot be used


def _bare(letter: str) -> str:
    """The letter under an accent, or '' where that is none of the alphabet's twenty-six."""
    first = unicodedata.normalize("NFD", letter)[0]
    return first if first != letter and first.isascii() and first.isalpha() else ""


CLOSEST: Mapping[int, str | int | None] = {
    **dict.fromkeys((*range(0x20), *range(0x7F, 0xA0), ord("`")), "?"),
    **{ord(letter): closest for letter, closest in _CONTROLS.items()},
    **{first + at: letter for first, row in _LATIN for at, letter in enumerate(row)},
    **{code: _bare(chr(code)) for code in (*range(0x100, 0x250), *range(0x1E00, 0x1F00))
       if _bare(chr(code))},
    **{ord(letter): closest for letters, closest in _TYPOGRAPHY.items() for letter in letters},
    **{ord(letter): "?" for letter in _GREEK},
}  # fmt: skip

# What is told in ISO-8859-1: its closest to what it lacks, and the byte that is the euro sign.
CLOSEST_LATIN: Mapping[str, str] = {
    **{chr(code): str(closest) for code, closest in CLOSEST.items() if code > 0xFF},
    "€": "\x80",
}

# The three bytes of ISO-8859-1 that the document gives a meaning of their own.
MARKS: Mapping[int, str] = {0x7F: "\n", 0x80: "€", 0xA4: "€"}
SENDER_LETTERS: Final = gsm7.LETTERS - frozenset("\n\r\f^{}\\[~]|€") - frozenset(_GREEK)
