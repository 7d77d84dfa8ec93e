"""A transaction as a script: a generator that asks for statements by name and gets values back.

In: a database driver sends the values. Out: what the script returns. Promise: a script holds all
the meaning of an operation, once, for every database; drivers hold none.
"""

from collections.abc import Generator, Iterable
from typing import Any, NamedTuple

import msgspec


class Ask(NamedTuple):
    """Run a named query that gives one JSON value; lists among the arguments travel as JSON."""

    name: str
    args: tuple[Any, ...] = ()
    type: Any = None  # what the JSON is decoded to; None: plain lists, strings and numbers


class Run(NamedTuple):
    """Run a named statement. The answer, where it is `counted`, is how many rows it touched: what
    is not, nobody waits for."""

    name: str
    args: tuple[Any, ...] = ()
    counted: bool = False


class Into(NamedTuple):
    """A table, and the columns that its rows bring; the schema's defaults fill the others."""

    table: str
    columns: tuple[str, ...]


class Add(NamedTuple):
    """Insert rows, and give their number where they are `counted`. None is dear to bind, so columns
    that are mostly absent are better left out. `fresh`: where one of them was there already,
    nothing that was staged in `recent` is kept."""

    into: Into
    rows: Iterable[tuple[Any, ...]]
    counted: bool = False
    fresh: bool = False


Script = Generator[Ask | Run | Add, Any, Any]


def packed(arg: Any) -> Any:
    """An argument as it travels: a set of values is one JSON text."""
    if isinstance(arg, list | tuple | set):
        return msgspec.json.encode(arg).decode()
    return arg


def unpacked(found: Any, type_: Any = None) -> Any:
    """What a query gave: a text is JSON, anything else is itself."""
    if not isinstance(found, str):
        return found
    decoder = _DECODERS.get(type_)
    if decoder is None:
        decoder = _DECODERS[type_] = msgspec.json.Decoder(Any if type_ is None else type_)
    return decoder.decode(found)


_DECODERS: dict[Any, msgspec.json.Decoder[Any]] = {}
