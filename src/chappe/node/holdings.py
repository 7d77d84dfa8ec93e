"""What one node at a time has: each link, and the upkeep of the database that all share.

In: settings and verbs. Out: holdings, which `engine.attend` begins and ends. Promise: what a node
left that is over is taken up before anything else is; what can't be made is said before anything
begins.
"""

import asyncio
from collections.abc import Callable, Mapping

from chappe.config import LinkConfig
from chappe.engine.attend import Holding
from chappe.engine.count import Counting
from chappe.engine.desk import Desk
from chappe.engine.dispatch import Dispatch
from chappe.engine.doubt import Doubt
from chappe.engine.empty import Emptying
from chappe.engine.hear import Sinks
from chappe.engine.portion import resume
from chappe.engine.schedule import Schedule
from chappe.links.contract import Link
from chappe.node.directory import CannotStart


class Upkeep:
    """What one node does for all: the timers, what is called off, what is counted; and what those
    left that are over."""

    def __init__(
        self, desk: Desk, doubt: Doubt, schedule: Schedule, emptying: Emptying, counting: Counting
    ) -> None:
        self._desk = desk
        self._doubt = doubt
        self._schedule = schedule
        self._rest = emptying, counting
        self._is_begun = False
        self.inherited = 0  # messages that were on their way, and are in doubt

    async def begin(self) -> None:
        """Also when it goes on, and one more is over."""
        store = self._desk.store
        left = await store.left_nodes()
        await store.release_news()
        self.inherited += await self._doubt.inherit()
        self._desk.background(resume(self._desk))
        await store.settle_nodes(left)
        if not self._is_begun:
            self._is_begun = True
            await self._schedule.start()
            for one in self._rest:
                one.start()

    async def end(self) -> None:
        """It is given up with everything else: when the node stops."""


class LinkHoldings:
    """The links that this node has now, and how one is begun and ended."""

    def __init__(
        self, make: Callable[[LinkConfig], Link], sinks: Sinks, dispatch: Dispatch
    ) -> None:
        self._make = make
        self._sinks = sinks
        self._dispatch = dispatch
        self._links: dict[str, Link] = {}
        self._declared: dict[str, Link] = {}

    def make(self, config: LinkConfig) -> Link:
        try:
            return self._make(config)
        except ValueError as fault:
            raise CannotStart(f"The link {config.name}: {fault}.") from fault

    @property
    def links(self) -> Mapping[str, Link]:
        return self._links

    @property
    def declared(self) -> Mapping[str, Link]:
        """All that the file has, whoever has them now: for what they know without being begun."""
        return self._declared

    def forget(self, name: str) -> None:
        """The file has it no more."""
        self._declared.pop(name, None)

    def holding(self, config: LinkConfig, made: Link) -> Holding:
        """`made` is used the first time."""
        unused = [made]
        self._declared[config.name] = made

        async def begin() -> None:
            link = unused.pop() if unused else self.make(config)
            await link.start(self._sinks)
            self._links[link.name] = link
            self._dispatch.add(link)

        async def end() -> None:
            # It stops first: what it answers at its end is still heard.
            await self._links.pop(config.name).stop()
            self._dispatch.remove(config.name)

        return Holding(begin, end)

    async def stop(self) -> None:
        """All of them."""
        await asyncio.gather(*[link.stop() for link in self._links.values()])
