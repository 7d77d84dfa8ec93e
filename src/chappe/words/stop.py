"""What a handset's message asks: STOP and START in their usual spellings.

In: a text. Out: a wish. Rule: the first word, case, accents and punctuation aside; a code may
follow.
"""

import re
import unicodedata
from enum import IntEnum


class Wish(IntEnum):
    """What the writer wants of us."""

    none = 0
    stop = 1
    start = 2


_WORDS = {"STOP": Wish.stop, "STOPSMS": Wish.stop, "ARRET": Wish.stop, "START": Wish.start}
_WORD = re.compile(r"[A-Z]+")


def wish_of(text: str) -> Wish:
    """'Stop. 36105' wants to stop; 'on ne stoppe pas' does not."""
    plain = unicodedata.normalize("NFKD", text[:64]).upper()
    word = _WORD.search("".join(ch for ch in plain if not unicodedata.combining(ch)))
    return _WORDS.get(word.group(), Wish.none) if word else Wish.none
