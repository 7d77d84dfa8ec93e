"""A transaction as a script: a generator that asks for statements by name and gets values back.

In: a database driver sends the values. Out: what the script returns. Promise: a script holds all
the meaning of an operation, once, for every database; drivers hold none.
"""

from collections.abc import Generator, Iterable
from typing import Any, NamedTuple


class Ask(NamedTuple):
    """Run a named query that gives one JSON value; lists among the arguments travel as JSON."""

    name: str
    args: tuple[Any, ...] = ()
    type: Any = None  # what the JSON is decoded to; None: plain lists, strings and numbers


class Run(NamedTuple):
    """Run a named statement; the answer is the number of rows that it touched."""

    name: str
    args: tuple[Any, ...] = ()


class Add(NamedTuple):
    """Insert rows, in the column order of the schema."""

    table: str
    rows: Iterable[tuple[Any, ...]]


Script = Generator[Ask | Run | Add, Any, Any]
