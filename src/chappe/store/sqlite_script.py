"""Running scripts on a SQLite connection.

In: a script. Out: what it returns. Promise: as few steps as there are statements, since the driver
gives up the interpreter lock at each; rows travel as bound values, in chunks of a few fixed sizes,
so that every text stays prepared.
"""

import sqlite3
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import chain, islice
from typing import Any

from chappe.store.queries import queries
from chappe.store.rows import CONFLICTS
from chappe.store.script import Add, Ask, Into, Run, Script, packed, unpacked

# A statement costs as much as ten of its rows, so few are best; but a text stays prepared, and that
# takes some 1 KiB a row.
_SIZES = (*range(1, 17), 20, 24, 28, 32, 40, 48, 56, 64, 96, 128, 192, 256)
_PADDING = 8  # rows more that cost less than another statement
_AT_ONCE = 4096  # rows taken from an iterator at a time

# Where a statement holds this, its first argument is a set of rows that is bound there. Taking wide
# rows apart again with json functions costs twice as much.
_ROWS = "{rows}"

_TEXTS: dict[tuple[str, int, int], str] = {}


def play(connection: sqlite3.Connection, script: Script) -> Any:
    """Feed a script with the values that its steps give."""
    statements, by_rows = _statements()
    value: Any = None
    try:
        while True:
            step = script.send(value)
            if isinstance(step, Add):
                value = _add(connection, step)
            elif step.name in by_rows:
                value = _by_rows(connection, step, statements[step.name])
            elif isinstance(step, Run):
                before = connection.total_changes
                connection.execute(statements[step.name], [packed(arg) for arg in step.args])
                value = connection.total_changes - before
            else:
                args = [packed(arg) for arg in step.args]
                found = connection.execute(statements[step.name], args).fetchone()[0]
                value = unpacked(found, step.type)
    except StopIteration as stop:
        return stop.value


@cache
def _statements() -> tuple[dict[str, str], frozenset[str]]:
    """By name; and the names of those that rows are bound in."""
    known = queries("sqlite")
    return known, frozenset(name for name, text in known.items() if _ROWS in text)


def _add(connection: sqlite3.Connection, step: Add) -> int:
    statement = _insert(step.into)
    before = connection.total_changes
    rows = iter(step.rows)
    while some := list(islice(rows, _AT_ONCE)):
        for text, values in _chunks(statement, some):
            connection.execute(text, values)
    return connection.total_changes - before


@cache
def _insert(into: Into) -> str:
    conflict = CONFLICTS.get(into, "")
    return f"INSERT INTO {into.table} ({', '.join(into.columns)}) VALUES {_ROWS} {conflict}"


def _by_rows(connection: sqlite3.Connection, step: Ask | Run, statement: str) -> Any:
    """A chunk at a time: the rows touched, or the lists found one after another."""
    rows, *others = step.args
    if isinstance(step, Run):
        before = connection.total_changes
        for text, values in _chunks(statement, _padded(rows)):
            connection.execute(text, values + others)
        return connection.total_changes - before
    found: list[Any] = []
    for text, values in _chunks(statement, rows):
        found += unpacked(connection.execute(text, values).fetchone()[0], step.type)
    return found


def _padded(rows: Sequence[Sequence[Any]]) -> Sequence[Sequence[Any]]:
    """An update takes a row but once, however often it is named: the last one fills the chunk."""
    count = len(rows)
    size = _SIZES[bisect_left(_SIZES, count % _SIZES[-1])] if count % _SIZES[-1] else 0
    missing = size - count % _SIZES[-1]
    return [*rows, *[rows[-1]] * missing] if 0 < missing <= _PADDING else rows


def _chunks(statement: str, rows: Sequence[Sequence[Any]]) -> Iterator[tuple[str, list[Any]]]:
    """The statement for so many rows, and their values in a row."""
    start, left = 0, len(rows)
    width = len(rows[0]) if rows else 0
    while left:
        size = _SIZES[bisect_right(_SIZES, left) - 1]
        some = rows[start : start + size] if size < len(rows) else rows
        yield _text(statement, width, size), list(chain.from_iterable(some))
        start, left = start + size, left - size


def _text(statement: str, width: int, size: int) -> str:
    key = (statement, width, size)
    text = _TEXTS.get(key)
    if text is None:
        row = f"({', '.join('?' * width)})"
        text = _TEXTS[key] = statement.replace(_ROWS, ", ".join([row] * size))
    return text
