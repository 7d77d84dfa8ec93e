"""Messages that somebody looks for: none that fits is missed, whatever page it stands on, and none
is seen that may not be."""

from typing import Any

import pytest

from chappe.store import search
from chappe.store.contract import NEVER, Move, PartRef
from chappe.store.contract.search import PageStart, Sightings, Sought
from chappe.words.lifecycle import Happening, Reason, State
from chappe.words.order import Channel
from tests.store.office import LINK, NOW, NUMBER, Office

FAR = 9_000  # orders: more than two stretches of numbers


def bits(*states: State) -> int:
    return sum(1 << state for state in states)


async def pages(office: Office, most: int = 99, **wanted: Any) -> list[list[int]]:
    """The numbers of all that is found, page by page."""
    found: list[list[int]] = []
    place: PageStart | None = None
    while not found or place is not None:
        page = await office.store.search(Sought(most=most, place=place, **wanted))
        found.append([one.message.id for one in page.found])
        place = page.next
    return found


async def whole(office: Office, **wanted: Any) -> list[int]:
    """The same on one page; and on pages of each size, without gap or double."""
    (one,) = await pages(office, **wanted)
    for most in (1, 2, 3):
        assert [ident for page in await pages(office, most, **wanted) for ident in page] == one
    return one


async def looked(office: Office, **wanted: Any) -> Sightings:
    return await office.store.search(Sought(most=9, **wanted))


async def crowd(office: Office) -> tuple[int, int]:
    """Orders of two accounts, far apart; the numbers of the accounts."""
    mine = office.customer.account
    await office.send(numbers=3)  # 1 2 3
    await office.send(dialect="octopush", at=NOW + 10)  # 4
    office.customer = await office.enrol("other")
    office.orders = FAR
    await office.send(numbers=2, at=NOW + 20, channel=Channel.marketing)  # 5 6
    queued = {"happening": Happening.accepted}
    later = {"happening": Happening.postponed, "due": NOW + 99}
    await office.send(numbers=2, at=NOW + 30, **queued)  # 7 8
    await office.send(numbers=2, at=NOW + 40, **later)  # 9 10
    return mine, office.customer.account


async def test_what_may_not_be_seen_is_not_found_by_anything(office: Office) -> None:
    """Not by a number, a state, or a place that another account's page has told."""
    mine, other = await crowd(office)
    assert await whole(office, accounts=[mine]) == [4, 3, 2, 1]
    assert await whole(office, accounts=[other]) == [10, 9, 8, 7, 6, 5]
    assert await whole(office, accounts=[mine, other]) == [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]
    assert await whole(office, accounts=[]) == []
    assert await whole(office, accounts=[mine], number=NUMBER) == [4, 1]
    for state in (State.queued, State.scheduled):
        assert await whole(office, accounts=[mine], states=bits(state)) == []
    assert await whole(office, accounts=[mine], states=bits(State.sending)) == [4, 3, 2, 1]
    for place in (PageStart(FAR + 1, 6), PageStart(FAR + 2, 9), PageStart(0, 6)):
        page = await looked(office, accounts=[mine], place=place, states=bits(State.sending))
        assert [one.message.id for one in page.found] == [4, 3, 2, 1]


async def test_an_order_that_was_deleted_is_seen_by_whoever_may_see_all(office: Office) -> None:
    await office.send(numbers=2)
    await office.store.delete_order(office.customer.account, "highsms", 1, NEVER)
    number: dict[str, Any] = {"number": NUMBER}
    sending: dict[str, Any] = {"states": bits(State.sending)}
    assert [await whole(office), await whole(office, **number)] == [[2, 1], [1]]
    for wanted in ({}, number, sending):
        assert await whole(office, deleted=False, **wanted) == []
        assert await whole(office, deleted=False, accounts=[1], **wanted) == []


async def test_all_are_found_the_newest_first_and_by_what_is_known_of_them(
    office: Office,
) -> None:
    """E43: across stretches of numbers, and each filter alone and beside others."""
    _, other = await crowd(office)
    assert await whole(office) == [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]
    assert await whole(office, dialect="octopush") == [4]
    assert await whole(office, dialect="octopush", accounts=[other]) == []
    assert await whole(office, channel=int(Channel.marketing)) == [6, 5]
    assert await whole(office, number=NUMBER) == [9, 7, 5, 4, 1]
    assert await whole(office, number=NUMBER + 7) == []
    assert await whole(office, states=bits(State.queued)) == [8, 7]
    assert await whole(office, states=bits(State.scheduled)) == [10, 9]
    waiting = bits(State.queued, State.scheduled, State.sending)
    assert await whole(office, states=waiting) == [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]
    assert await whole(office, states=waiting, dialect="octopush") == [4]
    assert await whole(office, states=bits(State.queued), accounts=[other]) == [8, 7]
    assert await whole(office, states=bits(State.queued), number=NUMBER, accounts=[other]) == [7]
    # Some of these wait, and some do not: they are found by their orders.
    await office.happen(Move(2, Happening.turned_down, Reason.npai, NOW + 50))
    assert await whole(office, states=bits(State.queued, State.refused)) == [8, 7, 2]
    assert await whole(office, reason=int(Reason.npai)) == [2]
    assert await whole(office, reason=int(Reason.npai), accounts=[other]) == []


