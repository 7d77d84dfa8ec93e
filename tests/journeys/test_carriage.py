"""Carriage: how a link carries long messages is its own affair, and so are its hours."""

import asyncio
from collections.abc import Sequence

import pytest

from chappe.links.contract import Answer, Carriage, Part, Verdict
from chappe.words.clock import SECOND
from chappe.words.lifecycle import Happening, Reason, State
from chappe.words.report import Report
from tests.journeys.house import House, config, link, many, to

LONG = "x" * 459  # three parts with a header of 6 octets


@pytest.mark.parametrize(
    ("carriage", "parts"),
    [(Carriage.usual, [153] * 3), (Carriage.wide, [152, 152, 152, 3]), (Carriage.whole, [459])],
)
@pytest.mark.parametrize("waits", [False, True], ids=["launched", "claimed"])
async def test_a_long_message_goes_as_its_link_carries_it(
    house: House, carriage: Carriage, parts: list[int], waits: bool
) -> None:
    """E30: billed as it was counted, delivered when all of what was sent is; the window is free
    again afterwards."""
    await house.open(config(links=(link("sim", window=4),)))
    house.link().carriage = carriage
    if waits:
        house.link().pause()
    receipt = await house.take(many(3), LONG)
    house.link().resume()
    await house.let(5)
    sent = [(one.no, one.total, len(one.text)) for one in house.submits()]
    assert sent == [(no, len(parts), size) for no, size in enumerate(parts, 1)] * 3
    assert await house.fates(receipt) == [(State.delivered, Reason.none)] * 3
    assert list(receipt.parts) == [3, 3, 3]
    assert house.having("sim").dispatch.flying == 0


async def test_one_lost_part_of_what_the_link_made_loses_the_message(house: House) -> None:
    """E30: the fourth of three."""
    await house.open()
    house.link().carriage = Carriage.wide
    receipt = await house.take([to(37)], LONG)
    await house.let(2)
    assert await house.fates(receipt) == [(State.undelivered, Reason.network)]


async def test_one_receipt_is_enough_where_the_operator_has_one_id_for_all_parts(
    house: House,
) -> None:
    """E31: three submits that are answered with the same id, and one receipt for it."""
    await house.open()
    house.link().pause()
    receipt = await house.take(many(1), LONG)
    link = house.link()
    submit = link.submit

    def alike(parts: Sequence[Part]) -> None:
        answers = [Answer(one.message, one.no, Verdict.taken, "same") for one in parts]
        asyncio.get_running_loop().call_soon(house.having("sim").sinks.answered, "sim", answers)

    link.submit = alike  # type: ignore[method-assign]
    link.resume()
    await house.let(5)
    link.submit = submit  # type: ignore[method-assign]
    assert await house.fates(receipt) == [(State.sent, Reason.none)]
    now = house.clock.now()
    await house.report([Report("same", Happening.was_delivered, Reason.none, now)])
    assert await house.fates(receipt) == [(State.delivered, Reason.none)]


async def test_a_link_outside_its_hours_takes_nothing(house: House) -> None:
    """E24: it waits for the opening, or takes another link; it is Tuesday, 10:00."""
    await house.open(config(links=(link("sim", hours=(8 * 60, 10 * 60)),)))
    receipt = await house.take(many(2))
    await house.let(60)
    assert house.submits() == []
    await house.leap(house.clock.now() + 22 * 3_600 * SECOND)
    await house.let(10)
    assert await house.fates(receipt) == [(State.delivered, Reason.none)] * 2


async def test_another_link_serves_while_one_is_closed(house: House) -> None:
    """E22 E24: in the order of the file."""
    closed, opened = link("one", hours=(8 * 60, 10 * 60)), link("two", hours=(9 * 60, 11 * 60))
    await house.open(config(links=(closed, opened)))
    await house.take(many(1))
    await house.let(2)
    assert [len(house.submits(name)) for name in ("one", "two")] == [0, 1]
