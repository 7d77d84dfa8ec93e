"""A file that is read again: what changed is applied, what did not goes on undisturbed."""

from collections import Counter

import pytest

from chappe.config import RouteConfig, Tariff
from chappe.links.operator.script import Weather
from chappe.words.answer import Receipt, Refusal, Trouble
from chappe.words.lifecycle import Reason, State
from chappe.words.order import Channel
from tests.journeys.house import CREDIT, House, account, config, link, many

TWO = (link("one", window=10), link("two", window=10))
BY_ACCOUNT = (
    RouteConfig(links=("one", "two"), account=("fred",)),
    RouteConfig(links=("two",), account=("anna",)),
)
BOTH = (account("fred"), account("anna"))


async def test_opening_credit_is_booked_once(house: House) -> None:
    """E51 E3: a changed account is applied; what it had is neither doubled nor replaced."""
    await house.open()
    await house.take(many(1))
    changed = account("fred", balance=2 * CREDIT, countries=("BE",))
    assert await house.node.reload(config(accounts=(changed, account("anna")))) == [
        "account fred applied",
        "account anna applied",
    ]
    assert await house.balance() == CREDIT - 400
    assert await house.balance("anna") == CREDIT
    assert await house.send(many(1)) == Refusal((Trouble.not_served,), "", {0: Trouble.not_served})
    await house.restart()
    assert await house.balance() == CREDIT - 400
    assert await house.node.store.audit() == []


async def test_an_account_that_left_the_file_stays(house: House) -> None:
    """E51: the file never removes anybody, nor what was set before and is not named now."""
    await house.open(config(accounts=(account("fred", in_doubt="hold"), account("anna"))))
    await house.node.reload(config(accounts=(account("fred"),)))
    fred, anna = (house.node.accounts.by_login(login) for login in ("fred", "anna"))
    assert fred is not None
    assert anna is not None
    assert fred.in_doubt == "hold"
    assert isinstance(await house.send(many(1), account="anna"), Receipt)


async def test_prices_and_routes_hold_from_the_reading_on(house: House) -> None:
    """E51: the next order pays the new price and takes the new way."""
    await house.open(config(links=TWO))
    first = await house.take(many(1))
    dearer = (Tariff(Channel.notification, "FR", "", 900),)
    routes = (RouteConfig(links=("two",)),)
    await house.node.reload(config(links=TWO, prices=dearer, routes=routes))
    second = await house.take(many(1))
    assert (first.cost, second.cost) == (400, 900)
    assert [one.message for one in house.submits("one")] == [first.first]
    assert [one.message for one in house.submits("two")] == [second.first]


async def test_a_link_that_did_not_change_stays_bound(house: House) -> None:
    """E51: neither its window nor what flies over it notices."""
    await house.open(config(links=TWO, routes=BY_ACCOUNT, accounts=BOTH))
    other = house.link("two")
    other.set_weather(Weather(latency_ms=3_000))
    receipt = await house.take(many(5), account="anna")
    changed = (link("one", window=7), TWO[1], link("three"))
    said = config(links=changed, routes=BY_ACCOUNT, accounts=BOTH)
    assert await house.node.reload(said) == ["link one changed", "link three added"]
    assert house.link("two") is other
    assert house.link("one").window == 7
    await house.let(10)
    assert await house.tally(receipt) == {"delivered": 5}
    assert Counter(one.message for one in house.submits("two")).most_common(1)[0][1] == 1


@pytest.mark.parametrize("after", ["changed", "removed"])
async def test_what_flew_over_a_link_that_changed_is_not_forgotten(
    house: House, after: str
) -> None:
    """E51 E1: what it answers at its end is heard; the rest goes another way."""
    await house.open(config(links=TWO, routes=BY_ACCOUNT, accounts=BOTH))
    house.link("one").set_weather(Weather(latency_ms=3_000))
    receipt = await house.take(many(30), channel=Channel.marketing)
    assert await house.tally(receipt) == {"queued": 20, "sending": 10}
    links = (link("one", window=3), TWO[1]) if after == "changed" else TWO[1:]
    routes = BY_ACCOUNT if after == "changed" else (RouteConfig(links=("two",)),)
    await house.node.reload(config(links=links, routes=routes, accounts=BOTH))
    await house.let(30)
    # A link that is there no more brings no receipts.
    ten = {"delivered": 30} if after == "changed" else {"delivered": 20, "sent": 10}
    assert await house.tally(receipt) == ten


async def test_a_reload_in_the_middle_of_a_campaign_loses_nothing(house: House) -> None:
    """E51 E1: claims and launches that are under way at that moment find a link all the same."""
    await house.open(config(links=TWO, routes=BY_ACCOUNT, accounts=BOTH))
    house.link("one").pause()
    house.link("two").pause()
    receipt = await house.take(many(400), channel=Channel.marketing)
    house.link("one").resume()
    house.link("two").resume()
    for window in (11, 12, 13, 14, 15):
        links = (link("one", window=window), TWO[1])
        await house.node.reload(config(links=links, routes=BY_ACCOUNT, accounts=BOTH))
        house.clock.advance(house.clock.now() + 10)
    await house.let(60)
    assert await house.tally(receipt) == {"delivered": 400}
    sent = Counter(one.message for name in ("one", "two") for one in house.submits(name))
    assert sent == Counter(range(receipt.first, receipt.first + 400))
    assert await house.fates(receipt) == [(State.delivered, Reason.none)] * 400
