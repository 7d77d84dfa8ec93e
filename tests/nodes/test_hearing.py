"""What one node changes is heard of by the others; what it takes counts for all."""

import asyncio

import pytest

from chappe.engine import empty
from chappe.engine.attend import ended
from chappe.engine.declare import Declared, declare
from chappe.words.answer import Receipt, Refusal, Trouble
from chappe.words.lifecycle import Event
from chappe.words.order import Letter, Order
from tests.journeys.house import House, account, many, to
from tests.nodes.street import Street, until

PRICE = 400


def _troubles(answer: Receipt | Refusal) -> tuple[Trouble, ...]:
    return answer.troubles if isinstance(answer, Refusal) else ()


async def test_an_account_that_is_changed_is_changed_everywhere_within_a_second(
    street: Street,
) -> None:
    """E52: its facts, its password, its keys, and that it is closed."""
    first, second = await street.move_in(), await street.move_in()
    await declare(first.node.desk, Declared(login="anna", balance=5_000, password="secret"))
    await street.beat()
    anna = second.node.accounts.by_login("anna")
    assert anna is not None
    assert await second.balance("anna") == 5_000
    version = second.node.accounts.version(anna.id)
    await declare(
        first.node.desk, Declared(login="anna", facts={"state": "closed"}, password="another")
    )
    await street.beat()
    assert second.node.accounts.is_closed(anna.id)
    assert second.node.accounts.version(anna.id) > version


async def test_a_purse_that_another_node_opened_pays(street: Street) -> None:
    first, second = await street.move_in(), await street.move_in()
    fred = second.node.accounts.by_login("fred")
    assert fred is not None
    await first.node.accounts.open_purse(fred.id, "B")
    await street.beat()
    assert second.node.accounts.purse(fred, "B") != second.node.accounts.purse(fred, "")


async def test_no_credit_is_spent_twice(street: Street) -> None:
    """E52: pitfall 28: whatever comes to two nodes at once, there was enough for ten."""
    accounts = (account("fred", balance=10 * PRICE),)
    first, second = await street.move_in(accounts=accounts), await street.move_in(accounts=accounts)
    asked = [house.send([number]) for number in many(10) for house in (first, second)]
    answers = await asyncio.gather(*asked)
    taken = [one for one in answers if isinstance(one, Receipt)]
    assert len(taken) * PRICE <= 10 * PRICE
    assert {_troubles(one) for one in answers} <= {(), (Trouble.no_credit,)}
    assert 0 <= await first.balance() < PRICE
    assert await first.node.store.audit() == []


async def test_a_request_that_comes_to_two_nodes_is_taken_once(street: Street) -> None:
    """E52: pitfall 19: whoever got no answer asks the next node, under the same id."""
    first, second = await street.move_in(), await street.move_in()
    letter = Letter(text="Bonjour", numbers=many(1), code="36105")
    answers = await asyncio.gather(
        *[
            house.order(Order(dialect="plain", letters=[letter], request_id="once"))
            for house in (first, second)
            for _ in range(3)
        ]
    )
    assert len([one for one in answers if isinstance(one, Receipt)]) == 1
    assert {_troubles(one) for one in answers} == {(), (Trouble.duplicate,)}
    assert street.asked("SELECT count(*) FROM message") == "1"


async def test_one_rate_binds_an_account_over_all_nodes(street: Street) -> None:
    """E52: pitfall 27: what others took in the last second is taken from it, but for a share."""
    accounts = (account("fred", rate=10),)
    first, second = await street.move_in(accounts=accounts), await street.move_in(accounts=accounts)
    for _ in range(10):
        await first.send(many(1))
    await street.beat()
    answers = [await second.send(many(1)) for _ in range(10)]
    refused = [one for one in answers if _troubles(one) == (Trouble.too_often,)]
    assert len(refused) == 5


async def test_a_wake_up_that_is_lost_costs_a_second(street: Street) -> None:
    """E52: pitfall 12: the listening session died without a word."""
    _, second = await street.move_in(), await street.move_in()
    street.asked(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE application_name LIKE '%lives' AND datname = current_database()"
    )
    receipt = await second.take(many(1))
    await street.beat(3)
    assert await second.tally(receipt) == {"delivered": 1}


async def test_what_is_due_at_one_node_is_due_wherever_the_upkeep_is(street: Street) -> None:
    """E52: an order for later is taken by one node, and let go once."""
    first, second = await street.move_in(), await street.move_in()
    receipt = await second.take(many(3), start=second.clock.now() + 5_000)
    await second.stop()
    street.houses.remove(second)
    await street.beat(7)
    await first.let(60)
    assert await first.tally(receipt) == {"delivered": 3}
    assert sorted(one.number for one in first.submits()) == list(many(3))
    await second.close()


async def test_callbacks_of_a_message_are_told_once_and_in_order(street: Street) -> None:
    """E52: E40: it was accepted by one node, and left by another's link."""
    first, second = await street.move_in(), await street.move_in()
    await second.take([to(0)], tell=second.tell(Event.created | Event.sent | Event.final))
    await second.let(0.1)
    await until(first.submits)
    await street.beat(4)
    heard = [told.event for told in second.ears.heard["/fred"]]
    assert heard == [Event.created, Event.sent, Event.final]


@pytest.mark.parametrize("which", [0, 1])
async def test_whoever_has_no_link_is_as_ready_as_the_other(street: Street, which: int) -> None:
    """E52: any node may take submissions: its door says that it is ready."""
    houses: list[House] = [await street.move_in(), await street.move_in()]
    await street.beat(2)
    answer = await houses[which].ask("GET /readyz HTTP/1.1")
    assert answer is not None
    assert answer[0] == 200


async def test_whoever_has_no_link_knows_the_same_of_a_number(street: Street) -> None:
    """Where all links are simulated their network says who has it, whichever node is asked."""
    first, second = await street.move_in(), await street.move_in()
    assert not second.node.links
    numbers = [to(0), to(11), to(25)]
    found = [await house.node.desk.enquire(numbers) for house in (first, second)]
    assert found[0] == found[1] == {to(0): "20801", to(11): None, to(25): "20810"}


async def test_changes_are_forgotten_once_everybody_has_heard_of_them(street: Street) -> None:
    """E52: whoever changes accounts all day fills no disk, and no beat."""
    first, second = await street.move_in(), await street.move_in()
    await declare(first.node.desk, Declared(login="anna"))
    street.asked("UPDATE change SET at = at - 3600000")
    await street.beat(2)
    assert second.node.accounts.by_login("anna") is not None
    assert second.node.accounts.since == int(street.asked("SELECT max(id) FROM change"))
    await first.node.store.tidy_nodes()
    assert street.asked("SELECT count(*) FROM change") == "0"


def test_what_is_told_at_once_fits_a_wake_up() -> None:
    """E52: PostgreSQL takes less than 8,000 octets."""
    longest = (1 << 53, 1 << 53)
    assert len(ended([longest] * empty._TOLD_AT_ONCE)) < 8_000
