"""Accounts that several nodes change at once: nothing that was said of one is lost to another."""

import asyncio

import pytest

from chappe.engine.declare import Declared, declare
from chappe.engine.family import make_child
from chappe.words import family
from chappe.words.answer import Refusal, Trouble
from tests.journeys.house import account
from tests.nodes.street import Street


async def test_changes_of_an_account_at_the_same_time_are_all_kept(street: Street) -> None:
    """E51 E52: each begins with what the one before it left, wherever that was."""
    houses = [await street.move_in(), await street.move_in()]
    changes = [
        declare(houses[number % 2].node.desk, Declared(login="fred", api_keys=[f"k{number}"]))
        for number in range(20)
    ]
    await asyncio.gather(*changes)
    await street.beat(2)
    for house in houses:
        known = house.node.accounts.by_login("fred")
        assert known is not None
        assert len(house.node.accounts.secrets(known.id).keys) == 20


@pytest.mark.parametrize("first", [0, 1])
async def test_a_name_that_another_node_gave_away_is_taken(street: Street, first: int) -> None:
    """E51 E52: though nobody has told of it yet; what stands under that name stays as it is."""
    people = (account("fred"), account("anna"))
    houses = [await street.move_in(accounts=people), await street.move_in(accounts=people)]
    one, other = houses[first], houses[1 - first]
    asked = [family.MakeChild("zoe", word, {}) for word in ("word-of-fred", "word-of-anna")]
    fred = one.node.accounts.by_login("fred")
    anna = other.node.accounts.by_login("anna")
    assert fred is not None
    assert anna is not None
    assert await make_child(one.node.desk, fred, "plain", asked[0]) == family.MadeChild("zoe")
    refused = await make_child(other.node.desk, anna, "plain", asked[1])
    assert refused == Refusal((Trouble.name_taken,))
    await street.beat(2)
    for house in houses:
        known = house.node.accounts.by_login("zoe")
        assert known is not None
        assert known.parent == "fred"
