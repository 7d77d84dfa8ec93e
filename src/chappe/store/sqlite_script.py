"""Running scripts on a SQLite connection.

In: a script. Out: what it returns. Promise: as few steps as there are statements, since the driver
gives up the interpreter lock at each; rows travel as bound values, in chunks of a few fixed sizes,
so that every text stays prepared.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any

from chappe.store.queries import queries
from chappe.store.script import Add, Ask, Run, Script, packed, unpacked

_CHUNKS = (256, 128, 64, 32, 16, 8, 4, 2, 1)
_AT_ONCE = 4096  # rows taken from an iterator at a time

# Where a statement holds this, its one argument is a set of rows that is bound there. Taking wide
# rows apart again with json functions costs twice as much.
_ROWS = "{rows}"

_TEXTS: dict[tuple[str, int, int], str] = {}


def play(connection: sqlite3.Connection, script: Script) -> Any:
    """Feed a script with the values that its steps give."""
    statements = queries("sqlite")
    value: Any = None
    try:
        while True:
            step = script.send(value)
            if isinstance(step, Add):
                value = _add(connection, step)
                continue
            statement = statements[step.name]
            if _ROWS in statement:
                value = _by_rows(connection, step, statement)
                continue
            before = connection.total_changes
            cursor = connection.execute(statement, [packed(arg) for arg in step.args])
            if isinstance(step, Run):
                value = connection.total_changes - before
            else:
                value = unpacked(cursor.fetchone()[0], step.type)
    except StopIteration as stop:
        return stop.value


def _add(connection: sqlite3.Connection, step: Add) -> int:
    verb = "INSERT OR IGNORE" if step.table == "part" else "INSERT"
    statement = f"{verb} INTO {step.table} VALUES {_ROWS}"
    count = 0
    rows = iter(step.rows)
    while some := list(islice(rows, _AT_ONCE)):
        for text, values in _chunks(statement, some):
            connection.execute(text, values)
        count += len(some)
    return count


def _by_rows(connection: sqlite3.Connection, step: Ask | Run, statement: str) -> Any:
    """A chunk at a time: the rows touched, or the lists found one after another."""
    rows: Sequence[Sequence[Any]] = step.args[0]
    if isinstance(step, Run):
        before = connection.total_changes
        for text, values in _chunks(statement, rows):
            connection.execute(text, values)
        return connection.total_changes - before
    found: list[Any] = []
    for text, values in _chunks(statement, rows):
        found += unpacked(connection.execute(text, values).fetchone()[0], step.type)
    return found


def _chunks(statement: str, rows: Sequence[Sequence[Any]]) -> Iterator[tuple[str, list[Any]]]:
    """The statement for so many rows, and their values in a row."""
    start, width = 0, len(rows[0]) if rows else 0
    for size in _CHUNKS:
        while len(rows) - start >= size:
            values: Iterable[Any] = chain.from_iterable(rows[start : start + size])
            yield _text(statement, width, size), list(values)
            start += size


def _text(statement: str, width: int, size: int) -> str:
    key = (statement, width, size)
    text = _TEXTS.get(key)
    if text is None:
        row = f"({', '.join('?' * width)})"
        text = _TEXTS[key] = statement.replace(_ROWS, ", ".join([row] * size))
    return text
