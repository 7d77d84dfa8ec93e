"""Recipients.

In: a list as it was given. Out: each telephone once, in its order; 0 for what is none, with the
digits that were given in its place.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from chappe.words.number import Spelling, country, read_all

FORMS = Spelling.MOBILE | Spelling.BARE | Spelling.PLUS | Spelling.ZEROS | Spelling.BLANK_PLUS
_OF_CALLS = FORMS | Spelling.NATIONAL  # a landline can be called
_DIGIT = re.compile("[0-9]")
_NO_DIGITS = re.compile("[^0-9]+")
_HOME = "FR"
_SHOWN = 20  # digits of what is no number


class Recipients(NamedTuple):
    numbers: Sequence[int]
    given: Sequence[str]


def has_digit(entry: str) -> bool:
    """One without any is no entry at all."""
    return bool(_DIGIT.search(entry))


def read_recipients(entries: list[str], *, called: bool = False) -> Recipients:
    """Each telephone once."""
    found = read_numbers(entries, called=called)
    if not found.given:
        return Recipients(list(dict.fromkeys(found.numbers)), ())
    once = {
        number or digits: (number, digits)
        for number, digits in zip(found.numbers, found.given, strict=True)
    }
    return Recipients([number for number, _ in once.values()], [was for _, was in once.values()])


def read_numbers(entries: list[str], *, called: bool = False) -> Recipients:
    """As they are."""
    numbers = read_all(entries, _OF_CALLS if called else FORMS)
    if 0 not in numbers:
        return Recipients(numbers, ())
    given = [
        "" if number else _NO_DIGITS.sub("", entry)[:_SHOWN]
        for entry, number in zip(entries, numbers, strict=True)
    ]
    return Recipients(numbers, given)


def at_home_of(numbers: Sequence[int]) -> Sequence[bool]:
    """Which are in France, as far as anybody can tell."""
    return [not number or country(number) == _HOME for number in numbers]
