"""Codes: numbers written so that they tell nothing, and that nobody guesses another's.

In: a secret key, numbers and codes. Out: codes and numbers. Promise: numbers that lie less than
`capacity` apart never share a code; who knows codes of their own knows none of anybody else's;
printing what makes them shows no key.

A code is a permutation of its number under the key, so there is nothing to draw, to look up or to
keep. The permutation is a Feistel network over the next power of four, walked on from values that
are no code until it meets one. That is a permutation of the codes again: it only leaves out the
steps in between. What goes in is a code's value itself, as all values below `capacity` are.
"""

import hashlib
import os
from typing import NamedTuple

_ROUNDS = 8
_HALF_BYTES = 8  # 62 ** 15 has 90 bits
_LAST = 2**63 - 1  # no number is greater, and no store could look for it


class CodeDigits:
    """What codes are written with. Those from place `barren` on never make a code alone, so the
    value of the first text that has no others is where codes end."""

    def __init__(self, letters: str, barren: int) -> None:
        self.letters = letters
        self.barren = barren
        self.values = {letter: value for value, letter in enumerate(letters)}
        self._barren = frozenset(letters[barren:])

    def is_barren(self, text: str) -> bool:
        return self._barren.issuperset(text)

    def is_code(self, text: str) -> bool:
        return not self.is_barren(text) and self.values.keys() >= {*text}

    def capacity(self, length: int) -> int:
        """How many codes of that length are given to numbers: every value below is a code's."""
        base = len(self.letters)
        size: int = base**length
        return self.barren * (size - 1) // (base - 1)

    def written(self, value: int, length: int) -> str:
        found = []
        for _ in range(length):
            value, digit = divmod(value, len(self.letters))
            found.append(self.letters[digit])
        return "".join(reversed(found))

    def read(self, code: str) -> int:
        value = 0
        for letter in code:
            value = value * len(self.letters) + self.values[letter]
        return value


class Shuffle:
    """All codes of one length under one key."""

    def __init__(self, key: bytes, digits: CodeDigits, length: int) -> None:
        self.length = length
        self.capacity: int = digits.capacity(length)
        self._digits = digits
        self._size: int = len(digits.letters) ** length
        self._half: int = (self._size.bit_length() + 1) // 2  # bits
        self._rounds = tuple(
            hashlib.blake2b(bytes((length, no)), key=key, digest_size=_HALF_BYTES)
            for no in range(_ROUNDS)
        )

    def code(self, number: int) -> str:
        """The code of a number."""
        value = number % self.capacity
        while True:
            value = self._there(value)
            if (code := self._code_of(value)) is not None:
                return code

    def number(self, code: str) -> int | None:
        """The number below `capacity` that has this code; None where none has, or it is none."""
        if len(code) != self.length or not self._digits.is_code(code):
            return None
        value = self._digits.read(code)
        while True:
            value = self._back(value)
            if value < self.capacity:
                return value
            if self._code_of(value) is not None:
                return None

    def _code_of(self, value: int) -> str | None:
        if value >= self._size:
            return None
        code = self._digits.written(value, self.length)
        return None if self._digits.is_barren(code) else code

    def _there(self, value: int) -> int:
        half, mask = self._half, (1 << self._half) - 1
        left, right = value >> half, value & mask
        for one in self._rounds:
            left, right = right, left ^ _mixed(one, right) & mask
        return left << half | right

    def _back(self, value: int) -> int:
        half, mask = self._half, (1 << self._half) - 1
        left, right = value >> half, value & mask
        for one in reversed(self._rounds):
            left, right = right ^ _mixed(one, left) & mask, left
        return left << half | right


def _mixed(one: "hashlib.blake2b", half: int) -> int:
    state = one.copy()
    state.update(half.to_bytes(_HALF_BYTES, "big"))
    return int.from_bytes(state.digest(), "big")


# Ids of an API are not words but may hold some; digits alone read like an error's number.
_ID_DIGITS = CodeDigits("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 52)
_ID_LENGTH = 12


class SecretIdsOfAKind:
    """The ids of one kind of thing."""

    def __init__(self, key: bytes, kind: str) -> None:
        own = hashlib.blake2b(kind.encode(), key=key, digest_size=32).digest()
        self._shuffle = Shuffle(own, _ID_DIGITS, _ID_LENGTH)

    def code(self, number: int) -> str:
        """Twelve letters and digits, a letter among them."""
        return self._shuffle.code(number)

    def number(self, code: str) -> int | None:
        """What it is the id of; None where it is nobody's."""
        number = self._shuffle.number(code)
        return number if number is not None and number <= _LAST else None


class SecretIds(NamedTuple):
    """How an installation writes the numbers of its orders, messages and replies where a customer
    must not find their neighbours'."""

    order: SecretIdsOfAKind
    message: SecretIdsOfAKind
    reply: SecretIdsOfAKind


def ids_of(key: bytes) -> SecretIds:
    """Those of a key. They stand in customers' systems, so what they come of never changes."""
    return SecretIds(*(SecretIdsOfAKind(key, kind) for kind in SecretIds._fields))


NOBODYS = ids_of(os.urandom(32))
"""Those of whoever was not loaded: good as long as the process lives, and guessed by nobody."""
