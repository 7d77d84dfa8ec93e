"""Doubt: what left us and was never answered, after a cut line and after a crash."""

from typing import Any

import pytest

from chappe.links.operator.mind.judgement import FAIR, Weather
from chappe.words.clock import HOUR
from chappe.words.lifecycle import Event, Happening, Reason, State
from chappe.words.order import Channel
from chappe.words.report import Report
from tests.journeys.house import CREDIT, House, account, config, link, many, to
from tests.journeys.plain import Told

DELIVERED = (State.delivered, Reason.none)
IN_DOUBT = (State.unknown, Reason.in_doubt)
NOBODY_ANSWERS = Weather(rates={36: 1.0})
# Drawn with this seed, it befalls the first part of two and spares the second, whose first report
# comes before the doubt arises, and whose last comes after it.
HALF_IS_ANSWERED = Weather(rates={36: 0.5}, latency_ms=5_000, seed=1)

CHOICES = {
    ("by-channel", Channel.notification): "sent again",
    ("by-channel", Channel.international): "held",
    ("by-channel", Channel.marketing): "held",
    ("resend", Channel.notification): "sent again",
    ("resend", Channel.marketing): "sent again",
    ("hold", Channel.notification): "held",
    ("hold", Channel.marketing): "held",
}


@pytest.mark.parametrize(("choice", "channel"), CHOICES)
async def test_what_was_never_answered_follows_the_choice_of_its_account(
    house: House, choice: str, channel: Channel
) -> None:
    """E1: sent again it arrives; held it is unknown. Either way it is counted and listed."""
    await house.open(config(accounts=(account("fred", in_doubt=choice),)))
    house.link().set_weather(NOBODY_ANSWERS)
    receipt = await house.take([to(0)], channel=channel)
    house.link().set_weather(FAIR)
    await house.let(9)
    assert await house.fates(receipt) == [(State.sending, Reason.none)]
    began = house.clock.now() + 1_000
    await house.let(20)
    expected = CHOICES[choice, channel]
    again = expected == "sent again"
    fate = DELIVERED if again else IN_DOUBT
    assert await house.fates(receipt) == [fate]
    assert await house.node.store.doubts(10) == [
        [receipt.first, began, expected, 1, to(0), int(fate[0])]
    ]
    assert house.counts[f"doubt {expected}"] == 1
    assert len(house.submits()) == (2 if again else 1)


async def test_what_is_sent_again_is_paid_once_and_told_as_if_nothing_had_been(
    house: House,
) -> None:
    """E1 E3 E40: the customer hears of no doubt; nothing is booked for it."""
    await house.open(config(accounts=(account("fred", in_doubt="resend"),)))
    house.link().set_weather(NOBODY_ANSWERS)
    receipt = await house.take([to(0)], tell=house.tell())
    house.link().set_weather(FAIR)
    house.link().go_down()
    await house.settle()
    created = Told(receipt.first, 1, Event.created, State.sending, Reason.none)
    booked = [("credit", CREDIT, 0), ("held", -400, receipt.order)]
    assert await house.fates(receipt) == [(State.queued, Reason.none)]
    assert house.ears.heard["/fred"] == [created]
    assert (await house.balance(), await house.booked()) == (CREDIT - 400, booked)
    house.link().come_up()
    await house.let(20)
    assert house.ears.heard["/fred"] == [
        created,
        Told(receipt.first, 2, Event.sent, State.sent, Reason.none),
        Told(receipt.first, 3, Event.final, *DELIVERED),
    ]
    assert (await house.balance(), await house.booked()) == (CREDIT - 400, booked)
    assert len(house.submits()) == 2


async def test_an_operator_that_never_answers_is_not_asked_for_ever(house: House) -> None:
    """E1: sent again three times at the most, then held and listed; nothing is lost from sight."""
    await house.open(config(accounts=(account("fred", in_doubt="resend"),)))
    house.link().set_weather(NOBODY_ANSWERS)
    receipt = await house.take([to(0)])
    await house.let(300)
    assert await house.fates(receipt) == [IN_DOUBT]
    assert len(house.submits()) == 4
    [[message, _, choice, times, number, state]] = await house.node.store.doubts(10)
    assert (message, choice, times) == (receipt.first, "held", 4)
    assert (number, state) == (to(0), int(State.unknown))


async def test_a_cut_line_leaves_its_window_in_doubt(house: House) -> None:
    """E1: what was not answered when the line broke is listed, once; nothing else is."""
    await house.open(config(links=(link("sim", window=10),)))
    house.link().set_weather(Weather(latency_ms=2_000))
    receipt = await house.take(many(40), channel=Channel.marketing)
    assert await house.tally(receipt) == {"queued": 30, "sending": 10}
    house.link().go_down()
    await house.settle()
    assert await house.tally(receipt) == {"queued": 30, "unknown": 10}
    house.link().set_weather(FAIR)
    house.link().come_up()
    await house.let(10)
    # Their receipts bear ids that we never learned: kept apart, for whoever decides.
    assert await house.tally(receipt) == {"delivered": 30, "unknown": 10}
    assert len(await house.node.store.strangers(100)) == 10
    doubts = await house.node.store.doubts(100)
    assert sorted(row[0] for row in doubts) == list(range(receipt.first, receipt.first + 10))
    assert {row[2] for row in doubts} == {"held"}


