"""A pytest plugin, `-p tests.prove.watching`: which case looks at which row.

In: CHAPPE_PROVE, a path. Out: there, a `Seen`. Promise: a look is noted wherever it happens, also
in the store's thread, and also at a row that was taken from its table when a module was read. Where
a module copied all that is looked at of a row, every case may have looked at it.
"""

import os
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest

from chappe.dialects import shape
from chappe.words import lifecycle
from chappe.words.answer import Refusal, Trouble
from chappe.words.lifecycle import Step
from tests.prove import tables
from tests.spoken import SPOKEN

PATH = "CHAPPE_PROVE"
PAGES = "tests/conformance/"


class Seen(msgspec.Struct):
    """By row or by reordering: the cases that would notice. By case: how long it takes."""

    cases: dict[str, set[str]]
    seconds: dict[str, float]


_cases: defaultdict[str, set[str]] = defaultdict(set)
_seconds: defaultdict[str, float] = defaultdict(float)
_copied: set[str] = set()
_now = [""]  # the case that runs; none while modules are read


def _note(row: str) -> None:
    if row and _now[0]:
        _cases[row].add(_now[0])
    elif row:
        _copied.add(row)


class _Step(Step):
    """A row of the life table that notes each look at one of its columns."""

    row: str

    def __getattribute__(self, name: str) -> Any:
        if name in tables.COLUMNS:
            _note(self.row)
        elif name == "_replace":
            return Step(*self)._replace
        return super().__getattribute__(name)


class _Table(dict[Any, Any]):
    """A table of a dialect that notes each look at one of its rows."""

    def __init__(self, rows: Mapping[Any, Any], names: Mapping[Any, str]) -> None:
        super().__init__(rows)
        self._names = names

    def __getitem__(self, key: Any) -> Any:
        _note(self._names.get(key, ""))
        return super().__getitem__(key)

    def get(self, key: Any, default: Any = None) -> Any:
        _note(self._names.get(key, ""))
        return super().get(key, default)


def _watch_life() -> None:
    for (state, happening), step in lifecycle.TABLE.items():
        watched = _Step(*step)
        watched.row = tables.life_row(state, happening)
        lifecycle.TABLE[state, happening] = watched
        lifecycle._STEPS[int(state), int(happening)] = watched


def _watch_dialects() -> None:
    names: dict[int, str] = {}
    for dialect in SPOKEN:
        statuses = {key: tables.status_row(dialect.NAME, *key) for key in dialect.STATUS}
        errors = {key: tables.error_row(dialect.NAME, key) for key in dialect.ERRORS}
        refusals = {key: tables.refusal_row(dialect.NAME, key) for key in dialect.REFUSALS}
        _replace(dialect.STATUS, _Table(dialect.STATUS, statuses))
        _replace(dialect.REFUSALS, _Table(dialect.REFUSALS, refusals))
        watched = _Table(dialect.ERRORS, errors)
        names[id(watched)] = dialect.NAME
        _replace(dialect.ERRORS, watched)
    _replace(shape.first_error, _watched_choice(shape.first_error, names))


def _watched_choice(choose: Any, names: Mapping[int, str]) -> Any:
    """Where several errors hold, the case would notice another order of them."""

    def first_error(
        refusal: Refusal, errors: Mapping[str, Any], refusals: Mapping[Trouble, str]
    ) -> shape.First:
        first: shape.First = choose(refusal, errors, refusals)
        held = {*refusal.wrong, *(refusals[trouble] for trouble in refusal.troubles)}
        for other in held - {first.error}:
            if id(errors) in names:
                _note(tables.order_swap(names[id(errors)], first.error, other))
        return first

    return first_error


def _replace(old: object, new: object) -> None:
    """Wherever a module of the dialects holds it, whichever folder they stand in."""
    roots = tuple({"chappe.dialects", *(getattr(dialect, "__name__", "") for dialect in SPOKEN)})
    for name, module in [*sys.modules.items()]:
        if name.startswith(roots):
            for attribute, value in [*vars(module).items()]:
                if value is old:
                    setattr(module, attribute, new)


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    """Before anything that looks at a table is read."""
    _watch_life()
    _watch_dialects()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Of the pages, the cases in one form: what a row says does not depend on how bytes come."""
    items[:] = [item for item in items if not item.nodeid.startswith(PAGES) or _is_whole(item)]


def _is_whole(item: pytest.Item) -> bool:
    params = getattr(item, "callspec", None)
    return params is not None and params.params.get("pieces") is False


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    _now[0] = item.nodeid
    yield
    _now[0] = ""


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    _seconds[report.nodeid] += report.duration


def pytest_sessionfinish() -> None:
    for row in _copied:
        _cases[row] |= set(_seconds)  # who looks at the copy is not seen, so it may be anybody
    Path(os.environ[PATH]).write_bytes(msgspec.json.encode(Seen(_cases, _seconds)))
