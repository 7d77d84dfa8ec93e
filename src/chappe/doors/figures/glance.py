"""A glance at a node: all that a watchman sees at a moment, and which accounts it names.

In: the running verbs. Out: their numbers as they are. Promise: nothing of it is copied, so that it
costs nothing; the accounts that are named are bounded, and one that is named stays so.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from chappe.doors.http.door import DoorCounts
from chappe.engine.gauge import Gauge
from chappe.engine.measure import Measures

ACCOUNTS_MOST = 200
OTHERS = "other"  # the accounts that are not named


class Glance(NamedTuple):
    """What a node shows now. Times are milliseconds."""

    build: Mapping[str, str]
    measures: Measures
    counts: Mapping[str, int]
    links: Mapping[str, Mapping[str, float]]
    routes: Mapping[int, tuple[str, ...]]
    gauge: Gauge
    calls_flying: int
    away: str
    door: DoorCounts
    answered: Mapping[str, Mapping[str, int]]
    sizes: Mapping[str, int]
    names: "NamedAccounts"
    now: int


class NamedAccounts:
    """Which accounts stand by their own name: as many as there is room for, the first come."""

    def __init__(self) -> None:
        self._named: dict[int, str] = {}

    def update(self, logins: Mapping[int, str], active: Iterable[int]) -> None:
        """Name those that did something, or all where there is room for all."""
        for ident in logins if len(logins) <= ACCOUNTS_MOST else active:
            if len(self._named) >= ACCOUNTS_MOST:
                break
            if ident in logins:
                self._named.setdefault(ident, logins[ident])

    def spread(self, counts: Mapping[int, int]) -> Mapping[str, int]:
        """By name, 0 where nothing was counted; all others together."""
        found = {name: counts.get(ident, 0) for ident, name in self._named.items()}
        others = sum([count for ident, count in counts.items() if ident not in self._named])
        return found | {OTHERS: found.get(OTHERS, 0) + others}
