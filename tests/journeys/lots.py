"""Where a house of the journeys stands: one node alone, or two of one database.

In: the folder of the first node. Out: what belongs to each, and what they have between them.
Promise: two have one clock, one key and one database that nobody has used; a crash ends what both
were at, whatever their processes still do.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
import pytest

from chappe.config import Config, StoreConfig
from chappe.engine.attend import BEAT_MS
from chappe.node import Node
from chappe.node.directory import KEY
from chappe.words.clock import HandClock
from tests.nodes.wire import as_one, deeds
from tests.store.server import Server

_BEATS = 20  # at most so much of what is left goes by between two
_END = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid();
UPDATE node SET over = 1 WHERE over = 0;
"""


class Lot:
    """One node, in its folder, with a store of its own."""

    def places(self, folder: Path) -> Sequence[Path]:
        """A directory for each node; the first one's is the folder itself."""
        return (folder,)

    def begin(self, folder: Path) -> Sequence[Path]:
        """The same, ready for a start."""
        folder.mkdir(parents=True, exist_ok=True)
        return self.places(folder)

    def said(self, config: Config) -> Config:
        """What the file says here."""
        return config

    def end(self) -> None:
        """A crash: what is there at this instant is all that is left."""

    async def meet(self, nodes: Sequence[Node]) -> None:
        """All have begun."""

    def ring(self, clock: HandClock) -> None:
        """Nothing is at work just now."""

    def hurry(self, left_ms: int) -> None:
        """So much time is to go by before anybody looks."""

    def standing(self, nodes: Iterable[Node]) -> tuple[int, ...]:
        """What changes while nodes are at something that does not show in any of them; first, how
        much is on its way from one to the other."""
        return (0,)


class Pair(Lot):
    """Two nodes, each in its folder, on one database. Where one of them is enough, as for a link,
    the first has it."""

    def __init__(self, server: Server, patch: pytest.MonkeyPatch) -> None:
        self._server = server
        self._patch = patch
        self._wire = as_one(patch)
        self._pause = BEAT_MS
        self._url = server.fresh()

    def places(self, folder: Path) -> Sequence[Path]:
        return folder, folder.with_name(f"{folder.name}-beside")

    def begin(self, folder: Path) -> Sequence[Path]:
        self._wire.begin()
        places = self.places(folder)
        for place in places:
            place.mkdir(parents=True, exist_ok=True)
            (place / KEY).write_bytes(b"k" * 32)
        return places

    def said(self, config: Config) -> Config:
        return msgspec.structs.replace(config, store=StoreConfig(url=self._url))

    def end(self) -> None:
        """A process that is gone has no sessions, and never writes again."""
        self._server.psql(_END, self._url)

    async def meet(self, nodes: Sequence[Node]) -> None:
        """Each hears of what the other has, which it had not when the first beat was felt, and
        takes what it gave up."""
        for node in nodes:
            await node.attend.beat()

    def ring(self, clock: HandClock) -> None:
        """What the other is to be told is told at once, and not with the next move of the clock."""
        clock.advance(clock.now())

    def hurry(self, left_ms: int) -> None:
        """Beats are rare far from the end of a long time, and one a second as it comes near."""
        pause = max(BEAT_MS, left_ms // _BEATS)
        if pause != self._pause:
            self._pause = pause
            self._patch.setattr("chappe.engine.attend.BEAT_MS", pause)

    def standing(self, nodes: Iterable[Node]) -> tuple[int, ...]:
        heard, under_way = self._wire.standing()
        return under_way, heard, *[count for node in nodes for count in deeds(node)]
