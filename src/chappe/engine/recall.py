"""Recalling what went over one link: since the start, and in the last minute.

In: what left, was answered and was reported, in batches, each with the steady time. Out: counts,
and histograms in milliseconds. Promise: no object is made for a message, and nothing grows with the
traffic. Of messages that leave together one is timed, and stands for the others; of what waits for
its receipt, as many as can be remembered for some minutes.
"""

from collections import Counter, deque
from collections.abc import Mapping, Sequence
from operator import attrgetter
from random import random
from typing import Final, NamedTuple, TypeVar

from chappe.links.contract import Answer, Verdict
from chappe.store.contract import Leaving
from chappe.words.clock import MINUTE, SECOND
from chappe.words.histogram import Histogram, quantile
from chappe.words.lifecycle import Happening, Reason
from chappe.words.report import Report

ANSWER_BOUNDS: Final = (
    *(5, 10, 25, 50, 100, 250, 500),
    *(1_000, 2_500, 5_000, 10_000, 30_000, 60_000),
)
RECEIPT_BOUNDS: Final = (
    *(100, 500, 1_000, 2_500, 5_000, 10_000, 30_000),
    *(60_000, 300_000, 900_000, 3_600_000, 21_600_000, 86_400_000),
)
OUTCOMES: Final = {
    Happening.progressed: "passing",
    Happening.was_delivered: "delivered",
    Happening.was_undelivered: "undelivered",
    Happening.ran_out: "expired",
}
VERDICTS: Final = {int(verdict): verdict.name for verdict in Verdict}
_SECONDS = MINUTE // SECOND
_AWAITED = 8_192  # parts whose receipt is waited for: as many again, which are older
_FOR_MS = 5 * MINUTE  # for which each is remembered at least, once the pace is known

_MESSAGE, _REF = attrgetter("message"), attrgetter("ref")
# A member of an enum that is looked up costs as much as the rest of a loop.
_TAKEN, _REFUSED, _UNANSWERED = Verdict.taken, Verdict.refused, Verdict.unanswered
_PROGRESSED, _DELIVERED = Happening.progressed, Happening.was_delivered

T = TypeVar("T")


def chosen(some: Sequence[T], now: int) -> T:
    """The one of some together that is timed, and stands for the others: not always the first."""
    return some[now % len(some)]


class Flow(NamedTuple):
    """What went over a link up to some moment, or between two."""

    submits: int  # parts
    verdicts: Sequence[int]  # by Verdict
    refusals: Mapping[Reason, int]
    receipts: Sequence[int]  # by Happening
    answer_ms: Sequence[int]  # by ANSWER_BOUNDS
    receipt_ms: Sequence[int]  # by RECEIPT_BOUNDS

    def since(self, before: "Flow") -> "Flow":
        return Flow(
            self.submits - before.submits,
            _less(self.verdicts, before.verdicts),
            {
                reason: count - before.refusals.get(reason, 0)
                for reason, count in self.refusals.items()
                if count > before.refusals.get(reason, 0)
            },
            _less(self.receipts, before.receipts),
            _less(self.answer_ms, before.answer_ms),
            _less(self.receipt_ms, before.receipt_ms),
        )

    def answer_after(self, share: float) -> float | None:
        """Milliseconds within which this share of what left was answered."""
        return quantile(share, ANSWER_BOUNDS, self.answer_ms)

    def receipt_after(self, share: float) -> float | None:
        """Milliseconds within which this share of what was taken had its receipt."""
        return quantile(share, RECEIPT_BOUNDS, self.receipt_ms)


def _less(now: Sequence[int], before: Sequence[int]) -> Sequence[int]:
    return [one - other for one, other in zip(now, before, strict=True)]


