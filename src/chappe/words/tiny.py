"""Codes of short URLs: the number of a message as letters and digits that tell nothing of it.

In: a secret key, numbers and codes. Out: codes and numbers. Promise: no code is a word in small
letters, as the fixed paths of the doors are, so that none can hide behind a path that is there or
that is yet to come; all else is what `words.codes` promises.
"""

from chappe.words.codes import CodeDigits, Shuffle

SHORTEST, LONGEST = 6, 15
SAFE = 8
"""How long codes are where the domain leaves no room for any: few will guess one of these."""

WHOLE = 17
"""How long a short URL is with its domain, where the domain leaves room for a code."""

DIGITS = CodeDigits("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", 36)


def length_beside(domain: str) -> int:
    """How long the codes under a domain are."""
    room = WHOLE - len(domain) - 1
    return room if room >= SHORTEST else SAFE


def is_word(code: str) -> bool:
    """Whether a text has small letters alone, so that it is no code."""
    return code.isalpha() and code.islower()


def capacity(length: int) -> int:
    """The value of the first word: every value below it is that of a code."""
    return DIGITS.capacity(length)


class Codes:
    """The codes of one installation, of every length."""

    def __init__(self, key: bytes) -> None:
        lengths = range(SHORTEST, LONGEST + 1)
        self._shuffles = {length: Shuffle(key, DIGITS, length) for length in lengths}

    def code(self, number: int, length: int) -> str:
        """The code of a message's number."""
        return self._shuffles[length].code(number)

    def number(self, code: str) -> int | None:
        """The number below `capacity` that has this code; None where none has, or it is none."""
        shuffle = self._shuffles.get(len(code))
        return shuffle.number(code) if shuffle else None
