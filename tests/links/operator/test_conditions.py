"""A link that is paused, cut, or under weather; and what it costs to owe much."""

import tracemalloc
from pathlib import Path

from msgspec.structs import replace

from chappe.links.contract import Answer, Condition, Verdict
from chappe.links.operator import OperatorLink, Weather
from chappe.words.lifecycle import Happening
from chappe.words.report import Report
from tests.links.exercise import FICTION, Listener, part
from tests.links.ground import START, OperatorGround


async def _start(ground: OperatorGround) -> tuple[OperatorLink, Listener]:
    listener = Listener(ground.clock.now)
    link = ground.make_link()
    await link.start(listener)
    return link, listener


async def test_a_paused_link_takes_nothing_but_still_reports(tmp_path: Path) -> None:
    ground = OperatorGround(tmp_path)
    link, listener = await _start(ground)
    link.submit([part(1)])
    link.pause()
    link.pause()
    link.submit([part(2)])
    await ground.let_pass(1_000)
    assert link.condition is Condition.paused
    assert [(told.message, told.verdict) for told in listener.answers] == [
        (1, Verdict.taken),
        (2, Verdict.later),
    ]
    assert len(listener.reports) == 1
    link.resume()
    link.submit([part(2)])
    await ground.let_pass(1_000)
    await link.stop()
    assert listener.answers[2].verdict is Verdict.taken
    assert listener.changes == 3  # up, paused, up


async def test_a_cut_link_leaves_its_parts_unanswered_and_reports_later(tmp_path: Path) -> None:
    ground = OperatorGround(tmp_path, answer_ms=10)
    link, listener = await _start(ground)
    link.submit([part(1), part(32, 32), part(36, 36)])
    link.go_down()
    link.go_down()
    assert sorted(listener.answers) == [
        Answer(message, 1, Verdict.unanswered) for message in (1, 32, 36)
    ]
    link.submit([part(2)])
    link.hand_in(FICTION, "36105", "Allo")
    await ground.let_pass(60_000)
    assert listener.answers[3:] == [Answer(2, 1, Verdict.later)]
    assert (link.condition, listener.reports, listener.arrivals) == (Condition.down, [], [])
    link.come_up()
    await ground.let_pass(0)
    await link.stop()
    assert [told.happening for told in listener.reports] == [Happening.was_delivered] * 2
    assert [said.text for said in listener.arrivals] == ["Allo"]
    assert listener.changes == 3  # up, down, up


async def test_a_dead_link_comes_back_with_the_weather(tmp_path: Path) -> None:
    ground = OperatorGround(tmp_path, weather=Weather(dead=True, until=START + 5_000))
    link, listener = await _start(ground)
    assert (link.condition, listener.changes) == (Condition.down, 0)
    seen = []
    await ground.let_pass(4_999)
    seen.append(link.condition)
    await ground.let_pass(1)
    seen.append(link.condition)
    link.set_weather(Weather(dead=True))
    await ground.let_pass(600_000)
    seen.append(link.condition)
    link.set_weather(Weather())
    seen.append(link.condition)
    assert seen == [Condition.down, Condition.up, Condition.down, Condition.up]
    assert listener.changes == 3
    link.set_weather(Weather(dead=True, until=ground.clock.now() + 5_000))
    await link.stop()
    assert ground.clock.next_due() is None


async def test_latency_delays_answers_and_reports_alike(tmp_path: Path) -> None:
    """E33: latency for a while, after which parts overtake those before them."""
    weather = Weather(latency_ms=3_000, until=START + 1_000)
    ground = OperatorGround(tmp_path, weather=weather)
    link, listener = await _start(ground)
    link.submit([part(1)])
    await ground.let_pass(1_000)
    link.submit([part(2)])
    await ground.let_pass(60_000)
    await link.stop()
    assert [heard.at - START for heard in listener.heard] == [1_000, 1_050, 3_000, 3_050]


async def test_a_part_that_weather_throttles_is_taken_in_the_end(tmp_path: Path) -> None:
    ground = OperatorGround(tmp_path, weather=Weather(rates={35: 1.0}))
    link, listener = await _start(ground)
    for _ in range(4):
        link.submit([part(11, 11)])
        await ground.let_pass(0)
    await ground.let_pass(1_000)
    await link.stop()
    assert [told.verdict.name for told in listener.answers] == ["later", "later", "later", "taken"]
    assert [told.happening for told in listener.reports] == [Happening.was_delivered]


async def test_who_owes_too_much_throttles(tmp_path: Path) -> None:
    ground = OperatorGround(tmp_path, owed_max=2)
    link, listener = await _start(ground)
    link.submit([part(1), part(2)])
    link.submit([part(3)])
    await ground.let_pass(1_000)
    link.submit([part(3)])
    await ground.let_pass(1_000)
    await link.stop()
    assert [(told.message, told.verdict, told.reason.name) for told in listener.answers] == [
        (1, Verdict.taken, "none"),
        (2, Verdict.taken, "none"),
        (3, Verdict.later, "throttled"),
        (3, Verdict.taken, "none"),
    ]


async def test_a_report_never_overtakes_its_answer(tmp_path: Path) -> None:
    """Not even where the loop had no turn between the two."""
    ground = OperatorGround(tmp_path)
    link, listener = await _start(ground)
    link.submit([part(1)])
    ground.clock.advance(START + 1_000)
    await link.stop()
    assert [type(heard.what) for heard in listener.heard] == [Answer, Report]


async def test_a_hundred_thousand_owed_receipts_fit_in_thirty_megabytes(tmp_path: Path) -> None:
    """Measured with a tenth of them."""
    ground = OperatorGround(tmp_path, receipt_ms=60_000)
    link, listener = await _start(ground)
    tracemalloc.start()
    for first in range(0, 10_000, 100):
        link.submit(
            [replace(part(n), number=33_600_000_000 + n) for n in range(first, first + 100)]
        )
        await ground.let_pass(0)
        listener.heard.clear()
        listener.calls.clear()
    octets, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    await link.stop()
    assert 100_000 < octets < 3_000_000
