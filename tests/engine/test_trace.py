"""What is traced: only what somebody wants, no more than may be, and nothing that is secret."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest

from chappe.engine.take_turns import CallBounds, Lane, Share, Telling
from chappe.engine.trace import OVER_THE_BOUND, Begun, Facts, Traced, Tracing
from chappe.links.contract import Answer, Verdict
from chappe.store.contract import Batch, Draft, Leaving, Settled
from chappe.words.answer import Receipt, Refusal, Trouble
from chappe.words.clock import SECOND, HandClock
from chappe.words.exchange import Heard, Response
from chappe.words.lifecycle import Event, Happening, Reason, State
from chappe.words.news import News, Reply, answers_nothing
from chappe.words.report import Report

AT = 1_790_000_000_000
NS = 1_000_000
ORIGIN = "https://fred.example"
THEIRS = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
UNWANTED = f"{THEIRS[:-1]}0"


class Written:
    """Whoever writes spans down, and a clock that is moved by hand."""

    def __init__(self, sample: float = 0.0, most: int = 1_000) -> None:
        self.spans: list[Traced] = []
        self.counts: Counter[str] = Counter()
        self.clock = HandClock(AT)
        self.tracing = Tracing(self.clock, self.counts, self, sample, most)

    def write(self, span: Traced) -> None:
        self.spans.append(span)

    def pass_ms(self, wait_ms: int) -> None:
        self.clock.advance(self.clock.now() + wait_ms)

    def begun(self, said: str = THEIRS) -> Begun:
        found = self.tracing.begin(said, self.clock.now())
        assert found is not None
        return found

    def keep(self, *drafts: Draft, answers: Sequence[Receipt | Refusal] = ()) -> None:
        batch = Batch()
        batch.drafts += drafts
        settled = Settled(answers=[*(answers or map(receipt, drafts))])
        self.tracing.settled(batch, settled)

    def take(self) -> list[Traced]:
        """What was written since the last time."""
        spans, self.spans = self.spans, []
        return spans


def draft(span: str, first: int = 1, total: int = 1, at: int = AT) -> Draft:
    return Draft(
        id=first,
        account=1,
        dialect="highsms",
        at=at,
        reference="",
        request_id="",
        facts="{}",
        origin="send 192.0.2.1",
        trace="",
        first=first,
        total=total,
        cost={},
        letters=(),
        span=span,
    )


def receipt(one: Draft) -> Receipt:
    return Receipt(one.id, one.at, one.first, one.total, 0, 0, [], [], {})


def leaving(*idents: int) -> list[Leaving]:
    return [
        Leaving(one, 33_612_345_678, "Bonjour", "36105", 1, "", 0, 0, 1, 1, 1, 1) for one in idents
    ]


def taken(*idents: int, verdict: Verdict = Verdict.taken) -> list[Answer]:
    return [Answer(one, 1, verdict, f"r{one}") for one in idents]


def report(*idents: int, how: Happening = Happening.was_delivered) -> list[Report]:
    return [Report(f"r{one}", how, Reason.none, AT) for one in idents]


def news(message: int, seq: int = 1, tries: int = 0) -> News:
    reply = Reply(
        id=0, at=AT, number=0, code="", text="", operator="", account=1, message=0, stop=0
    )
    of = answers_nothing(reply)
    facts: dict[str, Any] = {name: getattr(of, name) for name in of.__struct_fields__}
    told = type(of)(**{**facts, "id": message, "trace": UNWANTED})
    return News(
        message, seq, Event.final, State.delivered, Reason.none, AT, "", "highsms", 1,
        f"{ORIGIN}/secret?key=secret", "", tries, AT, told,
    )  # fmt: skip


def telling(one: News) -> Telling:
    return Telling((one,), Lane(1, Share(1, CallBounds(), 0)), False, 0)


def trace_of(traceparent: str) -> str:
    return traceparent[3:35]


# unhappy


@pytest.mark.parametrize(("said", "sample"), [("", 0.0), (UNWANTED, 0.0), (UNWANTED, 1.0)])
def test_what_nobody_wants_traced_is_not(said: str, sample: float) -> None:
    """A sender that left its own trace out has decided for all of us."""
    written = Written(sample)
    assert written.tracing.begin(said, AT) is None
    written.keep(draft(""))
    written.tracing.left(leaving(1))
    written.tracing.acknowledged("sim", taken(1))
    told: list[bool] = []
    acknowledge = told.append
    assert written.tracing.reported("sim", report(1), acknowledge) is acknowledge
    assert written.tracing.calling(news(1), ORIGIN) == ""
    written.tracing.called([(telling(news(1)), Heard(200))])
    assert (written.spans, written.counts) == ([], {})


def test_no_second_has_more_spans_than_may_be_and_what_is_begun_goes_before() -> None:
    written = Written(most=100)
    begun = [written.tracing.begin(THEIRS, AT) for _ in range(80)]
    requests = [one for one in begun if one is not None]
    assert len(requests) == 50
    drafts = [draft(one.trace, first) for first, one in enumerate(requests, 1)]
    for one in drafts:
        written.keep(one)
    assert written.tracing.calling(news(1), ORIGIN) == ""
    written.keep(draft(requests[0].trace, 99))
    assert len(written.take()) == 50
    assert written.counts == {OVER_THE_BOUND: 30 + 1 + 1}
    written.pass_ms(SECOND)
    assert written.tracing.begin(THEIRS, AT) is not None


def test_what_was_noted_first_is_forgotten_first_and_an_order_takes_no_more_than_its_share() -> (
    None
):
    written = Written(most=100_000)
    old, large = written.begun(), written.begun()
    written.keep(draft(old.trace, 1))
    written.keep(draft(large.trace, 1_000, total=50_000))
    assert written.tracing.calling(news(1), ORIGIN) != ""
    assert written.tracing.calling(news(1_099), ORIGIN) != ""
    assert written.tracing.calling(news(1_100), ORIGIN) == ""
    for first in range(100_000, 1_100_000, 100):
        written.keep(draft(large.trace, first, total=100))
    assert written.tracing.calling(news(1), ORIGIN) == ""
    assert written.tracing.calling(news(1_099_999), ORIGIN) != ""


def test_an_order_that_was_not_kept_has_no_span_but_that_of_its_request() -> None:
    written = Written()
    begun = written.begun()
    refusal = Refusal((Trouble.no_credit,))
    written.keep(draft(begun.trace), answers=[refusal])
    assert written.take() == []
    written.tracing.answered(begun, "highsms", "send", Response(status=403, refusal=refusal))
    facts: Facts = {
        "chappe.dialect": "highsms",
        "chappe.action": "send",
        "chappe.status": "4xx",
        "chappe.refused": True,
    }
    assert written.take() == [
        Traced("request", begun.trace, THEIRS, (), AT * NS, AT * NS, facts, False)
    ]


def test_a_receipt_that_could_not_be_kept_is_traced_when_it_comes_again() -> None:
    written = Written()
    written.keep(draft(written.begun().trace))
    written.tracing.acknowledged("sim", taken(1))
    told: list[bool] = []
    written.take()
    written.tracing.reported("sim", report(1), told.append)(False)
    assert written.take() == []
    written.tracing.reported("sim", report(1), told.append)(True)
    assert [one.name for one in written.take()] == ["receipt"]
    written.tracing.reported("sim", report(1), told.append)(True)
    assert (written.take(), told) == ([], [False, True, True])


def test_a_clock_that_is_set_back_makes_no_span_that_ends_before_it_began() -> None:
    written = Written()
    begun = written.begun()
    written.clock.step(-30 * SECOND)
    written.tracing.answered(begun, "highsms", "send", Response())
    assert [(one.began, one.ended) for one in written.take()] == [(AT * NS, AT * NS)]


# happy


def test_a_sample_is_taken_of_those_that_bring_no_trace() -> None:
    written = Written(0.2, most=10_000)
    begun = [written.tracing.begin("", AT) for _ in range(2_000)]
    found = [one for one in begun if one is not None]
    assert 250 < len(found) < 550
    assert {one.parent for one in found} == {""}
    assert len({trace_of(one.trace) for one in found}) == len(found)


def all_steps(written: Written, request: Begun) -> str:
    """One order of two that share a commit, from its request to a callback, which bears this."""
    tracing = written.tracing
    written.pass_ms(3)
    written.keep(draft(request.trace), draft("", 2, total=4))
    tracing.answered(request, "highsms", "send", Response())
    tracing.left(leaving(1, 2))
    written.pass_ms(20)
    tracing.acknowledged("sim", taken(1, 2))
    written.pass_ms(100)
    acknowledge = tracing.reported("sim", report(1, 2), lambda kept: None)
    written.pass_ms(4)
    acknowledge(True)
    one = news(1, tries=2)
    assert (tracing.follows(one), tracing.follows(news(2))) == (True, False)
    borne = tracing.calling(one, ORIGIN)
    written.pass_ms(7)
    tracing.called([(telling(news(2)), Heard(200)), (telling(one), Heard(503))])
    return borne


STEPS = (
    ("keep", 0, 3, {"chappe.orders": 2, "chappe.messages": 5}, False),
    (
        "request",
        *(0, 3),
        {
            "chappe.dialect": "highsms",
            "chappe.action": "send",
            "chappe.status": "2xx",
            "chappe.refused": False,
        },
        False,
    ),
    (
        "submit",
        *(3, 23),
        {"chappe.link": "sim", "chappe.messages": 1, "chappe.verdict": "taken"},
        False,
    ),
    (
        "receipt",
        *(123, 127),
        {"chappe.link": "sim", "chappe.receipts": 1, "chappe.outcome": "delivered"},
        False,
    ),
    (
        "callback",
        *(127, 134),
        {
            "chappe.dialect": "highsms",
            "chappe.attempt": 3,
            "chappe.origin": ORIGIN,
            "chappe.status": "503",
        },
        True,
    ),
)


def test_each_step_of_an_order_is_a_span_of_its_trace() -> None:
    """All of them whole: there is nothing else in any."""
    written = Written()
    request = written.begun()
    borne = all_steps(written, request)
    spans = written.take()
    assert [
        (one.name, one.began // NS - AT, one.ended // NS - AT, one.facts, one.failed)
        for one in spans
    ] == list(STEPS)
    assert {trace_of(one.trace) for one in spans} == {trace_of(THEIRS)}
    assert len({one.trace for one in spans}) == len(spans)
    parents = {one.name: one.parent for one in spans}
    others = dict.fromkeys(("keep", "submit", "receipt", "callback"), request.trace)
    assert parents == {"request": THEIRS, **others}
    links = {one.name: [*one.links] for one in spans}
    linked = {name: [request.trace] for name in ("keep", "submit", "receipt")}
    assert links == {"request": [], **linked, "callback": []}
    assert [one.trace for one in spans if one.name == "callback"] == [borne]


def test_what_is_done_for_several_requests_at_once_is_one_span_linked_to_each() -> None:
    """It is of the trace of none of them; what came of it tells them apart."""
    written = Written()
    first, second = written.begun(), written.begun("00-" + "a" * 32 + "-" + "b" * 16 + "-01")
    written.keep(draft(first.trace, 1), draft(second.trace, 2), draft(first.trace, 3))
    written.tracing.left(leaving(1, 2, 3))
    answers = [*taken(1, 2), *taken(3, verdict=Verdict.refused)]
    written.tracing.acknowledged("sim", answers)
    written.tracing.reported(
        "sim", [*report(1), *report(2, how=Happening.ran_out)], lambda kept: None
    )(True)
    keep, *others = written.take()
    both = [first.trace, second.trace]
    assert (keep.name, keep.parent, keep.links) == ("keep", "", both)
    assert trace_of(keep.trace) not in {trace_of(one) for one in both}
    assert [(one.name, one.links, one.facts) for one in others] == [
        (
            "submit",
            both,
            {"chappe.link": "sim", "chappe.messages": 2, "chappe.verdict": "taken"},
        ),
        (
            "submit",
            [first.trace],
            {"chappe.link": "sim", "chappe.messages": 1, "chappe.verdict": "refused"},
        ),
        (
            "receipt",
            [first.trace],
            {"chappe.link": "sim", "chappe.receipts": 1, "chappe.outcome": "delivered"},
        ),
        (
            "receipt",
            [second.trace],
            {"chappe.link": "sim", "chappe.receipts": 1, "chappe.outcome": "expired"},
        ),
    ]
