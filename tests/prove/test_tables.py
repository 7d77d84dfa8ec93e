"""What breaks a row: it must change what it names, and nothing else."""

from collections.abc import Iterator
from typing import Any

import pytest

from chappe.words import lifecycle
from chappe.words.lifecycle import Event, Happening, Money, State, Step
from tests.prove import tables
from tests.prove.known import UNNOTICED, UNTOUCHED
from tests.spoken import SPOKEN

HELD: list[Any] = [lifecycle.TABLE, lifecycle._STEPS]
HELD += [table for one in SPOKEN for table in (one.STATUS, one.ERRORS, one.REFUSALS)]


@pytest.fixture(autouse=True)
def _mended() -> Iterator[None]:
    """The tables are those that all other tests read."""
    before = [dict(table) for table in HELD]
    yield
    for table, rows in zip(HELD, before, strict=True):
        table.clear()
        table.update(rows)


def changes(swap: str) -> list[tuple[Any, Any, Any]]:
    before = [dict(table) for table in HELD]
    tables.break_it(swap)
    return [
        (key, old[key], new[key])
        for old, new in zip(before, HELD, strict=True)
        for key in old
        if old[key] != new[key]
    ]


def test_every_break_puts_something_else_in_its_place() -> None:
    for row in tables.rows():
        for swap in tables.swaps_of(row):
            change = tables.broken(swap)
            assert change is not None
            assert change[0] != change[1], swap
    assert len({*tables.rows()}) == len([*tables.rows()])


def test_a_column_of_the_life_table_is_broken_in_both_of_its_forms() -> None:
    sent = Step(State.sent, Money.spent, Event.sent)
    assert changes("lifecycle sending acknowledged money") == [
        ((State.sending, Happening.acknowledged), sent, sent._replace(money=Money.released)),
        (
            (int(State.sending), int(Happening.acknowledged)),
            sent,
            lifecycle.step(State.sending, Happening.acknowledged),
        ),
    ]


@pytest.mark.parametrize("dialect", SPOKEN, ids=lambda dialect: dialect.NAME)
def test_a_row_takes_the_value_that_differs_least(dialect: Any) -> None:
    for table in ("STATUS", "ERRORS", "REFUSALS"):
        row = next(row for row in tables.rows() if row.startswith(f"{dialect.NAME}.{table} "))
        change = tables.broken(row)
        assert [(old, new) for _, old, new in changes(row)] == [change]


@pytest.mark.parametrize("dialect", SPOKEN, ids=lambda dialect: dialect.NAME)
def test_one_error_steps_before_another(dialect: Any) -> None:
    before = [*dialect.ERRORS]
    tables.break_it(tables.order_swap(dialect.NAME, before[2], before[5]))
    assert [*dialect.ERRORS] == [*before[:2], before[5], *before[2:5], *before[6:]]


def test_what_is_known_stands_in_the_tables() -> None:
    rows = {*tables.rows()}
    assert set(UNTOUCHED) <= rows
    assert set(UNNOTICED) <= {swap for row in rows for swap in tables.swaps_of(row)}
