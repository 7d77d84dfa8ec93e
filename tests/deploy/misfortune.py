"""A node to which everything happens that somebody should hear of, scraped every minute.

In: a house. Out: the samples, and when each misfortune began and ended. Promise: the clock is moved
by hand, so that an hour of it takes seconds; every page is what the door showed then.
"""

import asyncio
import os
import shutil
from typing import Any, Final
from unittest import mock

from chappe.config import Config, Listen, MetricsConfig
from chappe.engine.accept import accept
from chappe.hands import ways
from chappe.links.operator.mind.judgement import FAIR, Weather
from chappe.store.contract import StoreAway
from chappe.words.clock import SECOND
from chappe.words.lifecycle import Event
from chappe.words.order import Channel, Letter, Order
from tests.deploy.samples import Samples
from tests.journeys.house import House, account, config, link, many

MINUTE_S: Final = 60
_REFUSED, _UNANSWERED = 34, 36
_GIB: Final = 1 << 30
_WRONG: Final = "GET /api?accountid=fred&password=no&to=0612345678&text=x HTTP/1.1"


def said() -> Config:
    return config(
        metrics=MetricsConfig(listen=Listen("127.0.0.1", 0)),
        links=(link("one"), link("two", rate=50.0)),
        accounts=(account("fred", in_doubt="hold"),),
    )


class Misfortune:
    """What happens, one thing after the other."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.samples = Samples(job="chappe", instance="node")
        self.spans: dict[str, tuple[float, float]] = {}  # of each, the first and the last scrape
        self._began = 0
        self._next = 33_612_000_000

    async def run(self) -> None:
        await self.house.open(said())
        self._began = self.house.clock.now()
        for happens in (
            self.calm,
            self.refused,
            self.doubted,
            self.slow,
            self.broken,
            self.paused,
            self.full,
            self.away,
            self.down,
        ):
            begin = len(self.samples.times)
            await happens()
            times = self.samples.times
            self.spans[happens.__name__] = (times[begin], times[-1])

    # the watchman

    async def scrape(self) -> None:
        at = (self.house.clock.now() - self._began) / SECOND
        self.samples.scraped(at, await self._page())

    async def _page(self) -> str | None:
        answer = await self.house.ask("GET /metrics HTTP/1.1", at=self.house.node.doors.figures)
        return answer[1].decode() if answer is not None else None

    async def watch(self, minutes: int, *, sending: int = 0, **wishes: Any) -> None:
        """So many scrapes, with so many messages before each."""
        for _ in range(minutes):
            if sending:
                numbers = many(sending, self._next)
                self._next += sending
                await self.house.take(numbers, **wishes)
            await self._let(MINUTE_S)
            await self.scrape()

    async def _let(self, seconds: int) -> None:
        """To the second while something may happen, then at one stride."""
        house, end = self.house, self.house.clock.now() + seconds * SECOND
        await house.let(2)
        await house.leap(end, MINUTE_S * SECOND)

    # what happens

    async def calm(self) -> None:
        """Traffic, with somebody who does not know the password."""
        for _ in range(12):
            await self.house.ask(_WRONG)
            await self.watch(1, sending=4, tell=self.house.tell(Event.final))

    async def refused(self) -> None:
        """The operator refuses everything."""
        self._set_weather(Weather(rates={_REFUSED: 1.0}))
        await self.watch(13, sending=3)
        self._set_weather(FAIR)

    async def doubted(self) -> None:
        """It does not answer one message, on which somebody decides later."""
        await self.watch(3, sending=3)
        self._set_weather(Weather(rates={_UNANSWERED: 1.0}))
        await self.watch(1, sending=1)
        self._set_weather(FAIR)
        await self.watch(7)
        node = self.house.node
        (row,) = await node.store.doubts(9)
        await node.doubt.drop([row[0]])
        await self.watch(1)

    async def slow(self) -> None:
        """Orders wait for the disk for three seconds."""
        house, fred = self.house, self.house.node.accounts.by_login("fred")
        assert fred is not None
        for _ in range(6):
            letter = Letter(text="Bonjour", numbers=[self._next], code="36105")
            order = Order(dialect="plain", letters=[letter])
            asked = asyncio.create_task(accept(house.node.desk, fred, order))
            await asyncio.sleep(0)
            house.clock.advance(house.clock.now() + 3 * SECOND)
            await asked
            await self._let(MINUTE_S - 3)
            await self.scrape()
        await self.watch(6)

    async def broken(self) -> None:
        """Something of ours fails."""

        async def fail() -> None:
            raise RuntimeError("this is what a mistake of ours looks like")

        self.house.node.office.background(fail())
        await self.watch(12)

    async def paused(self) -> None:
        """One link is paused, then the other; an endpoint answers nothing of use."""
        house = self.house
        house.ears.status["/fred"] = 500
        await self.watch(1, sending=1, tell=house.tell(Event.final))
        await ways.pause_link(house.node, ways.OneLink(name="one"))
        await self.watch(4)
        await ways.pause_link(house.node, ways.OneLink(name="two"))
        await house.take(many(2, 33_613_000_000), channel=Channel.marketing)
        await house.take(many(2, 33_613_000_100))
        await self.watch(36)
        house.ears.status["/fred"] = 204
        for name in ("one", "two"):
            await ways.resume_link(house.node, ways.OneLink(name=name))
        await self.watch(22)

    async def full(self) -> None:
        """The disk is nearly full, and the log of the database grows."""
        usage = shutil.disk_usage(self.house.folder)._replace(total=_GIB, free=_GIB // 50)
        log = self.house.folder / "chappe.db-wal"
        with mock.patch.object(shutil, "disk_usage", return_value=usage):
            os.truncate(log, _GIB // 2)  # with a hole, which takes no room and is never read
            await self.watch(7)
        await self.watch(2)

    async def away(self) -> None:
        """The store takes nothing; the node's clock goes on all the same."""
        house = self.house
        writer = house.node.store._writer
        commit = writer._commit

        def commit_nothing(work: Any, outcome: Any, free: Any) -> None:
            loop = asyncio.get_running_loop()
            loop.call_soon(outcome, None, StoreAway("database or disk is full"))
            loop.call_soon(free)

        writer._commit = commit_nothing
        assert not hasattr(await house.send(many(1, self._next)), "order")
        for _ in range(4):
            house.clock.advance(house.clock.now() + MINUTE_S * SECOND)
            await self.scrape()
        writer._commit = commit
        await self.watch(3)

    async def down(self) -> None:
        """The node stops, and is started again."""
        house = self.house
        await house.stop()
        for _ in range(4):
            house.clock.advance(house.clock.now() + MINUTE_S * SECOND)
            await self.scrape()
        await house.start(house.node.config)
        await self.watch(13, sending=2)

    def _set_weather(self, weather: Weather) -> None:
        for name in ("one", "two"):
            self.house.link(name).set_weather(weather)
