"""Admitting more messages: whether fewer of an account's wait for a link than it may have waiting.

In: an account, and how many more it wants to send. Out: whether that is too many. Promise: nothing
is turned away by a count older than a blink, and whoever keeps asking does not keep the store busy.
"""

from chappe.store.contract import Store
from chappe.words.account import Account
from chappe.words.clock import SECOND, Clock

_FRESH_MS = 50  # a count this old still turns away
_KNOWN_MS = 1 * SECOND  # ... and this old still lets in
_REMEMBERED = 10_000


class Backlog:
    """How many messages of each account wait: as counted last, and what was let in since then."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._counts: dict[int, tuple[int, int]] = {}  # account -> (when, how many)

    async def is_over(self, account: Account, more: int, *, rehearsed: bool = False) -> bool:
        """Whether so many more messages are too many; if they are not, they are counted in, unless
        they will not come."""
        most = account.queue_max
        if not most:
            return False
        at, count = self._counts.get(account.id, (-_KNOWN_MS, 0))
        age = self._clock.steady() - at
        if age >= _KNOWN_MS or (count + more > most and age >= _FRESH_MS):
            at, count = self._clock.steady(), await self._store.backlog(account.id, most + 1)
        over = count + more > most
        if len(self._counts) >= _REMEMBERED:
            self._counts.clear()
        self._counts[account.id] = (at, count if over or rehearsed else count + more)
        return over
