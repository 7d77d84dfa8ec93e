"""Running scripts by a hand that writes into SQLite.

In: a script. Out: what it returns. Promise: as few steps as there are statements, each of which
costs as much as ten rows; rows travel as bound values, in chunks of a few fixed sizes, so that
every text stays prepared.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import chain, islice
from typing import Any

from chappe.store.queries import queries
from chappe.store.rows import CONFLICTS
from chappe.store.script import Add, Ask, Into, Run, Script, packed, unpacked
from chappe.store.sqlite_hand import SqliteHand

# A statement costs as much as ten of its rows, so few are best; but a text stays prepared, and that
# takes some 1 KiB a row.
_SIZES = (*range(1, 17), 20, 24, 28, 32, 40, 48, 56, 64, 96, 128, 192, 256)
_PADDING = 8  # rows more that cost less than another statement
_AT_ONCE = 4096  # rows taken from an iterator at a time

# Where a statement holds this, its first argument is a set of rows that is bound there. Taking wide
# rows apart again with json functions costs twice as much.
_ROWS = "{rows}"

_TEXTS: dict[tuple[str, int, int], str] = {}


def play(hand: SqliteHand, script: Script) -> Any:
    """Feed a script with the values that its steps give."""
    statements, by_rows = _statements()
    value: Any = None
    try:
        while True:
            step = script.send(value)
            if isinstance(step, Add):
                value = _add(hand, step)
            elif step.name in by_rows:
                value = _by_rows(hand, step, statements[step.name])
            else:
                args = [packed(arg) for arg in step.args]
                if isinstance(step, Ask):
                    value = unpacked(hand.ask(statements[step.name], args), step.type)
                elif step.counted:
                    value = hand.count(statements[step.name], args)
                else:
                    value = hand.post(statements[step.name], args)
    except StopIteration as stop:
        return stop.value


@cache
def _statements() -> tuple[dict[str, str], frozenset[str]]:
    """By name; and the names of those that rows are bound in."""
    known = queries("sqlite")
    return known, frozenset(name for name, text in known.items() if _ROWS in text)


def _add(hand: SqliteHand, step: Add) -> int | None:
    statement, width = _insert(step.into), len(step.into.columns)
    rows, added = iter(step.rows), 0
    while some := list(islice(rows, _AT_ONCE)):
        for text, values in _chunks(statement, some):
            if step.counted:
                added += hand.count(text, values)
            else:
                hand.post(text, values, len(values) // width if step.fresh else None)
    return added if step.counted else None


@cache
def _insert(into: Into) -> str:
    conflict = CONFLICTS.get(into, "")
    return f"INSERT INTO {into.table} ({', '.join(into.columns)}) VALUES {_ROWS} {conflict}"


def _by_rows(hand: SqliteHand, step: Ask | Run, statement: str) -> Any:
    """A chunk at a time: the rows touched, or the lists found one after another."""
    rows, *others = step.args
    if isinstance(step, Ask):
        found: list[Any] = []
        for text, values in _chunks(statement, rows):
            found += unpacked(hand.ask(text, values), step.type)
        return found
    chunks = _chunks(statement, _padded(rows))
    if step.counted:
        return sum([hand.count(text, values + others) for text, values in chunks])
    for text, values in chunks:
        hand.post(text, values + others)
    return None


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
