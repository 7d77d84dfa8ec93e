"""Replaying what an account was told, or what was given up, for what befell in some time.

In: an account, two instants, how it ended. Out: how many there are; or some of them owed again,
one behind the other. Promise: what is owed already is left alone; nothing is owed anew twice by one
run, wherever it was cut off; the news of one message keeps its order. What is told again is tried
for as long as what is new.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from chappe.engine.desk import Desk
from chappe.store.contract.replays import Mark, OverAsked
from chappe.words.account import Account
from chappe.words.clock import DAY, SECOND

LATE_MS: Final = 60 * DAY  # how long after its order something is looked for
_COUNTED_AT_ONCE = 65_536


class ReplayRun(NamedTuple):
    """One run of replays: whose, for what time, which ends, and when it began."""

    account: Account
    since: int
    until: int
    ends: Sequence[int]  # as `store.told` has them
    begun: int


class OverCounted(NamedTuple):
    """How many ended in which way, and where to count on; None: that is all."""

    ends: Mapping[int, int]
    mark: Mark | None


class OwedAgain(NamedTuple):
    """How many are owed again now, where to go on (None: nowhere), and from when on the next ones
    are to be owed."""

    total: int
    mark: Mark | None
    next_at: int


async def count_over(desk: Desk, run: ReplayRun, mark: Mark) -> OverCounted:
    """Some of what a run would tell."""
    page = await desk.store.over_news(_asked(run), mark, _COUNTED_AT_ONCE)
    return OverCounted(Counter(one.end for one in page.found), page.mark)


async def replay(
    desk: Desk, run: ReplayRun, mark: Mark, most: int, rate: int, begin: int
) -> OwedAgain:
    """Owe the next ones again, at a pace: the first at `begin`, or now where that is over."""
    page = await desk.store.over_news(_asked(run), mark, most)
    begin = max(begin, desk.clock.now())
    due = [
        (one.subject, one.seq, begin + place * SECOND // rate)
        for place, one in enumerate(page.found)
    ]
    count = await desk.store.owe_again(due)
    return OwedAgain(count, page.mark, begin + len(due) * SECOND // rate)


def _asked(run: ReplayRun) -> OverAsked:
    return OverAsked(run.account.id, run.since, run.until, run.ends, run.begun, LATE_MS)
