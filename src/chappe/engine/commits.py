"""Commits: whoever wants to know what each of them will keep, or what it brought, is told.

In: what the store says of every commit. Out: the same, to all verbs that asked for it. Promise:
they hear of it in the order in which they asked; what is counted of commits is counted once.
"""

from collections import Counter
from collections.abc import Callable
from typing import Protocol

from chappe.store.contract import Batch, Settled


class Listener(Protocol):
    """A verb with a lifetime that wants to know what each commit brought."""

    def settled(self, batch: Batch, settled: Settled) -> None: ...


class Commits:
    """There before the store is, which tells it of every commit."""

    def __init__(self, counts: Counter[str]) -> None:
        self.counts = counts
        self._listeners: list[Listener] = []
        self._starters: list[Callable[[Batch], None]] = []

    def listen(self, listener: Listener) -> None:
        """Tell a verb of every commit from now on."""
        self._listeners.append(listener)

    def begin_with(self, start: Callable[[Batch], None]) -> None:
        """Have this done from now on just before each commit that has orders in it."""
        self._starters.append(start)

    def begins(self, batch: Batch) -> None:
        for start in self._starters:
            start(batch)

    def settled(self, batch: Batch, settled: Settled) -> None:
        counts = self.counts
        counts["commits"] += 1
        counts["idle_happenings"] += settled.idle
        counts["strange_reports"] += settled.strange
        for listener in self._listeners:
            listener.settled(batch, settled)