async def test_somebody_decides_what_becomes_of_a_message_in_doubt(house: House) -> None:
    """E1: it is sent again, or dropped; the decision is kept, and the end is told."""
    await house.open()
    house.link().set_weather(NOBODY_ANSWERS)
    wishes: Any = {"channel": Channel.marketing, "tell": house.tell(Event.final)}
    receipt = await house.take([to(0), to(1)], **wishes)
    await house.let(10)
    house.link().set_weather(FAIR)
    assert await house.fates(receipt) == [IN_DOUBT, IN_DOUBT]
    again, dropped = receipt.first, receipt.first + 1
    await house.node.doubt.resend([again])
    await house.node.doubt.drop([dropped])
    await house.let(5)
    assert await house.fates(receipt) == [DELIVERED, (State.failed, Reason.in_doubt)]
    doubts = sorted(await house.node.store.doubts(10), key=lambda row: row[0])
    assert [(row[0], row[2], row[3]) for row in doubts] == [
        (again, "sent again", 2),
        (dropped, "dropped", 2),
    ]
    assert sorted(house.ears.heard["/fred"]) == [
        Told(again, 1, Event.final, *DELIVERED),
        Told(dropped, 1, Event.final, State.failed, Reason.in_doubt),
    ]
    assert await house.balance() == 10_000_000 - 800
    assert await house.node.store.audit() == []


async def test_what_is_sent_again_by_hand_leaves_however_old_it_is(house: House) -> None:
    """E1: days after its validity ran out it leaves all the same, since somebody wants it to."""
    await house.open()
    house.link().set_weather(NOBODY_ANSWERS)
    receipt = await house.take([to(0)], channel=Channel.marketing, validity_h=24)
    await house.let(20)
    house.link().set_weather(FAIR)
    await house.leap(house.clock.now() + 48 * HOUR, HOUR)
    await house.node.doubt.resend([receipt.first])
    await house.let(5)
    assert await house.fates(receipt) == [DELIVERED]
    assert len(house.submits()) == 2


async def test_a_decision_that_comes_too_late_changes_nothing(house: House) -> None:
    """E1 E2: a message that arrived after all is neither dropped nor sent once more."""
    await house.open()
    receipt = await house.take([to(0)], channel=Channel.marketing)
    await house.let(5)
    await house.node.doubt.drop([receipt.first])
    await house.node.doubt.resend([receipt.first])
    await house.let(5)
    assert await house.fates(receipt) == [DELIVERED]
    assert len(house.submits()) == 1
    assert await house.node.store.doubts(10) == []


# The row of the one part that the operator answered for -> what comes of its reports.
OF_ONE_PART = {
    17: [(Event.passing, State.unknown, Reason.buffered)],  # then it is delivered, the other not
    18: [
        (Event.passing, State.unknown, Reason.buffered),
        (Event.final, State.expired, Reason.validity),
    ],
    28: [
        (Event.passing, State.unknown, Reason.absent),
        (Event.final, State.undelivered, Reason.absent),
    ],
}


@pytest.mark.parametrize("row", OF_ONE_PART)
async def test_a_report_of_one_part_reaches_a_message_in_doubt(house: House, row: int) -> None:
    """E1 E2 E3: a part that ends badly settles it, one that goes well does not. Paid once."""
    await house.open(config(accounts=(account("fred", in_doubt="hold"),)))
    house.link().set_weather(HALF_IS_ANSWERED)
    receipt = await house.take([to(row)], "é" * 161, tell=house.tell())
    await house.let(60)
    news = OF_ONE_PART[row]
    assert [(one.no, one.outcome) for one in house.submits()] == [(1, 36), (2, row)]
    assert await house.fates(receipt) == [news[-1][1:]]
    assert house.ears.heard["/fred"] == [
        Told(receipt.first, 1, Event.created, State.sending, Reason.none),
        *(Told(receipt.first, seq, *one) for seq, one in enumerate(news, 2)),
    ]
    assert await house.balance() == CREDIT - 800
    assert await house.booked() == [("credit", CREDIT, 0), ("held", -800, receipt.order)]


async def test_a_receipt_of_the_first_sending_settles_a_doubt_about_the_second(
    house: House,
) -> None:
    """E1 E2 E3: it has arrived, whichever of the two it was; told as the end, paid once."""
    await house.open(config(accounts=(account("fred", in_doubt="hold"),)))
    tell = house.tell(Event.final | Event.silent)
    receipt = await house.take([to(33)], silent_h=24, tell=tell)
    await house.leap(house.clock.now() + 25 * HOUR, HOUR)
    house.link().set_weather(NOBODY_ANSWERS)
    await house.node.doubt.resend([receipt.first])
    await house.let(60)
    assert await house.fates(receipt) == [IN_DOUBT]
    first, _ = house.submits()
    arrived = Report(first.ref, Happening.was_delivered, Reason.none, house.clock.now())
    await house.report([arrived, arrived])
    assert await house.fates(receipt) == [DELIVERED]
    assert house.ears.heard["/fred"] == [
        Told(receipt.first, 1, Event.silent, State.unknown, Reason.silent),
        Told(receipt.first, 2, Event.final, *DELIVERED),
    ]
    assert await house.balance() == CREDIT - 400
    assert await house.booked() == [("credit", CREDIT, 0), ("held", -400, receipt.order)]
