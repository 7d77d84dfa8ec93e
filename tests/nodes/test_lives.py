"""Lives of nodes: who is over does no harm, and what it had is another's."""

import asyncio

import pytest

from chappe.hands import perform
from chappe.node.directory import name_of
from chappe.store.contract import StoreAway
from chappe.store.postgres import PostgresStore
from chappe.words.answer import Refusal
from chappe.words.lifecycle import Event, Reason, State
from tests.journeys.ears import HANG
from tests.journeys.house import CREDIT, House, account, link, many, to
from tests.nodes.street import Street, until


async def has(house: House) -> set[str]:
    """What a node has."""
    return {what for what in ("upkeep", "link sim", "link calls") if house.node.attend.has(what)}


async def test_what_one_has_the_others_have_not(street: Street) -> None:
    """E52: the first takes all; what the second takes leaves by the first one's link."""
    first, second = await street.move_in(), await street.move_in()
    assert (await has(first), await has(second)) == ({"upkeep", "link sim", "link calls"}, set())
    receipt = await second.take(many(3))
    await second.let(0.1)
    await until(first.submits)
    assert [one.number for one in first.submits()] == list(many(3))
    await street.beat(2)
    assert await second.tally(receipt) == {"delivered": 3}


async def test_a_node_that_is_over_loses_all_it_had_to_another(street: Street) -> None:
    """E52: pitfall 1: links, the upkeep and what was on its way go to whoever lives."""
    first, second = await street.move_in(), await street.move_in()
    street.lapse(first)
    await second.let(1)
    assert await has(second) == {"upkeep", "link sim", "link calls"}
    receipt = await second.take([to(0)])
    await second.let(2)
    assert await second.fates(receipt) == [(State.delivered, Reason.none)]


async def test_whoever_is_over_commits_nothing(street: Street) -> None:
    """E52: pitfall 1: the commit itself says so, whatever the node takes itself to be; with its
    next beat it knows."""
    first, second = await street.move_in(), await street.move_in()
    street.lapse(first)
    await second.let(1)
    before = street.asked("SELECT count(*) FROM ordr")
    answer = await first.send(many(1))
    assert isinstance(answer, Refusal)
    assert street.asked("SELECT count(*) FROM ordr") == before
    await first.node.attend.beat()
    assert first.node.is_over.is_set()


async def test_a_life_is_never_lived_twice(street: Street) -> None:
    """E52: pitfall 5: whoever is started again under the same name is another one, and the former
    is over, though nobody missed it yet."""
    first = await street.move_in()
    before = first.node.store.node
    await first.restart()
    assert first.node.store.node > before
    assert street.asked(f"SELECT over > 0 FROM node WHERE id = {before}") == "t"
    assert await has(first) == {"upkeep", "link sim", "link calls"}


async def test_a_life_is_forgotten_once_it_is_taken_over_and_not_before(street: Street) -> None:
    """E52: pitfall 6: it stands as over until whoever has the upkeep took up what it left."""
    first, second = await street.move_in(), await street.move_in()
    life = second.node.store.node
    street.lapse(second)
    found = await first.node.store.attend("", 3_600_000, 0, ends=True)
    assert found is not None
    assert street.asked(f"SELECT over FROM node WHERE id = {life}") == "1"
    await first.let(1)
    assert street.asked(f"SELECT over FROM node WHERE id = {life}") == "2"
    assert street.asked(f"SELECT count(*) FROM pulse WHERE node = {life}") == "0"


async def test_what_was_on_its_way_is_in_doubt_and_not_sent_again(street: Street) -> None:
    """E52: pitfall 2: the node stood still between its commit and the operator's answer."""
    held = (account("fred", in_doubt="hold"),)
    first, second = await street.move_in(accounts=held), await street.move_in(accounts=held)
    receipt = await first.take([to(36)])  # the operator never answers
    assert await second.fates(receipt) == [(State.sending, Reason.none)]
    street.lapse(first)
    await second.let(1)
    await second.settle()
    assert await second.fates(receipt) == [(State.unknown, Reason.in_doubt)]
    assert second.node.upkeep.inherited == 1
    assert street.asked("SELECT choice FROM doubt") == "held"


async def test_news_that_a_dead_node_held_are_told_by_another(street: Street) -> None:
    """E52: its call hung while the node died; the next one tells it."""
    first, second = await street.move_in(), await street.move_in()
    first.ears.status["/fred"] = HANG
    await first.take([to(0)], tell=first.tell(Event.created))
    await until(lambda: first.ears.hanging)
    street.lapse(first)
    first.ears.status["/fred"] = 200
    await second.let(3)
    assert [told.event for told in first.ears.heard["/fred"]] == [Event.created] * 2


async def test_whatever_its_clock_says_a_node_goes_by_the_databases(street: Street) -> None:
    """E52: pitfall 3: an hour fast, an hour slow, and set while it runs: leases, what is due and
    what is dated stand as the database has them."""
    first, second = [street.build() for _ in range(2)]
    for house, moment in ((first, "2026-11-24 09:00:00"), (second, "2026-11-24 11:00:00")):
        house.clock_follows = True
        await house.open(street.said(), moment)
    assert abs(first.clock.now() - second.clock.now()) < 60_000
    second.clock.step(3_600_000)
    await street.beat(2)
    assert not any(house.node.is_over.is_set() for house in (first, second))
    receipt = await second.take(many(1))
    await street.beat(3)
    assert await first.tally(receipt) == {"delivered": 1}


