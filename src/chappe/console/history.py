"""What went over each link in the last hour, and what waits: looked at now and then, for charts.

In: the counters of the measures. Out: points of a link; queues. Promise: a look costs some
microseconds for each link, whoever watches or not, and as much is kept as makes an hour; what waits
is counted once in some seconds at most, and nobody waits for it longer than a moment.
"""

import asyncio
import contextlib
import logging
from array import array
from collections import deque
from collections.abc import Sequence
from typing import Final, NamedTuple

from chappe.engine import look
from chappe.engine.look.queues import Queues
from chappe.links.contract import Verdict
from chappe.node import Node
from chappe.store.contract import StoreAway
from chappe.words.clock import HOUR, SECOND
from chappe.words.lifecycle import Happening

log = logging.getLogger("chappe.console")

EVERY_S: Final = 15.0
_KEPT: Final = int(HOUR / SECOND / EVERY_S)
_QUEUES_EVERY_MS = 5 * SECOND
_PATIENCE_S = 0.25


class LinkPoint(NamedTuple):
    """What went over a link between two looks, and how it was at the second of them."""

    at: int  # UTC ms
    lasted: int  # ms
    left: int  # parts
    taken: int
    refused: int
    missed: int  # that the operator wanted later, or never answered
    delivered: int
    lost: int  # undelivered, or expired
    answer_ms: int  # within which the half was answered in the last minute; -1: nothing was timed
    receipt_ms: int  # ... and had its receipt
    condition: int  # one of links.contract.Condition; 0: it is not of this node


_Counts = tuple[int, int, int, int, int, int]


class LinkHistory:
    """The links of one node."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._points: dict[str, deque[array[int]]] = {}
        self._before: dict[str, _Counts] = {}
        self._looked = 0  # by the steady clock
        self._looking: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._take_stock()
        self._looking = asyncio.get_running_loop().create_task(self._look_forever())

    def stop(self) -> None:
        if self._looking is not None:
            self._looking.cancel()

    def points(self, link: str) -> Sequence[LinkPoint]:
        """Those of the last hour, the oldest first."""
        since = self._node.clock.now() - HOUR
        known = self._points.get(link, ())
        return [point for one in known if (point := LinkPoint(*one)).at > since]

    def look(self) -> None:
        """Keep what went over each link since the last look."""
        node = self._node
        names = [one.name for one in node.config.links]
        for gone in self._points.keys() - names:
            del self._points[gone]
            self._before.pop(gone, None)
        steady, now = node.clock.steady(), node.clock.now()
        lasted, self._looked = max(1, steady - self._looked), steady
        for name in names:
            counts = _counts(node, name)
            before = self._before.get(name, counts)
            self._before[name] = counts
            # Where a link is new under its name, its counts began anew.
            passed = [max(0, new - old) for new, old in zip(counts, before, strict=True)]
            minute = node.measures.link(name).last_minute(steady)
            times = _ms(minute.answer_after(0.5)), _ms(minute.receipt_after(0.5))
            link = node.links.get(name)
            how = int(link.condition) if link is not None else 0
            kept = self._points.setdefault(name, deque(maxlen=_KEPT))
            kept.append(array("q", (now, lasted, *passed, *times, how)))

    def _take_stock(self) -> None:
        """Count from now on."""
        self._looked = self._node.clock.steady()
        for one in self._node.config.links:
            self._before[one.name] = _counts(self._node, one.name)

    async def _look_forever(self) -> None:
        while True:
            await asyncio.sleep(EVERY_S)
            try:
                self.look()
            except Exception:  # whatever it is, the charts have a gap, and all else goes on
                self._node.desk.counts["faults"] += 1
                log.exception("the links could not be looked at")


class WaitingSeen:
    """What waits, as it was counted last."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._found: Queues | None = None
        self._at = -_QUEUES_EVERY_MS  # by the steady clock
        self._counting: asyncio.Task[None] | None = None

    async def look(self) -> Queues | None:
        """None where it is being counted for the first time, and that takes long."""
        if self._counting is None and self._age >= _QUEUES_EVERY_MS:
            self._counting = asyncio.get_running_loop().create_task(self._count())
        if self._counting is not None:
            # It goes on, so that a slow store has one question to answer.
            await asyncio.wait((self._counting,), timeout=_PATIENCE_S)
        return self._found

    async def stop(self) -> None:
        """The store is about to be closed."""
        if self._counting is not None:
            self._counting.cancel()
            await asyncio.wait((self._counting,))

    @property
    def _age(self) -> int:
        return self._node.clock.steady() - self._at

    async def _count(self) -> None:
        try:
            with contextlib.suppress(StoreAway):  # then it is what it was
                self._found = await look.queues(self._node.desk, None)
                self._at = self._node.clock.steady()
        finally:
            self._counting = None


def _counts(node: Node, name: str) -> _Counts:
    of = node.measures.link(name)
    verdicts, receipts = of.verdicts, of.receipts
    return (
        of.submits,
        verdicts[Verdict.taken],
        verdicts[Verdict.refused],
        verdicts[Verdict.later] + verdicts[Verdict.unanswered],
        receipts[Happening.was_delivered],
        receipts[Happening.was_undelivered] + receipts[Happening.ran_out],
    )


def _ms(value: float | None) -> int:
    return -1 if value is None else round(value)
