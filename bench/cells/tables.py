"""What a run of the simulation prints.

In: cells, plans, what happened. Out: tables and sentences. Promise: a time is an upper bound, since
the simulation knows no less than a step.
"""

from collections import Counter
from collections.abc import Sequence

from bench.cells.capacity import STEP_S
from bench.cells.cell import Cell
from bench.cells.placing import Plan
from bench.cells.town import NOTHING_WRONG, Audit, Town

_HEAD = (
    *("cell", "accounts", "filled", "at the gate", "queued"),
    *("kept within ms, p50 / p99", "left within ms, p50 / p99", "messages", "in doubt"),
)


def cells_table(town: Town) -> str:
    """A row for each cell: how full it was while there was load, and what became of that."""
    rows = zip(town.cells, town.filled, strict=True)
    return _table(_HEAD, [_row(cell, filled) for cell, filled in rows])


def _row(cell: Cell, filled: float) -> Sequence[str]:
    return (
        str(cell.number),
        f"{len(cell.purses):,}",
        f"{filled:.0%}",
        f"{cell.at_gate_most:,}",
        f"{cell.queued_most:,}",
        _waits(cell.gate_waits),
        _waits(cell.leave_waits),
        f"{cell.drawn:,}",
        f"{cell.in_doubt:,}",
    )


def _waits(waits: Counter[int]) -> str:
    return f"{within_ms(waits, 0.5):,} / {within_ms(waits, 0.99):,}"


def within_ms(waits: Counter[int], share: float) -> int:
    """In what time so many of them were done; `waits` are steps."""
    wanted, seen = share * waits.total(), 0
    for steps in sorted(waits):
        seen += waits[steps]
        if seen >= wanted:
            return round((steps + 1) * STEP_S * 1_000)
    return 0


def plans_table(plans: Sequence[Plan]) -> str:
    return _table(
        ("cells", "fullest by rendezvous", "fullest by the map"),
        [(str(plan.cells), f"{plan.by_rule:.0%}", f"{plan.by_map:.0%}") for plan in plans],
    )


def audit_sentence(audit: Audit) -> str:
    """What the audit found."""
    if audit == NOTHING_WRONG:
        return "No message lost or doubled, no credit in two purses, no link above its rate."
    wrong = [f"{name} {count}" for name, count in audit._asdict().items() if count]
    return f"WRONG: {', '.join(wrong)}."


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    lines = [head, ["-" * width for width in widths], *rows]
    return "\n".join(
        "| "
        + " | ".join([cell.rjust(width) for cell, width in zip(line, widths, strict=True)])
        + " |"
        for line in lines
    )