async def test_two_that_begin_at_once_on_nothing_credit_an_account_once(street: Street) -> None:
    """E52: pitfall 8: and the schema is made by one of them."""
    houses = [street.build() for _ in range(3)]
    await asyncio.gather(*[house.open(street.said()) for house in houses])
    assert await houses[0].balance() == CREDIT
    assert street.asked("SELECT count(*) FROM ledger WHERE kind = 'credit'") == "1"
    held = [await has(house) for house in houses]
    assert sum(map(len, held)) == 3


async def test_a_graceful_stop_hands_over_at_once_and_leaves_no_doubt(street: Street) -> None:
    """E52: pitfall 26."""
    first, second = await street.move_in(), await street.move_in()
    receipt = await first.take(many(50))
    await first.stop()
    street.houses.remove(first)
    await second.let(1)
    assert await has(second) == {"upkeep", "link sim", "link calls"}
    assert street.asked("SELECT count(*) FROM doubt") == "0"
    await second.let(5)
    tally = await second.tally(receipt)
    assert tally == {"sent": 50} or tally == {"delivered": 50}
    await first.close()


async def test_a_link_that_is_one_too_many_is_given_to_whoever_has_fewer(street: Street) -> None:
    """E52: whoever comes later gets its share, one link at a time."""
    links = tuple(link(name) for name in ("a", "b", "c"))
    first = await street.move_in(links=links)
    second = await street.move_in(links=links)
    await street.beat(25)
    assert first.node.attend.has("upkeep")  # which counts as much as a link
    assert (len(first.node.links), len(second.node.links)) == (1, 2)
    assert {*first.node.links, *second.node.links} == {"a", "b", "c"}


async def test_a_route_goes_on_by_a_link_that_another_node_has(street: Street) -> None:
    """E52: its first link is down where it is: whoever has the second one serves the route."""
    links = tuple(link(name) for name in ("a", "b"))
    first = await street.move_in(links=links)
    second = await street.move_in(links=links)
    await first.node.attend.remove("link b")
    await street.beat(6)
    assert ([*first.node.links], [*second.node.links]) == (["a"], ["b"])
    kept = await second.take(many(1))
    await first.let(1)
    assert len(first.submits("a")) == 1
    await street.beat(2)
    assert await second.tally(kept) == {"delivered": 1}
    first.link("a").pause()
    await street.beat(2)
    receipt = await first.take(many(2))
    await street.beat(3)
    assert len(second.submits("b")) == 2
    assert await first.tally(receipt) == {"delivered": 2}


async def test_a_store_that_is_over_says_so(street: Street) -> None:
    first, second = await street.move_in(), await street.move_in()
    street.lapse(first)
    await second.let(1)
    store = first.node.store
    assert isinstance(store, PostgresStore)
    with pytest.raises(StoreAway, match="others took this node to be over"):
        await store.draw("order", 1)


async def test_an_account_of_the_file_is_the_same_everywhere(street: Street) -> None:
    """E52: each node reads its file; what both say is said once."""
    accounts = (account("fred"), account("anna", balance=5_000))
    first = await street.move_in(accounts=accounts)
    second = await street.move_in(accounts=accounts)
    assert (await first.balance("anna"), await second.balance("anna")) == (5_000, 5_000)
    assert street.asked("SELECT count(*) FROM account") == "2"


async def test_it_is_shown_who_has_what(street: Street) -> None:
    """E52: `chappe nodes` names all that live, `chappe links` where a link is."""
    first, second = await street.move_in(), await street.move_in()
    shown = (await perform(second.node, "nodes", {})).value
    ids = [house.node.store.node for house in (first, second)]
    names = [name_of(house.folder) for house in (first, second)]
    assert shown == [
        {
            "node": names[0],
            "life": ids[0],
            "here": False,
            "links": ["calls", "sim"],
            "upkeep": True,
        },
        {"node": names[1], "life": ids[1], "here": True, "links": [], "upkeep": False},
    ]
    links = (await perform(second.node, "links", {})).value
    assert [row["condition"] for row in links] == [f"at {names[0]}"] * 2
    assert [row["condition"] for row in (await perform(first.node, "links", {})).value] == [
        "up"
    ] * 2


async def test_after_the_database_was_away_nobody_is_over_for_it(street: Street) -> None:
    """E52: pitfall 25: none could say that it lives; whoever says so first takes none of the others
    to be over, until they had the time to."""
    first, second = await street.move_in(), await street.move_in()
    for house in (first, second):
        street.lapse(house)
    await first.let(1)
    await second.let(1)
    assert not any(house.node.is_over.is_set() for house in (first, second))
    street.lapse(second)
    await first.let(7)
    assert street.asked("SELECT count(*) FROM node WHERE over = 0") == "1"


async def test_an_order_that_is_being_kept_in_portions_goes_on_when_another_node_dies(
    street: Street,
) -> None:
    """E52: whoever takes up what that one left leaves its own alone; what it left is ended."""
    first, second = await street.move_in(), await street.move_in()
    mine = await first.node.store.take_up(1, "", first.clock.now(), 0)
    left = await second.node.store.take_up(1, "", second.clock.now(), 0)
    street.lapse(second)
    await first.let(2)
    assert street.asked("SELECT id FROM dropped") == str(mine.id)
    assert left.id != mine.id
