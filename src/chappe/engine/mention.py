"""Mentioning: whether an advertisement says how to stop it, in the text that is really sent.

In: a text as it goes out, what its letter wants said. Out: whether it says so, and where. Promise:
time is in proportion to the text, whatever it holds.
"""

import re
from functools import lru_cache

from chappe.words.order import Mention

# `STOP36105` is how it is mostly written where letters are dear.
_STOP = re.compile(r"\bSTOP(?![^\W\d])", re.IGNORECASE)


def mentions(text: str, wanted: Mention) -> bool:
    """Whether STOP stands in the text with the code's digits somewhere behind it."""
    stop = _STOP.search(text)
    return stop is not None and _digits(wanted.code).search(text, stop.end()) is not None


def last_mention(text: str, wanted: Mention) -> tuple[int, int] | None:
    """Where the last mention begins and ends, at its shortest; None where there is none."""
    end = 0
    for found in _digits(wanted.code).finditer(text):
        end = found.end()
    begin = -1
    for found in _STOP.finditer(text, 0, end):
        begin = found.start()
    return (begin, end) if begin >= 0 else None


@lru_cache(64)
def _digits(code: str) -> re.Pattern[str]:
    """A pattern of the code that does not find it inside a longer number."""
    return re.compile(rf"(?<!\d){re.escape(code)}(?!\d)")
