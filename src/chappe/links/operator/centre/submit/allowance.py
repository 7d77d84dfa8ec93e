"""How fast a client may submit: what it may spend, filled up as time goes by.

In: how many came. Out: how many of them may be taken. Promise: within any second no more than the
rate, and what was saved up for one; memory is bounded by the names that are remembered.
"""

from typing import Final

NAMES_MAX: Final = 1_000


class Allowance:
    """One rate, for each system_id by itself."""

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._left: dict[str, tuple[float, int]] = {}

    def allowed(self, name: str, now: int, count: int) -> int:
        """How many of `count` may be taken now."""
        if self._rate <= 0:
            return count
        most = max(1.0, self._rate)
        left, since = self._left.pop(name, (most, now))
        left = min(most, left + (now - since) * self._rate / 1000)
        taken = min(count, int(left))
        self._left[name] = left - taken, now
        if len(self._left) > NAMES_MAX:
            del self._left[next(iter(self._left))]
        return taken
