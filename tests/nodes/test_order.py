"""Who was first, whichever nodes took it: numbers are in order over all of them, to about a second.

In: two nodes on one database. Promise: what is taken at one, a beat after what another took, counts
as newer wherever the newest is asked for; a reply answers the message that was taken last even
within that second.
"""

from chappe.engine.delete import delete
from chappe.words.account import Account
from chappe.words.answer import Receipt
from chappe.words.asked import DeleteWanted
from chappe.words.found import Deleted
from tests.journeys.house import House, account, to
from tests.nodes.street import Street

_PEOPLE = (account("fred"), account("anna"))
_NUMBERS = "SELECT string_agg(next::text, ' ' ORDER BY name) FROM counter WHERE name <> 'node'"


async def _two(street: Street) -> tuple[House, House]:
    first, second = [await street.move_in(accounts=_PEOPLE) for _ in range(2)]
    return first, second


async def _in_turn(street: Street, logins: tuple[str, str]) -> list[Receipt]:
    """Something at the first node, so that it has numbers that are left; then one message to the
    same handset at the second, and seconds later at the first."""
    first, second = street.houses
    await first.take([to(9)])
    earlier = await second.take([to(0)], "earlier", account=logins[0])
    await street.beat(2)
    later = await first.take([to(0)], "later", account=logins[1])
    await street.beat(2)
    return [earlier, later]


def _known(house: House, login: str) -> Account:
    known = house.node.accounts.by_login(login)
    assert known is not None
    return known


async def _heard(house: House) -> dict[str, list[str]]:
    """Login -> what handsets wrote to it."""
    return {
        login: [one.text for one in await house.node.store.replies(_known(house, login).id, 0, 9)]
        for login in ("fred", "anna")
    }


async def test_a_reply_answers_the_message_that_came_last(street: Street) -> None:
    first, second = await _two(street)
    _, later = await _in_turn(street, ("fred", "anna"))
    await first.write(to(0), "OUI")
    assert await _heard(second) == {"fred": [], "anna": ["OUI"]}
    replies = await second.node.store.replies(_known(second, "anna").id, 0, 9)
    assert [one.message for one in replies] == [later.first]


async def test_stop_is_said_to_whoever_wrote_last(street: Street) -> None:
    first, second = await _two(street)
    await _in_turn(street, ("fred", "anna"))
    await first.write(to(0), "STOP")
    opted_out = [
        [row[0] for row in await second.node.store.opt_outs(_known(second, login).id, 3, 9)]
        for login in ("fred", "anna")
    ]
    assert opted_out == [[], [to(0)]]


async def test_a_reply_within_the_same_second_answers_the_last_one_too(street: Street) -> None:
    """The numbers are the other way round; the dates are not."""
    first, second = await _two(street)
    await first.take([to(9)])
    earlier = await second.take([to(0)], account="fred")
    for house in street.houses:
        await house.let(0.1)
    later = await first.take([to(0)], account="anna")
    assert later.first < earlier.first
    await street.beat(2)
    await first.write(to(0), "OUI")
    assert await _heard(second) == {"fred": [], "anna": ["OUI"]}


async def test_what_is_deleted_by_number_is_the_last_order(street: Street) -> None:
    _, second = await _two(street)
    earlier, later = await _in_turn(street, ("fred", "fred"))
    fred, wanted = _known(second, "fred"), DeleteWanted(number=to(0))
    for receipt in (later, earlier):
        gone = await delete(second.node.desk, fred, "plain", wanted)
        assert isinstance(gone, Deleted)
        assert gone.order == receipt.order


async def test_a_list_has_the_newest_first(street: Street) -> None:
    _, second = await _two(street)
    earlier, later = await _in_turn(street, ("fred", "fred"))
    orders = await second.node.store.orders(_known(second, "fred").id, "", 0, 2)
    assert [order.id for order in orders] == [later.order, earlier.order]


async def test_nodes_that_take_nothing_use_up_no_numbers(street: Street) -> None:
    await _two(street)
    await _in_turn(street, ("fred", "anna"))
    await street.beat(3)
    before = street.asked(_NUMBERS)
    await street.beat(5)
    assert street.asked(_NUMBERS) == before
