"""What a hand shows, or why it could not do what was asked.

In: nothing. Out: `Shown`, plain enough for a line of JSON; `CannotDo`, one clear sentence; and
`NothingMore`, which is asked of most hands that list something.
Promise: amounts are euros in text, times are Paris time in text, so that people and programs read
the same.
"""

from typing import Any

import msgspec

from chappe.store.contract import NEVER
from chappe.words import paris
from chappe.words.money import euros
from chappe.words.number import USUAL, read


class CannotDo(Exception):
    """Why a hand can't do what was asked, in one clear sentence."""


class NothingMore(msgspec.Struct):
    """What is asked of a hand whose name says it all."""


class Shown(msgspec.Struct, frozen=True):
    """Facts (a mapping) or rows (a list of mappings) for programs, and a sentence for people.
    `more` says that people need the facts as well."""

    value: Any = None
    said: str = ""
    more: bool = False


def moment(ms: int) -> str:
    """An instant as Paris time; '' where there is none, 'waits' where none comes by itself."""
    if ms >= NEVER:
        return "waits"
    return paris.stamp(ms, paris.DASHED) if ms else ""


def money(mills: int) -> str:
    """An amount in euros, exact."""
    return euros(mills, 4)


def number_of(text: str) -> int:
    """A phone number in any usual spelling."""
    number = read(text, USUAL)
    if not number:
        raise CannotDo(f"{text[:40]!r} is no phone number such as +33639980001 or 0639980001.")
    return number


def phone(number: int) -> str:
    """A phone number as people write it; '' where it was none, or was erased."""
    return f"+{number}" if number else ""
