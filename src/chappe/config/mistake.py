"""What is wrong in the configuration file, said so that it can be put right.

In: a line, what is wrong there, and the remedy. Out: an exception that reads as two sentences.
Promise: no secret is in it. What may be shown of a value is decided here, by `shown`.
"""

import re
from typing import Any, NamedTuple

# Where a value stands in the file: ("link", 0, "port").
Path = tuple[str | int, ...]

_SHOWN_MOST = 60
_INTEGER_MOST = 10**18
_BARE = re.compile(r"[A-Za-z0-9_-]{1,60}")
_LOGIN_PART = re.compile(r"\A([a-z][a-z0-9+.-]*://)?.*@", re.S | re.I)


class Mistake(Exception):
    """The file can't be used: nothing of it was applied."""

    def __init__(self, line: int, what: str, remedy: str, source: str = "chappe.toml") -> None:
        super().__init__(line, what, remedy, source)
        self.line = line
        self.what = what
        self.remedy = remedy
        self.source = source

    def __str__(self) -> str:
        return f"{self.source}, line {self.line}: {self.what}. {self.remedy}"


class Fault(NamedTuple):
    """A mistake whose line is still to be looked up. `place` is for what no section knows, `other`
    what it clashes with, and `sheet` the file where the path alone does not tell it."""

    path: Path
    what: str
    remedy: str
    place: str = ""
    other: Path = ()
    sheet: int | None = None


class Wrong(Exception):
    """Raised by a reader: this value won't do. `at` leads to the item of a list that is meant."""

    def __init__(self, what: str, remedy: str, at: Path = ()) -> None:
        super().__init__(what, remedy)
        self.what = what
        self.remedy = remedy
        self.at = at


def kind(value: Any) -> str:
    """What sort of TOML value it is, without a word of what it holds."""
    match value:
        case bool():
            return "true or false"
        case str():
            return "a text"
        case dict():
            return "a table"
        case list():
            return "a list"
        case int() | Figure():
            return "a number"
        case _:
            return "a date or time"


def shown(value: Any) -> str:
    """A value as a sentence may quote it: short, on one line, no login in front of a host."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            plain = _LOGIN_PART.sub(r"\1***@", value)
            return repr(plain if len(plain) <= _SHOWN_MOST else f"{plain[:_SHOWN_MOST]}...")
        case Figure(text=text):
            return text[:_SHOWN_MOST]
        case int() if abs(value) < _INTEGER_MOST:
            return str(value)
        case int():
            return "so large a number"
        case _:
            return kind(value)


def named(key: str) -> str:
    """A key as a sentence may name it, whatever its quotes held."""
    return key if _BARE.fullmatch(key) else shown(key)


class Figure(NamedTuple):
    """A number with a point, as it is written: no float ever touches an amount."""

    text: str
