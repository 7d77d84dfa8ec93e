"""The simulated operator inside a node: links.contract.Link, with nothing behind it but a log.

In: parts; for tests and `chappe reply`, what a handset writes. Out: to the sink, in batches,
answers, reports and arrivals. Promise: a part is in the log before it is answered; a report never
comes before the answer, unless the number asks for that; what is in the log and was not taken is
given again by the next OperatorLink on that log. No part has a timer or a task of its own.
"""

import asyncio
import contextlib
import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from chappe.links.contract import Answer, Condition, Part, Sink, Taken, Verdict
from chappe.links.operator import records
from chappe.links.operator.alarm import Alarm
from chappe.links.operator.answers import Answers
from chappe.links.operator.journal import Journal
from chappe.links.operator.outbox import Outbox
from chappe.links.operator.records import OwedArrival, OwedReport
from chappe.links.operator.script import FAIR, FATES, ORDINARY, Mind, Weather, operator_of
from chappe.words.clock import SECOND, Clock
from chappe.words.lifecycle import Reason
from chappe.words.report import Arrival, Report

REPLY_MS: Final = SECOND
"""How long a handset takes to reply, from the first report on."""

REFS_PER_MS: Final = 1_000
"""References start anew from the clock with each start. No start may use them up faster."""

OWED_MAX: Final = 1_000_000
"""How many reports may be owed before the operator throttles everybody."""


class _Batch(NamedTuple):
    """What one submit comes to."""

    lines: list[str]
    answers: list[Answer]  # to be given after the usual time
    silent: list[Answer]  # to be given when patience ends
    early: dict[int, Answer]  # to be given after the report of that reference
    ordinary: list[OwedReport]
    owed: list[OwedReport]
    arrivals: list[OwedArrival]


class OperatorLink:
    """The way out to the simulated operator."""

    kind = "operator"

    def __init__(
        self,
        name: str,
        clock: Clock,
        journal_path: Path,
        *,
        window: int = 100,
        rate: float = 0.0,
        answer_ms: int = 0,
        receipt_ms: int = 50,
        patience_ms: int = 10 * SECOND,
        seed: int | None = None,
        weather: Weather = FAIR,
    ) -> None:
        self.name = name
        self.window = window
        self.rate = rate
        self._clock = clock
        self._answer_ms = answer_ms
        # A report comes after the answer, so a millisecond later at the least.
        self._receipt_ms = max(1, receipt_ms)
        self._patience_ms = patience_ms
        self._mind = Mind(seed, weather)
        self._journal = Journal(journal_path)
        self._refs = itertools.count()
        self._sink: Sink | None = None
        self._running = self._paused = False
        self._down = weather.dead
        self._answers = Answers(clock, self._give_answers)
        self._early: dict[int, Answer] = {}
        self._reports: Outbox[OwedReport] = Outbox(clock, self._give_reports, self._settle_reports)
        self._arrivals: Outbox[OwedArrival] = Outbox(
            clock, self._give_arrivals, self._settle_arrivals
        )
        self._clearing = Alarm(clock, self._weather_over)
''' + '''
