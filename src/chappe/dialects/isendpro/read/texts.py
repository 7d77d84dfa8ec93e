"""Texts: in letters that travel, with the STOP mention, counted and weighed.

In: a text as it came, how it is to be sent. Out: the text that is sent, and what is wrong with it.
"""

from collections.abc import Sequence
from typing import NamedTuple

from chappe.dialects.isendpro.tables.errors import DEAR_ERRORS, Error
from chappe.dialects.isendpro.tables.letters import (
    COUNTED,
    DEAR,
    MENTION,
    PRICE,
    REPLACED,
)
from chappe.dialects.isendpro.tables.paths import LIMITS
from chappe.words.alphabet import Alphabet
from chappe.words.text import closest, parts_billed, weight

_HOLDS_MOST = 100_000  # letters that are looked at: of a longer text enough is known


class Manner(NamedTuple):
    """How the texts of a call are sent."""

    wide: bool  # in UCS-2
    code: str  # what the mention names; '': there is none
    wish: int  # SMS that a text may be; 0: nothing is said of it

    @property
    def alphabet(self) -> Alphabet:
        return Alphabet.ucs2 if self.wide else Alphabet.gsm

    @property
    def mention(self) -> str:
        return MENTION[self.wide] + self.code if self.code else ""


class Worded(NamedTuple):
    """A text as it is sent; `error` is the first thing that is wrong with it."""

    text: str
    weight: int
    error: Error | None = None
    figures: Sequence[int] = ()


def read_text(given: str, way: Manner) -> Worded:
    """Length goes before the price that a text must name."""
    given = given[:_HOLDS_MOST]
    text = (given if way.wide else closest(given, REPLACED)) + way.mention
    count = weight(text, way.alphabet, COUNTED)
    error, figures = _length_error(parts_billed(text, way.alphabet, COUNTED), count, way)
    if error is None:
        error = _price_error(given)
    return Worded(text, count, error, figures)


def _length_error(parts: int, count: int, way: Manner) -> tuple[Error | None, Sequence[int]]:
    mention = weight(way.mention, way.alphabet, COUNTED)
    if not way.wish:
        if parts == 1:
            return None, ()
        if way.wide:
            return Error.too_long_in_unicode, (COUNTED.ucs2_one - mention,)
        return (Error.too_long_with_stop if mention else Error.too_long), ()
    if parts > LIMITS["parts"]:
        many = COUNTED.ucs2_many if way.wide else COUNTED.gsm_many
        most = LIMITS["parts"] * many - mention
        return (Error.past_six_in_unicode if way.wide else Error.past_six), (most,)
    asked = min(way.wish, LIMITS["parts"])
    if parts > asked:
        return Error.past_wish, (parts, count, asked)
    return None, ()


def _price_error(text: str) -> Error | None:
    if "8" not in text:
        return None
    named = [start for start, dear in DEAR if dear.search(text)]
    if not named:
        return None
    for _, dear in DEAR:
        text = dear.sub("-", text)  # its own last digit before a sign is no price
    return None if PRICE.search(text) else DEAR_ERRORS[named[0]]
