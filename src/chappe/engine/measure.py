"""Measuring: what a node did since its start, as counts and histograms in milliseconds.

In: what the verbs did, a call for each batch. Out: plain numbers, for whoever shows them. Promise:
no lock, no object for a message, and nothing that grows but with accounts and links. Of those that
come together one is timed, and stands for the others. What is on disk is timed by dates, which
somebody may set; what is in memory, by the clock that nobody sets.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Final

from chappe.engine.recall import Traffic, chosen
from chappe.links.contract import Answer
from chappe.store.contract import Batch, Leaving, Settled
from chappe.words.account import Account
from chappe.words.answer import Receipt, Refusal, Trouble
from chappe.words.clock import Clock
from chappe.words.histogram import Histogram
from chappe.words.news import News
from chappe.words.order import Channel
from chappe.words.report import Report

KEEP_BOUNDS: Final = (5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000)
WAIT_BOUNDS: Final = (
    *(10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000),
    *(60_000, 300_000, 900_000, 3_600_000, 21_600_000, 86_400_000),
)
FORM = "form"  # a refusal for errors of the dialect alone
TROUBLES: Final = (FORM, *[trouble.name for trouble in Trouble])
_Counts = partial(defaultdict[int, int], int)
_NAMES = {trouble: trouble.name for trouble in Trouble}


class Measures:
    """What one node did. Whoever shows it reads the numbers, and changes none."""

    def __init__(self, clock: Clock, dialects: Iterable[str]) -> None:
        self._clock = clock
        self.started = clock.now()
        # Dialect -> account -> messages.
        self.accepted: defaultdict[str, defaultdict[int, int]] = defaultdict(_Counts)
        for name in dialects:
            self.accepted[name] = _Counts()
        self.refusals = {name: dict.fromkeys(TROUBLES, 0) for name in self.accepted}
        self.refused: Counter[int] = Counter()  # by account
        self.links: dict[str, Traffic] = {}
        self.heard = self.missed = self.given_up = 0  # calls to customers
        self.keep_ms = Histogram(KEEP_BOUNDS)
        self.leave_ms = {int(channel): Histogram(WAIT_BOUNDS) for channel in Channel}
        self.tell_ms = Histogram(WAIT_BOUNDS)

    # customers

    def settled(self, batch: Batch, settled: Settled) -> None:
        """Orders that a commit kept."""
        drafts = batch.drafts
        if not drafts:
            return
        accepted = self.accepted
        for draft, answer in zip(drafts, settled.answers, strict=False):
            if type(answer) is Receipt:
                accepted[draft.dialect][draft.account] += draft.total
        now = self._clock.now()
        self.keep_ms.add(now - chosen(drafts, now).at, len(drafts))

    def turned_away(self, dialect: str, refusal: Refusal, account: Account | None) -> None:
        """A request was refused: it counts once, by the first of its reasons."""
        of = self.refusals.setdefault(dialect, dict.fromkeys(TROUBLES, 0))
        of[_NAMES[refusal.troubles[0]] if refusal.troubles else FORM] += 1
        if account is not None:
            self.refused[account.id] += 1

    # links

    def link(self, name: str) -> Traffic:
        """What goes over a link; it stands at 0 until something does."""
        found = self.links.get(name)
        if found is None:
            found = self.links[name] = Traffic()
        return found

    def forget(self, link: str) -> None:
        """It is no more."""
        self.links.pop(link, None)

    def left(self, link: str, messages: Sequence[Leaving], parts: int) -> None:
        """These leave now, as so many parts."""
        one = self.link(link).left(messages, parts, self._clock.steady())
        self.leave_ms[one.channel].add(self._clock.now() - one.since, len(messages))

    def answered(self, link: str, answers: Sequence[Answer], now: int, *, all_taken: bool) -> None:
        self.link(link).answered(answers, now, all_taken=all_taken)

    def reported(self, link: str, reports: Sequence[Report]) -> None:
        self.link(link).reported(reports, self._clock.steady())

    # callbacks

    def told(self, count: int, news: News, now: int) -> None:
        """So many calls were heard; one of them told this."""
        self.heard += count
        self.tell_ms.add(now - news.since, count)

    def not_told(self, *, again: bool) -> None:
        """A call was not heard: it is tried again, or given up."""
        if again:
            self.missed += 1
        else:
            self.given_up += 1
