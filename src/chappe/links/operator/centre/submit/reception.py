"""What the centre makes of submits: judged, logged, answered, and what then is owed.

In: submit_sm, data_sm and submit_multi of one connection, all that came together. Out: their
answers, in one go; receipts and replies, owed. Promise: a part is in the log before it is answered;
there is one write to the log for all of them, and no timer or task for any.
"""

import itertools
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, Final

import msgspec

from chappe.links.contract import Part, Verdict
from chappe.links.operator.centre.connection import EsmeConnection
from chappe.links.operator.centre.deliver import owed_records
from chappe.links.operator.centre.deliver.outgoing import Outgoing
from chappe.links.operator.centre.deliver.owed import Asking, Owed, OwedReceipt
from chappe.links.operator.centre.deliver.pdus import IDS, TEXT_KEPT, reply_parts, status_of, wants
from chappe.links.operator.centre.enquiries import Enquiries
from chappe.links.operator.centre.settings import SmscSettings
from chappe.links.operator.centre.submit.allowance import Allowance
from chappe.links.operator.centre.submit.parts import LongMessages, Submit, read_multi, read_submit
from chappe.links.operator.mind import records
from chappe.links.operator.mind.courses import COURSES, FATED, ORDINARY, REPLY_MS, Course
from chappe.links.operator.mind.judgement import Mind, Weather
from chappe.links.operator.timed import TimedQueue
from chappe.links.smpp.pdus.octets import answer_to
from chappe.links.smpp.pdus.tables import (
    Address,
    CommandStatus,
    DataSm,
    Failure,
    Pdu,
    SubmitMulti,
    SubmitMultiResp,
    SubmitSm,
    SubmitSmResp,
)
from chappe.words.clock import SECOND, Clock
from chappe.words.lifecycle import Happening

EARLY_MAX_MS: Final = 5 * SECOND
"""How long an answer waits at most for a receipt that is to come first."""

CODES_MAX: Final = 10_000

Ask = SubmitSm | DataSm | SubmitMulti


class _Batch(msgspec.Struct):
    """What all that came together comes to."""

    connection: EsmeConnection
    weather: Weather
    now: int
    answered_at: int
    refs: list[str] = []
    parts: list[Part] = []
    outcomes: list[int] = []
    answers: list[Pdu] = []
    refused: list[Pdu] = []  # what was never taken, and is not in the log
    early: list[tuple[int, Pdu]] = []
    silent: int = 0
    ordinary: list[Owed] = []
    owed: list[Owed] = []
    unwanted: list[Owed] = []
    lines: list[str] = []  # for the log, beside those of the parts
    # Who asked last, from which reference on, and how: a run is one line of the log.
    asking: Asking | None = None
    begun: int = 0
    shared: bool = False


