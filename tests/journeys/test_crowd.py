"""Orders that can't leave: beyond an account's bound, with no link up, in no quality that is sold;
and when those begin that can."""

from collections.abc import Sequence
from typing import Any

import pytest

from chappe.config import RouteConfig
from chappe.engine.rehearse import rehearse
from chappe.words.answer import Receipt, Refusal, Trouble
from chappe.words.asked import Rehearsal
from chappe.words.clock import HOUR, MINUTE
from chappe.words.lifecycle import Reason
from chappe.words.order import EVERY, Channel, Crowd, Hours, Letter, Order
from tests.journeys.house import House, account, at, config, link, many, to

ONE, TWO = link("one"), link("two")
BOTH = RouteConfig(links=("one", "two"))
FULL = Refusal((Trouble.queue_full,))
BELGIUM, UNSERVED = 32_475_123_456, 8_801_712_345_678
NIGHT, MORNING = "2026-11-24 23:00:00", "2026-11-25 08:00:00"


def letter(numbers: Sequence[int], **wishes: Any) -> Letter:
    return Letter(text="Bonjour", numbers=numbers, code="36105", **wishes)


def order(crowd: Crowd, *letters: Letter) -> Order:
    return Order(dialect="plain", letters=letters, crowd=crowd)


async def taken(house: House, asked: Order) -> bool:
    """Whether it was; it is refused for no reason but one."""
    answer = await house.order(asked)
    assert isinstance(answer, Receipt) or answer == FULL, answer
    return isinstance(answer, Receipt)


async def rehearsed(house: House, asked: Order) -> Receipt | Refusal:
    known = house.node.accounts.by_login("fred")
    assert known is not None
    return await rehearse(house.node.desk, known, "plain", Rehearsal(asked))


@pytest.mark.parametrize(
    ("crowd", "beyond"),
    [(Crowd.bound, False), (Crowd.boundless, True), (Crowd.bound_and_up, False)],
)
async def test_the_bound_of_an_account_is_for_orders_that_keep_to_it(
    house: House, crowd: Crowd, beyond: bool
) -> None:
    """E23: what is boundless waits with the others, however many there are."""
    await house.open(config(accounts=(account("fred", queue_max=3),)))
    assert await taken(house, order(crowd, letter(many(4)))) == beyond
    assert await taken(house, order(crowd, letter(many(3))))


async def test_what_is_rehearsed_takes_nobody_s_place(house: House) -> None:
    """E23: it will not come, so it is not among those that wait."""
    await house.open(config(accounts=(account("fred", queue_max=1),)))
    asked = order(Crowd.bound, letter(many(1)))
    for _ in range(2):
        assert isinstance(await rehearsed(house, asked), Receipt)
    assert await taken(house, asked)


async def test_what_waits_without_a_bound_counts_for_those_that_have_one(house: House) -> None:
    """E23: an order that wants a link up is refused for the queue as well as for the link."""
    await house.open(config(accounts=(account("fred", queue_max=3),)))
    house.link().pause()
    assert await taken(house, order(Crowd.boundless, letter(many(5))))
    for crowd in (Crowd.bound, Crowd.bound_and_up):
        assert not await taken(house, order(crowd, letter(many(1))))
    house.link().resume()
    await house.let(5)
    for crowd in Crowd:
        assert await taken(house, order(crowd, letter(many(1))))


@pytest.mark.parametrize("crowd", Crowd)
async def test_only_an_order_that_asks_for_it_wants_a_link_up(house: House, crowd: Crowd) -> None:
    """E22: others wait for one."""
    await house.open()
    house.link().pause()
    waits = crowd is not Crowd.bound_and_up
    assert await taken(house, order(crowd, letter(many(1)))) == waits
    said = await rehearsed(house, order(crowd, letter(many(1))))
    assert isinstance(said, Receipt) if waits else said == FULL
    house.link().resume()
    await house.settle()
    assert await taken(house, order(crowd, letter(many(1))))


async def test_one_link_of_its_route_that_is_up_will_do(house: House) -> None:
    """E22"""
    await house.open(config(links=(ONE, TWO), routes=(BOTH,)))
    asked = order(Crowd.bound_and_up, letter(many(1)))
    seen = []
    for verb, name in (("pause", "one"), ("pause", "two"), ("resume", "one"), ("go_down", "one")):
        getattr(house.link(name), verb)()
        await house.settle()
        seen.append(await taken(house, asked))
    assert seen == [True, False, True, False]


