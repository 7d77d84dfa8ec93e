"""What every link must do: one suite, driven by each implementation's own test file.

In: a Ground, which makes links to a simulated operator and lets time go by. Out: test cases, to be
inherited. Promise: nothing here knows how a link is made, so what passes is held by the contract.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import NamedTuple, Protocol

from msgspec.structs import replace

from chappe.links.contract import Acknowledge, Answer, Condition, Link, Part, Verdict
from chappe.words.alphabet import Alphabet
from chappe.words.lifecycle import Happening, Reason
from chappe.words.report import Arrival, Fragment, Report

FICTION = 33_639_980_000
CODE = "36105"


class Ground(Protocol):
    """Where a link is tried: an operator behind it, and a clock that can be hurried."""

    def make_link(self) -> Link:
        """A fresh link, not started, to an operator that has seen nothing yet."""

    async def until(self, seen: Callable[[], bool]) -> None:
        """Let time go by until this holds. Raises AssertionError if it never does."""

    async def let_pass(self, wait_ms: int) -> None:
        """Let so much of the operator's time go by."""

    def hand_in(self, number: int, code: str, text: str) -> None:
        """Let a handset write to a code of ours."""


class Heard(NamedTuple):
    """One thing that a link said: an Answer, a Report or an Arrival, and when."""

    at: int
    what: Answer | Report | Arrival


class Listener:
    """A sink that writes everything down, in order, and keeps it or not as it is told."""

    def __init__(self, now: Callable[[], int] = lambda: 0) -> None:
        self.heard: list[Heard] = []
        self.calls: list[tuple[str, int]] = []
        self.changes = 0
        self.keeps: list[bool] = []  # what to say of the next batches; then always True
        self.holds: list[Acknowledge] | None = None  # a list: it is put there, and said later
        self.kept: dict[tuple[str, int], Fragment] = {}  # pieces, by what they are pieces of
        self._now = now

    def answered(self, link: str, answers: Sequence[Answer]) -> None:
        self._write_down("answered", answers)

    def reported(self, link: str, reports: Sequence[Report], acknowledge: Acknowledge) -> None:
        self._write_down("reported", reports)
        self._say(acknowledge)

    def arrived(self, link: str, arrivals: Sequence[Arrival], acknowledge: Acknowledge) -> None:
        self._write_down("arrived", arrivals)
        whole = {arrival.pieces for arrival in arrivals}
        if self._say(acknowledge):
            self.kept = {key: one for key, one in self.kept.items() if one.pieces not in whole}

    def pieced(self, link: str, fragments: Sequence[Fragment], acknowledge: Acknowledge) -> None:
        self.calls.append(("pieced", len(fragments)))
        if self._say(acknowledge):
            self.kept |= {(one.pieces, one.no): one for one in fragments}

    async def fragments(self, link: str) -> Sequence[Fragment]:
        return list(self.kept.values())

    def changed(self, link: str) -> None:
        self.changes += 1

    @property
    def answers(self) -> list[Answer]:
        return [heard.what for heard in self.heard if isinstance(heard.what, Answer)]

    @property
    def reports(self) -> list[Report]:
        return [heard.what for heard in self.heard if isinstance(heard.what, Report)]

    @property
    def arrivals(self) -> list[Arrival]:
        return [heard.what for heard in self.heard if isinstance(heard.what, Arrival)]

    def fates(self) -> list[tuple[int, int, Happening, Reason]]:
        """Message, part, happening, reason of each report, in the order they came."""
        places = {answer.ref: (answer.message, answer.no) for answer in self.answers if answer.ref}
        return [(*places[told.ref], told.happening, told.reason) for told in self.reports]

    def _write_down(self, call: str, said: Sequence[Answer | Report | Arrival]) -> None:
        self.calls.append((call, len(said)))
        self.heard.extend(Heard(self._now(), what) for what in said)

    def _say(self, acknowledge: Acknowledge) -> bool:
        if self.holds is not None:
            self.holds.append(acknowledge)
            return False
        kept = self.keeps.pop(0) if self.keeps else True
        acknowledge(kept)
        return kept


def part(
    message: int, row: int = 0, no: int = 1, total: int = 1, text: str = "Bonjour", sender: str = ""
) -> Part:
    """A part to the number whose last two digits are `row`."""
    return Part(
        message, no, total, FICTION + row, sender or CODE, text, Alphabet.gsm, "", False, 24
    )


@asynccontextmanager
async def started(ground: Ground) -> AsyncIterator[tuple[Link, Listener]]:
    """A link that is up, and stopped at the end."""
    listener = Listener()
    link = ground.make_link()
    await link.start(listener)
    await ground.until(lambda: link.condition is Condition.up)
    try:
        yield link, listener
    finally:
        await link.stop()


