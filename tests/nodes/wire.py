"""What nodes of one process tell each other, and how far each has come.

In: nodes whose stores are `wired`. Out: whether something that was told is still on its way, and a
figure that grows with whatever a node does. Promise: what nobody could have heard is not waited
for: neither what was told before somebody listened, nor what comes after he has left.
"""

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from chappe.engine.blocks import Blocks
from chappe.node import Node
from chappe.store.contract import Store
from chappe.store.contract.nodes import Attendance
from chappe.store.postgres import PostgresStore
from chappe.words.clock import HOUR

_NEVER = 1 << 60


class Wire:
    """What nodes tell each other, as far as it has come."""

    def __init__(self) -> None:
        self._awaited: dict[str, int] = {}  # who listens -> how much was told and not heard yet
        self._heard = 0
        self._supply: Blocks | None = None

    def begin(self) -> None:
        """Nobody is there any more."""
        self._awaited.clear()
        self._supply = None

    def blocks(self, store: Store) -> Blocks:
        """Cases know orders and messages by their numbers, which nodes draw in blocks of their own:
        for once they draw from the same."""
        self._supply = self._supply or Blocks(store)
        return self._supply

    def joined(self, place: str) -> None:
        self._awaited.setdefault(place, 0)

    def left(self, place: str) -> None:
        self._awaited.pop(place, None)

    def told(self, place: str) -> None:
        for one in self._awaited:
            self._awaited[one] += one != place

    def heard(self, place: str) -> None:
        self._heard += 1
        if self._awaited.get(place):
            self._awaited[place] -= 1

    def standing(self) -> tuple[int, int]:
        """How much was heard, and how much was told and not heard yet."""
        return self._heard, sum(self._awaited.values())


def as_one(patch: pytest.MonkeyPatch) -> Wire:
    """Nodes that are started from here on are quiet together: each has heard what the other told
    it, nobody is over because a test took long, and the simulated network, whose log lies with one
    node, stays with that one."""
    wire = Wire()
    patch.setattr("chappe.store.postgres.PostgresStore", _wired(wire))
    patch.setattr("chappe.engine.desk.Blocks", wire.blocks)
    patch.setattr("chappe.engine.attend.LIVE_MS", HOUR)
    patch.setattr("chappe.engine.attend._EVEN_EVERY", _NEVER)
    # What is due as a wait ends may have to be told to the other node within it.
    patch.setattr("chappe.engine.attend._TELL_MS", 0)
    return wire


def _wired(wire: Wire) -> type[PostgresStore]:
    class Wired(PostgresStore):
        """A store that says what it tells and hears, and is itself in all else."""

        def listen(self, heard: Callable[[str], None]) -> None:
            def noted(said: str) -> None:
                wire.heard(self.place)
                heard(said)

            super().listen(noted)

        async def attend(self, *said: Any, **how: Any) -> Attendance | None:
            found = await super().attend(*said, **how)
            wire.joined(self.place)  # by the first beat it listens
            return found

        async def tell(self, said: str) -> None:
            wire.told(self.place)
            await super().tell(said)

        async def close(self) -> None:
            wire.left(self.place)
            await super().close()

    return Wired


def deeds(node: Node) -> Iterable[int]:
    """What grows whenever a node does anything."""
    counts, measures = node.desk.counts, node.measures
    yield counts.total() - counts["commits"]  # waiting for what is on disk is a commit of its own
    yield sum(link.submits + sum(link.receipts) for link in measures.links.values())
    yield measures.heard