async def test_a_link_of_another_route_does_not_matter(house: House) -> None:
    """E22: each recipient has a route; the order is taken whole or not at all."""
    routes = (RouteConfig(links=("two",), operator=("20815",)), RouteConfig(links=("one",)))
    await house.open(config(links=(ONE, TWO), routes=routes))
    house.link("two").pause()
    orange, free = to(0, 0), to(0, 80)
    seen = [
        await taken(house, order(Crowd.bound_and_up, letter(numbers)))
        for numbers in ([orange], [free], [orange, free])
    ]
    assert seen == [True, False, False]


async def test_is_up_says_it_of_each_route(house: House) -> None:
    """E22"""
    routes = (RouteConfig(links=("two",), account=("fred",)), BOTH)
    await house.open(config(links=(ONE, TWO), routes=routes))
    desk = house.node.desk
    alone, both = [
        desk.routes.choose(login, Channel.notification, "ACME") for login in ("fred", "anna")
    ]
    seen = [(desk.dispatch.is_up(alone), desk.dispatch.is_up(both))]
    for name in ("two", "one"):
        house.link(name).go_down()
        await house.settle()
        seen.append((desk.dispatch.is_up(alone), desk.dispatch.is_up(both)))
    assert seen == [(True, True), (False, True), (False, False)]
    assert not desk.dispatch.is_up(0)


async def test_what_is_put_off_needs_no_link_yet(house: House) -> None:
    """E22: by its own date, or by the hours of marketing."""
    await house.open(now=NIGHT)
    house.link().pause()
    later = letter(many(1), start=at(NIGHT) + HOUR)
    hours = letter(many(1), channel=Channel.marketing, hours=Hours.wait)
    now = letter(many(1))
    seen = [
        await taken(house, order(Crowd.bound_and_up, *letters))
        for letters in ([later], [hours], [later, hours], [later, now])
    ]
    assert seen == [True, True, True, False]


async def test_a_quality_that_is_not_sold_there_is_told_from_a_country_that_is_not_served(
    house: House,
) -> None:
    """Each recipient has its own trouble, and those that have none leave."""
    await house.open()
    numbers = [to(0), BELGIUM, UNSERVED, 0]
    apart = frozenset({Reason.no_quality, Reason.not_served, Reason.bad_number})
    receipt = await house.take(numbers, quality="low", apart=apart)
    assert receipt.troubles == {
        1: Trouble.no_quality,
        2: Trouble.not_served,
        3: Trouble.bad_number,
    }
    assert (receipt.apart, receipt.prices) == ({1, 2, 3}, [300, 0, 0, 0])


async def test_an_order_to_a_country_without_the_quality_is_refused_for_that(
    house: House,
) -> None:
    """Where nothing says that it may stand apart; the ordinary quality is sold there."""
    await house.open()
    refused = Refusal((Trouble.no_quality,), recipients={0: Trouble.no_quality})
    assert await house.send([BELGIUM], quality="low") == refused
    assert (await house.take([BELGIUM])).prices == [800]
    kept = await house.take([BELGIUM, to(0)], quality="low", fatal=EVERY - {Reason.no_quality})
    assert (kept.troubles, kept.prices) == ({0: Trouble.no_quality}, [0, 300])


async def test_a_country_that_is_closed_to_the_account_is_not_served_in_any_quality(
    house: House,
) -> None:
    """Where it has a price or not is not looked at."""
    await house.open(config(accounts=(account("fred", countries=("FR",)),)))
    refused = Refusal((Trouble.not_served,), recipients={0: Trouble.not_served})
    assert await house.send([BELGIUM], quality="low") == refused
    assert await house.send([BELGIUM]) == refused


async def test_a_receipt_says_when_the_sending_begins(house: House) -> None:
    """E21: now, at its date, or when marketing may leave again; of several the first."""
    await house.open(now=NIGHT)
    now, morning = at(NIGHT), at(MORNING)
    soon = letter(many(1))
    later = letter(many(1), start=now + 20 * MINUTE)
    past = letter(many(1), start=now - HOUR)
    hours = letter(many(1), channel=Channel.marketing, hours=Hours.wait)
    days = letter(many(1), channel=Channel.marketing, hours=Hours.wait, start=morning + HOUR)
    begins = {
        now: ([soon], [past], [later, soon], [hours, past]),
        now + 20 * MINUTE: ([later], [hours, later]),
        morning: ([hours], [days, hours]),
        morning + HOUR: ([days],),
    }
    for instant, orders in begins.items():
        for letters in orders:
            asked = order(Crowd.bound, *letters)
            for answer in (await rehearsed(house, asked), await house.order(asked)):
                assert isinstance(answer, Receipt)
                assert answer.begins == instant
