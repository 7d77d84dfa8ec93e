"""Texts: in letters that travel, cut, and with the mention that must not be cut.

In: a text as it came. Out: the text that is sent, for France and for elsewhere.
"""

from bisect import bisect_left
from typing import NamedTuple

from chappe.dialects.smsmode.tables.letters import REPLACED, STOP_ABROAD, STOP_AT_HOME
from chappe.dialects.smsmode.tables.paths import LIMITS
from chappe.words.alphabet import STANDARD, Alphabet
from chappe.words.text import closest, cut, parts_billed, weight

_WHERE_ROOM, _ALWAYS = "1", "2"  # stop
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
    room = LIMITS["short_in_unicode" if wide else "short"] if stop == _WHERE_ROOM else 0
    return Wordings(
        _mentioning(text, alphabet, parts, f"{STOP_AT_HOME}{code}", room),
        _mentioning(text, alphabet, parts, STOP_ABROAD, room),
    )


def _mentioning(text: str, alphabet: Alphabet, parts: int, mention: str, room: int) -> str:
    """With the mention at its end: where there is room for it, if `room` says how much; else the
    text is cut for it."""
    if text.endswith(mention) or text == mention.lstrip():
        return cut(text, alphabet, parts)
    if room:
        whole = text + mention
        return whole if weight(whole, alphabet) <= room else cut(text, alphabet, parts)

    def is_over(count: int) -> bool:
        return parts_billed(text[:count] + mention, alphabet, STANDARD) > parts

    if not is_over(len(text)):
        return text + mention
    fits = bisect_left(range(len(text) + 1), True, key=is_over)
    return text[: max(fits - 1, 0)] + mention
