"""Looking at what waits for a link, or for its time.

In: the accounts whose messages may be seen. Out: queues, each with how much waits in it and since
when, and what all of them come to. Raises StoreAway.
"""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from chappe.engine.desk import Desk
from chappe.engine.look.seen import Seen
from chappe.store.contract.backlog import Pile

_AHEAD = 20_000  # of those that wait for their time, the first to come due

_Key = tuple[int, int, int]  # route, channel, account


class Queue(msgspec.Struct, frozen=True, kw_only=True):
    """An account's messages of a channel on a route."""

    links: Sequence[str]
    channel: int
    account: int
    queued: int
    since: int  # when the oldest of them might leave; 0: none is
    scheduled: int
    next_due: int  # 0: none is


class Queues(NamedTuple):
    """All queues, the longest first. Where `is_partial`, more wait for their time than were looked
    at: then `ahead` of them are told apart, and those that come due first."""

    queues: Sequence[Queue]
    queued: int
    since: int
    scheduled: int
    ahead: int
    is_partial: bool


async def queues(desk: Desk, seen: Seen) -> Queues:
    """`seen` None: all accounts'."""
    piles = await desk.store.piles(None if seen is None else sorted(seen), _AHEAD)
    routes = await desk.store.routes()
    queued, ahead = _by_key(piles.queued), _by_key(piles.ahead)
    none = Pile(0, 0, 0, 0, 0)
    found = []
    for key in {**queued, **ahead}:
        route, channel, account = key
        waiting, later = queued.get(key, none), ahead.get(key, none)
        found.append(
            Queue(
                links=routes.get(route, ()),
                channel=channel,
                account=account,
                queued=waiting.count,
                since=waiting.since,
                scheduled=later.count,
                next_due=later.since,
            )
        )
    found.sort(key=lambda one: (-one.queued, -one.scheduled, one.account, one.channel))
    apart = sum(pile.count for pile in piles.ahead)
    return Queues(
        found,
        sum(pile.count for pile in piles.queued),
        min((pile.since for pile in piles.queued), default=0),
        piles.scheduled if seen is None else apart,
        apart,
        piles.scheduled > _AHEAD,
    )


def _by_key(piles: Sequence[Pile]) -> dict[_Key, Pile]:
    return {(pile.route, pile.channel, pile.account): pile for pile in piles}
