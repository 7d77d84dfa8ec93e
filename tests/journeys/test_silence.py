"""Silence: what it means that nothing is heard, of a receipt or of a link."""

import pytest

from chappe.words.clock import HOUR, MINUTE
from chappe.words.lifecycle import Event, Happening, Reason, State
from chappe.words.report import Report
from tests.journeys.house import CREDIT, House, account, config, many, to
from tests.journeys.plain import Told

SILENT = (State.unknown, Reason.silent)
DELIVERED = (State.delivered, Reason.none)
SILENT_AND_FINAL = Event.silent | Event.final


async def test_a_message_without_a_receipt_falls_silent_once(house: House) -> None:
    """E2: after the order's hours, for the order's reason; not before, and told once."""
    await house.open()
    began = house.clock.now()
    plain = await house.take([to(33)], tell=house.tell(SILENT_AND_FINAL))
    other = await house.take(
        [to(33)], silent_h=48, silence=Reason.validity, tell=house.tell(SILENT_AND_FINAL, "/other")
    )
    await house.leap(began + 48 * HOUR - MINUTE, HOUR)
    assert await house.fates(other) == [(State.sent, Reason.none)]
    await house.leap(began + 48 * HOUR + MINUTE)
    assert await house.fates(other) == [(State.unknown, Reason.validity)]
    assert await house.fates(plain) == [(State.sent, Reason.none)]
    await house.leap(began + 73 * HOUR, HOUR)
    assert await house.fates(plain) == [SILENT]
    await house.leap(began + 200 * HOUR, HOUR)
    assert house.ears.heard == {
        "/fred": [Told(plain.first, 1, Event.silent, *SILENT)],
        "/other": [Told(other.first, 1, Event.silent, State.unknown, Reason.validity)],
    }
    assert await house.balance() == CREDIT - 800


# What the operator says at last -> where the message stands then.
LATE = {
    Happening.was_delivered: DELIVERED,
    Happening.was_undelivered: (State.undelivered, Reason.network),
    Happening.ran_out: (State.expired, Reason.validity),
}


@pytest.mark.parametrize("happening", LATE)
async def test_a_receipt_after_the_silence_moves_it_and_is_told_to_who_asked(
    house: House, happening: Happening
) -> None:
    """E2 E3: the look-up shows it; only an order with `late` hears of it. It stays paid, once."""
    await house.open()
    plain = await house.take([to(33)], tell=house.tell(SILENT_AND_FINAL))
    late = await house.take([to(33)], tell=house.tell(SILENT_AND_FINAL | Event.late, "/late"))
    await house.leap(house.clock.now() + 73 * HOUR, HOUR)
    await _report(house, happening, LATE[happening][1])
    await _report(house, happening, LATE[happening][1])
    assert [*await house.fates(plain), *await house.fates(late)] == [LATE[happening]] * 2
    assert house.ears.heard == {
        "/fred": [Told(plain.first, 1, Event.silent, *SILENT)],
        "/late": [
            Told(late.first, 1, Event.silent, *SILENT),
            Told(late.first, 2, Event.late, *LATE[happening]),
        ],
    }
    assert await house.balance() == CREDIT - 800
    assert await house.booked() == [
        ("credit", CREDIT, 0),
        ("held", -400, plain.order),
        ("held", -400, late.order),
    ]


async def test_a_passing_report_after_the_silence_does_not_make_it_news_again(
    house: House,
) -> None:
    """E2: what was told silent stays so for who asked for nothing later."""
    await house.open()
    plain = await house.take([to(33)], tell=house.tell(SILENT_AND_FINAL))
    await house.leap(house.clock.now() + 73 * HOUR, HOUR)
    await _report(house, Happening.progressed, Reason.buffered)
    await _report(house, Happening.was_delivered)
    assert await house.fates(plain) == [DELIVERED]
    assert house.ears.heard["/fred"] == [Told(plain.first, 1, Event.silent, *SILENT)]


async def _report(house: House, happening: Happening, reason: Reason = Reason.none) -> None:
    now = house.clock.now()
    await house.report([Report(one.ref, happening, reason, now) for one in house.submits()])


async def test_a_message_in_doubt_falls_silent_too(house: House) -> None:
    """E1 E2 E3: nobody decided; the customer hears once that nothing is known, and has paid."""
    await house.open(config(accounts=(account("fred", in_doubt="hold"),)))
    receipt = await house.take([to(36)], tell=house.tell(SILENT_AND_FINAL))
    await house.let(10)
    assert await house.fates(receipt) == [(State.unknown, Reason.in_doubt)]
    assert house.ears.heard["/fred"] == []
    await house.leap(house.clock.now() + 73 * HOUR, HOUR)
    assert house.ears.heard["/fred"] == [Told(receipt.first, 1, Event.silent, *SILENT)]
    assert await house.balance() == CREDIT - 400
    await house.leap(house.clock.now() + 200 * HOUR, HOUR)
    assert house.ears.heard["/fred"] == [Told(receipt.first, 1, Event.silent, *SILENT)]
    assert await house.fates(receipt) == [SILENT]
    assert await house.balance() == CREDIT - 400
    assert await house.booked() == [("credit", CREDIT, 0), ("held", -400, receipt.order)]


async def test_what_waits_for_a_dead_link_expires_and_is_given_back(house: House) -> None:
    """E3: after its validity, not before; told as the end it is; it does not leave after all."""
    await house.open()
    house.link().go_down()
    began = house.clock.now()
    short = await house.take(many(3), validity_h=24, tell=house.tell())
    usual = await house.take(many(2, 33_613_000_000), validity_h=72)
    await house.leap(began + 24 * HOUR - MINUTE, HOUR)
    assert await house.tally(short) == {"queued": 3}
    await house.leap(began + 25 * HOUR)
    assert await house.fates(short) == [(State.expired, Reason.validity)] * 3
    assert await house.tally(usual) == {"queued": 2}
    assert await house.balance() == CREDIT - 800
    ends = [one for one in house.ears.heard["/fred"] if one.event is Event.final]
    assert sorted(ends) == [
        Told(short.first + index, 2, Event.final, State.expired, Reason.validity)
        for index in range(3)
    ]
    house.link().come_up()
    await house.let(10)
    assert await house.tally(usual) == {"delivered": 2}
    assert [one.message for one in house.submits()] == [usual.first, usual.first + 1]
    assert await house.node.store.audit() == []


async def test_a_link_that_comes_back_late_finds_only_what_is_still_valid(house: House) -> None:
    """E3: what ran out in the same minute does not slip through."""
    await house.open()
    house.link().go_down()
    receipt = await house.take(many(3), validity_h=1)
    await house.leap(house.clock.now() + HOUR - MINUTE)
    house.clock.advance(house.clock.now() + MINUTE)
    house.link().come_up()
    await house.let(10)
    assert await house.fates(receipt) == [(State.expired, Reason.validity)] * 3
    assert house.submits() == []
    assert await house.balance() == CREDIT
