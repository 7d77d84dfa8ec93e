"""How much waits, and for how long, as a watchman asks; the same on both databases."""

from chappe.store.contract import Doubted, Gauged, Move, Queued, Told
from chappe.words.clock import HOUR
from chappe.words.lifecycle import Happening, Reason
from tests.store.office import NOW, TOLD, Office

QUEUED = Happening.accepted


async def test_nothing_waits_where_nothing_was_sent(office: Office) -> None:
    assert await office.store.backlogs(NOW) == Gauged([], 0, 0, 0)


async def test_each_queue_tells_how_much_waits_and_since_when(office: Office) -> None:
    """The account that comes last may be the one that waits longest."""
    other = await office.store.route_id(["other"])
    await office.send(happening=QUEUED, numbers=3, due=NOW + 5)
    await office.send(happening=QUEUED, channel=3, routes=[other], due=NOW + 7)
    office.customer = await office.enrol("second")
    await office.send(happening=QUEUED, numbers=2, due=NOW - 9)
    await office.send(happening=Happening.postponed, due=NOW + HOUR)
    assert (await office.store.backlogs(NOW)).queues == [
        Queued(office.route, 0, 5, NOW - 9),
        Queued(other, 3, 1, NOW + 7),
    ]


async def test_news_that_nobody_heard_is_owed_since_it_happened(office: Office) -> None:
    """What stands behind it is owed as well, and what is to be told again later."""
    first = await office.send(events=TOLD)
    await office.happen(Move(first, Happening.acknowledged, Reason.none, NOW + 4))
    again = Told(first, 1, False, NOW, "500", NOW + HOUR)
    await office.happen(told=[again])
    found = await office.store.backlogs(NOW + 10)
    assert (found.owed, found.owed_since) == (2, NOW)


async def test_a_message_in_doubt_counts_until_somebody_decides(office: Office) -> None:
    first = await office.send(numbers=2)
    unknown = [Move(first + i, Happening.went_unanswered, Reason.in_doubt, NOW) for i in (0, 1)]
    doubts = [Doubted(first + i, NOW, "held") for i in (0, 1)]
    office.store.batch.doubts += doubts
    await office.happen(*unknown)
    assert (await office.store.backlogs(NOW)).in_doubt == 2
    dropped = Move(first, Happening.dropped, Reason.in_doubt, NOW)
    office.store.batch.doubts.append(Doubted(first, NOW, "dropped"))
    await office.happen(dropped)
    assert (await office.store.backlogs(NOW)).in_doubt == 1
