"""Codes of short URLs: the number of a message as letters and digits that tell nothing of it.

In: a secret key, numbers and codes. Out: codes and numbers. Promise: numbers that lie less than
`capacity` apart never share a code; who knows codes of their own knows none of anybody else's; no
code is a word in small letters, as the fixed paths of the doors are, so that none can hide behind
a path that is there or that is yet to come.

A code is a permutation of its number under the key, so there is nothing to draw, to look up or to
keep. The permutation is a Feistel network over the next power of four, walked on from values that
are no code until it meets one. That is a permutation of the codes again: it only leaves out the
steps in between. What goes in is a code's value itself, as all values below `capacity` are.
"""

import hashlib
import re
from typing import NamedTuple

SHORTEST, LONGEST = 6, 15
SAFE = 8
"""How long codes are where the domain leaves no room for any: few will guess one of these."""

WHOLE = 17
"""How long a short URL is with its domain, where the domain leaves room for a code."""

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_VALUES = {digit: value for value, digit in enumerate(_DIGITS)}
_SHAPE = re.compile(f"[0-9A-Za-z]{{{SHORTEST},{LONGEST}}}")
_BASE = len(_DIGITS)
_SMALL = _VALUES["a"]
_ROUNDS = 8
_HALF_BYTES = 8  # 62 ** 15 has 90 bits


def length_beside(domain: str) -> int:
    """How long the codes under a domain are."""
    room = WHOLE - len(domain) - 1
    return room if room >= SHORTEST else SAFE


def is_word(code: str) -> bool:
    """Whether a text has small letters alone, so that it is no code."""
    return code.isalpha() and code.islower()


def capacity(length: int) -> int:
    """How many codes of this length there are: the value of the first word, above them all."""
    size: int = _BASE**length
    return _SMALL * (size - 1) // (_BASE - 1)


class Codes:
    """The codes of one installation, of every length."""

    def __init__(self, key: bytes) -> None:
        self._spaces = {length: _space(key, length) for length in range(SHORTEST, LONGEST + 1)}

    def code(self, number: int, length: int) -> str:
        """The code of a message's number."""
        space = self._spaces[length]
        value = number % space.capacity
        while True:
            value = space.there(value)
            if value < space.size and not is_word(code := written(value, length)):
                return code

    def number(self, code: str) -> int | None:
        """The number below `capacity` that has this code; None where none has it, or it is no
        code."""
        if not _SHAPE.fullmatch(code) or is_word(code):
            return None
        length = len(code)
        space = self._spaces[length]
        value = _read(code)
        while True:
            value = space.back(value)
            if value < space.capacity:
                return value
            if value < space.size and not is_word(written(value, length)):
                return None


class _Space(NamedTuple):
    """All values of one length, shuffled."""

    size: int
    capacity: int
    half: int  # bits
    rounds: "tuple[hashlib.blake2b, ...]"

    def there(self, value: int) -> int:
        half, mask = self.half, (1 << self.half) - 1
        left, right = value >> half, value & mask
        for one in self.rounds:
            left, right = right, left ^ _mixed(one, right) & mask
        return left << half | right

    def back(self, value: int) -> int:
        half, mask = self.half, (1 << self.half) - 1
        left, right = value >> half, value & mask
        for one in reversed(self.rounds):
            left, right = right ^ _mixed(one, left) & mask, left
        return left << half | right


def _space(key: bytes, length: int) -> _Space:
    size = _BASE**length
    rounds = tuple(
        hashlib.blake2b(bytes((length, no)), key=key, digest_size=_HALF_BYTES)
        for no in range(_ROUNDS)
    )
    return _Space(size, capacity(length), (size.bit_length() + 1) // 2, rounds)


def _mixed(one: "hashlib.blake2b", half: int) -> int:
    state = one.copy()
    state.update(half.to_bytes(_HALF_BYTES, "big"))
    return int.from_bytes(state.digest(), "big")


def written(value: int, length: int) -> str:
    digits = []
    for _ in range(length):
        value, digit = divmod(value, _BASE)
        digits.append(_DIGITS[digit])
    return "".join(reversed(digits))


def _read(code: str) -> int:
    value = 0
    for digit in code:
        value = value * _BASE + _VALUES[digit]
    return value
