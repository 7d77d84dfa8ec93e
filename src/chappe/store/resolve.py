"""Which part a report speaks of, however its operator writes ids.

In: reports, and the ids that operators just gave to parts. Out: reports with the parts that they
speak of, reports that came before their part, and those of nobody. Promise: an id that may mean
several parts means the one whose message went to a number of the report; where none did, only the
id as it stands counts. Of those of nobody no more are kept for a link than `STRANGERS_MAX`, and a
few: the oldest go.
"""

from collections import Counter
from collections.abc import Generator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from chappe.store.contract import Parked, PartRef
from chappe.store.recent import NUMBER, Recent
from chappe.store.rows import PARKED
from chappe.store.script import Add, Ask, Run
from chappe.words.report import Report

Reports = Sequence[tuple[str, Report]]
_Key = tuple[str, str]  # (link, ref)

STRANGERS_MAX = 100_000
_FEW = 5_000  # so many come before they are counted again


class _Candidate(NamedTuple):
    """A part that an id may mean."""

    message: int
    no: int
    number: int  # that its message went to; 0 where it is not at hand


Resolved = list[tuple[tuple[int, int], Report]]
"""((message, part), report)"""


def early(refs: Sequence[PartRef], recent: Recent) -> Generator[Any, Any, list[tuple[str, Report]]]:
    """Reports that came before the operator's ids were known: taken up again."""
    if recent.parked is None:
        recent.parked = bool((yield Ask("any_parked")))
    if not recent.parked:
        return []
    keys = sorted({(part.link, form) for part in refs for form in part.forms or (part.ref,)})
    return (yield from _unparked(keys, recent))


def met(parked: Sequence[Parked], recent: Recent) -> Generator[Any, Any, list[tuple[str, Report]]]:
    """Likewise those whose part another node wrote just when they were parked: neither of the two
    saw the other's."""
    rows = yield Ask("parts", (sorted({(one.link, form) for one in parked for form in _of(one)}),))
    known = {(link, ref) for link, ref, *_ in rows}
    keys = {
        (one.link, one.ref) for one in parked if any((one.link, form) in known for form in _of(one))
    }
    return (yield from _unparked(sorted(keys), recent)) if keys else []


def _of(parked: Parked) -> Sequence[str]:
    return parked.forms or (parked.ref,)


def parked_as(reports: Reports) -> list[Parked]:
    """By what they are known while they wait."""
    return [Parked(link, report.ref, report.forms) for link, report in reports]


def _unparked(
    keys: Sequence[_Key], recent: Recent
) -> Generator[Any, Any, list[tuple[str, Report]]]:
    found = yield Ask("parked", (keys,))
    if not found:
        return []
    yield Run("unpark", (keys,))
    recent.unparked()
    return [(link, msgspec.json.decode(report, type=Report)) for link, report in found]


def resolved(
    reports: Reports, recent: Recent
) -> Generator[Any, Any, tuple[Resolved, Reports, int]]:
    """Those whose part is known, those that are parked until theirs is, and how many had to go."""
    if not reports:
        return [], [], 0
    found, missing = _at_hand(reports, recent)
    strange: list[tuple[str, Report]] = []
    if missing:
        keys = sorted({key for link, report in missing for key in _keys(link, report)})
        rows = yield Ask("parts", (keys,))
        known = {(link, ref): _Candidate(*rest) for link, ref, *rest in rows}
        for link, report in missing:
            part = _meant(link, report, known)
            if part is not None:
                found.append(((part.message, part.no), report))
            else:
                strange.append((link, report))
    if strange:
        recent.parked = True
        yield Add(PARKED, [_row_of(link, report) for link, report in strange])
    return found, strange, (yield from _crowded_out(strange, recent))


def _row_of(link: str, report: Report) -> tuple[Any, ...]:
    return (link, report.ref, report.at, msgspec.json.encode(report).decode())


def _crowded_out(strange: Reports, recent: Recent) -> Generator[Any, Any, int]:
    """A centre that reports what nobody sent must not fill the disk. What is too much goes with
    what comes, twice as fast: whoever else waits for these commits is not to wait for all of it."""
    gone = 0
    for link, count in Counter(link for link, _ in strange).items():
        recent.crowd[link] += count
        if recent.crowd[link] >= _FEW:
            recent.crowd[link] = 0
            recent.surplus[link] = max(0, (yield Ask("strangers_of", (link,))) - STRANGERS_MAX)
        if due := min(recent.surplus[link], 2 * count):
            recent.surplus[link] -= due
            gone += yield Run("crowd_out", (link, due), counted=True)
    return gone


def _at_hand(reports: Reports, recent: Recent) -> tuple[Resolved, list[tuple[str, Report]]]:
    """Those whose part is remembered, and those that must be asked for."""
    found: Resolved = []
    missing: list[tuple[str, Report]] = []
    for link, report in reports:
        forms = report.forms
        part = _sure(link, report, recent) if forms else recent.part((link, report.ref))
        if part is None:
            missing.append((link, report))
        else:
            found.append((part, report))
    return found, missing


def _sure(link: str, report: Report, recent: Recent) -> tuple[int, int] | None:
    """Only one that went to the right number is sure enough not to look at the others."""
    for form in report.forms:
        part = recent.part((link, form))
        if part is not None:
            row = recent.row(part[0])
            if row is not None and row.said and row.said.head[NUMBER] in report.numbers:
                return part
    return None


def _keys(link: str, report: Report) -> list[_Key]:
    return [(link, form) for form in report.forms or (report.ref,)]


def _meant(link: str, report: Report, known: Mapping[_Key, _Candidate]) -> _Candidate | None:
    """The likeliest of those that went to a number of the report. Where it bears some and none
    went there, its id as it stands still counts, for numbers may be masked; another form of it
    may be anybody's."""
    parts = [part for key in _keys(link, report) if (part := known.get(key)) is not None]
    if report.forms and report.numbers:
        agreed = [part for part in parts if part.number in report.numbers]
        return agreed[0] if agreed else known.get((link, report.ref))
    return parts[0] if parts else None
