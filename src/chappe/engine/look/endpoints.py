"""Looking at customers' endpoints: what each is owed, and how it is.

In: the accounts whose endpoints may be seen. Out: endpoints, the worst first. What is owed comes
from the store, how an endpoint is from memory, as far back as it is remembered. Promise: of a URL
nothing is told but scheme, host and port. Raises StoreAway.
"""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from chappe.engine.desk import Desk
from chappe.engine.look.seen import Seen
from chappe.engine.take_turns import SICK, Lane
from chappe.store.contract import NEVER
from chappe.store.contract.backlog import OwedHead, OwedLane
from chappe.words.lane import FREE, account_of, origin_of

MOST = 1_000  # endpoints that are shown
_LANES = 10_000  # by which anything is owed, and that are looked at
_COUNTED, _COUNTED_LEAST = 30_000, 3  # news that is counted in each of two rounds; of each lane
_LOOKED, _LOOKED_LEAST = 5_000, 3  # news at either end of all lanes that are shown; of each


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """An account's calls to one origin."""

    account: int
    origin: str  # '': none that can be read
    owed: int
    is_more: bool  # owed is as much as was counted
    since: int  # since when the oldest is owed
    next: int  # when the next call is due; 0: all that may be told is under way
    flying: int
    missed: int  # calls in a row that were not heard
    is_sick: bool  # so many that few may be under way
    answer: str  # to the last call
    heard_at: int  # 0: none was since the start


class Endpoints(NamedTuple):
    """The worst endpoints that are owed anything, and how many there are; `is_more`: at least."""

    endpoints: Sequence[Endpoint]
    total: int
    is_more: bool


class _Owed(msgspec.Struct):
    """What is owed at an endpoint: what costs nothing goes by a lane of its own."""

    lanes: list[int] = []
    count: int = 0
    is_more: bool = False
    due: int = NEVER

    def add(self, lane: OwedLane, count: int, *, is_more: bool) -> None:
        self.lanes.append(lane.lane)
        self.count += count
        self.is_more |= is_more
        self.due = min(self.due, lane.due)


async def endpoints(desk: Desk, seen: Seen) -> Endpoints:
    """`seen` None: all accounts'."""
    owed: dict[int, _Owed] = {}
    whose = None if seen is None else sorted(seen)
    lanes = await desk.store.owed_lanes(whose, _LANES)
    counts = await _counts(desk, [one.lane for one in lanes])
    for one in lanes:
        count, is_more = counts[one.lane]
        owed.setdefault(one.lane & ~FREE, _Owed()).add(one, count, is_more=is_more)
    known = {key: _lanes(desk, key) for key in owed}
    shown = sorted(owed, key=lambda key: (_missed(known[key]) < SICK, -owed[key].count))[:MOST]
    heads = await _heads(desk, [lane for key in shown for lane in owed[key].lanes])
    now = desk.clock.now()
    rows = [
        _endpoint(key, owed[key], heads[key], known[key], now)
        for key in shown
        if key in heads  # else all was told since
    ]
    rows.sort(key=lambda one: (not one.is_sick, -one.owed, one.since))
    return Endpoints(rows, len(owed), len(lanes) == _LANES)


async def _counts(desk: Desk, lanes: Sequence[int]) -> dict[int, tuple[int, bool]]:
    """How much is owed by each, and whether that is all that was counted: no index holds a count,
    so where much is owed by many, it is counted only so far."""
    each = max(_COUNTED_LEAST, _COUNTED // max(1, len(lanes)))
    counts = dict(zip(lanes, await desk.store.owed_counts(lanes, each), strict=True))
    many = [lane for lane, count in counts.items() if count == each]
    if many:
        each = max(each, _COUNTED // len(many))
        counts |= zip(many, await desk.store.owed_counts(many, each), strict=True)
    return {lane: (count, lane in many and count >= each) for lane, count in counts.items()}


async def _heads(desk: Desk, lanes: Sequence[int]) -> dict[int, list[OwedHead]]:
    heads: dict[int, list[OwedHead]] = {}
    each = max(_LOOKED_LEAST, _LOOKED // max(1, len(lanes)))
    for head in await desk.store.owed_heads(lanes, each):
        heads.setdefault(head.lane & ~FREE, []).append(head)
    return heads


def _endpoint(
    key: int, owed: _Owed, heads: Sequence[OwedHead], lanes: Sequence[Lane], now: int
) -> Endpoint:
    missed = _missed(lanes)
    due = now if any(lane.held for lane in lanes) else owed.due
    told = max(lanes, key=lambda lane: (bool(lane.answer), lane.heard_at), default=None)
    return Endpoint(
        account=account_of(key),
        origin=next(filter(None, (origin_of(head.url) for head in heads)), ""),
        owed=owed.count,
        is_more=owed.is_more,
        since=min((head.since for head in heads if head.since), default=0),
        next=0 if due == NEVER else due,
        flying=sum(lane.flying for lane in lanes),
        missed=missed,
        is_sick=missed >= SICK,
        answer=told.answer if told and told.answer else heads[0].answer,
        heard_at=max((lane.heard_at for lane in lanes), default=0),
    )


def _lanes(desk: Desk, key: int) -> list[Lane]:
    """What is remembered of an endpoint: news that costs nothing goes by a lane beside it."""
    known = (desk.notify.turns.known(one) for one in (key, key | FREE))
    return [lane for lane in known if lane is not None]


def _missed(lanes: Sequence[Lane]) -> int:
    return max((lane.sick for lane in lanes), default=0)
