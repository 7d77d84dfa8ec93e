"""What a log says of calls that are under way, and of handsets that are answered by hand.

In: a log. Out: the calls that are not over, the reports that are owed, the first reference that is
free. Promise: see journal.py; a line that is damaged, or none of ours, is passed over.
"""

from pathlib import Path
from typing import NamedTuple

from chappe.links.operator.inside.backlog import Outstanding
from chappe.links.operator.mind.courses import COURSES
from chappe.links.operator.mind.journal import BROKEN, whole_lines
from chappe.links.operator.mind.records import OwedReport, fields_of
from chappe.links.operator.mind.ringing import Ringing, read_ringing


class CallsBacklog(NamedTuple):
    """What a link of calls begins with, and keeps up to date."""

    calls: dict[int, Ringing]  # under way, by their references
    by_hand: set[int]  # numbers
    outstanding: Outstanding


def read_calls(path: Path) -> tuple[CallsBacklog, int]:
    """What the log says is outstanding, and the octets of its whole lines."""
    calls: dict[int, Ringing] = {}
    by_hand: set[int] = set()
    reports: dict[int, OwedReport] = {}
    next_ref = size = 0
    for line in whole_lines(path):
        size += len(line)
        try:
            kind, _, ref, *_ = fields = fields_of(line)
            number = int(ref)
            match kind, fields[1:]:
                case "V", _:
                    calls[number] = read_ringing(fields)
                case "C", [due, _, n, called, outcome]:
                    COURSES[int(outcome)].reports[int(n)]
                    reports[number] = (int(due), number, int(n), int(called), int(outcome))
                case "R", _:
                    calls.pop(number, None)
                    reports.pop(number, None)
                case "M", [_, _, on]:
                    (by_hand.add if int(on) else by_hand.discard)(number)
        except BROKEN:
            continue
        if kind != "M":
            next_ref = max(next_ref, number + (kind != "B"))
    owed = Outstanding(sorted(reports.values()), [], next_ref)
    return CallsBacklog(calls, by_hand, owed), size
