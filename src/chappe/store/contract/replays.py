"""Telling again what was told, or was given up, in a stretch of time.

In: calls of the engine. Out: keys, a page at a time. Promise: what was owed anew since `begun` is
not found once more, so that whoever was interrupted may begin again anywhere.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

Mark = tuple[
    int, int, int
]  # how far somebody came: an order, a message of it, a seq; see the store

BEGIN: Mark = (0, 0, 0)


class OverAsked(NamedTuple):
    """Callbacks of an account for what befell from `since` on and before `until`, which are over in
    one of some ways (`store.told`). Orders count that were taken, or of which a letter was to
    begin, `late` before that at the earliest."""

    account: int
    since: int
    until: int
    ends: Sequence[int]
    begun: int
    late: int


class OverNews(NamedTuple):
    """One of them: its key, how it ended, and the mark behind it."""

    subject: int
    seq: int
    end: int
    mark: Mark


class OverPage(NamedTuple):
    """Some, in the order in which they are told; where it goes on, None: nowhere."""

    found: Sequence[OverNews]
    mark: Mark | None


class Replays(Protocol):
    """Callbacks that are over."""

    async def over_news(self, asked: OverAsked, mark: Mark, most: int) -> OverPage:
        """A page behind a mark. It may be empty and yet say where it goes on: so many messages are
        looked through at a time."""

    async def owe_again(self, news: Sequence[tuple[int, int, int]]) -> int:
        """Owe some anew, each (subject, seq, from when on), but for what is owed meanwhile; how
        many. What stands behind another one of its message waits for that."""
