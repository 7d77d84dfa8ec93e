"""The life of a message, whatever the operator makes of it."""

from chappe.links.operator.mind.judgement import Weather
from chappe.words.lifecycle import Event, Happening, Reason, State
from chappe.words.order import Channel
from chappe.words.report import Report
from tests.journeys.house import CREDIT, House, to
from tests.journeys.plain import Told

S, R, H = State, Reason, Happening

DELIVERED = (S.delivered, R.none)

# The last two digits of the number -> where a notification stands after a minute.
ENDS = {
    11: (S.undelivered, R.npai),
    12: (S.expired, R.validity),
    13: (S.undelivered, R.invalid_operator),
    14: (S.undelivered, R.network),
    15: (S.undelivered, R.operator_credit),
    16: (S.undelivered, R.unrecognised),
    18: (S.expired, R.validity),
    19: (S.undelivered, R.deleted),
    20: (S.undelivered, R.rejected),
    21: (S.undelivered, R.memory_full),
    22: (S.undelivered, R.barred),
    23: (S.undelivered, R.blocked),
    24: (S.undelivered, R.content),
    25: (S.undelivered, R.ported),
    26: (S.undelivered, R.blacklisted),
    28: (S.undelivered, R.absent),
    29: (S.undelivered, R.unknown_network),
    33: (S.sent, R.none),
    34: (S.refused, R.rejected),
    36: (S.unknown, R.in_doubt),
}


async def test_every_number_of_the_simulated_network_ends_as_the_table_says(house: House) -> None:
    """E2 E33: one message to each of the hundred rows; all their ends, as one table."""
    await house.open()
    rows = range(100)
    receipt = await house.take([to(row) for row in rows], channel=Channel.marketing)
    await house.let(60)
    ends = dict(zip(rows, await house.fates(receipt), strict=True))
    assert ends == {row: ENDS.get(row, DELIVERED) for row in rows}


# The last two digits -> all that the customer is told, in order.
TOLD = {
    0: "created queued, sent sent, final delivered",
    11: "created queued, sent sent, final undelivered npai",
    17: "created queued, sent sent, passing sent buffered, final delivered",
    27: "created queued, sent sent, passing sent absent, final delivered",
    28: "created queued, sent sent, passing sent absent, final undelivered absent",
    31: "created queued, sent sent, final delivered",
    32: "created queued, sent sent, final delivered",
    34: "created queued, final refused rejected",
    35: "created queued, sent sent, final delivered",
}


async def test_each_step_is_told_once_and_in_order(house: House) -> None:
    """E2 E40: passing reasons too; a receipt that is doubled or early tells nothing more."""
    await house.open()
    # More than one, so that none is born on its way: each goes through the queue.
    house.link().pause()
    receipts = {row: await house.take([to(row)], tell=house.tell()) for row in TOLD}
    house.link().resume()
    await house.let(60)
    heard = house.ears.heard["/fred"]
    assert {
        row: ", ".join(_said(one) for one in heard if one.message == receipt.first)
        for row, receipt in receipts.items()
    } == TOLD


def _said(told: Told) -> str:
    words = f"{told.event.name} {told.state.name}"
    return words if told.reason is R.none else f"{words} {told.reason.name}"


async def test_who_finds_room_at_once_is_told_that_it_is_on_its_way(house: House) -> None:
    """E2: a message that a link has room for is born `sending`."""
    await house.open()
    receipt = await house.take([to(0)], tell=house.tell())
    await house.let(1)
    assert house.ears.heard["/fred"] == [
        Told(receipt.first, 1, Event.created, S.sending, R.none),
        Told(receipt.first, 2, Event.sent, S.sent, R.none),
        Told(receipt.first, 3, Event.final, S.delivered, R.none),
    ]


async def test_only_what_was_asked_for_is_told(house: House) -> None:
    """E40: the order's mask, and nothing else."""
    await house.open()
    receipt = await house.take([to(17)], tell=house.tell(Event.final))
    await house.let(60)
    assert house.ears.heard["/fred"] == [
        Told(receipt.first, 1, Event.final, S.delivered, R.none),
    ]


