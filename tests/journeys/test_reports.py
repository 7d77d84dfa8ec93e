"""What left in a stretch of time, found when all is over."""

from chappe.engine import look
from chappe.words.asked import CampaignsPaged, LeftPaged
from chappe.words.clock import DAY, MINUTE, SECOND
from chappe.words.found import CampaignSums, CampaignSumsPages, LeftMessage, LeftPages
from chappe.words.lifecycle import Reason, State
from tests.journeys.files import TAKEN_UP, drop, instant, with_files, xml
from tests.journeys.house import House, to


async def report(
    house: House, since: int, until: int, dialect: str = "plain"
) -> tuple[list[LeftMessage], list[CampaignSums]]:
    """fred's, message by message and order by order."""
    fred = house.node.accounts.by_login("fred")
    assert fred is not None
    desk = house.node.desk
    messages = await look.left_messages(desk, fred, dialect, LeftPaged(since, until))
    orders = await look.campaigns(desk, fred, dialect, CampaignsPaged(since, until))
    assert isinstance(messages, LeftPages)
    assert isinstance(orders, CampaignSumsPages)
    found = (
        [one async for page in messages.pages for one in page],
        [one async for page in orders.pages for one in page],
    )
    assert (messages.total, orders.total) == (len(found[0]), len(found[1]))
    return found


async def test_a_day_s_report_has_what_left_that_day(house: House) -> None:
    """What waits is not in it; it is in that of the day on which it leaves, a season later."""
    await house.open()
    start = house.clock.now()
    season = start + 90 * DAY
    await house.take([to(0)], start=season)
    first = await house.take([to(40), to(11)], "Bonjour STOP 36105", reference="R")
    await house.let(60)
    messages, orders = await report(house, start, start + DAY)
    assert [(one.message.id, one.message.state, one.reply, one.stopped) for one in messages] == [
        (first.first, State.delivered, "STOP", True),
        (first.first + 1, State.undelivered, "", False),
    ]
    assert {start <= one.at == one.message.sent_at < start + 5 * SECOND for one in messages} == {
        True
    }
    (order,) = orders
    assert (order.id, order.at, order.reference, order.message.id) == (
        first.order,
        first.at,
        "R",
        first.first,
    )
    assert order.tally == {
        (State.delivered, Reason.none): 1,
        (State.undelivered, Reason.npai): 1,
    }
    assert (order.total, order.parts, order.cost) == (2, 2, first.cost)
    assert (order.replies, order.stops) == (1, 1)
    await house.leap(season + MINUTE, DAY)
    messages, orders = await report(house, season - DAY, season + 2 * DAY)
    assert [one.message.number for one in messages] == [to(0)]
    assert [one.total for one in orders] == [1]
    assert await report(house, start, start + DAY, "highsms") == ([], [])


async def test_a_file_that_waited_is_in_the_report_of_the_day_it_left(house: House) -> None:
    day = "2023-06-27"
    await house.open(with_files(), TAKEN_UP)
    later = f'start_date="{day}" start_time="09:00"'
    await drop(house, "Push.xml", xml(["0639980001", "0639980002"], attributes=later))
    leaves = instant(f"{day} 09:00:00")
    await house.leap(leaves + MINUTE, DAY)
    messages, orders = await report(house, leaves - DAY, leaves + 2 * DAY, "highsms")
    assert [one.message.number for one in messages] == [33639980001, 33639980002]
    assert [one.total for one in orders] == [2]
