"""Accounts that several nodes change at once: nothing that was said of one is lost to another."""

import asyncio

import pytest

from chappe.config import Secret
from chappe.engine.declare import Declared, declare
from chappe.engine.family import close_child, make_child
from chappe.words import family
from chappe.words.account import Claim
from chappe.words.answer import Receipt, Refusal, Trouble
from chappe.words.clock import HOUR, MINUTE
from chappe.words.lifecycle import Reason, State
from tests.journeys.house import account, many
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


async def test_what_another_node_still_took_for_a_closed_account_is_called_off(
    street: Street,
) -> None:
    """E51 E52: within the second in which it had not heard; whoever paid for it is paid back."""
    zoe = account("zoe", parent="fred", pays_from="fred", balance=0)
    people = (account("fred", balance=1_000), zoe)
    houses = [await street.move_in(accounts=people), await street.move_in(accounts=people)]
    one, other = houses
    fred = one.node.accounts.by_login("fred")
    assert fred is not None
    closed = await close_child(one.node.desk, fred, "plain", family.CloseChild("zoe"))
    assert closed == family.ClosedChild("zoe", 0)
    taken = await other.send(many(1), account="zoe", start=other.clock.now() + HOUR)
    assert isinstance(taken, Receipt)
    for house in houses:
        await house.leap(house.clock.now() + 3 * MINUTE, MINUTE)
    assert await one.fates(taken) == [(State.cancelled, Reason.none)]
    assert await one.balance() == 1_000


async def test_a_file_that_is_read_behind_another_nodes_takes_no_password_away(
    street: Street,
) -> None:
    """E51 E52: the password that it gives was hashed already when it was looked at, and is not what
    the account has when it is changed: another node has read a file with another one meanwhile."""
    people = (account("fred", password=Secret("word-of-fred")),)
    houses = [await street.move_in(accounts=people), await street.move_in(accounts=people)]
    one, other = houses
    newer = Declared(login="fred", password="newer-word", by_file=True)
    older = Declared(login="fred", password="word-of-fred", by_file=True)
    await declare(one.node.desk, newer)
    await declare(other.node.desk, older)
    await street.beat(2)
    for house in houses:
        proved = await house.node.prove.prove(
            Claim(login="fred", secret="word-of-fred"), "127.0.0.1"
        )
        assert proved == house.node.accounts.by_login("fred")