class LinkExercise:
    """The cases. A subclass named Test... brings the fixture `ground`."""

    async def test_each_part_is_answered_exactly_once(self, ground: Ground) -> None:
        async with started(ground) as (link, listener):
            link.submit([part(message) for message in range(1, 41)])
            link.submit([part(41, 34, no, 3) for no in (1, 2, 3)])
            await ground.until(lambda: len(listener.answers) >= 43)
            await ground.let_pass(2_000)
            verdicts = [replace(answer, ref="", forms=()) for answer in listener.answers]
        taken = [Answer(message, 1, Verdict.taken) for message in range(1, 41)]
        refused = [Answer(41, no, Verdict.refused, reason=Reason.rejected) for no in (1, 2, 3)]
        assert sorted(verdicts) == taken + refused

    async def test_no_answer_comes_within_the_submit(self, ground: Ground) -> None:
        async with started(ground) as (link, listener):
            link.submit([part(1)])
            assert listener.heard == []
            await ground.until(lambda: len(listener.answers) == 1)

    async def test_what_is_taken_has_a_reference_of_its_own(self, ground: Ground) -> None:
        async with started(ground) as (link, listener):
            link.submit([part(message) for message in range(1, 21)])
            await ground.until(lambda: len(listener.answers) == 20)
            assert len({answer.ref for answer in listener.answers} - {""}) == 20

    async def test_each_part_gets_its_receipt_after_its_answer(self, ground: Ground) -> None:
        async with started(ground) as (link, listener):
            link.submit([part(1, 0, no, 3) for no in (1, 2, 3)])
            await ground.until(lambda: len(listener.reports) >= 3)
            await ground.let_pass(2_000)
            delivered = [(1, no, Happening.was_delivered, Reason.none) for no in (1, 2, 3)]
            assert sorted(listener.fates()) == delivered
            said = [heard.what for heard in listener.heard]
            for answer in listener.answers:
                after = said[said.index(answer) :]
                assert answer.ref in [told.ref for told in after if isinstance(told, Report)]

    async def test_a_receipt_tells_the_reason(self, ground: Ground) -> None:
        async with started(ground) as (link, listener):
            link.submit([part(11, 11)])
            await ground.until(lambda: len(listener.reports) == 1)
            assert listener.fates() == [(11, 1, Happening.was_undelivered, Reason.npai)]

    async def test_a_passing_report_comes_before_the_end(self, ground: Ground) -> None:
        async with started(ground) as (link, listener):
            link.submit([part(17, 17)])
            await ground.until(lambda: len(listener.reports) == 2)
            assert listener.fates() == [
                (17, 1, Happening.progressed, Reason.buffered),
                (17, 1, Happening.was_delivered, Reason.none),
            ]

    async def test_one_failing_part_of_a_long_message_fails_alone(self, ground: Ground) -> None:
        async with started(ground) as (link, listener):
            link.submit([part(37, 37, no, 2) for no in (1, 2)])
            await ground.until(lambda: len(listener.reports) == 2)
            assert sorted(listener.fates())[0] == (37, 1, Happening.was_delivered, Reason.none)
            assert sorted(listener.fates())[1][:3] == (37, 2, Happening.was_undelivered)

    async def test_what_was_refused_is_not_reported(self, ground: Ground) -> None:
        async with started(ground) as (link, listener):
            link.submit([part(34, 34)])
            await ground.until(lambda: len(listener.answers) == 1)
            await ground.let_pass(2_000)
            assert listener.answers == [Answer(34, 1, Verdict.refused, reason=Reason.rejected)]
            assert listener.reports == []

    async def test_a_throttled_part_is_taken_the_fourth_time(self, ground: Ground) -> None:
        async with started(ground) as (link, listener):
            for tries in (1, 2, 3, 4):
                link.submit([part(35, 35)])
                await ground.until(partial(_has_answers, listener, tries))
            verdicts = [(answer.verdict, answer.reason) for answer in listener.answers]
            later = (Verdict.later, Reason.throttled)
            assert verdicts == [later, later, later, (Verdict.taken, Reason.none)]
            await ground.until(lambda: len(listener.reports) == 1)

    async def test_a_part_without_answer_is_told_unanswered(self, ground: Ground) -> None:
        async with started(ground) as (link, listener):
            link.submit([part(36, 36), part(1)])
            await ground.until(lambda: len(listener.answers) == 2)
            assert [(told.message, told.verdict) for told in listener.answers] == [
                (1, Verdict.taken),
                (36, Verdict.unanswered),
            ]

    async def test_a_receipt_may_come_before_its_answer(self, ground: Ground) -> None:
        """E31: the receipt comes first, under the reference that the answer then tells."""
        async with started(ground) as (link, listener):
            link.submit([part(32, 32)])
            await ground.until(lambda: len(listener.heard) == 2)
            report, answer = (heard.what for heard in listener.heard)
            assert isinstance(report, Report)
            assert isinstance(answer, Answer)
            assert (answer.verdict, answer.ref) == (Verdict.taken, report.ref)

    async def test_a_doubled_receipt_is_passed_on_twice(self, ground: Ground) -> None:
        async with started(ground) as (link, listener):
            link.submit([part(31, 31)])
            await ground.until(lambda: len(listener.reports) >= 2)
            await ground.let_pass(2_000)
            assert listener.fates() == [(31, 1, Happening.was_delivered, Reason.none)] * 2

    async def test_silence_is_no_report(self, ground: Ground) -> None:
        async with started(ground) as (link, listener):
            link.submit([part(33, 33)])
            await ground.let_pass(60_000)
            assert [answer.verdict for answer in listener.answers] == [Verdict.taken]
            assert listener.reports == []

    async def test_a_handset_replies_once_to_the_sender(self, ground: Ground) -> None:
        async with started(ground) as (link, listener):
            link.submit([part(41, 41), *(part(42, 42, no, 2) for no in (1, 2))])
            await ground.until(lambda: len(listener.arrivals) >= 2)
            await ground.let_pass(5_000)
            said = sorted(replace(arrival, at=0, operator="") for arrival in listener.arrivals)
        assert said == [
            Arrival(FICTION + 41, CODE, "OUI", 0),
            Arrival(FICTION + 42, CODE, "はい、お願いします", 0),
        ]

    async def test_a_stop_goes_to_the_code_that_the_text_names(self, ground: Ground) -> None:
        """E33: under a sender of letters, STOP alone is answered, to the code after STOP."""
        async with started(ground) as (link, listener):
            texts = ("Soldes ! STOP au 36", "034")
            link.submit([part(40, 40, n, 2, text, "BOUTIQUE") for n, text in enumerate(texts, 1)])
            link.submit([part(41, 41, text="Soldes ! STOP au 36034", sender="BOUTIQUE")])
            await ground.until(lambda: len(listener.arrivals) >= 1)
            await ground.let_pass(5_000)
            said = [replace(arrival, at=0, operator="") for arrival in listener.arrivals]
        assert said == [Arrival(FICTION + 40, "36034", "STOP", 0)]

    async def test_a_handset_may_write_unasked(self, ground: Ground) -> None:
        async with started(ground) as (_, listener):
            ground.hand_in(33_612_345_678, CODE, "Où êtes-vous ?")
            await ground.until(lambda: len(listener.arrivals) == 1)
            assert [replace(said, at=0, operator="") for said in listener.arrivals] == [
                Arrival(33_612_345_678, CODE, "Où êtes-vous ?", 0)
            ]

    async def test_what_could_not_be_kept_is_handed_over_again(self, ground: Ground) -> None:
        async with started(ground) as (link, listener):
            listener.keeps = [False, False]
            link.submit([part(1)])
            await ground.until(lambda: len(listener.reports) >= 3)
            await ground.let_pass(60_000)
            assert listener.reports == [listener.reports[0]] * 3
            listener.keeps = [False]
            ground.hand_in(FICTION, CODE, "Allo")
            await ground.until(lambda: len(listener.arrivals) >= 2)
            await ground.let_pass(60_000)
            # When it came is when we last got it: what passes by a network bears no date.
            again = [replace(arrival, at=0) for arrival in listener.arrivals]
            assert again == [again[0]] * 2

    async def test_stop_answers_everything_and_leaves_nothing_running(self, ground: Ground) -> None:
        before = asyncio.all_tasks()
        async with started(ground) as (link, listener):
            link.submit([part(1), part(36, 36), part(30, 30), part(32, 32)])
        assert sorted((told.message, told.no) for told in listener.answers) == [
            (1, 1),
            (30, 1),
            (32, 1),
            (36, 1),
        ]
        assert asyncio.all_tasks() == before
        assert link.condition is Condition.down
        heard = list(listener.heard)
        await ground.let_pass(60_000)
        assert listener.heard == heard

    async def test_a_stopped_link_says_later(self, ground: Ground) -> None:
        async with started(ground) as (link, listener):
            pass
        link.submit([part(1)])
        await ground.until(lambda: len(listener.answers) == 1)
        assert listener.answers == [Answer(1, 1, Verdict.later)]


def _has_answers(listener: Listener, count: int) -> bool:
    return len(listener.answers) == count