async def test_a_late_receipt_never_reopens_a_message(house: House) -> None:
    """E2: whatever an operator still says of a message that is over changes nothing at all."""
    await house.open()
    receipt = await house.take([to(11), to(0)], tell=house.tell())
    await house.let(5)
    before, told = await house.messages(receipt), list(house.ears.heard["/fred"])
    idle = house.counts["idle_happenings"]
    refs = [submit.ref for submit in house.submits()]
    late = [
        Report(ref, happening, R.network, house.clock.now())
        for ref in refs
        for happening in (H.was_delivered, H.was_undelivered, H.ran_out, H.progressed)
    ]
    await house.report(late)
    await house.let(5)
    assert (await house.messages(receipt), house.ears.heard["/fred"]) == (before, told)
    assert house.counts["idle_happenings"] - idle == len(late)


async def test_a_report_of_a_part_that_is_not_ours_is_kept_and_shown(house: House) -> None:
    """E31: nothing that an operator says is lost."""
    await house.open()
    await house.report([Report("77", H.was_delivered, R.none, 5)])
    assert [row[:3] for row in await house.node.store.strangers(10)] == [["sim", "77", 5]]
    assert house.counts["strange_reports"] == 1


async def test_a_receipt_for_each_part_becomes_one_state(house: House) -> None:
    """E2 E31: delivered with the last part, or ended by the first that fails; told once."""
    await house.open()
    text = "Il fait beau. " * 25  # 350 characters: three parts
    receipt = await house.take([to(0), to(37), to(11)], text, tell=house.tell(Event.final))
    await house.let(5)
    assert await house.fates(receipt) == [DELIVERED, (S.undelivered, R.network), ENDS[11]]
    assert sorted(house.ears.heard["/fred"]) == [
        Told(receipt.first, 1, Event.final, *DELIVERED),
        Told(receipt.first + 1, 1, Event.final, S.undelivered, R.network),
        Told(receipt.first + 2, 1, Event.final, *ENDS[11]),
    ]
    assert [(one.message, one.no, one.total) for one in house.submits()] == [
        (receipt.first + index, no, 3) for index in range(3) for no in (1, 2, 3)
    ]


async def test_a_message_of_which_a_part_is_refused_has_failed_and_is_paid(house: House) -> None:
    """E2 E3: half of it travels, so its price is spent; it is not sent again, and told once."""
    await house.open()
    # Drawn with this seed, it befalls the first part of two and spares the second.
    house.link().set_weather(Weather(rates={34: 0.5}, seed=1))
    receipt = await house.take([to(0)], "é" * 161, tell=house.tell())
    await house.let(3600)
    assert await house.fates(receipt) == [(S.failed, R.rejected)]
    assert [(one.no, one.outcome) for one in house.submits()] == [(1, 34), (2, 0)]
    assert house.ears.heard["/fred"] == [
        Told(receipt.first, 1, Event.created, S.sending, R.none),
        Told(receipt.first, 2, Event.final, S.failed, R.rejected),
    ]
    assert await house.balance() == CREDIT - 800
    assert await house.booked() == [("credit", CREDIT, 0), ("held", -800, receipt.order)]


async def test_a_throttled_message_is_tried_each_second_until_it_is_taken(house: House) -> None:
    """E22 E33: three times `later`, then taken."""
    await house.open()
    began = house.clock.now()
    receipt = await house.take([to(35)])
    await house.let(10)
    assert await house.fates(receipt) == [DELIVERED]
    assert [one.at - began for one in house.submits()] == [0, 1_000, 2_000, 3_000]


async def test_a_passing_reason_shows_until_the_end(house: House) -> None:
    """E2: a happening may change the reason alone."""
    await house.open()
    receipt = await house.take([to(17), to(27)])
    await house.let(9)
    assert await house.fates(receipt) == [(S.sent, R.buffered), (S.sent, R.absent)]
    await house.let(2)
    assert await house.fates(receipt) == [DELIVERED, DELIVERED]