async def test_a_stretch_of_time_holds_its_first_instant_and_not_its_last(office: Office) -> None:
    await crowd(office)
    assert await whole(office, since=NOW + 20) == [10, 9, 8, 7, 6, 5]
    assert await whole(office, until=NOW + 20) == [4, 3, 2, 1]
    assert await whole(office, since=NOW + 10, until=NOW + 30) == [6, 5, 4]
    assert await whole(office, since=NOW + 10, until=NOW + 30, number=NUMBER) == [5, 4]
    assert await whole(office, since=NOW + 40, states=bits(State.queued)) == []
    assert await whole(office, since=NOW + 1, until=NOW + 1) == []


async def test_a_link_is_the_one_by_which_a_message_left_or_one_that_it_waits_for(
    office: Office,
) -> None:
    """What left by the second link of its route is not found by the first."""
    office.route = await office.store.route_id(["first", "second"])
    await office.send(numbers=3)
    acknowledged = Move(2, Happening.acknowledged, Reason.none, NOW + 1)
    await office.happen(acknowledged, refs=[PartRef("second", "id-1", 2, 1)])
    links = [one.links for one in (await looked(office)).found]
    assert links == [["first", "second"], ["second"], ["first", "second"]]
    assert await whole(office, link="first") == [3, 1]
    assert await whole(office, link="second") == [3, 2, 1]
    assert await whole(office, link=LINK) == []
    assert await whole(office, link="nowhere") == []


async def test_the_messages_of_one_order_are_found(office: Office) -> None:
    """With whatever else they are to be, in pages, and only by whoever may see them."""
    mine, other = await crowd(office)
    assert await whole(office, order=1) == [3, 2, 1]
    assert await whole(office, order=FAR + 2) == [8, 7]
    assert await whole(office, order=1, number=NUMBER) == [1]
    assert await whole(office, order=FAR + 2, states=bits(State.queued)) == [8, 7]
    assert await whole(office, order=FAR + 2, states=bits(State.sending)) == []
    assert await whole(office, order=FAR + 2, accounts=[other]) == [8, 7]
    assert await whole(office, order=1, accounts=[other]) == []
    assert await whole(office, order=2, accounts=[mine]) == [4]
    assert await whole(office, order=77) == []


async def test_a_look_in_vain_is_bounded_and_says_how_far_it_came(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next page goes on there, and nothing is missed."""
    await crowd(office)
    for name in ("_MESSAGES", "_FIRST"):
        monkeypatch.setattr(search, name, 2)
    page = await looked(office, reason=int(Reason.npai))
    assert page == Sightings([], PageStart(FAR + 3, 9), NOW + 40)
    page = await looked(office, reason=int(Reason.npai), place=page.next)
    assert page == Sightings([], PageStart(FAR + 2, 7), NOW + 30)
    found = await pages(office, channel=int(Channel.marketing))
    assert found == [[], [], [6, 5], [], [], []]
    monkeypatch.setattr(search, "_ORDERS", 1)
    page = await looked(office, dialect="octopush")
    assert page == Sightings([], PageStart(8192, 0), NOW + 20)
    assert (await pages(office, dialect="octopush"))[-1] == [4]
    monkeypatch.setattr(search, "_CANDIDATES", 1)
    found = await pages(office, 1, dialect="octopush", states=bits(State.sending))
    assert found == [[], [4], [], []]


async def test_a_crowd_that_waits_is_looked_at_from_its_end(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same is found as by the index, wherever in it."""
    monkeypatch.setattr(search, "_CROWD", 1)
    for near in (1, 3, 100):
        monkeypatch.setattr(search, "_NEAR", near)
        if near == 1:
            mine, other = await crowd(office)
        waiting = bits(State.queued, State.scheduled, State.sending)
        assert await whole(office, states=waiting) == [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]
        assert await whole(office, states=bits(State.queued)) == [8, 7]
        assert await whole(office, states=bits(State.queued), accounts=[other]) == [8, 7]
        assert await whole(office, states=bits(State.queued), accounts=[mine]) == []
