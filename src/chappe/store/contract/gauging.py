"""Gauging: how much waits, and for how long, as a watchman asks now and then.

In: calls of the engine. Out: numbers. Promise: whatever waits, a bounded number of rows is looked
at, on a connection that only reads.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol


class Queued(NamedTuple):
    """One queue that is not empty."""

    route: int
    channel: int
    waiting: int  # up to a bound
    since: int  # when the first of it might have left


class Gauged(NamedTuple):
    """What waits."""

    queues: Sequence[Queued]
    owed: int  # news that is owed and may be told, up to a bound
    owed_since: int  # since when the first of it is; 0: there is none
    in_doubt: int  # messages that somebody has to decide on, up to a bound


class Gauging(Protocol):
    """Counts of what waits."""

    async def backlogs(self, now: int) -> Gauged: ...
