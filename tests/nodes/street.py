"""Houses on one database: nodes in one process, each with a clock and a folder of its own.

In: how many. Out: houses, and verbs for what befalls them. Promise: a house's clock is moved by
hand, and so is who is over: the database takes nobody to be over because a test took long.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path

from chappe.config import Config, StoreConfig
from chappe.engine import attend
from chappe.node.directory import KEY
from tests.journeys.house import TUESDAY, House, config
from tests.store.server import Server

_BEAT_S = attend.BEAT_MS / 1_000


async def until(condition: Callable[[], object]) -> None:
    """Another node was told by the database, which takes a moment."""
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110  # nothing here could set an event
            await asyncio.sleep(0.005)


class Street:
    """The houses of one database."""

    def __init__(self, folder: Path, server: Server) -> None:
        self.houses: list[House] = []
        self._folder = folder
        self._server = server
        self.url = server.fresh()

    def said(self, **facts: object) -> Config:
        return config(store=StoreConfig(url=self.url), **facts)

    async def move_in(self, now: str = TUESDAY, **facts: object) -> House:
        """One node more."""
        house = self.build()
        await house.open(self.said(**facts), now)
        return house

    def build(self) -> House:
        """A house that is not open yet. All have one key."""
        place = self._folder / f"house{len(self.houses)}"
        (place / "0").mkdir(parents=True)
        (place / "0" / KEY).write_bytes(b"k" * 32)
        house = House(place)
        self.houses.append(house)
        return house

    async def beat(self, times: int = 1) -> None:
        """A second goes by everywhere."""
        for _ in range(times):
            for house in self.houses:
                if not house.node.is_over.is_set():
                    await house.let(_BEAT_S)

    def lapse(self, house: House) -> None:
        """It was not felt in time."""
        node = house.node.store.node
        self._server.psql(f"UPDATE pulse SET until = 0 WHERE node = {node}", self.url)

    def asked(self, question: str) -> str:
        return self._server.psql(question, self.url)

    async def close(self) -> None:
        for house in self.houses:
            await house.close()