class Reception:
    """Takes what clients submit."""

    def __init__(
        self,
        clock: Clock,
        settings: SmscSettings,
        mind: Mind,
        outgoing: Outgoing,
        enquiries: Enquiries,
        write: Callable[[list[str]], None],
    ) -> None:
        self._clock = clock
        self._settings = settings
        self._receipt_ms = max(1, settings.receipt_ms)
        self._written = IDS[settings.id_form]
        self._mind = mind
        self._outgoing = outgoing
        self._enquiries = enquiries
        self._write = write
        self._allowance = Allowance(settings.rate)
        self._long = LongMessages()
        self._askings: dict[str, Asking] = {}
        self._later: TimedQueue[Callable[[], None]] = TimedQueue(clock, _make)
        self.refs: Iterator[int] = itertools.count()

    def asking_of(self, code: str) -> Asking:
        """Who submitted last from this code."""
        return self._askings.get(code, Asking())

    def close(self) -> None:
        self._later.clear()

    def take(self, connection: EsmeConnection, asked: Sequence[Ask]) -> None:
        """Judge these and answer them."""
        now = self._clock.now()
        weather = self._mind.weather(now)
        answered_at = now + self._settings.answer_ms + weather.latency_ms
        batch = _Batch(connection, weather, now, answered_at)
        room = self._settings.owed_max - len(self._outgoing)
        allowed = self._allowance.allowed(connection.system_id, now, len(asked))
        for n, pdu in enumerate(asked):
            if n >= allowed or len(batch.ordinary) + len(batch.owed) >= room:
                batch.refused.append(_no(pdu, CommandStatus.throttled))
            elif isinstance(pdu, SubmitMulti):
                self._take_multi(batch, pdu)
            else:
                self._take_one(batch, pdu)
        self._end_run(batch)
        if self._is_logged(batch):
            self._owe(batch)
        connection.answer(batch.refused)
        self._answer(batch)

    def _is_logged(self, batch: _Batch) -> bool:
        """Write it down. What is not in the log was never taken."""
        lines = records.submitted(batch.now, batch.refs, batch.parts, batch.outcomes)
        lines += batch.lines
        lines += owed_records.receipts_settled(batch.now, batch.unwanted)
        if not lines:
            return True
        try:
            self._write(lines)
        except OSError:
            given = [*batch.answers, *(answer for _, answer in batch.early)]
            batch.answers = [type(pdu)(pdu.sequence, CommandStatus.system_error) for pdu in given]
            batch.early = []
            return False
        return True

    def _owe(self, batch: _Batch) -> None:
        self._outgoing.add(batch.answered_at + self._receipt_ms, batch.ordinary)
        self._outgoing.add_each(batch.owed)

    def _answer(self, batch: _Batch) -> None:
        connection, at = batch.connection, batch.answered_at
        connection.leave_unanswered(batch.silent)
        if at <= batch.now:
            connection.answer(batch.answers)
        elif batch.answers:
            self._later.add(at, [partial(_give, connection, batch.answers)])
        for key, answer in batch.early:
            if self._outgoing.reaches(connection.system_id):
                self._outgoing.answer_after(key, connection, answer)
                give = partial(self._outgoing.give_early, key)
                self._later.add(at + EARLY_MAX_MS, [give])
            else:
                connection.answer([answer])

    # --- one after the other ---

    def _take_one(self, batch: _Batch, pdu: SubmitSm | DataSm) -> None:
        found = read_submit(pdu)
        if isinstance(found, CommandStatus):
            batch.refused.append(_no(pdu, found))
            return
        ref = next(self.refs)
        asking = self._asking(batch, pdu, ref)
        outcome = self._enter(batch, found, ref, asking)
        if outcome == ORDINARY and type(pdu) is SubmitSm:
            batch.answers.append(SubmitSmResp(pdu.sequence, 0, (), self._written(ref)))
            self._owe_ordinary(batch, found, ref, ref, asking)
            return
        course = COURSES[outcome]
        early = self._owe_fate(batch, found, ref, ref, asking, outcome)
        answer = answer_to(pdu, status_of(course))
        assert answer is not None
        if course.verdict is Verdict.taken:
            answer = msgspec.structs.replace(answer, message_id=self._written(ref))
        if course.verdict is Verdict.unanswered:
            batch.silent += 1
        elif early:
            batch.early.append((ref << 8, answer))
        else:
            batch.answers.append(answer)

    def _take_multi(self, batch: _Batch, pdu: SubmitMulti) -> None:
        """All recipients have one message id; those who were not taken are named (4.5.1)."""
        if not pdu.destinations or not all(isinstance(one, Address) for one in pdu.destinations):
            empty = not pdu.destinations
            status = (
                CommandStatus.bad_destination_count if empty else CommandStatus.no_submit_to_list
            )
            batch.refused.append(_no(pdu, status))
            return
        first, silent = 0, False
        failures: list[Failure] = []
        self._end_run(batch)
        for to, one in read_multi(pdu):
            found = read_submit(one)
            if isinstance(found, CommandStatus):
                status = found
            else:
                ref = next(self.refs)
                first = first or ref
                asking = self._asking(batch, pdu, ref, shared=True)
                outcome = self._enter(batch, found, ref, asking)
                self._owe_fate(batch, found, ref, first, asking, outcome)
                status = status_of(COURSES[outcome])
                silent |= COURSES[outcome].verdict is Verdict.unanswered
            if status:
                failures.append(Failure(to.ton, to.npi, to.address, status))
        self._end_run(batch)
        if silent:
            batch.silent += 1
            return
        known_as = self._written(first) if first else ""
        batch.answers.append(SubmitMultiResp(pdu.sequence, 0, (), known_as, tuple(failures)))

    def _enter(self, batch: _Batch, submit: Submit, ref: int, asking: Asking) -> int:
        """Write a part down, and judge it."""
        no, total = submit.no, submit.total
        key = (asking.system_id, submit.key)
        message = ref if total == 1 else self._long.of(key, no, total, ref)
        batch.refs.append(str(ref))
        batch.parts.append(
            Part(
                message,
                no,
                total,
                submit.number,
                submit.sender,
                submit.text,
                submit.alphabet,
                "",
                submit.flash,
                0,
            )
        )
        outcome = ORDINARY
        if submit.number in FATED or batch.weather.rates:
            # A text that the operator takes apart itself fails with its last part.
            place = (no, total) if total > 1 else (submit.air, submit.air)
            outcome = self._mind.judge(batch.weather, key, submit.number, *place)
        batch.outcomes.append(outcome)
        return outcome

    def _owe_ordinary(
        self, batch: _Batch, submit: Submit, ref: int, ident: int, asking: Asking
    ) -> None:
        owed = self._receipt(batch, submit, ref, ident, asking, ORDINARY, 0, self._receipt_ms)
        self._enquiries.keep(owed)
        if wants(asking.registered, Happening.was_delivered):
            batch.ordinary.append(owed)
        else:
            batch.unwanted.append(owed)

    def _owe_fate(
        self,
        batch: _Batch,
        submit: Submit,
        ref: int,
        ident: int,
        asking: Asking,
        outcome: int,
    ) -> bool:
        """Owe all that follows; whether a receipt comes before the answer."""
        course = COURSES[outcome]
        soonest = 0 if course.early else self._receipt_ms
        early = False
        for n, due in enumerate(course.reports):
            after = max(soonest, due.after_ms)
            owed = self._receipt(batch, submit, ref, ident, asking, outcome, n, after)
            if n == 0:
                self._enquiries.keep(owed)
            if wants(asking.registered, due.happening):
                batch.owed.append(owed)
                early = course.early
            else:
                batch.unwanted.append(owed)
        if course.verdict is Verdict.taken and not course.reports:
            self._enquiries.keep(self._receipt(batch, submit, ref, ident, asking, outcome, 0, 0))
        self._owe_reply(batch, submit, course, outcome, asking)
        return early

    def _owe_reply(
        self, batch: _Batch, submit: Submit, course: Course, outcome: int, asking: Asking
    ) -> None:
        if not course.reply:
            return
        key, place = (asking.system_id, submit.key), (submit.no, submit.total)
        said = self._mind.reply(outcome, key, *place, submit.sender, submit.text)
        if said is None:
            return
        ref, due = next(self.refs), batch.answered_at + self._receipt_ms + REPLY_MS
        batch.owed += reply_parts(due, ref, submit.number, *said, asking)
        batch.lines.append(records.arrival_owed((due, ref, submit.number, *said)))

    def _receipt(
        self,
        batch: _Batch,
        submit: Submit,
        ref: int,
        ident: int,
        asking: Asking,
        outcome: int,
        n: int,
        after: int,
    ) -> OwedReceipt:
        return OwedReceipt(
            due=batch.answered_at + after,
            ref=ref,
            n=n,
            number=submit.number,
            asking=asking,
            connection=batch.connection.number,
            ident=ident,
            outcome=outcome,
            sender=submit.sender,
            at=batch.now,
            text=submit.text[:TEXT_KEPT],
        )

    # --- who asked ---

    def _asking(self, batch: _Batch, pdu: Any, ref: int, shared: bool = False) -> Asking:
        """How this one asked. What follows each other and is alike is one run."""
        ton, npi, registered = pdu.source_addr_ton, pdu.source_addr_npi, pdu.registered_delivery
        known = batch.asking
        if (
            known is not None
            and shared is batch.shared
            and registered == known.registered
            and ton == known.ton
            and npi == known.npi
        ):
            asking = known
        else:
            self._end_run(batch)
            asking = Asking(batch.connection.system_id, ton, npi, registered)
            batch.asking, batch.begun, batch.shared = asking, ref, shared
        code = pdu.source_addr
        if self._askings.get(code) is not asking:
            self._askings[code] = asking
            if len(self._askings) > CODES_MAX:
                del self._askings[next(iter(self._askings))]
        return asking

    def _end_run(self, batch: _Batch) -> None:
        if batch.asking is None:
            return
        count = next(self.refs) - batch.begun
        batch.lines.append(
            owed_records.asked(batch.now, batch.begun, count, batch.asking, batch.shared)
        )
        batch.asking = None


def _make(calls: Sequence[Callable[[], None]]) -> None:
    for call in calls:
        call()


def _give(connection: EsmeConnection, answers: Sequence[Pdu]) -> None:
    connection.answer(answers)
    connection.flush()


def _no(pdu: Pdu, status: CommandStatus) -> Pdu:
    answer = answer_to(pdu, status)
    assert answer is not None
    return answer
