"""Routes: which link a message takes, and where it goes when that one can't."""

from collections import Counter
from typing import Any

import pytest

from chappe.config import RouteConfig
from chappe.links.operator.mind.judgement import FAIR, Weather
from chappe.words.lifecycle import Reason, State
from chappe.words.order import Channel
from tests.journeys.house import House, account, config, link, many, to

ONE, TWO = link("one"), link("two")
BOTH = RouteConfig(links=("one", "two"))
DELIVERED = (State.delivered, Reason.none)

RULES = (
    RouteConfig(links=("two",), account=("anna",)),
    RouteConfig(links=("two",), channel=(Channel.marketing,)),
    RouteConfig(links=("two",), country=("BE",)),
    RouteConfig(links=("two",), operator=("20815", "20820")),
    RouteConfig(links=("two",), sender=("ACME",)),
    RouteConfig(links=("one",)),
)

# Why -> what is sent, and the link that it takes.
WAYS: dict[str, tuple[Any, str]] = {
    "nothing fits": ({"numbers": [to(0)]}, "one"),
    "the account": ({"numbers": [to(0)], "account": "anna"}, "two"),
    "the channel": ({"numbers": [to(0)], "channel": Channel.marketing}, "two"),
    "the country": ({"numbers": [32_470_000_000]}, "two"),
    "the operator": ({"numbers": [to(0, 80)]}, "two"),
    "another operator": ({"numbers": [to(0, 60)]}, "two"),
    "the sender": ({"numbers": [to(0)], "sender": "ACME"}, "two"),
}


@pytest.mark.parametrize("why", WAYS)
async def test_the_first_rule_that_fits_decides(house: House, why: str) -> None:
    """E22: account, channel, country, operator, sender."""
    accounts = (account("fred"), account("anna"))
    await house.open(config(links=(ONE, TWO), routes=RULES, accounts=accounts))
    wishes, way = WAYS[why]
    await house.take(**wishes)
    other = {"one": "two", "two": "one"}[way]
    assert (len(house.submits(way)), house.submits(other)) == (1, [])


async def test_one_order_may_take_several_ways(house: House) -> None:
    """E22: a rule on numbers decides for each recipient."""
    await house.open(config(links=(ONE, TWO), routes=RULES))
    receipt = await house.take([to(0, nn) for nn in (0, 25, 50, 75)])
    await house.let(5)
    assert await house.tally(receipt) == {"delivered": 4}
    first = receipt.first
    assert [one.message - first for one in house.submits("one")] == [0, 1]
    assert [one.message - first for one in house.submits("two")] == [2, 3]


async def test_without_a_rule_all_links_serve_in_the_order_of_the_file(house: House) -> None:
    """E22: the first that is up."""
    await house.open(config(links=(TWO, ONE)))
    await house.take(many(1))
    house.link("two").go_down()
    await house.take(many(1, 33_613_000_000))
    assert [one.number for one in house.submits("two")] == [33_612_000_000]
    assert [one.number for one in house.submits("one")] == [33_613_000_000]


async def test_where_the_first_link_is_down_the_next_takes_over_and_gives_back(
    house: House,
) -> None:
    """E22: nothing waits for a dead link while another lives; it is used again once it is up."""
    await house.open(config(links=(ONE, TWO), routes=(BOTH,)))
    await house.take(many(1))
    house.link("one").go_down()
    await house.take(many(2))
    await house.let(30)
    house.link("one").come_up()
    await house.take(many(3))
    await house.let(5)
    assert (len(house.submits("one")), len(house.submits("two"))) == (4, 2)


async def test_with_every_link_down_all_of_it_waits(house: House) -> None:
    """E22: queued, and off at once when the first comes back."""
    await house.open(config(links=(ONE, TWO), routes=(BOTH,)))
    house.link("one").go_down()
    house.link("two").go_down()
    receipt = await house.take(many(20))
    await house.let(60)
    assert await house.tally(receipt) == {"queued": 20}
    house.link("two").come_up()
    await house.let(1)
    assert await house.tally(receipt) == {"delivered": 20}
    assert len(house.submits("two")) == 20


async def test_a_passing_refusal_goes_to_the_next_link_at_once(house: House) -> None:
    """E22: `later` from the first; the second takes it within the same second."""
    await house.open(config(links=(ONE, TWO), routes=(BOTH,)))
    house.link("one").set_weather(Weather(rates={35: 1.0}))
    began = house.clock.now()
    receipt = await house.take(many(5))
    await house.let(5)
    assert await house.tally(receipt) == {"delivered": 5}
    assert [one.at - began for one in house.submits("one")] == [0] * 5
    assert all(one.at - began <= 1_000 for one in house.submits("two"))
    assert len(house.submits("two")) == 5


async def test_both_links_may_be_tried_in_turn(house: House) -> None:
    """E22: neither of two that throttle keeps a message for good."""
    await house.open(config(links=(ONE, TWO), routes=(BOTH,)))
    for name in ("one", "two"):
        house.link(name).set_weather(Weather(rates={35: 1.0}))
    receipt = await house.take(many(3))
    await house.let(30)
    for name in ("one", "two"):
        house.link(name).set_weather(FAIR)
    await house.let(30)
    assert await house.tally(receipt) == {"delivered": 3}


async def test_a_refusal_for_good_ends_the_message(house: House) -> None:
    """E22: it is not tried over another link."""
    await house.open(config(links=(ONE, TWO), routes=(BOTH,)))
    receipt = await house.take([to(34)])
    await house.let(30)
    assert await house.fates(receipt) == [(State.refused, Reason.rejected)]
    assert (len(house.submits("one")), len(house.submits("two"))) == (1, 0)


async def test_the_cheapest_link_goes_first(house: House) -> None:
    """E22: `pick = "cost"`, then the next in price."""
    links = (link("one", cost=300), link("two", cost=200))
    pick = RouteConfig(links=("one", "two"), pick="cost")
    await house.open(config(links=links, routes=(pick,)))
    await house.take(many(1))
    house.link("two").go_down()
    await house.take(many(1))
    assert (len(house.submits("two")), len(house.submits("one"))) == (1, 1)


async def test_links_share_by_their_weight(house: House) -> None:
    """E22: `pick = "weight"`, one to four, and each stands in for the other."""
    links = (link("one", weight=1), link("two", weight=4))
    pick = RouteConfig(links=("one", "two"), pick="weight")
    await house.open(config(links=links, routes=(pick,)))
    for node in house.nodes:
        node.routes.dice.seed(1794)
    for index in range(100):
        await house.take(many(1, 33_612_000_000 + index))
    shares = Counter({name: len(house.submits(name)) for name in ("one", "two")})
    assert shares.total() == 100
    assert 10 <= shares["one"] <= 30
    house.link("two").go_down()
    for index in range(10):
        await house.take(many(1, 33_613_000_000 + index))
    assert len(house.submits("one")) == shares["one"] + 10


async def test_what_waits_for_a_route_outlives_a_change_of_the_rules(house: House) -> None:
    """E22 E51: messages that were routed before still find their links after."""
    await house.open(config(links=(ONE, TWO), routes=(BOTH,)))
    house.link("one").go_down()
    house.link("two").go_down()
    receipt = await house.take(many(5))
    other = RouteConfig(links=("two",))
    await house.reload(config(links=(ONE, TWO), routes=(other,)))
    house.link("one").come_up()
    await house.let(5)
    assert await house.tally(receipt) == {"delivered": 5}
    assert len(house.submits("one")) == 5
