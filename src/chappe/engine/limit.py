"""Limiting how many orders of an account are taken in a second.

In: an account, and its bound. Out: whether this one is too many. Promise: one count an account.
"""

from chappe.words.clock import SECOND


class Rates:
    """Submissions per second and account."""

    def __init__(self) -> None:
        self._counts: dict[int, tuple[int, int]] = {}

    def over(self, account: int, rate: int, now: int) -> bool:
        """Count one; whether that is more than the account may in this second."""
        second, count = self._counts.get(account, (0, 0))
        count = count + 1 if second == now // SECOND else 1
        self._counts[account] = (now // SECOND, count)
        return count > rate
