"""The simulated operator inside a node: links.contract.Link, with nothing behind it but a log.

In: parts; for tests and `chappe reply`, what a handset writes. Out: to the sink, in batches,
answers, reports and arrivals. Promise: a part is in the log before it is answered; a report never
comes before the answer, unless the number asks for that; what is in the log and was not taken is
given again by the next OperatorLink on that log. No part has a timer or a task of its own.
"""

import asyncio
import contextlib
import itertools
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec
from msgspec.structs import replace

from chappe.links.contract import Acknowledge, Answer, Carriage, Condition, Part, Sink, Verdict
from chappe.links.operator.inside.backlog import Outstanding, read_backlog
from chappe.links.operator.inside.outbox import Outbox
from chappe.links.operator.inside.settings import OperatorSettings
from chappe.links.operator.mind import records
from chappe.links.operator.mind.courses import (
    BEFALLS,
    COURSES,
    FATED,
    ORDINARY,
    REPLY_MS,
    operator_of,
    subscriber_of,
)
from chappe.links.operator.mind.journal import REFS_PER_MS, Journal
from chappe.links.operator.mind.judgement import Mind, Weather
from chappe.links.operator.mind.records import OwedArrival, OwedReport
from chappe.links.operator.timed import Alarm, TimedQueue
from chappe.words.chaos import Ordeal
from chappe.words.clock import Clock, SetOnce
from chappe.words.lifecycle import Reason
from chappe.words.report import Arrival, Report

UNTRIED: Final = Ordeal()

_REPORTS: Final = {outcome: course.reports for outcome, course in COURSES.items()}


class _Batch(msgspec.Struct):
    """What one submit comes to."""

    refs: list[str] = []
    answers: list[Answer] = []  # to be given after the usual time
    silent: list[Answer] = []  # to be given when patience ends
    early: dict[int, Answer] = {}  # to be given after the report of that reference
    ordinary: list[OwedReport] = []  # all of them due when an ordinary report is
    owed: list[OwedReport] = []
    arrivals: list[OwedArrival] = []

    def undergo(self, ordeal: Ordeal) -> None:
        """Its receipts come later, and what is refused is refused for this. What is wanted later
        is so for its own sake: the link goes on as fast for all others."""
        late, reasons = ordeal.receipt_ms, {Verdict.refused: ordeal.reason}
        self.ordinary = [(one[0] + late, *one[1:]) for one in self.ordinary]
        self.owed = [(one[0] + late, *one[1:]) for one in self.owed]
        self.answers = [
            replace(one, reason=reasons.get(one.verdict, Reason.none)) for one in self.answers
        ]


