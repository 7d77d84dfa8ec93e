"""A list in one text, taken apart at its commas.

In: a text of any length, and which entries count. Out: those entries. Promise: no step is longer
than a stretch of the text, since all other threads wait for it.
"""

from collections.abc import Callable

_STRETCH = 1 << 20  # letters


def listed(text: str, is_entry: Callable[[str], object]) -> list[str]:
    """The entries as they stand there."""
    found: list[str] = []
    at = 0
    while at < len(text):
        end = len(text)
        if end - at > _STRETCH:
            end = text.rfind(",", at, at + _STRETCH)
            end = end if end >= 0 else text.find(",", at + _STRETCH)
            end = end if end >= 0 else len(text)
        found += [one for one in text[at:end].split(",") if is_entry(one)]
        at = end + 1
    return found
