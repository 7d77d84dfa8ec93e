"""Reports that no message answers to: an operator may send as many as it likes."""

import pytest

from chappe.store import resolve
from chappe.words.clock import DAY, HOUR, MINUTE, SECOND
from chappe.words.lifecycle import Happening, Reason
from chappe.words.report import Report
from tests.journeys.house import House


async def report(house: House, first: int, count: int) -> None:
    now = house.clock.now()
    happening, reason = Happening.was_delivered, Reason.none
    refs = range(first, first + count)
    await house.report([Report(f"nobody-{ref}", happening, reason, now) for ref in refs])


async def test_a_link_that_reports_what_nobody_sent_fills_no_disk(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """E55: the oldest go, and that is counted, and said once a minute."""
    monkeypatch.setattr(resolve, "STRANGERS_MAX", 50)
    monkeypatch.setattr(resolve, "_FEW", 10)
    await house.open()
    for first in range(0, 100, 10):
        await report(house, first, 10)
    counts = house.node.desk.counts
    assert (counts["strange_reports"], counts["strange_reports_dropped"]) == (100, 50)
    await house.let(MINUTE / SECOND)
    await report(house, 100, 20)
    assert counts["strange_reports_dropped"] == 70
    assert len(await house.node.store.strangers(999)) == 50
    said = [one.getMessage() for one in caplog.records if "no message of ours" in one.getMessage()]
    told = "too many reports that answer to no message of ours: the oldest {} are dropped, {} since"
    assert said == [f"{told.format(10, 10)} the start", f"{told.format(20, 70)} the start"]


async def test_it_goes_after_a_week(house: House) -> None:
    """E44: whatever the records' own time is."""
    await house.open()
    await report(house, 0, 3)
    begun = house.clock.now()
    await house.leap(begun + 7 * DAY - HOUR, HOUR)
    assert len(await house.node.store.strangers(9)) == 3
    await house.leap(begun + 7 * DAY + HOUR, HOUR)
    assert await house.node.store.strangers(9) == []
