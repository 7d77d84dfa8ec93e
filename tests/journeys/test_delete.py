"""Deleting an order: the account finds it no more; what has not begun never leaves, what has begun
goes its way."""

from chappe.engine import look
from chappe.engine.delete import delete
from chappe.words.account import Account
from chappe.words.answer import Refusal, Trouble
from chappe.words.asked import (
    AccountMessagesWanted,
    CampaignPaged,
    CampaignWanted,
    DeleteWanted,
    MessagesWanted,
    OrdersWanted,
)
from chappe.words.clock import HOUR, MINUTE
from chappe.words.found import Campaign, Deleted, Messages, Orders
from chappe.words.lifecycle import Event, Reason, State
from tests.journeys.house import CREDIT, House, account, config, many, to

NOT_FOUND = Refusal((Trouble.not_found,))


async def opened(house: House) -> None:
    await house.open(config(accounts=(account("fred"), account("anna"))))


def known(house: House, login: str) -> Account:
    found = house.node.accounts.by_login(login)
    assert found is not None
    return found


async def drop(
    house: House, order: int = 0, number: int = 0, login: str = "fred", dialect: str = "plain"
) -> Deleted | Refusal:
    wanted = DeleteWanted(order=order, number=number)
    answer = await delete(house.node.desk, known(house, login), dialect, wanted)
    await house.settle()
    return answer


async def finds(house: House, order: int, reference: str = "") -> list[object]:
    """What each look-up of the account finds: orders by their numbers, or that there is none."""
    desk, fred = house.node.desk, known(house, "fred")
    found: list[object] = []
    for wanted in (CampaignWanted(order), CampaignWanted(reference=reference)):
        for one in (
            await look.campaign(desk, fred, "plain", wanted),
            await look.campaign_paged(desk, fred, "plain", CampaignPaged(wanted)),
        ):
            found.append(one.id if isinstance(one, Campaign) else one)
    orders = await look.orders(desk, fred, "plain", OrdersWanted())
    assert isinstance(orders, Orders)
    messages = await look.account_messages(desk, fred, "plain", AccountMessagesWanted())
    assert isinstance(messages, Messages)
    named = await look.messages(desk, fred, "plain", MessagesWanted("mine"))
    assert isinstance(named, Messages)
    listed = [one.id for one in orders.orders]
    of_messages = [{one.order for one in some.messages} for some in (messages, named)]
    return [*found, listed, *map(sorted, of_messages)]


async def test_what_has_begun_is_found_no_more_and_stays_paid(house: House) -> None:
    """What the operator holds still arrives, and its news are told."""
    await opened(house)
    receipt = await house.take(
        [to(0)], ref="mine", reference="C", tell=house.tell(Event.final | Event.sent)
    )
    order = receipt.order
    before = await finds(house, order, "C")
    assert before == [order] * 4 + [[order]] * 3
    assert await drop(house, order) == Deleted(order, 0)
    assert await finds(house, order, "C") == [NOT_FOUND] * 4 + [[]] * 3
    await house.let(60)
    assert await house.fates(receipt) == [(State.delivered, Reason.none)]
    told = house.ears.heard["/fred"]
    assert [one.event for one in told] == [Event.sent, Event.final]
    assert await house.balance() == CREDIT - 400
    assert await drop(house, order) == NOT_FOUND


async def test_what_has_not_begun_never_leaves_and_is_paid_back_once(house: House) -> None:
    """E3: it is found no more either; nor after a restart."""
    await opened(house)
    start = house.clock.now() + HOUR
    receipt = await house.take(many(3), start=start)
    assert await drop(house, receipt.order) == Deleted(receipt.order, 3)
    assert await house.balance() == CREDIT
    assert await house.fates(receipt) == [(State.cancelled, Reason.none)] * 3
    assert await drop(house, receipt.order) == NOT_FOUND
    await house.restart()
    assert await drop(house, receipt.order) == NOT_FOUND
    assert await finds(house, receipt.order) == [NOT_FOUND] * 4 + [[]] * 3
    await house.leap(start + HOUR)
    assert house.submits() == []
    assert await house.balance() == CREDIT
    booked = [("credit", CREDIT), ("held", -1_200), ("released", 1_200)]
    assert [(kind, amount) for kind, amount, _ in await house.booked()] == booked


async def test_a_crash_right_after_it_brings_nothing_back(house: House) -> None:
    """It is on disk before the answer; what was not emptied then is emptied later."""
    await opened(house)
    start = house.clock.now() + HOUR
    receipt = await house.take(many(3), start=start)
    at = house.clock.now() + MINUTE
    await house.node.store.delete_order(known(house, "fred").id, "plain", receipt.order, at)
    await house.crash(2 * HOUR)
    await house.let(5)
    assert house.submits() == []
    assert await house.balance() == CREDIT
    assert await drop(house, receipt.order) == NOT_FOUND


async def test_the_last_order_with_a_recipient_goes_as_a_whole(house: House) -> None:
    """Then the one before it; an order's number goes first where both are given."""
    await opened(house)
    first = await house.take([to(1), to(0)])
    second = await house.take([to(0)])
    third = await house.take([to(2), to(0)], start=house.clock.now() + HOUR)
    assert await drop(house, number=to(0)) == Deleted(third.order, 2)
    assert await drop(house, second.order, to(1)) == Deleted(second.order, 0)
    assert await drop(house, number=to(0)) == Deleted(first.order, 0)
    assert await drop(house, number=to(0)) == NOT_FOUND
    assert await drop(house, number=to(1)) == NOT_FOUND
    assert await drop(house, second.order, to(2)) == NOT_FOUND


async def test_nobody_deletes_what_is_anothers(house: House) -> None:
    """Nor what came by another dialect: it is not found, and stays."""
    await opened(house)
    receipt = await house.take([to(0)])
    for order, number in ((receipt.order, 0), (0, to(0))):
        assert await drop(house, order, number, login="anna") == NOT_FOUND
        assert await drop(house, order, number, dialect="highsms") == NOT_FOUND
    assert await drop(house) == NOT_FOUND
    assert await drop(house, 2**62) == NOT_FOUND
    assert await drop(house, number=2**62) == NOT_FOUND
    assert (await finds(house, receipt.order))[0] == receipt.order
