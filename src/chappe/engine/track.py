"""Tracking: operators' reports become moves. Receiving: handsets' messages are kept.

In: what links hand over, in batches. Out: rows of the open batch. Promise: a link hears that a
report or an arrival was taken only once it is on disk.
"""

import logging
from collections.abc import Sequence

from chappe.engine.office import Office
from chappe.links.contract import Acknowledge
from chappe.store.contract import Batch, Settled
from chappe.words.clock import MINUTE
from chappe.words.report import Arrival, Fragment, Report

log = logging.getLogger("chappe.engine")

_WITHIN_MS = 3  # reports close together share a commit; nobody waits for an answer


class Track:
    """Writes what comes in from the links of one node into the open batch."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._silent_until = 0
        office.commits.listen(self)

    def settled(self, batch: Batch, settled: Settled) -> None:
        """Log, once a minute at most, that a link reports on messages which nobody sent."""
        if not settled.crowded_out:
            return
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
        store = self._office.store
        store.batch.reports += [(link, report) for report in reports]
        store.batch.afterwards.append(acknowledge)
        self._office.counts["reports"] += len(reports)
        store.flush(_WITHIN_MS)

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
