"""Reports that no message answers to: an operator may send as many as it likes."""

from collections import Counter
from functools import partial

import pytest

from chappe.engine import track
from chappe.store import resolve
from chappe.store.contract import Batch, Settled
from chappe.words.clock import DAY, HOUR, MINUTE, SECOND
from chappe.words.lifecycle import Happening, Reason
from chappe.words.report import Report
from tests.journeys.house import House


def reports(house: House, first: int, count: int) -> list[Report]:
    now = house.clock.now()
    happening, reason = Happening.was_delivered, Reason.none
    refs = range(first, first + count)
    return [Report(f"nobody-{ref}", happening, reason, now) for ref in refs]


async def report(house: House, first: int, count: int) -> None:
    await house.report(reports(house, first, count))


class Shares:
    """How many reports of which link each commit held."""

    def __init__(self) -> None:
        self.seen: list[dict[str, int]] = []

    def settled(self, batch: Batch, settled: Settled) -> None:
        if batch.reports:
            self.seen.append(dict(Counter(link for link, _ in batch.reports)))


async def test_a_link_that_reports_what_nobody_sent_fills_no_disk(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """E55: the oldest go, and that is counted, and said once a minute."""
    monkeypatch.setattr(resolve, "STRANGERS_MAX", 50)
    monkeypatch.setattr(resolve, "_FEW", 10)
    await house.open()
    for first in range(0, 100, 10):
        await report(house, first, 10)
    counts = house.having("sim").desk.counts
    assert (counts["strange_reports"], counts["strange_reports_dropped"]) == (100, 50)
    await house.let(MINUTE / SECOND)
    await report(house, 100, 20)
    assert counts["strange_reports_dropped"] == 70
    assert len(await house.node.store.strangers(999)) == 50
    said = [one.getMessage() for one in caplog.records if "no message of ours" in one.getMessage()]
    told = "too many reports that answer to no message of ours: the oldest {} are dropped, {} since"
    assert said == [f"{told.format(10, 10)} the start", f"{told.format(20, 70)} the start"]


async def test_a_link_that_reports_without_end_leaves_room_in_each_commit(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E55: who orders waits for a commit; each link hears of its reports once these are on disk,
    in the order in which they came."""
    monkeypatch.setattr(track, "_SHARE", 10)
    await house.open()
    node, shares, heard = house.node, Shares(), list[tuple[str, int, bool]]()

    def hear(link: str, place: int, kept: bool) -> None:
        heard.append((link, place, kept))

    node.commits.listen(shares)
    for place in range(6):
        node.track.reported("evil", reports(house, 5 * place, 5), partial(hear, "evil", place))
    node.track.reported("sim", reports(house, 100, 3), partial(hear, "sim", 0))
    await house.settle()
    assert shares.seen == [{"evil": 10, "sim": 3}, {"evil": 10}, {"evil": 10}]
    assert heard == [
        ("evil", 0, True),
        ("evil", 1, True),
        ("sim", 0, True),
        *[("evil", place, True) for place in range(2, 6)],
    ]
    assert node.desk.counts["strange_reports"] == 33


async def test_it_goes_after_a_week(house: House) -> None:
    """E44: whatever the records' own time is."""
    await house.open()
    await report(house, 0, 3)
    begun = house.clock.now()
    await house.leap(begun + 7 * DAY - HOUR, HOUR)
    assert len(await house.node.store.strangers(9)) == 3
    await house.leap(begun + 7 * DAY + HOUR, HOUR)
    assert await house.node.store.strangers(9) == []
