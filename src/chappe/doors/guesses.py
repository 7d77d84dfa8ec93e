"""Guesses: an address that tries one short code after another has to wait.

In: the addresses of those whose code led nowhere. Out: how long an address should wait before it
tries again. Promise: a code that leads somewhere costs its address nothing, and the memory of
guesses is bounded.
"""

from collections import OrderedDict
from typing import NamedTuple

from chappe.doors.lobby.peer import holder_of

FREE = 100  # misses in a row: old URLs live on, and many handsets share an address
REGAIN_S = 1.0  # until one more is free again
_HOLDERS = 16_384  # addresses that are remembered; the one with the fewest misses goes first


class _Missed(NamedTuple):
    misses: float
    at: float


class Guesses:
    """The guesses that came to one node. `now` is in seconds of a steady clock."""

    def __init__(self) -> None:
        self._missed: OrderedDict[str, _Missed] = OrderedDict()

    def wait_s(self, peer: str, now: float) -> float:
        """How long this address has to wait before it may try; 0 where it may."""
        return max(0.0, (self._count(holder_of(peer), now) + 1 - FREE) * REGAIN_S)

    def missed(self, peer: str, now: float) -> None:
        """Note that this address tried a code which led nowhere."""
        holder = holder_of(peer)
        self._missed[holder] = _Missed(self._count(holder, now) + 1, now)
        self._missed.move_to_end(holder)
        if len(self._missed) > _HOLDERS:
            self._missed.popitem(last=False)

    def _count(self, holder: str, now: float) -> float:
        missed = self._missed.get(holder)
        return max(0.0, missed.misses - (now - missed.at) / REGAIN_S) if missed else 0.0
