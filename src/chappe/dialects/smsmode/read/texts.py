"""Texts: in letters that travel, cut, and with the mention that must not be cut.

In: a text as it came. Out: the text that is sent, for France and for elsewhere.
"""

from bisect import bisect_left
from typing import NamedTuple

from chappe.dialects.smsmode.tables.letters import REPLACED, STOP_ABROAD, STOP_AT_HOME
from chappe.dialects.smsmode.tables.paths import LIMITS
from chappe.words.alphabet import STANDARD, Alphabet
from chappe.words.text import closest, cut, parts_billed, weight

_WHERE_ROOM, _ALWAYS = "1", "2"  # stop: where there is room for it; anyhow
_HOLDS_MOST = 10_000  # letters that are looked at: what is cut off is never more


class Wordings(NamedTuple):
    """A text, by where it goes."""

    home: str
    abroad: str


def read_text(given: str, *, wide: bool, parts: int, stop: str, code: str) -> Wordings:
    """Both are the same where no mention is added."""
    text = given[:_HOLDS_MOST] if wide else closest(given[:_HOLDS_MOST], REPLACED)
    alphabet = Alphabet.ucs2 if wide else Alphabet.gsm
    if stop not in (_WHERE_ROOM, _ALWAYS):
        plain = cut(text, alphabet, parts)
        return Wordings(plain, plain)
    always = stop == _ALWAYS
    return Wordings(
        _mentioning(text, alphabet, parts, f"{STOP_AT_HOME}{code}", always=always),
        _mentioning(text, alphabet, parts, STOP_ABROAD, always=always),
    )


def _mentioning(text: str, alphabet: Alphabet, parts: int, mention: str, *, always: bool) -> str:
    """With the mention at its end, once, where that costs no further SMS, or `always`; what is cut
    is the text."""
    own = _own(text, mention)
    if own is not None:
        fits = parts_billed(text, alphabet, STANDARD) <= parts
        return text if fits else _cut_for(mention, text[:own].rstrip(), alphabet, parts)
    if always:
        return _cut_for(mention, text, alphabet, parts)
    has_room = _has_room(text, alphabet, mention)
    return text + mention if has_room else cut(text, alphabet, parts)


def _own(text: str, mention: str) -> int | None:
    """Where the mention begins that a text ends with already."""
    begin = len(text.rstrip()) - len(mention.lstrip())
    if begin < 0 or not text.startswith(mention.lstrip(), begin):
        return None
    return None if begin and text[begin - 1].isalnum() else begin


def _has_room(text: str, alphabet: Alphabet, mention: str) -> bool:
    """The document goes by the length of the text, wherever it is sent; a mention with a longer
    code may need more room than it knows of."""
    whole = weight(text + mention, alphabet)
    if alphabet is Alphabet.ucs2:
        return whole <= LIMITS["short_in_unicode"]
    return weight(text, alphabet) <= LIMITS["mentioned"] and whole <= LIMITS["short"]


def _cut_for(mention: str, text: str, alphabet: Alphabet, parts: int) -> str:
    def is_over(count: int) -> bool:
        return parts_billed(text[:count] + mention, alphabet, STANDARD) > parts

    if not is_over(len(text)):
        return text + mention
    fits = bisect_left(range(len(text) + 1), True, key=is_over)
    return text[: max(fits - 1, 0)] + mention
