"""What may be set of an account for one dialect, as data: nothing here reads a file.

In: nothing. Out: kinds of value, and settings made of them. Promise: a setting says all that those
must know of it who read the file or draw its page; so a dialect's settings stand in its own folder.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias

import msgspec

LIST_MOST = 1_000


class Flag(msgspec.Struct, frozen=True):
    """True or false."""


class Url(msgspec.Struct, frozen=True):
    """A URL of the customer's, http or https."""

    bare: bool = False  # whether one without a scheme is taken, which is http then


class Amount(msgspec.Struct, frozen=True):
    """Euros; read as mills."""


class Hidden(msgspec.Struct, frozen=True):
    """A secret, which nothing ever shows."""

    # Who shows it is known by it alone: no two accounts have the same one. It is called `token`.
    identifies: bool = False


class Choice(msgspec.Struct, frozen=True):
    """One of some words."""

    words: tuple[str, ...]
    is_quoted: bool = True  # off where a mistake may have put a secret in its place


class Digits(msgspec.Struct, frozen=True):
    """A text of digits, such as a number or a code."""

    least: int
    most: int
    what: str  # 'a short code': what a text is not that is no digits


class Count(msgspec.Struct, frozen=True):
    """A whole number within bounds."""

    least: int
    most: int
    unit: str


class Many(msgspec.Struct, frozen=True):
    """A list of one kind; read as a tuple."""

    item: "Kind"
    most: int = LIST_MOST


class Named(msgspec.Struct, frozen=True):
    """A table with one kind of value behind each of some names."""

    names: tuple[str, ...]
    item: "Kind"


Kind: TypeAlias = Flag | Url | Amount | Hidden | Choice | Digits | Count | Many | Named
# What a setting is where the file says nothing; None: not set. No secret has one.
Default: TypeAlias = bool | int | str | tuple[str, ...] | tuple[int, ...] | Mapping[str, int] | None


class Setting(NamedTuple):
    """One key. `unset` says in words what its absence means, where the default can't."""

    kind: Kind
    default: Default
    meaning: str
    unset: str = ""


class Clash(NamedTuple):
    """A value that does not go with another; `at` leads to it within the dialect's table."""

    at: tuple[str, ...]
    what: str
    remedy: str


def _nothing(values: Mapping[str, Any], given: Collection[str]) -> Iterator[Clash]:
    return iter(())


class SettingsOfDialect(NamedTuple):
    """What [account.NAME] may hold."""

    keys: Mapping[str, Setting]
    # what could be read, and which keys were given -> what of it does not go together
    check: Callable[[Mapping[str, Any], Collection[str]], Iterator[Clash]] = _nothing
    # Keys of [[account]] itself that the dialect asks for, of those that no other room reads.
    asks: frozenset[str] = frozenset()
