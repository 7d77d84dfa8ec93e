"""Calling orders off: decided in one step, and nothing of them comes due from then on."""

from typing import Any

from chappe.store.contract import CalledOff, Move
from chappe.words.lifecycle import Happening, State
from tests.store.office import EURO, NOW, PRICE, Office

HOUR = 3_600_000
FAR = 9_000  # orders: more than two stretches of numbers
LATER: dict[str, Any] = {"happening": Happening.postponed, "due": NOW + HOUR}


async def plan(office: Office, reference: str = "x", **wishes: Any) -> int:
    """An order for later; its first message."""
    return await office.send(reference=reference, **{**LATER, **wishes})


async def decide(office: Office, begins: int = NOW + 1, ref: str = "x", limit: int = 100) -> Any:
    account = office.customer.account
    return await office.store.call_off(account, "highsms", ref, begins, limit)


async def test_an_order_is_called_off_once(office: Office) -> None:
    """H60: it is found until it is emptied, and then no more."""
    first = await plan(office, numbers=3)
    order = CalledOff(1, first, first + 2)
    assert await decide(office) == [order]
    assert await decide(office) == []
    assert await office.store.called_off(9) == [order]
    await office.reopen()
    assert await office.store.called_off(9) == [order]
    await office.store.emptied([1])
    assert await office.store.called_off(9) == []
    assert await decide(office) == []


async def test_what_begins_too_early_is_not_called_off(office: Office) -> None:
    """H60: it begins with the first of its letters, and at once if one of them does."""
    await plan(office)
    early, late = (office.letter(**{**LATER, "due": NOW + n * HOUR}) for n in (2, 3))
    await office.keep(office.draft(early, late, reference="x"))
    now, later = office.letter(due=NOW), office.letter(**LATER)
    await office.keep(office.draft(now, later, reference="x"))
    await office.keep(office.draft(office.letter(**LATER), office.letter(), reference="x"))
    assert await decide(office, NOW + 3 * HOUR) == []
    assert [order.id for order in await decide(office, NOW + 2 * HOUR)] == [2]
    assert await decide(office, NOW + HOUR + 1) == []
    assert [order.id for order in await decide(office, 0)] == [1]


async def test_only_the_account_the_dialect_and_the_reference_itself_count(office: Office) -> None:
    """H60: nobody calls off another's."""
    await plan(office, "x")
    mine, office.customer = office.customer, await office.enrol("other")
    assert await decide(office) == []
    office.customer = mine
    await plan(office, "x", dialect="octopush")
    await plan(office, "X")
    await plan(office, "")
    assert [order.id for order in await decide(office)] == [1]
    assert await decide(office, ref="") == []


async def test_a_reference_finds_all_its_orders_however_far_apart(office: Office) -> None:
    """H60 E43: the newest first, a bounded number in a step."""
    for order in (0, 1, FAR, 2 * FAR):
        office.orders = order
        await plan(office)
    assert [order.id for order in await decide(office, limit=3)] == [2 * FAR + 1, FAR + 1, 2]
    assert [order.id for order in await decide(office, limit=3)] == [1]


async def test_nothing_of_it_comes_due(office: Office) -> None:
    """H60: though its time comes before it is emptied; others come due as ever."""
    await plan(office, numbers=3)
    other = await plan(office, "y", due=NOW + 2 * HOUR)
    await decide(office)
    assert await office.store.due_scheduled(NOW + 9 * HOUR, 10) == [other]
    assert await office.store.due_scheduled(NOW + HOUR, 10) == []
    assert await office.store.next_scheduled() == NOW + 2 * HOUR
    await decide(office, ref="y")
    assert await office.store.next_scheduled() == 0


async def test_a_large_order_that_is_called_off_is_not_read_through(office: Office) -> None:
    """H60: others come due in time all the same; what asks is told when to ask again."""
    await plan(office, numbers=150)
    other = await plan(office, "y", due=NOW + 2 * HOUR)
    await decide(office)
    assert await office.store.next_scheduled() == NOW + HOUR
    assert await office.store.due_scheduled(NOW + 2 * HOUR, 10) == [other]


async def test_what_waits_is_found_piece_by_piece(office: Office) -> None:
    """H60: of several orders, in their order, and what does not wait is passed over."""
    first = await plan(office, numbers=4)
    await office.send(numbers=2)
    second = await plan(office, "y", numbers=2)
    stretches = [(first, first + 3), (second, second + 1)]
    assert await office.store.unplaced(stretches, 3) == [first, first + 1, first + 2]
    await office.happen(*(Move(first + n, Happening.cancelled, at=NOW) for n in range(3)))
    assert await office.store.unplaced(stretches, 9) == [first + 3, second, second + 1]
    assert await office.store.unplaced([(first + 4, first + 5)], 9) == []


async def test_what_waits_for_its_link_is_found_too(office: Office) -> None:
    """E63: and what left is not."""
    first = await office.send(numbers=3, happening=Happening.accepted)
    await office.happen(Move(first, Happening.claimed, at=NOW))
    assert await office.store.unplaced([(first, first + 2)], 9) == [first + 1, first + 2]


async def test_an_order_is_called_off_by_its_number(office: Office) -> None:
    """E63: begun or not, once, and nobody calls off another's."""
    later = await plan(office, numbers=2)
    begun = await office.send(numbers=2, happening=Happening.accepted)
    account, store = office.customer.account, office.store
    other = (await office.enrol("other")).account
    assert [await store.call_off_order(other, order) for order in (1, 2)] == [None, None]
    assert await store.call_off_order(account, 1) == CalledOff(1, later, later + 1)
    assert await store.call_off_order(account, 2) == CalledOff(2, begun, begun + 1)
    assert [await store.call_off_order(account, order) for order in (1, 2, 3)] == [None] * 3
    assert [order.id for order in await store.called_off(9)] == [1, 2]
    await store.emptied([1, 2])
    assert await store.call_off_order(account, 2) is None


async def test_what_is_cancelled_is_paid_back(office: Office) -> None:
    """H60 E3: each once."""
    first = await plan(office, numbers=2)
    assert await office.balance() == 100 * EURO - 2 * PRICE
    moves = [Move(first + n, Happening.cancelled, at=NOW) for n in range(2)]
    await office.happen(*moves)
    await office.happen(*moves)
    assert await office.balance() == 100 * EURO
    assert await office.states(first, 2) == [(State.cancelled, 0)] * 2
    assert await office.store.audit() == []


async def test_the_stage_of_an_order_is_shown(office: Office) -> None:
    """H60: who looks at it knows that it was called off."""
    await plan(office)
    account = office.customer.account

    async def stage() -> int:
        found = await office.store.order(account, 1)
        assert found is not None
        assert [found] == list(await office.store.orders_by_ref(account, "highsms", "x", 1))
        return int(found["stage"])

    stages = [await stage()]
    await decide(office)
    stages.append(await stage())
    await office.store.emptied([1])
    stages.append(await stage())
    assert stages == [0, 3, 4]
