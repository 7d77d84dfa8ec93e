"""What a log says the operator inside a node still owes.

In: a log. Out: reports and arrivals, as they are due, and the first reference that is free.
Promise: see journal.py; a line that is damaged, or none of ours, is passed over.
"""

from pathlib import Path
from typing import NamedTuple

from chappe.links.operator.mind.courses import COURSES
from chappe.links.operator.mind.journal import BROKEN, whole_lines
from chappe.links.operator.mind.records import OwedArrival, OwedReport, fields_of, unescape


class Outstanding(NamedTuple):
    """What a log says is still owed, and the first reference that it has not used."""

    reports: list[OwedReport]
    arrivals: list[OwedArrival]
    next_ref: int


def read_backlog(path: Path, receipt_ms: int) -> tuple[Outstanding, int]:
    """What the log says is outstanding, and the octets of its whole lines."""
    reports: dict[tuple[int, int], OwedReport] = {}
    arrivals: dict[int, OwedArrival] = {}
    next_ref = size = 0
    for line in whole_lines(path):
        size += len(line)
        try:
            kind, at, ref, *rest = fields_of(line)
            when, number = int(at), int(ref)
            _take_up(kind, when, number, rest, reports, arrivals, receipt_ms)
        except BROKEN:
            continue
        next_ref = max(next_ref, number if kind == "B" else number + 1)
    return Outstanding(sorted(reports.values()), sorted(arrivals.values()), next_ref), size


def _take_up(
    kind: str,
    at: int,
    ref: int,
    rest: list[str],
    reports: dict[tuple[int, int], OwedReport],
    arrivals: dict[int, OwedArrival],
    receipt_ms: int,
) -> None:
    match kind, rest:
        case "S", [number, _, _, _, outcome, _]:
            row = int(outcome)
            for n, due in enumerate(COURSES[row].reports):
                when = at + max(receipt_ms, due.after_ms)
                reports[ref, n] = (when, ref, n, int(number), row)
        case "C", [n, number, outcome]:
            COURSES[int(outcome)].reports[int(n)]
            reports[ref, int(n)] = (at, ref, int(n), int(number), int(outcome))
        case "R", [n]:
            reports.pop((ref, int(n)), None)
        case "H", [number, code, text]:
            arrivals[ref] = (at, ref, int(number), unescape(code), unescape(text))
        case "A", []:
            arrivals.pop(ref, None)
        case "B", []:
            pass
        case _:
            raise ValueError(f"not a record: {kind}")
