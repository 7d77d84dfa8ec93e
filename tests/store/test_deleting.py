"""Deleting orders: one durable step, after which no look-up of the account finds them."""

from typing import Any

import pytest

from chappe.store.contract import CalledOff, Deletion, Move
from chappe.store.contract.reports import LeftAsked
from chappe.words.clock import DAY, HOUR
from chappe.words.lifecycle import Happening
from chappe.words.order import OURS
from chappe.words.report import Arrival
from tests.store.office import NOW, NUMBER, Office

FAR = 9_000  # orders, or messages: more than two stretches of numbers
LATER: dict[str, Any] = {"happening": Happening.postponed, "due": NOW + HOUR}


async def delete(office: Office, order: int, dialect: str = "highsms") -> Deletion | None:
    account = office.customer.account
    return await office.store.delete_order(account, dialect, order, NOW + 1)


async def sent(office: Office, numbers: int = 1, **wishes: Any) -> int:
    """An order whose messages left; its first message."""
    first = await office.send(numbers=numbers, **wishes)
    moves = (Happening.came_due, Happening.claimed, Happening.acknowledged)
    for happening in moves:
        await office.happen(*(Move(first + n, happening, at=NOW) for n in range(numbers)))
    return first


async def found(office: Office) -> dict[str, list[int]]:
    """The orders that each look-up of the account's finds, or their messages."""
    store, account = office.store, office.customer.account
    left = LeftAsked(account, "highsms", NOW - DAY, NOW + DAY, DAY)
    looked = [await store.order(account, n) for n in range(1, office.orders + 1)]
    by_ref = await store.orders_by_ref(account, "highsms", "x", 9)
    named = await store.messages_by_ref(account, "highsms", "own", 9)
    lettered = await store.messages_by_ref(account, "highsms", "ours", 9)
    listed = await store.account_messages(account, "highsms", 0, 99, 0)
    return {
        "number": [row["id"] for row in looked if row is not None],
        "reference": [row["id"] for row in by_ref],
        "a recipient's reference": [message.order for message in named],
        "a letter's": [message.order for message in lettered],
        "list": [head.id for head in await store.orders(account, "", 0, 9)],
        "messages": [message.order for message, _ in listed],
        "report": [n async for some in store.orders_left(left) for n, _ in some],
        "messages that left": [n for n in [one async for one in store.left(left)] if n],
    }


async def test_no_look_up_finds_what_was_deleted(office: Office) -> None:
    """By whatever it was found before; also after a restart."""
    wishes: dict[str, Any] = {"reference": "x", "refs": ["own", ""], "ref": "ours"}
    first = await sent(office, numbers=2, **wishes)
    assert all((await found(office)).values())
    assert await delete(office, 1) == Deletion(CalledOff(1, first, first + 1), is_off=False)
    nothing: dict[str, list[int]] = {way: [] for way in await found(office)}
    assert await found(office) == nothing
    await office.reopen()
    assert await found(office) == nothing


async def test_no_report_has_what_was_deleted_and_began_long_after_it_was_taken(
    office: Office,
) -> None:
    await sent(office, at=NOW - 20 * DAY, happening=Happening.postponed, due=NOW - HOUR)
    office.orders = FAR // 2
    await office.send(at=NOW - 20 * DAY)
    office.orders = FAR
    await sent(office)
    asked = LeftAsked(office.customer.account, "highsms", NOW - DAY, NOW + DAY, DAY)
    assert [some async for some in office.store.orders_left(asked)] == [[(1, 1)], [(FAR + 1, 1)]]
    await delete(office, 1)
    assert [some async for some in office.store.orders_left(asked)] == [[(FAR + 1, 1)]]


async def test_what_is_beside_it_is_found_as_before(office: Office) -> None:
    """Pages have no gap; one goes on behind a message that was deleted meanwhile."""
    for _ in range(3):
        await office.send(numbers=2, reference="x")
    await delete(office, 2)
    account = office.customer.account
    assert (await found(office))["list"] == [3, 1]
    assert (await found(office))["reference"] == [3, 1]
    for before in (3, 4):
        listed = await office.store.account_messages(account, "highsms", before, 9, 0)
        assert [message.id for message, _ in listed] == [2, 1]
    heads = await office.store.orders(account, "highsms", 2, 9)
    assert [head.id for head in heads] == [1]


async def test_it_is_deleted_once_and_by_its_account_alone(office: Office) -> None:
    """Another account's, another dialect's and none at all are the same."""
    first = await office.send()
    mine, office.customer = office.customer, await office.enrol("other")
    assert await delete(office, 1) is None
    office.customer = mine
    assert await delete(office, 1, "octopush") is None
    assert await delete(office, 2) is None
    assert await delete(office, 1) == Deletion(CalledOff(1, first, first), is_off=False)
    assert await delete(office, 1) is None


@pytest.mark.parametrize(("due", "is_off"), [(NOW + 1, True), (NOW, False)])
async def test_what_has_not_begun_is_called_off_with_it(
    office: Office, due: int, is_off: bool
) -> None:
    """In the same step: it is carried out later as any other order that is called off."""
    first = await office.send(numbers=2, happening=Happening.postponed, due=due)
    order = CalledOff(1, first, first + 1)
    assert await delete(office, 1) == Deletion(order, is_off)
    await office.reopen()
    assert await office.store.called_off(9) == ([order] if is_off else [])
    due_then = await office.store.due_scheduled(NOW + HOUR, 9)
    assert due_then == ([] if is_off else [first, first + 1])


async def test_what_was_called_off_before_may_be_deleted(office: Office) -> None:
    """It is called off once, and carried out all the same."""
    first = await office.send(reference="x", **LATER)
    account, order = office.customer.account, CalledOff(1, 1, 1)
    assert await office.store.call_off(account, "highsms", "x", 0, 9) == [order]
    assert await delete(office, 1) == Deletion(CalledOff(1, first, first), is_off=False)
    assert await office.store.called_off(9) == [order]


async def test_the_last_order_with_a_recipient_is_found_however_far_back(office: Office) -> None:
    """What the account asked for by that dialect alone, and not what was deleted."""
    account = office.customer.account

    async def last() -> int:
        return await office.store.last_to(account, "highsms", NUMBER)

    assert await last() == 0
    await office.send(numbers=[NUMBER + 1, NUMBER])
    await office.keep(office.draft(office.letter(numbers=FAR, price=0)))
    await office.send(numbers=[NUMBER + FAR])
    assert await last() == 2
    await office.keep(office.draft(office.letter([NUMBER + 9] * FAR, price=0)))
    mine, office.customer = office.customer, await office.enrol("other")
    await office.send()
    office.customer = mine
    await office.send(dialect="octopush")
    await office.send(request_id=f"{OURS}stop 1")
    assert await last() == 2
    await office.send(**LATER)
    assert [await last(), await delete(office, 8) is not None, await last()] == [8, True, 2]
    assert [await delete(office, 2) is not None, await last()] == [True, 1]
    assert [await delete(office, 1) is not None, await last()] == [True, 0]


async def test_a_reply_to_what_was_deleted_is_still_tied_to_it(office: Office) -> None:
    """Whoever wrote it was asked by it."""
    first = await sent(office)
    await delete(office, 1)
    await office.happen(arrivals=[Arrival(NUMBER, "36105", "Oui", NOW)])
    ((reply, message),) = await office.store.answers_before(
        office.customer.account, 0, NOW + 1, 0, 9, 0
    )
    assert (reply.text, message and message.id) == ("Oui", first)
