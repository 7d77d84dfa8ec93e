"""Where queues begin: a claim need not pass over what has left since.

In: what claims found. Out: for each account that waits, from where to look. Promise: what comes to
lie before that is found as well, by claims that look from the very front: most of them, unless that
takes long.
A database keeps what is gone for as long as anybody may see it. While a dump is made of PostgreSQL,
each claim would read all that was queued and left since the dump began: more with every message.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

from chappe.words.rests import SHARE, machine_s

Queue = tuple[int, int]
"""A route and a channel."""

Place = tuple[int, int]
"""The due time and the number of a message that waits."""

_NOWHERE: Final[Place] = (-1, 0)
_SLOW_S: Final = 0.003  # less is no reason to leave anything out
_REST_MOST_S: Final = 60.0
_LAG_S: Final = 1.0  # what other nodes take may be this late in coming
_ACCOUNTS: Final = 256  # of one queue that a claim is told of
_MOST: Final = 10_000  # accounts in queues


class Floor:
    """Where an account's queue began a while ago. Where it begins now is its floor in a while."""

    __slots__ = ("_at", "_mark", "first")

    def __init__(self, begins: Place, at: float) -> None:
        self.first = _NOWHERE
        self._mark = begins
        self._at = at

    def seen(self, first: Place, last: Place, at: float) -> None:
        """A claim brought these, and all that is between them."""
        if first <= self.first:
            due, ident = first
            self.first = self._mark = due, ident - 1
            self._at = at
        elif at - self._at >= _LAG_S:
            self.first, self._mark, self._at = self._mark, last, at


class QueueLook(NamedTuple):
    """One claim's look at a queue."""

    queue: Queue
    known: dict[int, Floor]
    is_whole: bool
    began: float

    def floors(self, after: int) -> Sequence[tuple[int, int, int]]:
        """Account, due time and number behind which it waits: of those behind this account."""
        if self.is_whole:
            return ()
        accounts = sorted(account for account in self.known if account > after)
        return [(account, *self.known[account].first) for account in accounts[:_ACCOUNTS]]

    def floor(self, account: int) -> Place:
        known = None if self.is_whole else self.known.get(account)
        return _NOWHERE if known is None else known.first


class Floors:
    """Those of all queues, as far as this node claimed of them."""

    def __init__(self, is_used: bool, seconds: Callable[[], float] = machine_s) -> None:
        self._is_used = is_used
        self._seconds = seconds
        self._queues: dict[Queue, dict[int, Floor]] = {}
        self._whole_at: dict[Queue, float] = {}  # when to look at all of it again

    def look(self, queue: Queue) -> QueueLook:
        """A claim begins."""
        now = self._seconds()
        is_whole = not self._is_used or now >= self._whole_at.get(queue, 0)
        return QueueLook(queue, self._queues.get(queue, {}), is_whole, now)

    def found(self, look: QueueLook, account: int, rows: Iterable[Place]) -> None:
        """These were the account's first."""
        places = sorted(rows)
        if not self._is_used or not places:
            return
        now, known = self._seconds(), look.known
        floor = known.get(account)
        if floor is None:
            if sum(map(len, self._queues.values())) >= _MOST:
                self.clear()
                known.clear()
            self._queues.setdefault(look.queue, known)[account] = Floor(places[-1], now)
        else:
            floor.seen(places[0], places[-1], now)

    def over(self, look: QueueLook) -> None:
        """It ended. One that saw all rests for a multiple of the time that it took."""
        if self._is_used and look.is_whole:
            now = self._seconds()
            took = now - look.began
            if took >= _SLOW_S:
                self._whole_at[look.queue] = now + min(SHARE * took, _REST_MOST_S)

    def clear(self) -> None:
        """What was claimed may not have been."""
        self._queues.clear()
        self._whole_at.clear()