class OperatorLink:
    """The way out to the simulated operator."""

    kind = "operator"
    carriage = Carriage.usual

    def __init__(
        self, name: str, clock: Clock, journal_path: Path, settings: OperatorSettings | None = None
    ) -> None:
        chosen = settings or OperatorSettings()
        self.name = name
        self.window = chosen.window
        self.rate = chosen.rate
        self.hours = chosen.hours
        # It lives by instants of its own log: a machine whose date is set makes it neither mute
        # nor early.
        clock = self._clock = SetOnce(clock)
        self._settings = chosen
        # A report comes after the answer, so a millisecond later at the least.
        self._receipt_ms = max(1, chosen.receipt_ms)
        self._mind = Mind(chosen.seed, chosen.weather)
        self._journal = Journal(journal_path, chosen.log_max)
        self._refs = itertools.count()
        self._sink: Sink | None = None
        self._running = self._alive = False
        self._paused = self._cut = self._dead = False
        self._told = Condition.down
        self._answers: TimedQueue[Answer] = TimedQueue(clock, self._give_answers)
        self._early: dict[int, Answer] = {}
        self._ordeals: Mapping[int, Ordeal] = {}  # of messages in the next submit
        self._reports: Outbox[OwedReport] = Outbox(clock, self._give_reports, self._settle_reports)
        self._arrivals: Outbox[OwedArrival] = Outbox(
            clock, self._give_arrivals, self._settle_arrivals
        )
        self._clearing = Alarm(clock, self._heed_weather)

    @property
    def condition(self) -> Condition:
        if not self._alive:
            return Condition.down
        return Condition.paused if self._paused else Condition.up

    async def start(self, sink: Sink) -> None:
        """Take up what the log says is outstanding. What is overdue comes at once."""
        outstanding = await asyncio.to_thread(self._journal.open, self._read)
        now = self._clock.now()
        first = max(now * REFS_PER_MS, outstanding.next_ref)
        self._refs = itertools.count(first)
        self._journal.append([records.begun(now, first)])
        self._reports.add_each(outstanding.reports)
        self._arrivals.add_each(outstanding.arrivals)
        self._sink = sink
        self._running = True
        self._turn_over_if_full()
        self._heed_weather()

    def submit(self, parts: Sequence[Part]) -> None:
        ordeals, self._ordeals = self._ordeals, {}
        if not parts:
            return
        if self.condition is not Condition.up:
            self._turn_away(parts, Reason.none)
        elif len(self._reports) >= self._settings.owed_max:
            self._turn_away(parts, Reason.throttled)
        elif ordeals:
            for ordeal, some in _apart(parts, ordeals):
                self._undergo(some, ordeal)
        else:
            self._take(parts)

    def foretell(self, ordeals: Mapping[int, Ordeal]) -> None:
        """What befalls these messages in the submit that comes next, which is at once."""
        self._ordeals = ordeals

    async def stop(self) -> None:
        """Answer what waits for an answer. What is owed besides stays in the log."""
        if not self._running:
            return
        self._running = self._alive = False
        self._told = Condition.down
        self._clearing.set(None)
        self._reports.forget()
        self._arrivals.forget()
        if answers := self._all_unanswered():
            self._give_answers(answers)
        self._journal.close()

    def pause(self) -> None:
        """Take nothing until resumed. Reports and arrivals still come."""
        self._paused = True
        self._heed()

    def resume(self) -> None:
        self._paused = False
        self._heed()

    def go_down(self) -> None:
        """Cut the line: what waits for an answer gets none, and nothing comes any more."""
        self._cut = True
        self._heed()

    def come_up(self) -> None:
        self._cut = False
        self._heed()

    def set_weather(self, weather: Weather) -> None:
        """Let this weather rule from now on, until it is over or other weather is set."""
        self._mind.set_weather(weather)
        if self._running:
            self._heed_weather()

    def hand_in(self, number: int, code: str, text: str) -> None:
        """A handset writes to a code. Raises OSError if that could not be logged."""
        if not self._running:
            raise RuntimeError("the link has not been started")
        now = self._clock.now()
        owed = (now, next(self._refs), number, code, text)
        self._journal.append([records.arrival_owed(owed)])
        self._arrivals.add(now, [owed])

    def report(self, refs: Sequence[str], number: int, outcome: int) -> None:
        """Send the receipts of an outcome of TEXTS for parts that were taken, whatever became of
        them. Raises OSError if that could not be logged."""
        if not self._running:
            raise RuntimeError("the link has not been started")
        now = self._clock.now()
        reports = range(len(COURSES[outcome].reports))
        owed = [(now, int(ref), n, number, outcome) for ref in refs for n in reports]
        self._journal.append([*map(records.report_owed, owed)])
        self._reports.add(now, owed)

    def subscriber_of(self, number: int) -> str | None:
        return subscriber_of(number)

    def _read(self, log: Path) -> tuple[Outstanding, int]:
        return read_backlog(log, self._receipt_ms)

    # --- parts in ---

    def _turn_away(self, parts: Sequence[Part], reason: Reason) -> None:
        later = Verdict.later
        answers = [Answer(part.message, part.no, later, "", reason) for part in parts]
        self._answers.add(self._clock.now(), answers)

    def _undergo(self, parts: Sequence[Part], ordeal: Ordeal) -> None:
        """Take parts to which all of this happens."""
        if ordeal.dead:
            self._turn_away(parts, Reason.none)
        else:
            self._take(parts, ordeal)

    def _take(self, parts: Sequence[Part], ordeal: Ordeal = UNTRIED) -> None:
        now = self._clock.now()
        weather = self._mind.weather(now)
        answered_at = now + self._settings.answer_ms + weather.latency_ms
        if ordeal.befalls:
            outcomes = [BEFALLS[ordeal.befalls]] * len(parts)
        else:
            outcomes = self._judge(weather, parts)
        batch = self._draw_up(parts, outcomes, answered_at)
        if ordeal is not UNTRIED:
            batch.undergo(ordeal)
        lines = records.submitted(now, batch.refs, parts, outcomes)
        lines += map(records.arrival_owed, batch.arrivals)
        try:
            self._journal.append(lines)
        except OSError:
            # What is not in the log was never taken.
            self._turn_away(parts, Reason.none)
            return
        self._answers.add(answered_at, batch.answers)
        self._answers.add(now + self._settings.patience_ms, batch.silent)
        self._early.update(batch.early)
        self._reports.add(answered_at + self._receipt_ms + ordeal.receipt_ms, batch.ordinary)
        self._reports.add_each(batch.owed)
        self._arrivals.add_each(batch.arrivals)
        self._turn_over_if_full()

    def _judge(self, weather: Weather, parts: Sequence[Part]) -> list[int]:
        """The outcome of each part. In calm weather only numbers kept for fiction are looked up,
        since all others succeed."""
        judge, anything = self._mind.judge, bool(weather.rates)
        return [
            judge(weather, part.message, part.number, part.no, part.total)
            if anything or part.number in FATED
            else ORDINARY
            for part in parts
        ]

    def _draw_up(self, parts: Sequence[Part], outcomes: Sequence[int], answered_at: int) -> _Batch:
        batch = _Batch()
        refs, answers, ordinary = batch.refs, batch.answers, batch.ordinary
        taken, due = Verdict.taken, answered_at + self._receipt_ms
        for part, outcome, ref in zip(parts, outcomes, self._refs, strict=False):
            known_as = str(ref)
            refs.append(known_as)
            if outcome == ORDINARY:
                answers.append(Answer(part.message, part.no, taken, known_as))
                ordinary.append((due, ref, 0, part.number, ORDINARY))
            else:
                self._draw_up_rare(batch, part, ref, outcome, answered_at)
        return batch

    def _draw_up_rare(
        self, batch: _Batch, part: Part, ref: int, outcome: int, answered_at: int
    ) -> None:
        course = COURSES[outcome]
        known_as = str(ref) if course.verdict is Verdict.taken else ""
        answer = Answer(part.message, part.no, course.verdict, known_as, course.reason)
        if course.early:
            batch.early[ref] = answer
        elif course.verdict is Verdict.unanswered:
            batch.silent.append(answer)
        else:
            batch.answers.append(answer)
        soonest = 0 if course.early else self._receipt_ms
        for n, due in enumerate(course.reports):
            when = answered_at + max(soonest, due.after_ms)
            batch.owed.append((when, ref, n, part.number, outcome))
        said = self._mind.reply(outcome, part.message, part.no, part.total, part.sender, part.text)
        if said is not None:
            when = answered_at + self._receipt_ms + REPLY_MS
            batch.arrivals.append((when, next(self._refs), part.number, *said))

    # --- answers, reports and arrivals out ---

    def _give_answers(self, answers: Sequence[Answer]) -> None:
        self._heard_by.answered(self.name, answers)

    def _give_reports(self, owed: list[OwedReport], acknowledge: Acknowledge) -> None:
        # However late the loop is: a report never overtakes its answer.
        self._answers.give_due()
        self._heard_by.reported(self.name, _reports(owed), acknowledge)
        if self._early:
            refs = [one[1] for one in owed if one[1] in self._early]
            self._answers.add(self._clock.now(), [self._early.pop(ref) for ref in refs])

    def _give_arrivals(self, owed: list[OwedArrival], acknowledge: Acknowledge) -> None:
        arrivals = [
            Arrival(number, code, text, due, operator_of(number))
            for due, _, number, code, text in owed
        ]
        self._heard_by.arrived(self.name, arrivals, acknowledge)

    def _settle_reports(self, owed: list[OwedReport]) -> None:
        self._note(records.reports_settled(self._clock.now(), owed))

    def _settle_arrivals(self, owed: list[OwedArrival]) -> None:
        now = self._clock.now()
        self._note([records.arrival_settled(now, ref) for _, ref, *_ in owed])

    def _note(self, lines: list[str]) -> None:
        # If this is lost, the next start gives them once more, as operators do.
        with contextlib.suppress(OSError):
            self._journal.append(lines)
        self._turn_over_if_full()

    @property
    def _heard_by(self) -> Sink:
        assert self._sink is not None, "the link has not been started"
        return self._sink

    # --- condition ---

    def _heed_weather(self) -> None:
        weather = self._mind.weather(self._clock.now())
        self._dead = weather.dead
        self._clearing.set(weather.until if weather.dead else None)
        self._heed()

    def _heed(self) -> None:
        """Live up to how the link is now, and say so if it has changed."""
        if not self._running:
            return
        self._alive = not (self._cut or self._dead)
        if self.condition is self._told:
            return
        self._told = self.condition
        if self._alive:
            self._reports.open()
            self._arrivals.open()
        else:
            self._reports.close()
            self._arrivals.close()
            # Whatever was answered, nobody heard it.
            if answers := self._all_unanswered():
                unheard = Verdict.unanswered
                self._give_answers([Answer(one.message, one.no, unheard) for one in answers])
        self._heard_by.changed(self.name)

    def _all_unanswered(self) -> list[Answer]:
        """The answers that have not been given; from here on there are none."""
        withheld, self._early = list(self._early.values()), {}
        return withheld + self._answers.clear()

    # --- the log ---

    def _turn_over_if_full(self) -> None:
        if self._journal.full:
            with contextlib.suppress(OSError):
                self._journal.turn_over(self._carried())

    def _carried(self) -> Iterator[str]:
        yield records.begun(self._clock.now(), next(self._refs))
        yield from map(records.report_owed, self._reports)
        yield from map(records.arrival_owed, self._arrivals)


def _reports(owed: Sequence[OwedReport]) -> list[Report]:
    return [
        Report(
            str(ref),
            (told := _REPORTS[outcome][n]).happening,
            told.reason,
            due,
            operator_of(number),
        )
        for due, ref, n, number, outcome in owed
    ]


def _apart(
    parts: Sequence[Part], ordeals: Mapping[int, Ordeal]
) -> Iterator[tuple[Ordeal, Sequence[Part]]]:
    """The parts by what befalls them."""
    found: dict[Ordeal, list[Part]] = {}
    for part in parts:
        found.setdefault(ordeals.get(part.message, UNTRIED), []).append(part)
    yield from found.items()
