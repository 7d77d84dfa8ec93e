"""Attending: a node says that it lives, hears who else does, and has what one of them may have.

In: the store's word. Out: links and the upkeep, begun and ended; what other nodes changed, and what
waits for a link that is here. Promise: who has what is decided by the database alone, by its clock;
a node that others took to be over ends at once; what a dead one had is another's within seconds;
all nodes go by one date, the database's, whatever their machines say.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Final, NamedTuple

import msgspec

from chappe.engine.dispatch import Dispatch
from chappe.engine.limit import Rates
from chappe.engine.office import Office
from chappe.store.contract import Batch, Settled, StoreAway
from chappe.store.contract.nodes import Attendance, Fellow
from chappe.words.clock import SECOND

log = logging.getLogger("chappe.nodes")

UPKEEP: Final = "upkeep"
LINK: Final = "link "
BEAT_MS: Final = 1 * SECOND
LIVE_MS: Final = 4 * SECOND  # without a beat
_TELL_MS = 5  # what waits for another node's link is told together
_PROMPT_MS = 100  # an answer that took longer says little of what time it is
_SHY = 3  # beats for which whatever is free is left to whoever has least
_EVEN_EVERY = 10  # beats between two looks at whether somebody has too much
_TOO_MUCH = 2  # links more than somebody else


class Holding(NamedTuple):
    """Something that one node at a time has."""

    begin: Callable[[], Awaitable[None]]
    end: Callable[[], Awaitable[None]]


class _Said(msgspec.Struct):
    """What a node tells the others."""

    wants: list[str] = []  # what it would take
    up: list[str] = []  # links that it has and that are up
    taken: dict[int, int] = {}  # account -> orders in the last second, where they are bounded


class Attend:
    """One node among those of its database; where there can be no other, all is its own."""

    def __init__(
        self, office: Office, dispatch: Dispatch, rates: Rates, over: Callable[[], None]
    ) -> None:
        self._office = office
        self._dispatch = dispatch
        self._rates = rates
        self._over = over
        self._holdings: dict[str, Holding] = {}
        self._mine: set[str] = set()
        self._free: dict[str, int] = {}  # what nobody has -> for how many beats
        self._since = 0
        self._beats = 0
        self._untold: set[tuple[int, int]] = set()
        self._stopped = False
        office.counts["nodes"] = 1

    async def start(self, holdings: Mapping[str, Holding]) -> None:
        """Take what is free, in this order."""
        self._holdings = dict(holdings)
        store = self._office.store
        if not store.is_shared:
            for what in holdings:
                await self._begin(what)
            return
        store.listen(self._told)
        self._office.commits.listen(self)
        await self.beat()
        self._again()

    async def stop(self) -> None:
        """Nothing more is taken."""
        self._stopped = True

    def has(self, what: str) -> bool:
        return what in self._mine

    async def add(self, what: str, holding: Holding) -> None:
        """Something more that this node would take."""
        self._holdings[what] = holding
        if not self._office.store.is_shared:
            await self._begin(what)

    async def remove(self, what: str) -> None:
        """It is not wanted any more."""
        holding = self._holdings.pop(what, None)
        if holding is not None and what in self._mine:
            await self._give_up(what, holding)

    # beats

    def _again(self) -> None:
        if not self._stopped:
            self._office.clock.later(BEAT_MS, self._ring)

    def _ring(self) -> None:
        if not self._stopped:
            self._office.background(self._go_on())

    async def _go_on(self) -> None:
        try:
            await self.beat()
        except StoreAway as fault:
            log.warning("the store is away: %s", fault)
        finally:
            self._again()

    async def beat(self) -> None:
        """Say that this node lives, hear what has come, and take what is to be taken."""
        said = msgspec.json.encode(self._said()).decode()
        clock = self._office.clock
        asked = clock.machine()
        found = await self._office.store.attend(said, LIVE_MS, self._since)
        answered = clock.machine()
        if found is None:
            self._stopped = True
            log.error("others took this node to be over: it begins anew")
            self._over()
            return
        self._beats += 1
        if 0 <= answered - asked <= _PROMPT_MS:
            clock.follow(found.date - (asked + answered) // 2)
        await self._hear(found)
        await self._share(found)

    def _said(self) -> _Said:
        links = [name for name in self._mine if name.startswith(LINK)]
        return _Said(
            wants=sorted(self._holdings),
            up=[name for name in links if self._dispatch.is_link_up(name.removeprefix(LINK))],
            taken=self._rates.taken(self._office.clock.now()),
        )

    async def _hear(self, found: Attendance) -> None:
        me = self._office.store.node
        counts = self._office.counts
        counts["nodes"], counts["collisions"] = len(found.fellows), self._office.store.collisions
        others = [_read(one) for one in found.fellows if one.id != me]
        elsewhere = {one.what for one in found.tenures if one.node not in (0, me)}
        up = {name.removeprefix(LINK) for said in others for name in said.up if name in elsewhere}
        self._dispatch.hear_of(up)
        self._rates.hear_of([said.taken for said in others])
        if found.changes:
            await self._office.accounts.refresh(
                {one.account for one in found.changes if one.account},
                {one.digest for one in found.changes if one.digest},
            )
            self._since = max([self._since, *(one.id for one in found.changes if one.is_old)])

    # sharing

    async def _share(self, found: Attendance) -> None:
        """Take what is free; where others would have it too, whoever has least goes first."""
        me = self._office.store.node
        owners = {one.what: one.node for one in found.tenures}
        loads = {one.id: 0 for one in found.fellows}
        for node in owners.values():
            if node in loads:
                loads[node] += 1
        wants = {one.id: set(_read(one).wants) for one in found.fellows} | {me: {*self._holdings}}
        for what in [what for what in self._holdings if not owners.get(what)]:
            beats = self._free[what] = self._free.get(what, 0) + 1
            foremost = min(
                (node for node in loads if what in wants[node]),
                key=lambda node: (loads[node], node),
            )
            if foremost == me or beats > _SHY:
                await self._take(what)
            loads[foremost] += 1
        self._free = {what: n for what, n in self._free.items() if what not in self._mine}
        if UPKEEP in self._mine and await self._office.store.left_nodes():
            await self._holdings[UPKEEP].begin()
        if self._beats % _EVEN_EVERY == 0:
            await self._even_out(loads, wants)

    async def _take(self, what: str) -> None:
        if await self._office.store.take(what):
            await self._begin(what)

    async def _begin(self, what: str) -> None:
        self._mine.add(what)
        await self._holdings[what].begin()

    async def _even_out(self, loads: Mapping[int, int], wants: Mapping[int, set[str]]) -> None:
        """Give up one link, where somebody else who would have it has fewer by far."""
        me = self._office.store.node
        for what in sorted(self._mine, reverse=True):
            others = [loads[node] for node in loads if node != me and what in wants[node]]
            if what.startswith(LINK) and others and min(others) <= loads[me] - _TOO_MUCH:
                await self._give_up(what, self._holdings[what])
                self._free[what] = -_EVEN_EVERY  # whoever has fewer takes it
                return

    async def _give_up(self, what: str, holding: Holding) -> None:
        self._mine.discard(what)
        await holding.end()
        if self._office.store.is_shared:
            await self._office.store.kept()  # what it was answered at last
            await self._office.store.leave(what)

    # waking others

    def settled(self, batch: Batch, settled: Settled) -> None:
        """What was queued for a link that is elsewhere is told to whoever has it."""
        elsewhere = {pair for pair in settled.queued if not self._dispatch.is_served_here(pair[0])}
        if elsewhere and not self._untold:
            self._office.clock.later(_TELL_MS, self._tell)
        self._untold |= elsewhere

    def _tell(self) -> None:
        pairs, self._untold = sorted(self._untold), set()
        if not self._stopped:
            self._office.background(self._tell_now(msgspec.json.encode(pairs).decode()))

    async def _tell_now(self, said: str) -> None:
        with suppress(StoreAway):  # who has the link looks by itself as well
            await self._office.store.tell(said)

    def _told(self, said: str) -> None:
        """Another node queued something."""
        pairs = msgspec.json.decode(said, type=list[tuple[int, int]])
        if here := [pair for pair in pairs if self._dispatch.is_served_here(pair[0])]:
            self._dispatch.lined_up(here)


def _read(fellow: Fellow) -> _Said:
    """What it said last; nothing yet, where it has only begun."""
    try:
        return msgspec.json.decode(fellow.said, type=_Said)
    except msgspec.MsgspecError:  # of another version
        return _Said()
