"""What waits, counted: for a link, for its time, and to be told."""

from typing import Any

from chappe.store.contract import NEVER, Told
from chappe.store.contract.backlog import OwedHead, OwedLane, Pile, Piles
from chappe.words.lane import FREE, first_lane
from chappe.words.lifecycle import Happening
from chappe.words.order import Channel
from tests.store.office import NOW, TOLD, Office

QUEUED = {"happening": Happening.accepted}


def later(due: int) -> dict[str, Any]:
    return {"happening": Happening.postponed, "due": due}


async def test_what_waits_is_counted_by_route_channel_and_account(office: Office) -> None:
    """What is on its way does not wait; what is scheduled does not wait for a link."""
    assert await office.store.piles(None, 9) == Piles([], [], 0)
    mine, route = office.customer.account, office.route
    await office.send()
    await office.send(numbers=2, due=NOW + 5, **QUEUED)
    await office.send(due=NOW + 4, **QUEUED)
    await office.send(channel=Channel.marketing, **QUEUED)
    await office.send(numbers=3, **later(NOW + 7))
    office.customer = await office.enrol("other")
    other = office.customer.account
    office.route = await office.store.route_id(["second"])
    await office.send(due=NOW + 3, **QUEUED)
    await office.send(**later(NOW + 9))
    queued = [
        Pile(route, 0, mine, 3, NOW + 4),
        Pile(route, int(Channel.marketing), mine, 1, NOW),
        Pile(office.route, 0, other, 1, NOW + 3),
    ]
    ahead = [Pile(route, 0, mine, 3, NOW + 7), Pile(office.route, 0, other, 1, NOW + 9)]
    assert await office.store.piles(None, 9) == Piles(queued, ahead, 4)
    # Only so many that wait for their time are looked at, and those that come due first.
    cut = [Pile(route, 0, mine, 2, NOW + 7)]
    assert await office.store.piles(None, 2) == Piles(queued, cut, 4)
    assert await office.store.piles([other], 9) == Piles(queued[2:], ahead[1:], 4)
    assert await office.store.piles([], 9) == Piles([], [], 4)


async def test_what_is_owed_is_counted_by_lane_and_shown_by_its_first_and_last(
    office: Office,
) -> None:
    """News that waits behind other news of its message is counted, and not looked at."""
    mine, far = first_lane(3), first_lane(9) | FREE
    tell: dict[str, Any] = {"events": TOLD, "url": "http://one/cb?key=secret"}
    first = await office.send(numbers=3, lane=mine, **tell)
    await office.send(lane=far, **{**tell, "url": "http://two/"}, at=NOW + 1)
    lanes = [mine, far]
    assert await office.store.owed_lanes(None, 9) == [
        OwedLane(mine, NEVER),  # this node holds all
        OwedLane(far, NEVER),
    ]
    assert await office.store.owed_lanes(None, 1) == [OwedLane(mine, NEVER)]
    assert await office.store.owed_lanes([9], 9) == [OwedLane(far, NEVER)]
    assert await office.store.owed_lanes([4], 9) == []
    assert [await office.store.owed_counts(lanes, each) for each in (9, 2)] == [[3, 1], [2, 1]]
    await office.happen(told=[Told(first, 1, False, NOW + 5, "500 No", NOW + 99, True)])
    await office.succeed()
    assert await office.store.owed_lanes(None, 9) == [OwedLane(mine, NOW), OwedLane(far, NOW + 1)]
    assert await office.store.owed_heads([*lanes, 77], 2) == [
        OwedHead(mine, NOW, "http://one/cb?key=secret", "500 No"),
        OwedHead(far, NOW + 1, "http://two/", ""),
    ]
