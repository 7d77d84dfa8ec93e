"""Windows of a push: over midnight, in the nights of the two clock changes, and over a restart."""

from collections import Counter

import pytest

from chappe.words import paris
from chappe.words.clock import MINUTE, SECOND
from tests.journeys.house import House, at, config, link, many

SLOW = config(links=(link("sim", rate=10, window=5),))
COUNT = 60

# Now (two seconds before the stop), the window in minutes of the day -> when the rest goes on.
STOPS = {
    ("2026-11-24 05:59:58", (1320, 360)): "2026-11-24 22:00:00",  # over midnight
    ("2026-11-24 23:59:58", (600, 0)): "2026-11-25 10:00:00",  # to midnight
    ("2026-11-24 16:59:58", (0, 1020)): "2026-11-25 00:00:00",  # without a start_time
    ("2027-03-27 16:59:58", (150, 1020)): "2027-03-28 03:30:00",  # 02:30 does not exist
    ("2026-10-24 16:59:58", (150, 1020)): "2026-10-25 02:30:00",  # exists twice: the first
}


def left(house: House) -> list[str]:
    return sorted(paris.stamp(one.at, paris.DASHED) for one in house.submits())


@pytest.mark.parametrize(("now", "window"), STOPS)
async def test_the_rest_goes_on_at_the_next_opening(
    house: House, now: str, window: tuple[int, int]
) -> None:
    """H20 E20 E21: nothing leaves between the stop and the opening, and nothing is left over."""
    await house.open(SLOW, now=now)
    receipt = await house.take(many(COUNT), opens=window[0], closes=window[1])
    stop, then = at(now) + 2 * SECOND, at(STOPS[now, window])
    await house.until(stop + MINUTE)
    today = len(house.submits())
    assert 15 <= today <= 25
    await house.leap(then - SECOND, 20 * MINUTE)
    assert len(house.submits()) == today
    await house.until(then + MINUTE)
    assert max(one.at for one in house.submits()[:today]) < stop
    assert min(one.at for one in house.submits()[today:]) == then
    assert await house.tally(receipt) == {"delivered": COUNT}


@pytest.mark.parametrize("away", ["2026-11-24 17:30:00", "2026-11-25 09:30:00"])
@pytest.mark.parametrize("how", ["stop", "crash"])
async def test_a_restart_in_the_middle_keeps_the_window(house: House, how: str, away: str) -> None:
    """H20 E1: it comes back after the stop, or long after the opening; none leaves twice."""
    await house.open(SLOW, now="2026-11-24 16:59:50")
    receipt = await house.take(many(COUNT), opens=540, closes=1020)
    await house.let(2)
    before = len(house.submits())
    assert 0 < before < COUNT
    gone = at(away) - house.clock.now()
    await (house.restart(gone) if how == "stop" else house.crash(gone))
    assert house.clock.now() == at(away)
    opening = max(at(away), at("2026-11-25 09:00:00"))
    await house.leap(opening - SECOND, 20 * MINUTE)
    assert len(house.submits()) <= before + 5  # what was in the link's window when it ended
    await house.until(opening + MINUTE)
    assert await house.tally(receipt) == {"delivered": COUNT}
    times = Counter(Counter(one.message for one in house.submits()).values())
    assert times[1] >= COUNT - 5
    assert sum(times.values()) == COUNT
