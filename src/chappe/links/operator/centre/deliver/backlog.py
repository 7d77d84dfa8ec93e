"""What a log says the centre still owes by SMPP.

In: a log. Out: receipts and replies, as they were owed, and the first reference that is free.
Promise: see journal.py; a log that the operator inside a node wrote is read as well, with nobody
known to have asked: then whoever is bound is told.
"""

import contextlib
from pathlib import Path
from typing import NamedTuple

from chappe.links.operator.centre.deliver.owed import Owed, OwedReceipt
from chappe.links.operator.centre.deliver.owed_records import read_asking, read_receipt_owed
from chappe.links.operator.centre.deliver.pdus import TEXT_KEPT, address, reply_parts, wanted
from chappe.links.operator.mind.courses import COURSES
from chappe.links.operator.mind.journal import BROKEN, whole_lines
from chappe.links.operator.mind.records import fields_of, unescape


class StillOwed(NamedTuple):
    """What is outstanding."""

    owed: list[Owed]
    next_ref: int


def read_backlog(path: Path, receipt_ms: int) -> tuple[StillOwed, int]:
    """What is outstanding, and the octets of the log's whole lines."""
    owed: dict[int, list[Owed]] = {}
    next_ref = size = 0
    for line in whole_lines(path):
        size += len(line)
        with contextlib.suppress(*BROKEN):
            kind, at, ref, *rest = fields_of(line)
            _take_up(kind, int(at), int(ref), rest, owed, receipt_ms)
            next_ref = max(next_ref, int(ref) + (kind != "B"))
    found = [one for several in owed.values() for one in several if wanted(one)]
    return StillOwed(sorted(found, key=lambda one: (one.due, one.ref, one.n)), next_ref), size


def _take_up(
    kind: str, at: int, ref: int, rest: list[str], owed: dict[int, list[Owed]], receipt_ms: int
) -> None:
    match kind, rest:
        case "S", [number, sender, _, _, outcome, text]:
            # The operator inside a node takes senders that no PDU could hold.
            whose = address(unescape(sender)), unescape(text)
            owed[ref] = [*_receipts(at, ref, int(number), int(outcome), receipt_ms, *whose)]
        case "C", [n, number, outcome]:
            reports = _receipts(at, ref, int(number), int(outcome), 0)
            owed.setdefault(ref, []).append(reports[int(n)])
            reports[int(n)].due = at
        case "D", _:
            owed.setdefault(ref, []).append(read_receipt_owed(at, ref, rest))
        case "H", [number, code, text]:
            owed[ref] = [
                *reply_parts(at, ref, int(number), address(unescape(code)), unescape(text))
            ]
        case "R", [n]:
            _settle(owed, ref, int(n))
        case "A", []:
            owed.pop(ref, None)
        case "Q", [count, *asking, shared]:
            told_by = read_asking(asking)
            for asked in range(ref, ref + int(count)):
                for one in owed.get(asked, ()):
                    one.asking = told_by
                    if shared == "1" and isinstance(one, OwedReceipt):
                        one.ident = ref
        case _:
            return


def _receipts(
    at: int,
    ref: int,
    number: int,
    outcome: int,
    receipt_ms: int,
    sender: str = "",
    text: str = "",
) -> list[OwedReceipt]:
    return [
        OwedReceipt(
            due=at + max(receipt_ms, due.after_ms),
            ref=ref,
            n=n,
            number=number,
            ident=ref,
            outcome=outcome,
            sender=sender,
            at=at,
            text=text[:TEXT_KEPT],
        )
        for n, due in enumerate(COURSES[outcome].reports)
    ]


def _settle(owed: dict[int, list[Owed]], ref: int, n: int) -> None:
    left = [one for one in owed.pop(ref, ()) if one.n != n]
    if left:
        owed[ref] = left
