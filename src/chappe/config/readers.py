"""Readers: each takes one TOML value and gives ours, or says what is wrong with it.

In: a value as tomllib found it. Out: a value of `Config`. Promise: a reader raises nothing but
`Wrong`, whatever it is given, and names its limits in `form`, which the settings page prints.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from enum import IntEnum
from typing import Any, NamedTuple

from chappe.config.mistake import Figure, Wrong, kind, named, shown
from chappe.config.values import Secret
from chappe.words.money import EURO, euros, mills

_TEXT_MOST = 200
_LIST_MOST = 1_000
_EUROS_MOST = 100_000_000


def as_toml(value: Any) -> str:
    """A default as one would write it in the file."""
    match value:
        case None | Secret():
            return "none"
        case bool():
            return "true" if value else "false"
        case IntEnum():
            return f'"{value.name}"'
        case int():
            return str(value)
        case float():
            return f"{value:g}"
        case list() | tuple() if not hasattr(value, "_fields"):
            return f"[{', '.join(map(as_toml, value))}]"
        case Mapping():
            return "{}"
        case _:
            return f'"{value}"'


class Reader(NamedTuple):
    """How a kind of value is read; `form` says in words what may stand there. What is secret may
    stand in a file of its own: `of_file` makes the text of that into what the key would hold."""

    form: str
    read: Callable[[Any], Any]
    write: Callable[[Any], str] = as_toml
    of_file: Callable[[str], Any] | None = None


def words(value: Any, example: str, most: int = _TEXT_MOST) -> str:
    """A text on one line that is not empty."""
    if not isinstance(value, str):
        hint = shown(value) if isinstance(value, int | Figure) else example
        raise Wrong(f"{shown(value)} is not a text", f'Write it in quotes, such as "{hint}".')
    if not value:
        raise Wrong("it is empty", f'Write it as "{example}", or remove the key.')
    if not value.isprintable() or value != value.strip():
        raise Wrong(f"{shown(value)} has a blank at an end, or a control character", "Remove that.")
    if len(value) > most:
        raise Wrong(f"{shown(value)} has {len(value)} characters", f"At most {most} will do.")
    return value


def text(example: str, most: int = _TEXT_MOST) -> Reader:
    return Reader(f"text of at most {most} characters", lambda value: words(value, example, most))


def secret(most: int = _TEXT_MOST) -> Reader:
    """A text that no sentence ever quotes."""

    def read(value: Any) -> Secret:
        if not isinstance(value, str):
            raise Wrong(f"{kind(value)} is not a text", "Write the secret in quotes.")
        if not value:
            raise Wrong("it is empty", "Give it at least one character, or remove the key.")
        if not value.isprintable() or len(value) > most:
            raise Wrong(
                "it holds a control character or is too long",
                f"Keep to at most {most} printable characters.",
            )
        return Secret(value)

    return Reader(f"secret of at most {most} characters", read, of_file=str)


def flag() -> Reader:
    def read(value: Any) -> bool:
        if not isinstance(value, bool):
            raise Wrong(f"{shown(value)} is neither true nor false", "Write true or false.")
        return value

    return Reader("true or false", read)


def choice(*known: str, quotes: bool = True) -> Reader:
    """One of some words. `quotes` is off where a key may have been put in by mistake."""
    quoted = [f'"{word}"' for word in known]
    listed = f"{', '.join(quoted[:-1])} or {quoted[-1]}" if known[1:] else quoted[0]

    def read(value: Any) -> str:
        if not isinstance(value, str) or value not in known:
            given = shown(value) if quotes else "what stands here"
            raise Wrong(f"{given} is not on its list", f"Write {listed}.")
        return value

    return Reader(listed, read)


def whole(least: int, most: int, unit: str = "") -> Reader:
    unit = f" {unit}" if unit else ""

    def read(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise Wrong(
                f"{shown(value)} is not a whole number",
                f"Write one from {least} to {most}, without quotes.",
            )
        if not least <= value <= most:
            raise Wrong(f"{shown(value)} is out of bounds", f"Write {least} to {most}{unit}.")
        return value

    return Reader(f"{least} to {most}{unit}", read)


def number(most: int, unit: str) -> Reader:
    def read(value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | Figure):
            raise Wrong(
                f"{shown(value)} is not a number", f"Write one from 0 to {most}, without quotes."
            )
        # A whole number beyond any float is out of bounds like the rest.
        figure = float(value.text) if isinstance(value, Figure) else min(value, most + 1)
        if math.isnan(figure) or not 0 <= figure <= most:
            raise Wrong(f"{shown(value)} is out of bounds", f"Write 0 to {most} {unit}.")
        return float(figure)

    return Reader(f"0 to {most} {unit}", read)


def amount() -> Reader:
    """Euros, as a text or a number, to mills."""

    def read(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, str | int | Figure):
            raise Wrong(f"{shown(value)} is not an amount", 'Write euros, such as "12.50".')
        written = value if isinstance(value, str) else shown(value).replace("_", "").lstrip("+")
        try:
            sum_ = mills(written)
        except ValueError:
            raise Wrong(
                f"{shown(value)} is not an amount",
                'Write euros with at most four decimals, such as "12.50".',
            ) from None
        if not 0 <= sum_ <= _EUROS_MOST * EURO:
            raise Wrong(f"{shown(value)} is out of bounds", f"Write 0 to {_EUROS_MOST} euros.")
        return sum_

    def write(value: Any) -> str:
        return f'"{euros(value, 4 if value % 100 else 2)}"'

    return Reader(f"0 to {_EUROS_MOST} euros, in quotes or not", read, write)


def many(item: Reader, most: int = _LIST_MOST) -> Reader:
    """A list. The value itself is never quoted, since it may be a secret without its brackets."""

    def read(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise Wrong(f"{kind(value)} is not a list", "Put it in brackets: [ ... ].")
        if len(value) > most:
            raise Wrong(f"it has {len(value)} items", f"At most {most} will do.")
        return tuple(_item(item, place, one) for place, one in enumerate(value))

    return Reader(f"list of: {item.form}", read, of_file=_lines if item.of_file else None)


def one_or_many(item: Reader) -> Reader:
    """A value, or a list of them: both are read as a tuple."""

    def read(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list):
            return (item.read(value),)
        if not value:
            raise Wrong("the list is empty", "Name at least one, or remove the key.")
        several: tuple[Any, ...] = many(item).read(value)
        return several

    return Reader(f"{item.form}; or a list of them", read)


def at_least_one(reader: Reader) -> Reader:
    def read(value: Any) -> Any:
        if value == []:
            raise Wrong("the list is empty", "Name at least one.")
        return reader.read(value)

    return Reader(f"{reader.form}; not empty", read)


def mapped(reader: Reader, turn: Callable[[Any], Any]) -> Reader:
    """The same form, given a value of our own in the end. `turn` never fails."""
    return Reader(reader.form, lambda value: turn(reader.read(value)))


def by_name(known: Sequence[str], item: Reader) -> Reader:
    """A table whose keys are on a list, each with the same kind of value."""
    listed = ", ".join(known)

    def read(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise Wrong(f"{kind(value)} is not a table", f"Write it as {{ {known[0]} = ... }}.")
        for key in value:
            if key not in known:
                raise Wrong(f"{named(key)} is unknown", f"It knows {listed}.", (key,))
        return {key: _item(item, key, one) for key, one in value.items()}

    return Reader(f"table of {listed}, each: {item.form}", read)


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").split("\n")


def _item(item: Reader, place: str | int, value: Any) -> Any:
    try:
        return item.read(value)
    except Wrong as wrong:
        raise Wrong(wrong.what, wrong.remedy, (place, *wrong.at)) from None
