"""Stops, crashes and starts: what was answered outlives them, and leaves once."""

import asyncio
from collections import Counter

import pytest

from chappe.config import Secret
from chappe.engine.accept import accept
from chappe.links.operator.mind.judgement import Weather
from chappe.words.answer import Refusal, Trouble
from chappe.words.lifecycle import Event, Reason, State
from chappe.words.order import Channel, Letter, Order
from tests.journeys.house import CREDIT, House, account, config, link, many
from tests.journeys.plain import Taken, Told


@pytest.mark.parametrize("pause_ms", [0, 1, 2, 4, 8, 16, 32, 64])
async def test_a_stop_in_full_flight_loses_nothing_and_doubles_nothing(
    house: House, pause_ms: int
) -> None:
    """E54: whatever is open at that moment (requests, claims, submits), all ends well."""
    fred = account("fred", api_keys=(Secret("fred's key"),))
    await house.open(config(links=(link("sim", window=20),), accounts=(fred,)))
    requests = [
        asyncio.ensure_future(house.post(many(10, 33_612_000_000 + 10 * index), "fred's key"))
        for index in range(60)
    ]
    await asyncio.sleep(pause_ms / 1000)  # wherever the requests are by then
    await house.stop()
    answers = await asyncio.gather(*requests)
    refused = [answer for answer in answers if isinstance(answer, list)]
    assert refused == [["draining"]] * len(refused)
    await house.start(house.node.config)
    await house.let(60)
    kept = await house.node.store.messages(0, 1 << 60, 1_000)
    answered = [one for one in answers if isinstance(one, Taken)]
    assert {one.order for one in kept} >= {one.order for one in answered}
    assert {one.state for one in kept} <= {State.delivered}
    assert Counter(one.message for one in house.submits()) == Counter(one.id for one in kept)
    assert await house.node.store.doubts(10) == []
    assert await house.balance() == CREDIT - 400 * len(kept)
    assert await house.node.store.audit() == []


async def test_after_the_stop_began_nothing_is_taken(house: House) -> None:
    """E54 E4: who comes too late hears so, and nothing is kept of it."""
    await house.open()
    node = house.node
    fred = node.accounts.by_login("fred")
    assert fred is not None
    await house.stop()
    letter = Letter(text="Bonjour", numbers=many(1), code="36105")
    answer = await accept(node.desk, fred, Order(dialect="plain", letters=[letter]))
    assert answer == Refusal((Trouble.draining,))
    await house.start(node.config)
    assert await house.node.store.messages(0, 1 << 60, 10) == []


async def test_a_crash_loses_nothing_that_was_answered(house: House) -> None:
    """E1: queued, scheduled, sent: each goes on from where it stood."""
    await house.open(config(links=(link("sim", window=10),)))
    house.link().set_weather(Weather(latency_ms=2_000))
    later = await house.take(many(3), start=house.clock.now() + 30_000)
    crowd = await house.take(many(40, 33_613_000_000))
    await house.let(3)
    assert await house.tally(crowd) == {"queued": 20, "sending": 10, "delivered": 10}
    await house.crash()
    assert house.nodes[0].upkeep.inherited == 10
    await house.let(60)
    assert await house.tally(crowd) == {"delivered": 40}
    assert await house.tally(later) == {"delivered": 3}
    times = Counter(Counter(one.message for one in house.submits()).values())
    assert times == {1: 33, 2: 10}  # the window that was unanswered, and nothing else
    assert await house.node.store.audit() == []


async def test_a_crash_holds_back_marketing_that_was_on_its_way(house: House) -> None:
    """E1: under `hold` none arrives twice; the window in flight is unknown, counted, listed."""
    await house.open(config(links=(link("sim", window=10),)))
    house.link().set_weather(Weather(latency_ms=60_000))
    crowd = await house.take(many(40), channel=Channel.marketing)
    await house.crash()
    await house.let(60)
    assert await house.tally(crowd) == {"delivered": 30, "unknown": 10}
    assert Counter(one.message for one in house.submits()).most_common(1)[0][1] == 1
    doubts = await house.node.store.doubts(100)
    assert sorted((row[0], row[2]) for row in doubts) == [
        (crowd.first + index, "held") for index in range(10)
    ]
    assert house.counts["doubt held"] == 10


async def test_receipts_that_the_operator_still_owes_come_after_a_crash(house: House) -> None:
    """E1 E31: a receipt that nobody had written down is given again."""
    await house.open()
    receipt = await house.take(many(3), tell=house.tell(Event.final))
    assert await house.tally(receipt) == {"sent": 3}
    await house.crash(away_ms=5_000)
    await house.let(1)
    assert sorted(house.ears.heard["/fred"]) == [
        Told(receipt.first + index, 1, Event.final, State.delivered, Reason.none)
        for index in range(3)
    ]


async def test_numbers_are_never_given_twice(house: House) -> None:
    """E1: orders and messages after a stop and after a crash are new ones."""
    await house.open()
    receipts = [await house.take(many(2))]
    await house.restart()
    receipts.append(await house.take(many(2)))
    await house.crash()
    receipts.append(await house.take(many(2)))
    orders = [one.order for one in receipts]
    assert orders == sorted(set(orders))
    assert receipts[0].first + 2 <= receipts[1].first
    assert receipts[1].first + 2 <= receipts[2].first


async def test_a_second_node_on_the_same_folder_does_not_start(house: House) -> None:
    """E1: one process per store; it says so in a sentence and leaves the first alone."""
    from chappe.node import CannotStart, Node

    await house.open(config(accounts=(account("fred"),)))
    with pytest.raises(CannotStart, match="Another Chappe already works on"):
        await Node(config(), house.folder, house.clock).start()
    receipt = await house.take(many(1))
    await house.let(1)
    assert await house.tally(receipt) == {"delivered": 1}
