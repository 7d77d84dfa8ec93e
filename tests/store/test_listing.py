"""Pages of what an account has, the newest first: no gap, nothing twice, nobody else's."""

from collections.abc import Sequence
from typing import Any

from chappe.store.contract import NEVER, Move
from chappe.words.lifecycle import Happening, Reason
from chappe.words.report import Arrival
from chappe.words.stage import Stage
from tests.store.office import EURO, NOW, NUMBER, PRICE, Office

FAR = 9_000  # orders: more than two stretches of numbers


async def orders(
    office: Office, before: int = 0, most: int = 9, dialect: str = "", skip: int = 0
) -> list[int]:
    stretch = (before, most, NEVER, skip)
    found = await office.store.orders(office.customer.account, dialect, *stretch)
    return [head.id for head in found]


async def messages(office: Office, before: int = 0, most: int = 99, skip: int = 0) -> list[int]:
    account = office.customer.account
    found = await office.store.account_messages(account, "highsms", before, most, skip)
    return [message.id for message, _ in found]


async def test_an_order_is_listed_with_its_first_message(office: Office) -> None:
    """What it cost in all, and for how many recipients."""
    first = await office.send(numbers=3, reference="mine", refs=["a", "b", "c"])
    (head,) = await office.store.orders(office.customer.account, "highsms", 0, 9)
    assert (head.id, head.at, head.reference, head.facts) == (1, NOW, "mine", "{}")
    assert (head.total, head.cost, head.stage) == (3, 3 * PRICE, Stage.ordinary)
    assert head.message == await office.message(first)


async def test_one_order_is_looked_up_by_its_number(office: Office) -> None:
    """Whosever it is, also once it was deleted."""
    first = await office.send(numbers=3, reference="mine")
    (head,) = await office.store.orders(office.customer.account, "highsms", 0, 9)
    assert await office.store.order_head(head.id) == head
    assert await office.store.order_head(77) is None
    await office.store.delete_order(office.customer.account, "highsms", head.id, NEVER)
    assert await office.store.order_head(head.id) == head
    assert head.message.id == first


async def test_orders_are_listed_in_pages(office: Office) -> None:
    """E43: across stretches of numbers that are full of others' orders, and empty ones."""
    mine = office.customer
    for _ in range(3):
        await office.send()
    office.customer = await office.enrol("rich", 10_000 * EURO)
    office.orders = FAR
    for _ in range(3):
        await office.send()
    office.customer = mine
    await office.send(dialect="octopush")
    await office.send(numbers=2)
    assert await orders(office) == [FAR + 5, FAR + 4, 3, 2, 1]
    assert await orders(office, most=2) == [FAR + 5, FAR + 4]
    assert await orders(office, before=FAR + 4, most=2) == [3, 2]
    assert await orders(office, before=2) == [1]
    assert await orders(office, before=1) == []
    assert await orders(office, dialect="highsms") == [FAR + 5, 3, 2, 1]
    assert await orders(office, before=FAR + 2) == [3, 2, 1]
    whole = [FAR + 5, FAR + 4, 3, 2, 1]
    for skip in range(7):
        assert await orders(office, most=2, skip=skip) == whole[skip : skip + 2]
    assert await orders(office, before=FAR + 5, most=2, skip=2) == [2, 1]
    assert await orders(office, dialect="highsms", skip=1) == [3, 2, 1]


async def test_messages_are_listed_in_pages_order_by_order(office: Office) -> None:
    """However many recipients an order has; some passed over or all before a known one."""
    for numbers in (3, 1, 4):
        await office.send(numbers=numbers)
    other = await office.enrol("other")
    whole = [8, 7, 6, 5, 4, 3, 2, 1]
    assert await messages(office) == whole
    for most in range(1, 9):
        assert await messages(office, most=most) == whole[:most]
        assert await messages(office, most=3, skip=most) == whole[most : most + 3]
        assert await messages(office, before=most) == whole[9 - most :]
        assert await messages(office, before=most, skip=1) == whole[10 - most :]
    assert await messages(office, before=99) == []
    assert await messages(office, most=0) == []
    assert await office.store.account_messages(other.account, "highsms", 8, 9, 0) == []


async def test_messages_tell_the_stage_of_their_order(office: Office) -> None:
    first = await office.send(reference="x")
    await office.store.call_off(office.customer.account, "highsms", "x", 0, 9)
    found = await office.store.account_messages(office.customer.account, "", 0, 9, 0)
    assert found == [(await office.message(first), Stage.ordinary)]


async def test_replies_are_listed_in_pages_by_when_they_came(office: Office) -> None:
    """Also those of one instant; a stretch of time holds its first instant, not its last."""
    await office.send()
    for at, text in ((2, "c"), (1, "a"), (1, "b"), (3, "d")):
        await office.happen(arrivals=[Arrival(NUMBER, "36105", text, NOW + at)])

    async def texts(
        before: int = 0, most: int = 9, skip: int = 0, stretch: Sequence[int] = (0, 9)
    ) -> list[str]:
        since, until = (NOW + at for at in stretch)
        found = await office.store.answers_before(
            office.customer.account, since, until, before, most, skip
        )
        assert all(message is not None for _, message in found)
        return [reply.text for reply, _ in found]

    known = await office.store.replies(office.customer.account, NOW, 9)
    ids = {reply.text: reply.id for reply in known}
    assert await texts() == ["d", "c", "b", "a"]
    assert await texts(most=2, skip=1) == ["c", "b"]
    assert await texts(before=ids["b"]) == ["a"]
    assert await texts(before=ids["c"], most=1) == ["b"]
    assert await texts(before=ids["d"], stretch=(2, 3)) == ["c"]
    assert await texts(stretch=(1, 3)) == ["c", "b", "a"]
    assert await texts(before=999) == []
    office.customer = await office.enrol("other")
    assert await texts() == []
    assert await texts(before=ids["d"]) == []


async def test_orders_that_begin_later_can_be_left_out(office: Office) -> None:
    """They make no page shorter, are not counted where some are passed over, and are listed once
    their time has come and they have begun; what was called off has ended."""
    later: dict[str, Any] = {"happening": Happening.postponed, "due": NOW + 5}
    await office.send()
    firsts = [await office.send(reference=reference, **later) for reference in ("x", "y")]
    account = office.customer.account

    async def begun(by: int, most: int = 9, skip: int = 0) -> list[int]:
        return [head.id for head in await office.store.orders(account, "", 0, most, by, skip)]

    assert [await begun(NOW + 4, 1), await begun(NOW + 5, 2)] == [[1], [1]]
    assert [await begun(NOW + 4, skip=1), await begun(NOW + 5, skip=1)] == [[], []]
    await office.store.call_off(account, "highsms", "y", 0, 9)
    assert [await begun(NOW + 4), await begun(NOW + 4, skip=1)] == [[3, 1], [1]]
    await office.happen(Move(firsts[0], Happening.came_due, Reason.none, NOW + 5))
    assert [await begun(NOW + 5), await begun(NOW + 5, skip=1)] == [[3, 2, 1], [2, 1]]
    await office.happen(Move(firsts[0], Happening.put_off, Reason.none, NOW + 6, due=NOW + 9))
    assert [await begun(NOW + 6), await begun(NOW + 6, skip=1)] == [[3, 1], [1]]
