"""Pace: a link is served by its rate, and slower while its operator throttles."""

import asyncio
import threading
import time
from collections import Counter

import msgspec
import pytest

from chappe.links.contract import Verdict
from chappe.links.operator.mind.judgement import Weather
from chappe.words.clock import SECOND
from chappe.words.exchange import Request
from chappe.words.order import Channel
from tests.journeys import plain
from tests.journeys.house import House, config, link, many, to

RATE = 40.0
THROTTLES = {35: 1.0}


async def test_throttling_slows_a_link_down_and_it_speeds_up_again_by_itself(
    house: House,
) -> None:
    """E24: no message is lost by it, and none is asked for more often than the pace allows."""
    await house.open(config(links=(link("sim", rate=RATE, window=50),)))
    start = house.clock.now()
    house.link().set_weather(Weather(rates=THROTTLES, until=start + 4 * SECOND))
    receipt = await house.take(many(300))
    paces = []
    for seconds in (3, 8, 25):
        await house.until(start + seconds * SECOND)
        paces.append(house.having("sim").dispatch.paces()["sim"])
    await house.let(20)
    assert paces[0] < paces[1] < paces[2] == RATE
    assert paces[0] < RATE / 3
    asked = Counter((one.at - start) // SECOND for one in house.submits())
    assert asked[0] > 2 * asked[2] > 0
    assert asked[0] > 2 * asked[3] > 0
    assert await house.tally(receipt) == {"delivered": 300}
    taken = [one.message for one in house.submits() if one.verdict is Verdict.taken]
    assert sorted(taken) == list(range(receipt.first, receipt.first + 300))


async def test_one_number_that_is_throttled_is_taken_in_the_end_and_stops_no_other(
    house: House,
) -> None:
    """E24 E33: the fourth time it is taken."""
    await house.open()
    receipt = await house.take([to(35), *many(30)])
    await house.let(5)
    assert await house.tally(receipt) == {"delivered": 31}
    counts = Counter(one.message - receipt.first for one in house.submits())
    assert counts == {0: 4, **dict.fromkeys(range(1, 31), 1)}
    assert house.having("sim").dispatch.paces() == {"sim": 0.0, "calls": 0.0}


async def test_a_slow_link_is_served_by_its_rate_though_answers_take_long(house: House) -> None:
    """E24: more is on its way than leaves at a time."""
    await house.open(config(links=(link("sim", rate=RATE, window=100),)))
    start = house.clock.now()
    house.link().set_weather(Weather(latency_ms=2 * SECOND))
    receipt = await house.take(many(200), channel=Channel.marketing)
    await house.until(start + 30 * SECOND)
    assert await house.tally(receipt) == {"delivered": 200}
    asked = Counter((one.at - start) // SECOND for one in house.submits())
    assert sum(asked.values()) == 200
    assert max(asked.values()) <= RATE * 1.1 + 1
    assert max(asked) == 200 / RATE


async def test_vast_bodies_are_read_one_at_a_time(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E55: each takes many times its size in memory, and its sender need not have an account."""
    await house.open()
    reading, seen, lock = 0, [0], threading.Lock()
    identify = plain.identify

    def slowly(request: Request, action: str) -> object:
        nonlocal reading
        with lock:
            reading += 1
            seen.append(reading)
        time.sleep(0.05)
        with lock:
            reading -= 1
        return identify(request, action)

    monkeypatch.setattr(plain, "identify", slowly)
    body = msgspec.json.encode(plain.Asked("nobody's", "a" * (1 << 21), [to(0)]))
    head = f"POST /plain HTTP/1.1\r\nContent-Length: {len(body)}"
    answers = await asyncio.gather(*[house.ask(head, body) for _ in range(6)])
    assert [answer[1] for answer in answers if answer] == [b'["bad_credentials"]'] * 6
    assert max(seen) == 1
