"""Tracking: operators' reports become moves. Receiving: handsets' messages are kept.

In: what links hand over, in batches. Out: rows of the open batch. Promise: a link hears that a
report or an arrival was taken only once it is on disk; however many reports a link has, whoever
else waits for a commit waits for a bounded number of them, and all links have their share in it.
"""

import logging
from collections import deque
from collections.abc import Sequence
from functools import partial

from chappe.engine.office import Office
from chappe.links.contract import Acknowledge
from chappe.store.contract import Batch, Parked, Settled
from chappe.words.clock import MINUTE, SECOND
from chappe.words.report import Arrival, Fragment, Report

log = logging.getLogger("chappe.engine")

_WITHIN_MS = 3  # reports close together share a commit; nobody waits for an answer
_MEET_MS = 1 * SECOND, 30 * SECOND  # a node that is that slow is over by then
_MEETING = 10_000  # reports that are looked for once more; a flood of them is nobody's
_SHARE = 128  # reports of a link in one commit, and what came with the last of them

_Call = tuple[Sequence[Report], Acknowledge]


class Track:
    """Writes what comes in from the links of one node into the open batch."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._silent_until = 0
        self._batch = office.store.batch  # the one that the shares are of
        self._shares: dict[str, int] = {}  # link -> its reports in that batch
        self._waiting: dict[str, deque[_Call]] = {}  # by links whose share is full
        self._meeting = 0  # reports that are looked for once more
        office.commits.listen(self)

    def settled(self, batch: Batch, settled: Settled) -> None:
        """Let reports into the next commit that waited for it."""
        if self._waiting:
            self._go_on()
        if settled.parked:
            self._meet_later(settled.parked)
        if settled.crowded_out:
            self._tell_of_strangers(settled)

    def _meet_later(self, parked: Sequence[Parked]) -> None:
        """The parts that they speak of may have been written by another node at the same time."""
        if self._meeting + len(parked) > _MEETING:
            return
        for wait_ms in _MEET_MS:
            self._meeting += len(parked)
            self._office.clock.later(wait_ms, partial(self._meet, parked))

    def _meet(self, parked: Sequence[Parked]) -> None:
        self._meeting -= len(parked)
        self._office.store.batch.parked += parked
        self._office.store.flush(_WITHIN_MS)

    def _tell_of_strangers(self, settled: Settled) -> None:
        """Log, once a minute at most, that a link reports on messages which nobody sent."""
        counts, now = self._office.counts, self._office.clock.steady()
        counts["strange_reports_dropped"] += settled.crowded_out
        if now >= self._silent_until:
            self._silent_until = now + MINUTE
            log.warning(
                "too many reports that answer to no message of ours: the oldest %d are dropped,"
                " %d since the start",
                settled.crowded_out,
                counts["strange_reports_dropped"],
            )

    def reported(self, link: str, reports: Sequence[Report], acknowledge: Acknowledge) -> None:
        self._office.measures.reported(link, reports)
        if self._office.trace is not None:
            acknowledge = self._office.trace.reported(link, reports, acknowledge)
        if link in self._waiting or self._share(link) >= _SHARE:
            self._waiting.setdefault(link, deque()).append((reports, acknowledge))
            return
        self._write(link, reports, acknowledge)
        self._office.store.flush(_WITHIN_MS)

    def _share(self, link: str) -> int:
        """How many of a link's reports the open batch holds."""
        batch = self._office.store.batch
        if batch is not self._batch:
            self._batch = batch
            self._shares.clear()
        return self._shares.get(link, 0)

    def _write(self, link: str, reports: Sequence[Report], acknowledge: Acknowledge) -> None:
        batch = self._office.store.batch
        centre = self._office.routes.centre_of(link)
        batch.reports += [(centre, report) for report in reports]
        batch.afterwards.append(acknowledge)
        self._shares[link] = self._shares.get(link, 0) + len(reports)

    def _go_on(self) -> None:
        """Fill the open batch with what waits, each link's in the order in which it came."""
        for link, calls in list(self._waiting.items()):
            while calls and self._share(link) < _SHARE:
                self._write(link, *calls.popleft())
            if not calls:
                del self._waiting[link]
        self._office.store.flush(0)

    def arrived(self, link: str, arrivals: Sequence[Arrival], acknowledge: Acknowledge) -> None:
        store = self._office.store
        store.batch.arrivals += [(link, arrival) for arrival in arrivals]
        store.batch.afterwards.append(acknowledge)
        self._office.counts["arrivals"] += len(arrivals)
        store.flush(_WITHIN_MS)

    def pieced(self, link: str, fragments: Sequence[Fragment], acknowledge: Acknowledge) -> None:
        store = self._office.store
        store.batch.fragments += [(link, fragment) for fragment in fragments]
        store.batch.afterwards.append(acknowledge)
        store.flush(_WITHIN_MS)

    async def fragments(self, link: str) -> Sequence[Fragment]:
        """What was kept of a link's messages that did not come whole."""
        return await self._office.store.fragments(link)
