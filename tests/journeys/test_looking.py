"""Looking at what an account has, a page at a time, as a dialect asks for it."""

import msgspec

from chappe.engine import look
from chappe.engine.cancel import cancel
from chappe.words.account import Account
from chappe.words.asked import (
    SKIP_MOST,
    AccountMessagesWanted,
    CampaignWanted,
    CancelWanted,
    OrdersWanted,
    PageWanted,
    Purchase,
    RepliesWanted,
)
from chappe.words.clock import HOUR, MINUTE
from chappe.words.found import Campaign, Messages, Orders, Replies
from chappe.words.lifecycle import State
from chappe.words.order import Channel
from chappe.words.report import Arrival
from tests.journeys.house import House, many, to


async def opened(house: House) -> Account:
    await house.open()
    fred = house.node.accounts.by_login("fred")
    assert fred is not None
    return fred


async def test_orders_that_wait_for_their_time_are_listed_where_they_are_wanted(
    house: House,
) -> None:
    """Scheduled ones are not listed before their time, and make no page shorter."""
    fred = await opened(house)
    start = house.clock.now() + HOUR
    sent = [await house.take(many(2)) for _ in range(2)]
    later = [await house.take(many(1), start=start) for _ in range(5)]

    async def listed(wanted: OrdersWanted) -> list[int]:
        found = await look.orders(house.node.desk, fred, "plain", wanted)
        assert isinstance(found, Orders)
        return [one.id for one in found.orders]

    begun = OrdersWanted(PageWanted(most=2), waiting=False)
    assert await listed(begun) == [sent[1].order, sent[0].order]
    skipped = OrdersWanted(PageWanted(most=2, skip=1), waiting=False)
    assert await listed(skipped) == [sent[0].order]
    assert await listed(OrdersWanted(PageWanted(most=3))) == [one.order for one in later[:1:-1]]
    assert await listed(OrdersWanted(PageWanted(before=sent[1].order))) == [sent[0].order]
    assert await listed(OrdersWanted(PageWanted(skip=SKIP_MOST + 1))) == []
    await house.leap(start + HOUR)
    assert await listed(begun) == [later[4].order, later[3].order]


async def test_an_order_is_listed_with_all_that_a_line_of_it_says(house: House) -> None:
    """Its first number and text, its cost, for how many; what is called off has ended."""
    fred = await opened(house)
    start = house.clock.now() + HOUR
    receipt = await house.take(many(3), "Bonjour", reference="C", start=start)
    await cancel(house.node.desk, fred, "plain", CancelWanted("C"))
    found = await look.orders(house.node.desk, fred, "plain", OrdersWanted())
    assert isinstance(found, Orders)
    (one,) = found.orders
    (message, *_) = await house.messages(receipt)
    assert (one.id, one.reference, one.total, one.cost) == (receipt.order, "C", 3, 1_200)
    assert one.message == message
    assert message.state is State.cancelled
    wanted = AccountMessagesWanted(PageWanted(most=2))
    listed = await look.account_messages(house.node.desk, fred, "plain", wanted)
    assert isinstance(listed, Messages)
    assert [one.id for one in listed.messages] == [receipt.first + 2, receipt.first + 1]
    elsewhere = await look.account_messages(house.node.desk, fred, "highsms", wanted)
    assert elsewhere == Messages([])


async def test_an_order_is_looked_for_back_to_an_instant(house: House) -> None:
    """By when the first of it left, or is to leave, and not by when it was taken."""
    fred = await opened(house)
    now, start = house.clock.now(), house.clock.now() + HOUR
    at_once = await house.take(many(2), reference="C")
    later = await house.take(many(2), reference="D", start=start)

    async def found(since: int, order: int = 0, reference: str = "") -> int:
        wanted = CampaignWanted(order, reference, since)
        answer = await look.campaign(house.node.desk, fred, "plain", wanted)
        return answer.id if isinstance(answer, Campaign) else 0

    left = min(one.sent_at for one in await house.messages(at_once))
    assert left >= now
    for ways in ({"order": at_once.order}, {"reference": "C"}):
        assert [await found(left, **ways), await found(left + 1, **ways)] == [at_once.order, 0]
    for ways in ({"order": later.order}, {"reference": "D"}):
        assert [await found(start, **ways), await found(start + 1, **ways)] == [later.order, 0]


async def test_what_orders_cost_is_counted_in_what_was_asked(house: House) -> None:
    """Nothing is counted where nothing was asked, or in what has no price."""
    fred = await opened(house)
    await house.take(many(2))

    async def price(counted_in: Purchase | None) -> tuple[int, int | None]:
        wanted = OrdersWanted(counted_in=counted_in)
        found = await look.orders(house.node.desk, fred, "plain", wanted)
        assert isinstance(found, Orders)
        return found.orders[0].cost, found.price

    assert await price(Purchase(Channel.notification, "FR")) == (800, 400)
    assert await price(Purchase(Channel.notification, "XX")) == (800, None)
    assert await price(None) == (800, None)


async def test_replies_between_two_minutes_are_all_of_both(house: House) -> None:
    """A stretch of time holds its first instant and not its last, in pages too."""
    fred = await opened(house)
    await house.take([to(0)])
    begin = house.clock.now() // MINUTE * MINUTE + 10 * MINUTE
    borders = {
        "before": begin - 1,
        "first": begin,
        "last": begin + 2 * MINUTE - 1,
        "behind": begin + 2 * MINUTE,
    }
    arrivals = [Arrival(to(0), "36105", text, when) for text, when in borders.items()]
    store = house.node.store
    store.batch.arrivals += [("sim", one) for one in arrivals]
    await store.kept()

    async def texts(most: int, skip: int = 0) -> list[str]:
        page = PageWanted(most, skip=skip)
        wanted = RepliesWanted(begin, begin + 2 * MINUTE, page=page)
        found = await look.replies(house.node.desk, fred, "plain", wanted)
        assert isinstance(found, Replies)
        return [one.reply.text for one in found.replies]

    assert [await texts(9), await texts(1)] == [["last", "first"], ["last"]]
    assert [await texts(1, 1), await texts(9, 2)] == [["first"], []]


async def test_replies_are_listed_by_pages_with_what_they_answer(house: House) -> None:
    """The newest first, in place of all of a stretch of time with the oldest first."""
    fred = await opened(house)
    first = (await house.take([to(0)])).first
    for text in ("a", "b", "c"):
        await house.write(to(0), text)
    wanted = RepliesWanted(0, house.clock.now() + HOUR, page=PageWanted(most=2, skip=1))
    found = await look.replies(house.node.desk, fred, "plain", wanted)
    assert isinstance(found, Replies)
    assert [(one.reply.text, one.message and one.message.id) for one in found.replies] == [
        ("b", first),
        ("a", first),
    ]
    wanted = msgspec.structs.replace(wanted, page=None)
    found = await look.replies(house.node.desk, fred, "plain", wanted)
    assert isinstance(found, Replies)
    assert [one.reply.text for one in found.replies] == ["a", "b", "c"]
