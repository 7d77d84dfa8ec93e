"""The simulated operator inside the node: the shared suite, every row of its table, and its log."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from chappe.links.contract import Answer, Verdict
from chappe.words.report import Report
from tests.links.exercise import FICTION, Ground, Heard, LinkExercise, Listener, part
from tests.links.ground import START, OperatorGround

TAKEN = "0 taken"
DELIVERED = f"{TAKEN}, 50 was_delivered"
THROTTLED = "0 later throttled"

ROWS = {
    11: f"{TAKEN}, 50 was_undelivered npai",
    12: f"{TAKEN}, 50 ran_out validity",
    13: f"{TAKEN}, 50 was_undelivered invalid_operator",
    14: f"{TAKEN}, 50 was_undelivered network",
    15: f"{TAKEN}, 50 was_undelivered operator_credit",
    16: f"{TAKEN}, 50 was_undelivered unrecognised",
    17: f"{TAKEN}, 50 progressed buffered, 10000 was_delivered",
    18: f"{TAKEN}, 50 progressed buffered, 10000 ran_out validity",
    19: f"{TAKEN}, 50 was_undelivered deleted",
    20: f"{TAKEN}, 50 was_undelivered rejected",
    21: f"{TAKEN}, 50 was_undelivered memory_full",
    22: f"{TAKEN}, 50 was_undelivered barred",
    23: f"{TAKEN}, 50 was_undelivered blocked",
    24: f"{TAKEN}, 50 was_undelivered content",
    25: f"{TAKEN}, 50 was_undelivered ported",
    26: f"{TAKEN}, 50 was_undelivered blacklisted",
    27: f"{TAKEN}, 50 progressed absent, 10000 was_delivered",
    28: f"{TAKEN}, 50 progressed absent, 10000 was_undelivered absent",
    29: f"{TAKEN}, 50 was_undelivered unknown_network",
    30: f"{TAKEN}, 30000 was_delivered",
    31: f"{DELIVERED}, 50 was_delivered",
    32: "0 was_delivered, 0 taken",
    33: TAKEN,
    34: "0 refused rejected",
    35: f"{THROTTLED}, {THROTTLED}, {THROTTLED}, {DELIVERED}",
    36: "10000 unanswered",
    40: f"{DELIVERED}, 1050 'STOP' to 36105",
    41: f"{DELIVERED}, 1050 'OUI' to 36105",
    42: f"{DELIVERED}, 1050 'はい、お願いします' to 36105",
}


class TestOperatorLink(LinkExercise):
    @pytest.fixture
    def ground(self, tmp_path: Path) -> Ground:
        return OperatorGround(tmp_path)


class TestSlowOperatorLink(LinkExercise):
    """The same promises where each answer takes longer than a receipt."""

    @pytest.fixture
    def ground(self, tmp_path: Path) -> Ground:
        return OperatorGround(tmp_path, answer_ms=200, receipt_ms=0)


@pytest.mark.parametrize("row", range(100))
async def test_the_number_decides(tmp_path: Path, row: int) -> None:
    """E33: every row of the table, and each of the rows it leaves out, from submit to the end."""
    ground = OperatorGround(tmp_path)
    listener = Listener(ground.clock.now)
    link = ground.make_link()
    await link.start(listener)
    link.submit([part(1, row)])
    await ground.let_pass(0)
    while listener.answers and listener.answers[-1].verdict is Verdict.later:
        link.submit([part(1, row)])
        await ground.let_pass(0)
    await ground.let_pass(60_000)
    await link.stop()
    assert ", ".join(map(_told, listener.heard)) == ROWS.get(row, DELIVERED)


def _told(heard: Heard) -> str:
    since = heard.at - START
    match heard.what:
        case Answer(verdict=verdict, reason=reason):
            return f"{since} {verdict.name}{f' {reason.name}' if reason else ''}"
        case Report(happening=happening, reason=reason):
            return f"{since} {happening.name}{f' {reason.name}' if reason else ''}"
        case said:
            return f"{since} {said.text!r} to {said.code}"


async def test_a_row_counts_for_each_operator(tmp_path: Path) -> None:
    """E33: the two digits before the last two name the operator, whatever becomes of the part."""
    ground = OperatorGround(tmp_path)
    listener = Listener()
    link = ground.make_link()
    await link.start(listener)
    numbers = [FICTION + 100 * nn + 11 for nn in (0, 24, 25, 49, 50, 74, 75, 96, 97, 98, 99)]
    numbers += [33_612_345_678, 33_712_345_678, 33_123_456_789, 32_470_123_456]
    link.submit([replace(part(n), number=number) for n, number in enumerate(numbers)])
    await ground.until(lambda: len(listener.reports) == len(numbers))
    await link.stop()
    names = {answer.ref: answer.message for answer in listener.answers}
    told = sorted((names[report.ref], report.operator) for report in listener.reports)
    assert [operator for _, operator in told] == [
        *("20801", "20801", "20810", "20810", "20820", "20820", "20815", "20815"),
        *("20823", "20826", "20827", "20801", "20801", "", ""),
    ]


async def test_a_batch_is_answered_and_reported_in_one_call_each(tmp_path: Path) -> None:
    ground = OperatorGround(tmp_path)
    listener = Listener()
    link = ground.make_link()
    await link.start(listener)
    link.submit([part(message) for message in range(300)])
    link.submit([part(message) for message in range(300, 450)])
    await ground.let_pass(1_000)
    await link.stop()
    assert listener.calls == [("answered", 450), ("reported", 450)]


async def test_no_more_is_handed_over_than_can_be_taken(tmp_path: Path) -> None:
    """At most 500 a call, and at most 1000 that are not taken yet."""
    ground = OperatorGround(tmp_path)
    listener = Listener()
    listener.holds = []
    link = ground.make_link()
    await link.start(listener)
    link.submit([part(message) for message in range(300)])
    await ground.let_pass(60_000)
    link.submit([part(message) for message in range(300, 2_300)])
    await ground.let_pass(60_000)
    assert listener.calls == [
        ("answered", 300),
        ("reported", 300),
        ("answered", 2_000),
        ("reported", 500),
        ("reported", 200),
    ]
    listener.holds.pop()(True)
    await ground.let_pass(60_000)
    assert listener.calls[5:] == [("reported", 200)]
    for _ in range(3):
        while listener.holds:
            listener.holds.pop()(True)
        await ground.let_pass(60_000)
    await link.stop()
    assert listener.calls[6:] == [("reported", 500), ("reported", 500), ("reported", 100)]
    assert len({report.ref for report in listener.reports}) == 2_300


async def test_taken_is_heard_once(tmp_path: Path) -> None:
    ground = OperatorGround(tmp_path)
    listener = Listener()
    listener.holds = []
    link = ground.make_link()
    await link.start(listener)
    link.submit([part(1)])
    await ground.let_pass(1_000)
    (taken,) = listener.holds
    taken(True)
    taken(True)
    taken(False)
    await ground.let_pass(60_000)
    await link.stop()
    taken(False)
    assert len(listener.reports) == 1


async def test_a_pause_of_half_a_second_follows_what_could_not_be_kept(tmp_path: Path) -> None:
    ground = OperatorGround(tmp_path)
    listener = Listener(ground.clock.now)
    listener.keeps = [False]
    link = ground.make_link()
    await link.start(listener)
    link.submit([part(1)])
    await ground.let_pass(100)
    link.submit([part(2)])
    await ground.let_pass(60_000)
    await link.stop()
    reported = [heard.at - START for heard in listener.heard if isinstance(heard.what, Report)]
    assert reported == [50, 550, 550]
    assert sorted(report.at - START for report in listener.reports) == [50, 50, 150]
