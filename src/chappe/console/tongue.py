"""The languages of the console. A sentence is known by its English.

In: English. Out: the visitor's language. Promise: what is not translated is shown in English, and
a test finds it.
"""

import re
from collections.abc import Mapping
from typing import Final

from chappe.words.money import EURO, quotient

LANGUAGES: Final[Mapping[str, str]] = {"en": "English", "fr": "Français"}
_THIN = "\u202f"  # what stands before a sign and between thousands in French
_WIDE = re.compile(r" (?=[:;!?»])|(?<=«) ")  # no line may end there


class Tongue:
    """One language, with all rooms' sentences."""

    def __init__(self, code: str, table: Mapping[str, str]) -> None:
        self.code = code
        self._table = {
            sentence: _WIDE.sub(_THIN, said) if code == "fr" else said
            for sentence, said in table.items()
        }

    def __call__(self, sentence: str, **values: object) -> str:
        said = self._table.get(sentence, sentence)
        return said.format(**values) if values else said

    def count(self, number: int) -> str:
        """A whole number, with its thousands apart."""
        return f"{number:,}".replace(",", _THIN if self.code == "fr" else ",")

    def euros(self, mills: int) -> str:
        """An amount as it is written where the language is spoken, exact, with two places at
        least."""
        written = quotient(abs(mills), EURO, 4, 2)
        whole, _, part = written.partition(".")
        sign = "-" if mills < 0 else ""
        if self.code == "fr":
            return f"{sign}{self.count(int(whole))},{part}{_THIN}€"
        return f"{sign}€{self.count(int(whole))}.{part}"


def language_of(cookie: str, accepted: str) -> str:
    """The language of a visitor: as chosen, else as their browser says, else English."""
    if cookie in LANGUAGES:
        return cookie
    wishes = []
    for place, wish in enumerate(accepted[:200].split(",")):
        name, _, quality = wish.partition(";")
        code = name.strip()[:2].lower()
        if code in LANGUAGES:
            wishes.append((-_quality(quality), place, code))
    return min(wishes)[2] if wishes else "en"


def _quality(text: str) -> float:
    name, _, value = text.strip().partition("=")
    try:
        return float(value) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0