class Traffic:
    """What goes over one link."""

    def __init__(self) -> None:
        self.submits = 0
        self.verdicts = [0] * (max(Verdict) + 1)
        self.refusals: Counter[Reason] = Counter()
        self.receipts = [0] * (max(Happening) + 1)
        self.answer_ms = Histogram(ANSWER_BOUNDS)
        self.receipt_ms = Histogram(RECEIPT_BOUNDS)
        self._left: dict[int, tuple[int, int]] = {}  # timed messages -> when, and for how many
        self._awaited = _Awaited()
        # Seconds in which something happened, each with what had happened before it.
        self._past: deque[tuple[int, Flow]] = deque(maxlen=_SECONDS + 1)
        self._second = -1

    def left(self, messages: Sequence[Leaving], parts: int, now: int) -> Leaving:
        """These were submitted together; the one of them that is timed."""
        if now // SECOND != self._second:
            self._turn(now)
        self.submits += parts
        one = chosen(messages, now)
        self._left[one.id] = now, len(messages)
        return one

    def answered(self, answers: Sequence[Answer], now: int, *, all_taken: bool) -> None:
        """A message is timed up to the answer to its first part, if there is one."""
        if now // SECOND != self._second:
            self._turn(now)
        odd = () if all_taken else [one for one in answers if one.verdict is not _TAKEN]
        self.verdicts[_TAKEN] += len(answers) - len(odd)
        for one in odd:
            self.verdicts[one.verdict] += 1
            if one.verdict is _REFUSED:
                self.refusals[one.reason] += 1
        left = self._left.keys()
        if not left.isdisjoint(map(_MESSAGE, answers)):
            unanswered = {one.message for one in odd if one.verdict is _UNANSWERED}
            for ident in left & map(_MESSAGE, answers):
                at, weight = self._left.pop(ident)
                if ident not in unanswered:
                    self.answer_ms.add(now - at, weight)
        self._awaited.note(answers, now)

    def reported(self, reports: Sequence[Report], now: int) -> None:
        """A part is timed up to its last receipt."""
        if now // SECOND != self._second:
            self._turn(now)
        odd = [one for one in reports if one.happening is not _DELIVERED]
        self.receipts[_DELIVERED] += len(reports) - len(odd)
        for one in odd:
            self.receipts[one.happening] += 1
        for wait_ms, weight in self._awaited.heard(reports, now):
            self.receipt_ms.add(wait_ms, weight)

    def last_minute(self, now: int) -> Flow:
        """What went over it in the sixty seconds up to now."""
        since = now // SECOND - _SECONDS
        total = self._flow()
        return total.since(next((flow for at, flow in self._past if at > since), total))

    def _turn(self, now: int) -> None:
        """At the begin of another second keep what was before it."""
        self._second = now // SECOND
        self._past.append((self._second, self._flow()))

    def _flow(self) -> Flow:
        return Flow(
            self.submits,
            tuple(self.verdicts),
            dict(self.refusals),
            tuple(self.receipts),
            tuple(self.answer_ms.counts),
            tuple(self.receipt_ms.counts),
        )


class _Awaited:
    """When parts were taken whose receipt is to come: two generations; where the young one is full,
    the old one is forgotten. The faster they fill, the fewer parts are noted, and each of these
    stands for more, so that a slow receipt is as likely to be timed as a quick one."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[int, int]] = {}  # operator's id -> when, and for how many
        self._old: list[str] = []  # the ids that go when the young generation is full
        self._young: list[str] = []
        self._stride = 1
        self._next = 0  # how many answers go by until the next one is noted
        self._begun = 0  # when the young generation began

    def note(self, answers: Sequence[Answer], now: int) -> None:
        count = len(answers)
        if self._next >= count:
            self._next -= count
            return
        stride, at = self._stride, self._next
        refs = []
        while at < count:
            if ref := answers[at].ref:
                refs.append(ref)
            # By chance, lest it keep step with whatever comes in rounds.
            at += int(1 + random() * (2 * stride - 1))
        self._next = at - count
        self._known.update(dict.fromkeys(refs, (now, stride)))
        self._young += refs
        if len(self._young) >= _AWAITED:
            self._age(now)

    def _age(self, now: int) -> None:
        """So many came in that time; the next ones are to fill it in the time that is wanted."""
        for ref in self._old:
            self._known.pop(ref, None)
        passed = max(1, now - self._begun)
        seen = len(self._young) * self._stride
        self._stride = max(1, -(-seen * _FOR_MS // (passed * _AWAITED)))
        self._old, self._young, self._begun, self._next = self._young, [], now, 0

    def heard(self, reports: Sequence[Report], now: int) -> Sequence[tuple[int, int]]:
        """How long those waited that were noted, and for how many each stands."""
        known = self._known
        # Where a link's reports may write ids otherwise, all of them may.
        if not reports[0].forms and known.keys().isdisjoint(map(_REF, reports)):
            return ()
        ends = [one for one in reports if one.happening is not _PROGRESSED]
        hits = known.keys() & {ref for one in ends for ref in one.forms or (one.ref,)}
        found = [known.pop(ref) for ref in hits]
        return [(now - at, weight) for at, weight in found]
