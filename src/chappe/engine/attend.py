"""Attending: a node says that it lives, hears who else does, and has what one of them may have.

In: the store's word. Out: links and the upkeep, begun and ended; what other nodes changed, and what
waits for a link that is here. Promise: who has what is decided by the database alone, by its clock;
a node that others took to be over ends at once; what a dead one had is another's within seconds;
all nodes go by one date, the database's, whatever their machines say.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from typing import Final, NamedTuple

import msgspec

from chappe.engine.blocks import Blocks
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
_PATIENT = LIVE_MS // BEAT_MS + 1
_TIDY_EVERY = 60
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


class _Ended(msgspec.Struct):
    """What a node tells the others at once: whoever is at these calls ends them."""

    ended: Sequence[tuple[int, int]]  # stretches of messages


_Told = list[tuple[int, int]] | _Ended  # or where something was queued: (route, channel)


class Attend:
    """One node among those of its database; where there can be no other, all is its own."""

    def __init__(
        self,
        office: Office,
        dispatch: Dispatch,
        rates: Rates,
        blocks: Blocks,
        over: Callable[[], None],
    ) -> None:
        self._office = office
        self._dispatch = dispatch
        self._rates = rates
        self._blocks = blocks
        self._over = over
        self._holdings: dict[str, Holding] = {}
        self._mine: set[str] = set()
        self._free: dict[str, int] = {}  # what nobody has -> for how many beats
        self._beats = 0
        self._patient = 0  # until that beat nobody is taken to be over
        self._untold: set[tuple[int, int]] = set()
        self._is_sharing = False
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
        if (found := await self._felt()) is not None:
            await self._share(found)
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
            log.info("the store is away: %s", fault)  # which it says aloud itself
        finally:
            self._again()

    async def beat(self) -> None:
        """Say that this node lives, hear what has come, and take what is to be taken. That may
        last, and no beat waits for it."""
        found = await self._felt()
        if found is not None and not self._is_sharing:
            self._is_sharing = True
            self._office.background(self._share_now(found))

    async def _share_now(self, found: Attendance) -> None:
        try:
            await self._share(found)
        except StoreAway as fault:
            log.info("the store is away: %s", fault)  # which it says aloud itself
        finally:
            self._is_sharing = False

    async def _felt(self) -> Attendance | None:
        """What there is to be heard; None where this node is over."""
        said = msgspec.json.encode(self._said()).decode()
        clock = self._office.clock
        asked = clock.machine()
        accounts, ends = self._office.accounts, self._beats >= self._patient
        found = await self._office.store.attend(said, LIVE_MS, accounts.since, ends=ends)
        answered = clock.machine()
        if found is None:
            self._stopped = True
            log.error("others took this node to be over: it begins anew")
            self._over()
            return None
        self._beats += 1
        if found.was_late:
            # The others may be as late, and are given the time to say that they live.
            self._patient = self._beats + _PATIENT
        if 0 <= answered - asked <= _PROMPT_MS:
            clock.follow(found.date - (asked + answered) // 2)
        await self._hear(found)
        return found

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
        self._blocks.hear_of(found.drawn)
        self._rates.hear_of([said.taken for said in others])
        if found.changes:
            await self._office.accounts.refresh(found.changes)

    # sharing

    async def _share(self, found: Attendance) -> None:
        """Take what is free; where others would have it too, whoever has least goes first."""
        me = self._office.store.node
        owners = {one.what: one.node for one in found.tenures}
        loads = {one.id: 0 for one in found.fellows}
        for node in owners.values():
            if node in loads:
                loads[node] += 1
        for what in [what for what in self._holdings if owners.get(what) == me]:
            if what not in self._mine:  # it could not be begun, nor left
                await self._begin(what)
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
        if UPKEEP in self._mine:
            await self._keep_up()
        if self._beats % _EVEN_EVERY == 0:
            await self._even_out(loads, wants)

    async def _keep_up(self) -> None:
        """Take up what those left that are over."""
        store = self._office.store
        if await store.left_nodes():
            await self._holdings[UPKEEP].begin()
        if self._beats % _TIDY_EVERY == 0:
            await store.tidy_nodes()

    async def _take(self, what: str) -> None:
        if await self._office.store.take(what):
            await self._begin(what)

    async def _begin(self, what: str) -> None:
        self._mine.add(what)
        try:
            await self._holdings[what].begin()
        except BaseException:  # whoever can't begin it must not keep it from others
            self._mine.discard(what)
            with suppress(StoreAway):
                await self._office.store.leave(what)
            raise

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
        """Another node queued something, or called off calls that may be here."""
        try:
            told = msgspec.json.decode(said, type=_Told)
        except msgspec.MsgspecError:  # of another version, or of whoever else uses the channel
            return
        if isinstance(told, _Ended):
            self._dispatch.end(told.ended)
        elif here := [pair for pair in told if self._dispatch.is_served_here(pair[0])]:
            self._dispatch.lined_up(here)


def ended(stretches: Sequence[tuple[int, int]]) -> str:
    """Calls of some messages are to end, as it is told to all nodes."""
    return msgspec.json.encode(_Ended(stretches)).decode()


def _read(fellow: Fellow) -> _Said:
    """What it said last; nothing yet, where it has only begun."""
    try:
        return msgspec.json.decode(fellow.said, type=_Said)
    except msgspec.MsgspecError:  # of another version
        return _Said()
