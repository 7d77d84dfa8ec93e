"""Visits to the console, where any node may be asked next."""

from chappe.config import Secret
from chappe.engine.declare import Declared, declare
from chappe.engine.welcome import Entered, Welcome
from chappe.store.contract.staff import StaffMember
from chappe.words.visitor import Role
from tests.console.site import HASHED, PASSWORD
from tests.journeys.house import account
from tests.nodes.street import Street

PEER = "127.0.0.1"


async def test_whoever_came_in_at_one_node_is_in_at_each_until_they_leave(street: Street) -> None:
    """E52 E63: their pledge too; and a new password ends it everywhere."""
    people = (account("fred", password=Secret(PASSWORD)),)
    houses = [await street.move_in(accounts=people), await street.move_in(accounts=people)]
    one, other = (Welcome(house.node.desk, house.node.prove, 12) for house in houses)
    root = StaffMember("root", Role.operator, 0, HASHED, houses[0].clock.now())
    await houses[0].node.store.put_staff(root)
    for login in ("root", "fred"):
        entered = await one.enter(login, PASSWORD, PEER)
        assert isinstance(entered, Entered)
        assert await other.visitor(entered.token, PEER) == entered.visitor
        await other.leave(entered.token)
        assert await one.visitor(entered.token, PEER) is None
    entered = await other.enter("fred", PASSWORD, PEER)
    assert isinstance(entered, Entered)
    await declare(houses[0].node.desk, Declared(login="fred", password="another-word"))
    await street.beat(2)
    assert [await door.visitor(entered.token, PEER) for door in (one, other)] == [None, None]
