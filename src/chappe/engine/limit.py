"""Limiting how many orders of an account are taken in a second.

In: an account, and its bound; what other nodes took. Out: whether this one is too many. Promise:
one bound an account, however many nodes take for it: what others took in the last second is taken
from it, but for an even share.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from chappe.words.clock import SECOND

_TOLD_MOST = 1_000  # accounts that other nodes are told of


class Rates:
    """Submissions per second and account."""

    def __init__(self) -> None:
        self._counts: dict[int, tuple[int, int]] = {}
        self._elsewhere: Mapping[int, int] = {}  # account -> orders of other nodes in a second
        self._nodes = 1

    def over(self, account: int, rate: int, now: int) -> bool:
        """Count one; whether that is more than the account may in this second."""
        second, count = self._counts.get(account, (0, 0))
        count = count + 1 if second == now // SECOND else 1
        self._counts[account] = (now // SECOND, count)
        if self._elsewhere:
            rate = max(-(-rate // self._nodes), rate - self._elsewhere.get(account, 0))
        return count > rate

    def taken(self, now: int) -> dict[int, int]:
        """Account -> orders in this second or the last one, of those that are bounded."""
        since = now // SECOND - 1
        busy = {one: count for one, (second, count) in self._counts.items() if second >= since}
        return dict(Counter(busy).most_common(_TOLD_MOST))

    def hear_of(self, others: Sequence[Mapping[int, int]]) -> None:
        """What each of the other nodes took in a second."""
        total: Counter[int] = Counter()
        for one in others:
            total.update(one)
        self._elsewhere, self._nodes = total, len(others) + 1
