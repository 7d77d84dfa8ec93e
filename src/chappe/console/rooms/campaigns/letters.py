"""The letters of a text that cost: which make it Unicode, which count twice, and their stand-ins.

In: a text. Out: its letters that stand out; the text with what might stand in their place. Pure.
Promise: a stand-in is in GSM 03.38 itself, and no text grows by more than a few letters for each
that it replaces.
"""

import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final, NamedTuple

from chappe.words import gsm7
from chappe.words.alphabet import EXTENDED

SHOWN_MOST: Final = 30

# What no decomposition tells.
_SPELT: Final = {
    "‘": "'", "’": "'", "‚": ",", "‛": "'", "′": "'", "´": "'", "`": "'", "ʼ": "'",
    "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "″": '"', "‹": "<", "›": ">",
    "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-", "•": "-", "·": ".",
    "…": "...", "œ": "oe", "Œ": "OE", "ı": "i", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D",
    "\u00a0": " ", "\u2002": " ", "\u2003": " ", "\u2007": " ", "\u2009": " ", "\u202f": " ",
    "\u200b": "", "\u200c": "", "\u200d": "", "\ufeff": "", "\u00ad": "", "\t": " ",
    "×": "x", "÷": ":", "°": "o", "©": "(c)", "®": "(r)", "™": "TM", "¢": "c", "±": "+/-",
}  # fmt: skip
_RANGES: Final = (range(0x80, 0x250), range(0x1E00, 0x1F00), range(0xFF01, 0xFF5F))


class Costly(NamedTuple):
    """A letter that costs more than others, how often it stands there, and what might stand in its
    place; None: nothing that says the same."""

    letter: str
    name: str  # of one that is hard to see
    times: int
    stand_in: str | None


@cache
def _table() -> Mapping[int, str]:
    """Every letter for which something close is in GSM 03.38."""
    table = {ord(letter): spelt for letter, spelt in _SPELT.items()}
    for code in (code for some in _RANGES for code in some):
        letter = chr(code)
        if letter in gsm7.LETTERS or code in table:
            continue
        plain = "".join(
            one for one in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(one)
        )
        if plain and gsm7.LETTERS.issuperset(plain):
            table[code] = plain
    return table


def plain(text: str) -> str:
    """The text with whatever is close to the letters that would make it Unicode."""
    return unicodedata.normalize("NFC", text).translate(_table())


def unicode_letters(text: str) -> Sequence[Costly]:
    """The letters that make a text Unicode, the most frequent first."""
    return _counted(Counter(letter for letter in text if letter not in gsm7.LETTERS))


def double_letters(text: str) -> Sequence[Costly]:
    """The letters of GSM 03.38 that count twice."""
    return _counted(Counter(letter for letter in text if letter in EXTENDED))


def _counted(found: Counter[str]) -> Sequence[Costly]:
    table = _table()
    return [
        Costly(letter, _name(letter), count, table.get(ord(letter)))
        for letter, count in found.most_common(SHOWN_MOST)
    ]


def _name(letter: str) -> str:
    """What one is called that eyes don't tell from others."""
    if letter.isprintable() and not letter.isspace() and not unicodedata.combining(letter):
        return ""
    return unicodedata.name(letter, f"U+{ord(letter):04X}").lower()
