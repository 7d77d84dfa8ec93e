"""Two nodes on one PostgreSQL for one case: every request reaches the next of them in turn.

In: a case's ground. Out: a house whose doors take turns. Promise: both have one clock, one key and
one customer; all is quiet only once each has heard what the other told it; nobody is over because
a test took long, and the simulated network, whose log lies with one node, stays with that one.
"""

import contextlib
import shutil
from collections import Counter
from collections.abc import AsyncIterator, Callable

import pytest

from chappe.engine.blocks import Blocks
from chappe.node.directory import KEY
from chappe.store.contract import Store
from chappe.store.postgres import PostgresStore
from chappe.words.clock import HOUR
from tests.conformance.grounds import Ground
from tests.conformance.house import House, Reached, opened_nodes

_NEVER = 1 << 60


class Wire:
    """What nodes tell each other, as far as it has come."""

    def __init__(self) -> None:
        self._told: Counter[str] = Counter()
        self._heard: Counter[str] = Counter()
        self._places: set[str] = set()  # where somebody listens

    def joined(self, place: str) -> None:
        self._places.add(place)

    def told(self, place: str) -> None:
        self._told[place] += 1

    def heard(self, place: str) -> None:
        self._heard[place] += 1

    def standing(self) -> tuple[int, int]:
        """How much was heard, and how much was told and not heard yet."""
        total, heard = self._told.total(), self._heard.total()
        return heard, sum(total - self._told[one] for one in self._places) - heard


def _wired(wire: Wire) -> type[PostgresStore]:
    class Wired(PostgresStore):
        """A store that says what it tells and hears, and is itself in all else."""

        def listen(self, heard: Callable[[str], None]) -> None:
            def noted(said: str) -> None:
                wire.heard(self.place)
                heard(said)

            wire.joined(self.place)
            super().listen(noted)

        async def tell(self, said: str) -> None:
            wire.told(self.place)
            await super().tell(said)

    return Wired


def _one_supply() -> Callable[[Store], Blocks]:
    """Pages know orders and messages by their numbers, which nodes draw in blocks of their own: for
    once they draw from the same."""
    made: dict[str, Blocks] = {}
    return lambda store: made.setdefault("", Blocks(store))


@contextlib.asynccontextmanager
async def open_street(ground: Ground, scene: str) -> AsyncIterator[House]:
    """Two nodes on a ground of PostgreSQL, as the scene has them."""
    beside = ground.data.with_name(f"{ground.data.name}-beside")
    beside.mkdir()
    shutil.copy(ground.data / KEY, beside)
    wire = Wire()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("chappe.store.postgres.PostgresStore", _wired(wire))
        patch.setattr("chappe.engine.desk.Blocks", _one_supply())
        patch.setattr("chappe.engine.attend.LIVE_MS", HOUR)
        patch.setattr("chappe.engine.attend._EVEN_EVERY", _NEVER)
        # What is due as a wait ends may have to be told to the other node within it.
        patch.setattr("chappe.engine.attend._TELL_MS", 0)
        places = (ground.data, beside)
        async with opened_nodes(ground, scene, Reached(), places) as (nodes, clock, customer):
            yield House(nodes, clock, customer, ground.taken, wire.standing)
    shutil.rmtree(beside)
