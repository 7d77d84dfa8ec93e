"""Letters: what those become that GSM 03.38 lacks, or an encoding of one octet a letter.

In: nothing; texts. Out: data; octets. Promise: NEAREST leaves no letter of GSM 03.38 another
one, and holds only such letters; what is not in it has no close one, and becomes `?`.
"""

import unicodedata
from collections.abc import Mapping
from typing import Final

from chappe.words import gsm7

# What no decomposition tells. A row: the letters, and what each of them becomes.
_TYPOGRAPHY: Final = (
    ("‘’‚‛′´`ʹʻʼʽ", "'"),
    ("“”„‟″«»", '"'),
    ("‹", "<"),
    ("›", ">"),
    ("\u00ad\u200b\u200c\u200d\u2060\ufeff", ""),
    ("‐‑‒–—―−¬¯⁃", "-"),
    ("\t\u1680\u2028\u2029", " "),
    ("•·∙‧", "."),
    ("¸", ","),
    ("ˆ", "^"),
    ("˜", "~"),
    ("†‡", "+"),
    ("¦", "|"),
    ("⁄∕÷", "/"),
    ("×", "x"),
    ("°˚º", "o"),
    ("±", "+/-"),
    ("\u00b5", "u"),  # a millionth, whatever the Greek letter looks like
    ("©", "(c)"),
    ("®", "(r)"),
    ("¢", "c"),
    ("₣", "F"),
    ("‰", "o/oo"),
    ("…", "..."),
    ("≤", "<="),
    ("≥", ">="),
    ("≠", "/="),
    ("←", "<-"),
    ("→", "->"),
    ("√", "V"),
    ("œ", "oe"),
    ("Œ", "OE"),
    ("đð", "d"),
    ("ĐÐ", "D"),
    ("ħ", "h"),
    ("Ħ", "H"),
    ("ı", "i"),
    ("ĸ", "k"),
    ("ł", "l"),
    ("Ł", "L"),
    ("ŋ", "n"),
    ("Ŋ", "N"),
    ("ŧ", "t"),
    ("Ŧ", "T"),
    ("þ", "th"),
    ("Þ", "Th"),
    ("ẞ", "SS"),
    ("ƒ", "f"),
)
# Greek letters: small ones as capitals, and capitals as those of ours that look the same.
_GREEK: Final = ("ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ", "ABΓΔEZHΘIKΛMNΞOΠPΣTYΦXΨΩ")

# Where decompositions are looked for: Latin, Greek, marks, ligatures, letters of full width.
_LOOKED_AT: Final = (
    *range(0xA0, 0x250),
    *range(0x370, 0x400),
    *range(0x1D00, 0x2000),
    *range(0x2000, 0x2200),
    *range(0x2460, 0x2500),
    *range(0x3000, 0x3001),
    *range(0xFB00, 0xFB07),
    *range(0xFF01, 0xFF5F),
)


def _by_hand() -> dict[str, str]:
    found = {letter: closest for letters, closest in _TYPOGRAPHY for letter in letters}
    for capital, like in zip(*_GREEK, strict=True):
        found.update({capital: like, capital.lower(): like})
    found["ς"] = "Σ"
    return found


def _spelt(letter: str, known: Mapping[str, str]) -> str:
    """What a letter falls apart to, its accents left out; '' where that is not ours either."""
    parts = unicodedata.normalize("NFKD", letter)
    bare = [part for part in parts if not unicodedata.combining(part)]
    spelt = "".join(known.get(part, part) for part in bare)
    return spelt if gsm7.LETTERS.issuperset(spelt) else ""


def _nearest() -> dict[int, str]:
    known = _by_hand()
    found = {ord(letter): closest for letter, closest in known.items()}
    for code in _LOOKED_AT:
        if code not in found and (spelt := _spelt(chr(code), known)):
            found[code] = spelt
    # Controls of C1 are letters of Windows that somebody took for ISO-8859-1.
    for code in range(0x80, 0xA0):
        letter = bytes([code]).decode("cp1252", "ignore")
        found[code] = found.get(ord(letter), letter) if letter else "?"
    # An accent that stands on no letter of ours.
    found |= dict.fromkeys(range(0x300, 0x370), "")
    return {code: closest for code, closest in found.items() if chr(code) not in gsm7.LETTERS}


NEAREST: Mapping[int, str] = _nearest()


def nearest(text: str, encoding: str) -> bytes:
    """The text in that encoding; what it lacks becomes the nearest letter, else `?`."""
    try:
        return text.encode(encoding)
    except UnicodeEncodeError:
        whole = unicodedata.normalize("NFC", text)  # an accent by itself joins its letter
        near = [
            letter if letter.encode(encoding, "ignore") else NEAREST.get(ord(letter), letter)
            for letter in whole
        ]
        return "".join(near).encode(encoding, "replace")
