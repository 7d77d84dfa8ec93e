"""Figures of several runs, and how they are printed.

In: what each run measured. Out: medians with their spread, as a table and as JSON. Promise: no
figure is printed without the lowest and the highest run beside it.
"""

import statistics
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bench.tables import ROWS, Row

Measured = Mapping[str, float]
"""Key of ROWS -> value, of one run."""

_HEADS = ("work", "must", "aim", "measured [lowest to highest]", "conditions")


def collected(runs: Iterable[Measured]) -> dict[str, list[float]]:
    """key -> its value in each run, in the table's order."""
    listed = list(runs)
    found = {key: [run[key] for run in listed if key in run] for key in ROWS}
    return {key: values for key, values in found.items() if values}


def table(figures: Mapping[str, Sequence[float]], notes: Mapping[str, str]) -> str:
    """A table in Markdown. `notes` are added to the conditions."""
    lines = [_line(ROWS[key], values, notes.get(key, "")) for key, values in figures.items()]
    cells = [_HEADS, *lines]
    widths = [max(len(row[column]) for row in cells) for column in range(len(_HEADS))]
    cells.insert(1, tuple("-" * width for width in widths))
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in cells
    )


def as_json(figures: Mapping[str, Sequence[float]]) -> dict[str, Any]:
    return {
        key: {
            "what": ROWS[key].what.strip(),
            "must": ROWS[key].must,
            "aim": ROWS[key].aim,
            "median": statistics.median(values),
            "runs": list(values),
        }
        for key, values in figures.items()
    }


def verdict(row: Row, value: float) -> str:
    """A word beside the figure, where something is demanded of it."""
    if row.must is None:
        return ""
    if not _reaches(row, value, row.must):
        return " MISSED"
    return " aim" if row.aim is not None and _reaches(row, value, row.aim) else " must"


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of all does not pass, as hload has it."""
    ordered = sorted(values)
    return ordered[int((len(ordered) - 1) * share)]


def _reaches(row: Row, value: float, bound: float) -> bool:
    return value >= bound if row.more_is_better else value <= bound


def _line(row: Row, values: Sequence[float], note: str) -> tuple[str, ...]:
    median = statistics.median(values)
    shown = _shown(row, median)
    if len(values) > 1:
        shown += f" [{_shown(row, min(values))} to {_shown(row, max(values))}]"
    return (
        row.what,
        _demand(row.must),
        _demand(row.aim),
        shown + verdict(row, median),
        "; ".join(part for part in (row.how, note) if part),
    )


def _shown(row: Row, value: float) -> str:
    return f"{value:,.{row.digits}f}"


def _demand(bound: float | None) -> str:
    return "" if bound is None else f"{bound:,g}"
