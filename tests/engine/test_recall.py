"""What went over a link: since the start, in the last minute, and how long it took."""

import pickle
from collections.abc import Iterable

import pytest

from chappe.engine import recall
from chappe.engine.recall import Traffic
from chappe.links.contract import Answer, Verdict
from chappe.store.contract import Leaving
from chappe.words.clock import MINUTE, SECOND
from chappe.words.lifecycle import Happening, Reason
from chappe.words.report import Report

DELIVERED = Happening.was_delivered


def leaving(idents: Iterable[int]) -> list[Leaving]:
    return [Leaving(one, 33_6, "Bonjour", "36105", 1, "", 0, 24, 1, 1, 1, 0) for one in idents]


def taken(idents: Iterable[int]) -> list[Answer]:
    return [Answer(one, 1, Verdict.taken, f"R{one}") for one in idents]


def reports(idents: Iterable[int], happening: Happening = DELIVERED) -> list[Report]:
    return [Report(f"R{one}", happening, Reason.none, 0) for one in idents]


def carry(traffic: Traffic, idents: range, now: int, answer_ms: int, receipt_ms: int) -> None:
    """So many leave together, are taken and are delivered."""
    traffic.left(leaving(idents), len(idents), now)
    traffic.answered(taken(idents), now + answer_ms, all_taken=True)
    traffic.reported(reports(idents), now + answer_ms + receipt_ms)


def test_a_link_over_which_nothing_went_has_a_minute_of_zeros() -> None:
    minute = Traffic().last_minute(5 * MINUTE)
    assert (minute.submits, sum(minute.verdicts), minute.refusals) == (0, 0, {})
    assert (minute.answer_after(0.5), minute.receipt_after(0.99)) == (None, None)


def test_what_is_older_than_a_minute_is_not_of_the_last_one() -> None:
    traffic = Traffic()
    carry(traffic, range(3), 1_000, 5, 10)
    carry(traffic, range(10, 12), 50 * SECOND, 5, 10)
    found = [traffic.last_minute(at * SECOND).submits for at in (50, 60, 61, 109, 110, 500)]
    assert found == [5, 5, 2, 2, 0, 0]


def test_what_was_not_taken_is_told_apart() -> None:
    """An answer that never came is no time: it would look like a quick operator, or a slow one."""
    traffic = Traffic()
    for ident in range(4):
        traffic.left(leaving([ident]), 1, 0)
    answers = [
        Answer(0, 1, Verdict.taken, "R0"),
        Answer(1, 1, Verdict.refused, reason=Reason.npai),
        Answer(2, 1, Verdict.later, reason=Reason.throttled),
        Answer(3, 1, Verdict.unanswered),
    ]
    traffic.answered(answers, 40, all_taken=False)
    minute = traffic.last_minute(100)
    assert [minute.verdicts[verdict] for verdict in Verdict] == [1, 1, 1, 1]
    assert minute.refusals == {Reason.npai: 1}
    assert sum(minute.answer_ms) == 3


def test_a_long_message_is_timed_to_its_first_answer() -> None:
    traffic = Traffic()
    traffic.left(leaving([7]), 2, 0)
    traffic.answered([Answer(7, 1, Verdict.taken, "a")], 20, all_taken=False)
    traffic.answered([Answer(7, 2, Verdict.taken, "b")], 900, all_taken=False)
    assert (sum(traffic.answer_ms.counts), traffic.answer_ms.total) == (1, 20)


def test_a_receipt_is_timed_when_it_is_the_last() -> None:
    traffic = Traffic()
    traffic.answered(taken([1]), 0, all_taken=True)
    traffic.reported(reports([1], Happening.progressed), 100)
    traffic.reported(reports([1]), 4_000)
    traffic.reported(reports([1]), 9_000)  # again: it changes nothing
    assert (sum(traffic.receipt_ms.counts), traffic.receipt_ms.total) == (1, 4_000)
    assert traffic.receipts[DELIVERED] == 2


def test_a_receipt_may_write_its_id_otherwise() -> None:
    traffic = Traffic()
    traffic.answered([Answer(1, 1, Verdict.taken, "255")], 0, all_taken=True)
    traffic.reported([Report("ff", DELIVERED, Reason.none, 0, forms=("ff", "255"))], 700)
    assert traffic.receipt_ms.total == 700


@pytest.mark.parametrize("size", [1, 7, 64, 1_000])
def test_the_one_that_is_timed_stands_for_all(size: int) -> None:
    traffic = Traffic()
    for start in range(0, 4_000, size):
        carry(traffic, range(start, start + size), start, 30, 800)
    assert sum(traffic.answer_ms.counts) == traffic.submits
    assert 0.8 < sum(traffic.receipt_ms.counts) / traffic.submits < 1.25
    assert traffic.last_minute(4_000).answer_after(0.5) == pytest.approx(37.5)
    assert traffic.last_minute(4_000).receipt_after(0.99) == pytest.approx(995)


def test_under_a_load_slow_receipts_are_as_likely_to_be_timed_as_quick_ones(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of many whose receipt takes two seconds or, for every tenth, two minutes, a tenth is found to
    be slow, once the pace is known."""
    monkeypatch.setattr(recall, "_AWAITED", 512)
    traffic = Traffic()
    before = list(traffic.receipt_ms.counts)
    due: dict[int, list[int]] = {}
    for second in range(1_200):
        idents = range(second * 100, second * 100 + 100)
        traffic.answered(taken(idents), second * SECOND, all_taken=True)
        for wait, some in ((120, idents[3::10]), (2, [one for one in idents if one % 10 != 3])):
            due.setdefault(second + wait, []).extend(some)
        if second in due:
            traffic.reported(reports(due.pop(second)), second * SECOND)
        if second == 150:
            before = list(traffic.receipt_ms.counts)
    seen = [now - was for now, was in zip(traffic.receipt_ms.counts, before, strict=True)]
    assert 0.06 < sum(seen[7:]) / sum(seen) < 0.14


def test_nothing_grows_with_the_traffic() -> None:
    """Whatever is answered and never reported: as much memory after the tenth hour as after the
    first."""
    traffic = Traffic()
    sizes = []
    for hour in range(4):
        for start in range(0, 40_000, 100):
            now = (hour * 40_000 + start) * 90
            traffic.left(leaving(range(start, start + 100)), 100, now)
            traffic.answered(taken(range(start, start + 100)), now, all_taken=True)
        sizes.append(len(pickle.dumps(traffic)))
    assert max(sizes[1:]) < 1.2 * sizes[0] + 400_000
