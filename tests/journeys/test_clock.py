"""A machine whose date is set while it works: nothing is mute, early, too old, or twice."""

import logging
from collections import Counter

import pytest

from chappe.config import RetentionConfig
from chappe.words.clock import DAY, HOUR, MINUTE, SECOND, HandClock
from chappe.words.order import Channel, Hours
from tests.journeys.house import TUESDAY, House, at, config, link, many

RATE, COUNT = 200, 300
JUMPS = {"an hour": HOUR, "a day": DAY, "40 days": 40 * DAY, "400 days": 400 * DAY}
JUMP = pytest.mark.parametrize("by", JUMPS.values(), ids=JUMPS)
BACK = pytest.mark.parametrize("by", [-HOUR, -DAY, -40 * DAY])


async def passes(house: House, wait_ms: int) -> None:
    """So much time, whatever the date is. Timers ring at their own instants; what they bring about
    happens then where it is a short time, else at the end of a stride."""
    clock = house.clock
    end, least = clock.steady() + wait_ms, 1 if wait_ms < MINUTE else 20 * SECOND
    await house.settle()
    while (left := end - clock.steady()) > 0:
        now, due = clock.now(), clock.next_due()
        clock.advance(min(now + left, max(now + least, now if due is None else due)))
        await house.settle()


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What was said of the date."""
    found = [one.getMessage() for one in caplog.records if one.levelno == logging.WARNING]
    return [line for line in found if "date" in line]


@pytest.mark.parametrize("by", [HOUR, 40 * DAY])
async def test_a_link_with_a_rate_goes_on_while_the_date_jumps(
    house: House, by: int, caplog: pytest.LogCaptureFixture
) -> None:
    """E24: back and forth, under load, at the pace that it has and with every message once."""
    await house.open(config(links=(link("sim", rate=RATE, window=50),)))
    begun = house.clock.now()
    receipt = await house.take(many(COUNT), validity_h=1)
    for step in (-by, 2 * by, -2 * by, by):
        await passes(house, SECOND // 4)
        house.clock.step(step)
    house.clock.step(by)
    await passes(house, 5 * SECOND)
    assert await house.tally(receipt) == {"delivered": COUNT}
    messages = [one.message for one in house.submits()]
    assert sorted(messages) == list(range(receipt.first, receipt.first + COUNT))
    asked = Counter((one.at - begun) // SECOND for one in house.submits())
    assert max(asked.values()) <= RATE * 1.1 + 1
    assert asked[0] >= RATE * 0.9
    house.clock.step(-by)
    await passes(house, 5 * SECOND)
    assert house.clock.now() == begun + 11 * SECOND
    assert warnings(caplog)[-1] == "the machine's date is back where it was"


@JUMP
async def test_what_waits_does_not_grow_old_by_a_jump_that_is_taken_back(
    house: House, by: int
) -> None:
    """E23 E44: neither does it expire, nor is anything forgotten; what is due then waits for it."""
    retention = RetentionConfig(texts_days=2, records_days=30)
    await house.open(config(retention=retention))
    old = await house.take(many(1), "Ancien")
    await passes(house, HOUR - 2 * MINUTE)
    house.link().go_down()
    waiting = await house.take(many(5), validity_h=1)
    ahead = await house.take(many(1), start=house.clock.now() + 30 * MINUTE)
    house.clock.step(by)
    await passes(house, 9 * MINUTE)
    house.clock.step(-by)
    await passes(house, MINUTE)
    house.link().come_up()
    await passes(house, 5 * SECOND)
    assert await house.tally(waiting) == {"delivered": 5}
    assert await house.tally(ahead) == {"scheduled": 1}
    assert [one.text for one in await house.messages(old)] == ["Ancien"]
    await passes(house, 21 * MINUTE)
    assert await house.tally(ahead) == {"delivered": 1}


@BACK
async def test_what_waits_leaves_though_the_date_was_set_back_for_good(
    house: House, by: int, caplog: pytest.LogCaptureFixture
) -> None:
    """E20: it was queued at a date that has yet to come, and was put back there as well."""
    await house.open()
    receipt = await house.take(many(3), start=house.clock.now() + SECOND)
    house.link().go_down()
    await passes(house, 2 * SECOND)
    assert await house.tally(receipt) == {"queued": 3}
    house.clock.step(by)
    await passes(house, 10 * MINUTE + 10 * SECOND)
    assert house.clock.now() == at(TUESDAY) + 10 * MINUTE + 12 * SECOND + by
    house.link().come_up()
    await passes(house, 5 * SECOND)
    assert await house.tally(receipt) == {"delivered": 3}
    assert len(house.submits()) == 3
    told = " ".join(warnings(caplog))
    assert f"jumped by {by // SECOND} s" in told
    assert f"set by {by // SECOND} s" in told
    assert "3 messages were queued at a date that has yet to come" in told


@BACK
async def test_what_waits_leaves_though_the_next_start_is_at_an_earlier_date(
    house: House, by: int
) -> None:
    """E1 E20: a start believes the date that it finds."""
    await house.open()
    house.link().go_down()
    receipt = await house.take(many(3))
    await house.stop()
    house.clock = HandClock(house.clock.now() + by)
    await house.start(house.node.config)
    await passes(house, 6 * SECOND)
    assert await house.tally(receipt) == {"delivered": 3}
    assert len(house.submits()) == 3


async def test_what_is_scheduled_follows_a_date_that_stands(house: House) -> None:
    """E20: neither before its date by the old reckoning, nor long after it by the new one."""
    await house.open()
    start, begun = house.clock.now() + 40 * MINUTE, house.clock.steady()
    receipt = await house.take(many(1), start=start)
    house.clock.step(HOUR)
    await passes(house, 9 * MINUTE)
    assert await house.tally(receipt) == {"scheduled": 1}
    await passes(house, MINUTE + 10 * SECOND)
    assert await house.tally(receipt) == {"delivered": 1}
    house.clock.step(-2 * HOUR)
    again = await house.take(many(1), start=house.clock.now() + 5 * MINUTE)
    await passes(house, 5 * MINUTE + SECOND)
    assert await house.tally(again) == {"delivered": 1}
    assert house.clock.steady() - begun == 15 * MINUTE + 11 * SECOND


@pytest.mark.parametrize("by", [20 * MINUTE, -DAY * 2])
async def test_marketing_leaves_only_where_both_dates_allow_it(house: House, by: int) -> None:
    """E21: at 19:55 of a Tuesday that may be 20:15, or a Sunday."""
    await house.open(now="2026-11-24 19:50:00")
    house.clock.step(by)
    receipt = await house.take(many(3), channel=Channel.marketing, hours=Hours.wait)
    await passes(house, 5 * MINUTE)
    assert house.submits() == []
    house.clock.step(-by)
    await passes(house, 2 * MINUTE)
    assert await house.tally(receipt) == {"delivered": 3}


async def test_a_link_with_hours_sends_only_where_both_dates_allow_it(house: House) -> None:
    """E24: `hours` of a link, in minutes of the day."""
    await house.open(config(links=(link("sim", hours=(480, 1200)),)), now="2026-11-24 19:50:00")
    house.clock.step(20 * MINUTE)
    receipt = await house.take(many(3))
    await passes(house, 5 * MINUTE)
    assert house.submits() == []
    house.clock.step(-20 * MINUTE)
    await passes(house, 10 * SECOND)
    assert await house.tally(receipt) == {"delivered": 3}
