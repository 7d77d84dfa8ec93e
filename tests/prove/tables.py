"""The tables on trial: their rows, and how one row is broken.

In: the life table, and STATUS, ERRORS and REFUSALS of each dialect. Out: rows and swaps, by names
that a command line can hold. Promise: a swap takes a value that stands elsewhere in the same table,
the one that differs least from the row's own: what notices that notices anything.
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from chappe.words import lifecycle
from chappe.words.answer import Trouble
from chappe.words.lifecycle import Event, Happening, Money, Reason, State, Step
from tests.spoken import SPOKEN

LIFE = "lifecycle"
COLUMNS = Step._fields

# What a column of the life table becomes: a neighbour in its list, money that moves otherwise, and
# silence for what is told.
_OTHER_MONEY = {
    Money.stays: Money.released,
    Money.held: Money.released,
    Money.spent: Money.released,
    Money.released: Money.stays,
}


def rows() -> Iterator[str]:
    """Every row of every table."""
    yield from (life_row(state, happening) for state, happening in lifecycle.TABLE)
    for dialect in SPOKEN:
        yield from (status_row(dialect.NAME, *key) for key in dialect.STATUS)
        yield from (error_row(dialect.NAME, error) for error in dialect.ERRORS)
        yield from (refusal_row(dialect.NAME, trouble) for trouble in dialect.REFUSALS)


def life_row(state: State, happening: Happening) -> str:
    return f"{LIFE} {state.name} {happening.name}"


def status_row(dialect: str, state: State, reason: Reason) -> str:
    return f"{dialect}.STATUS {state.name} {reason.name}"


def error_row(dialect: str, error: str) -> str:
    return f"{dialect}.ERRORS {error}"


def refusal_row(dialect: str, trouble: Trouble) -> str:
    return f"{dialect}.REFUSALS {trouble.name}"


def order_swap(dialect: str, first: str, second: str) -> str:
    """The second is worded before the first."""
    return f"{dialect}.ORDER {second} {first}"


def swaps_of(row: str) -> Iterator[str]:
    """The ways to break a row; none where its table holds one value only."""
    if row.startswith(f"{LIFE} "):
        yield from (f"{row} {column}" for column in COLUMNS)
    elif broken(row) is not None:
        yield row


def broken(swap: str) -> tuple[Any, Any] | None:
    """What stands there, and what is to stand there instead."""
    table, key, column = _place(swap)
    own = table[key]
    if column:
        return getattr(own, column), _other(own, column)
    others = [value for value in table.values() if value != own]
    return (own, min(others, key=lambda value: _distance(own, value))) if others else None


def break_it(swap: str) -> None:
    """Change the table in place. The life table must not have been read yet."""
    if ".ORDER " in swap:
        _reorder(swap)
        return
    table, key, column = _place(swap)
    change = broken(swap)
    assert change is not None
    if not column:
        table[key] = change[1]
        return
    step = table[key]._replace(**{column: change[1]})
    table[key] = lifecycle._STEPS[int(key[0]), int(key[1])] = step


def _place(swap: str) -> tuple[dict[Any, Any], Any, str]:
    """Table, key and column."""
    name, *words = swap.split()
    if name == LIFE:
        state, happening, column = words
        return lifecycle.TABLE, (State[state], Happening[happening]), column
    table = _table(name)
    if name.endswith(".STATUS"):
        return table, (State[words[0]], Reason[words[1]]), ""
    return table, Trouble[words[0]] if name.endswith(".REFUSALS") else words[0], ""


def _table(name: str) -> dict[Any, Any]:
    owner, _, attribute = name.partition(".")
    (dialect,) = (one for one in SPOKEN if owner == one.NAME)
    table = getattr(dialect, attribute)
    assert isinstance(table, dict)
    return table


def _other(step: Step, column: str) -> Any:
    if column == "to":
        states = [*State]
        return states[states.index(step.to) + (-1 if step.to is states[-1] else 1)]
    if column == "money":
        return _OTHER_MONEY[step.money]
    return Event.nothing if step.told else Event.final


def _distance(one: Any, other: Any) -> int:
    """In how many columns two values differ."""
    pairs = zip(_columns(one), _columns(other), strict=True)
    return sum(a != b for a, b in pairs)


def _columns(value: Any) -> tuple[Any, ...]:
    if isinstance(value, msgspec.Struct):
        return msgspec.structs.astuple(value)
    return value if isinstance(value, tuple) else (value,)


def _reorder(swap: str) -> None:
    name, *words = swap.split()
    table = _table(name.replace(".ORDER", ".ERRORS"))
    moved, mark = words
    kept = dict(table)
    value = kept.pop(moved)
    table.clear()
    for error, word in kept.items():
        if error == mark:
            table[moved] = value
        table[error] = word
