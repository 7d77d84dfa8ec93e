"""A node: it knows every room; it builds, wires, starts and stops them.

In: a Config and a data directory. Out: a running node. Promise: what can't start says so in one
sentence; a graceful stop loses nothing and ends within ten seconds.
"""

import asyncio
import contextlib
import logging
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Protocol

from chappe.config import Config, LinkConfig, compare
from chappe.dialects import DIALECTS
from chappe.dialects.shape import Dialect
from chappe.doors.calls.address import may_call
from chappe.doors.calls.callbacks import Callbacks, gathering
from chappe.doors.calls.connection import PostLimits
from chappe.doors.calls.judge import Judge
from chappe.doors.calls.post import Poster
from chappe.doors.figures.door import Figures
from chappe.doors.files.drop import Drop
from chappe.doors.http.limits import Limits
from chappe.doors.lobby.sockets import sockets
from chappe.doors.status import StatusDoor
from chappe.engine.accounts import Accounts, installation_key
from chappe.engine.attend import LINK, UPKEEP, Attend, Holding
from chappe.engine.commits import Commits
from chappe.engine.confirm import Confirming
from chappe.engine.count import Counting
from chappe.engine.declare import declare, find_clash
from chappe.engine.desk import Desk
from chappe.engine.dispatch import Dispatch
from chappe.engine.doubt import Doubt
from chappe.engine.empty import Emptying
from chappe.engine.enquire import Enquire, enquire_here
from chappe.engine.gauge import Gauge
from chappe.engine.haul import Haul
from chappe.engine.hear import Sinks
from chappe.engine.measure import Measures
from chappe.engine.notify import Notify
from chappe.engine.office import Office
from chappe.engine.price import Price, Tariff
from chappe.engine.prove import Prove
from chappe.engine.route import Routes
from chappe.engine.schedule import Schedule, leave_at
from chappe.engine.shorten import Tinies
from chappe.engine.take_turns import CallBounds
from chappe.engine.trace import Tracing
from chappe.engine.track import Track
from chappe.engine.warn import Warn
from chappe.links.contract import Link
from chappe.node import memory
from chappe.node.accounts import confirm_stop, declared_of, reply_tells
from chappe.node.descriptors import DescriptorShares, DescriptorWatch, TooFew, share_out_for
from chappe.node.directory import (
    KEY,
    CannotStart,
    database,
    lost_key,
    name_of,
    other_store,
    plain,
    taken,
)
from chappe.node.doors import Doors
from chappe.node.enquiring import enquiring
from chappe.node.ground import ground
from chappe.node.holdings import LinkHoldings, Upkeep
from chappe.node.links import link_of, routing_of
from chappe.node.patience import until
from chappe.node.restored import Restored, broke_off, restored, waits_for
from chappe.node.tracing import tracing
from chappe.speech.recordings import FOLDER, Recordings
from chappe.speech.speaking import Program, languages_at_hand
from chappe.store.contract import StoreAway
from chappe.store.intents import Intents
from chappe.store.settings import Settings
from chappe.store.sqlite import SqliteStore
from chappe.words.calls import Recording
from chappe.words.clock import DAY, Clock
from chappe.words.order import CONSOLE, Speech

log = logging.getLogger("chappe")

_LAND_S = 2.0
_TELL_S = 1.5


class Beside(Protocol):
    """Something that lives with a node and that the node need not know."""

    async def start(self) -> None: ...

    async def stop(self) -> None: ...


class Node:
    """One process that serves."""

    def __init__(
        self,
        config: Config,
        data: Path,
        clock: Clock | None = None,
        dialects: Sequence[Dialect] = DIALECTS,
    ) -> None:
        self.config = config
        self.data = data
        self.clock = clock or Clock()
        self.dialects = dialects
        self.commits = Commits(Counter())
        self.measures = Measures(self.clock, [*(one.NAME for one in dialects), CONSOLE])
        self.has_begun = False  # whether it lets customers in
        self.is_over = asyncio.Event()  # others took it to be; then it can only begin anew
        self.restored: Restored | None = None  # of which moment its state is, where that is old
        self.drop: Drop | None = None  # from the doors on, where files are taken
        self.descriptors = DescriptorShares(Limits().connections)
        self.beside: list[Beside] = []  # what starts after the node and stops before it
        self._tracing: Tracing | None = None  # from the start on, where the file says so
        self._opened = contextlib.AsyncExitStack()  # what is open closes in reverse

    @property
    def links(self) -> Mapping[str, Link]:
        """Those that this node has."""
        return self.ways.links

    # starting

    async def start(self) -> None:
        """The doors first, so that no link is bound where one of them is taken; nobody is let in
        until all else is ready, or somebody says what becomes of what an old state holds."""
        self._share_descriptors()
        self._tracing = tracing(self.config.tracing, self.clock, self.commits.counts, self._opened)
        await self.open()
        self.desk.pause()
        self.drop = await self._open_doors()
        if self.restored is None:
            await self.begin()
        await self._start_beside()
        memory.settle()

    async def begin(self) -> None:
        """Send, tell, and let customers in."""
        # What can't be made is said before anything begins.
        made = [(one, self.ways.make(one)) for one in self.config.links]
        links = {LINK + one.name: self.ways.holding(one, link) for one, link in made}
        await self.dispatch.start()
        # The upkeep first: before a link brings anything that is told at once.
        await self.attend.start({UPKEEP: Holding(self.upkeep.begin, self.upkeep.end), **links})
        for one in (self.callbacks, self.notify):
            one.start()
        self.desk.resume()
        self.confirming.start()  # which orders, and is refused before
        if self.drop is not None:
            await self.drop.start()
        self.restored, self.has_begun = None, True

    def _share_descriptors(self) -> None:
        try:
            self.descriptors = share_out_for(self.config, self.descriptors)
        except TooFew as why:
            raise CannotStart(str(why)) from why

    async def open(self) -> None:
        """Store, accounts and engine: what the hands need when no server runs."""
        memory.keep_little()
        self._opened.callback(os.close, taken(self.data))
        self.restored = restored(self.data)
        if wrong := broke_off(self.data) or other_store(self.data, self.config.store):
            raise CannotStart(f"{wrong}.")
        self.store = self._store()
        self._opened.push_async_callback(self._close_store)
        try:
            await self.store.open()
            await self._furnish()
        except (StoreAway, OSError) as fault:
            raise CannotStart(f"The store can't be opened: {fault}.") from fault

    def _store(self) -> Intents:
        engine = Settings(
            begins=self.commits.begins,
            settled=self.commits.settled,
            leave_at=partial(leave_at, self.clock),
            stop_everywhere=lambda: self.config.optout.everywhere,
            reply_tells=lambda ident: reply_tells(self.accounts.by_id(ident), self.dialects),
            confirm_stop=lambda ident, name: confirm_stop(
                self.accounts.by_id(ident), name, self.dialects
            ),
        )
        path = database(self.data, self.config.store)
        if path is not None:
            return SqliteStore(path, engine)
        from chappe.store.postgres import PostgresStore  # asyncpg is loaded only where it is used

        return PostgresStore(self.config.store.url, engine, name_of(self.data))

    async def _furnish(self) -> None:
        if wrong := await lost_key(self.data, self.store):
            raise CannotStart(f"{wrong}.")
        self.accounts = Accounts(self.store, self._key())
        await self.accounts.load()
        self.routes = Routes(self.store)
        self._look_for_clash(self.config)
        self.sockets = self._opened.enter_context(contextlib.closing(sockets()))
        self._build()
        await self._apply(self.config)
        self._opened.push_async_callback(self._stop_engine)

    def _key(self) -> bytes:
        try:
            return installation_key(self.data / KEY)
        except (OSError, ValueError) as fault:
            raise CannotStart(f"The key file can't be used: {fault}.") from fault

    def _build(self) -> None:
        """From the store up: the office, what sends, what is owed, the desk. They are told of every
        commit in this order: what leaves first, leaves first."""
        hearing = self.commits, self.measures, self._tracing  # of what happens
        self.office = Office(self.store, self.clock, self.accounts, self.routes, *hearing)
        self._build_ways_out()
        self._build_callbacks()
        self.warn = Warn(self.office)
        desk = self.desk = Desk(
            self.office,
            self.dispatch,
            self.emptying,
            self.notify,
            *self._declared(self.config),
            enquire=self._enquire(),
            expect=self.schedule.expect,
            languages=self._languages(),
        )
        self.confirming = Confirming(self.desk)
        self.commits.listen(self.confirming)
        self.upkeep = Upkeep(self.desk, self.doubt, self.schedule, self.emptying, self.counting)
        self.attend = Attend(self.office, self.dispatch, desk.rates, desk.blocks, self.is_over.set)
        self.pieces = Haul(self.desk)
        self.prove = Prove(self.accounts, self.clock)

    def _build_ways_out(self) -> None:
        """What sends, and what hears of it."""
        office, retention = self.office, self.config.retention
        self.doubt = Doubt(office)
        self.dispatch = Dispatch(office, self.doubt)
        self.track = Track(office)
        self.sinks = Sinks(self.dispatch, self.track)
        self.ways = LinkHoldings(self._link_of, self.sinks, self.dispatch)
        self.schedule = Schedule(office, retention.texts_days, retention.records_days)
        self.emptying = Emptying(office, self.dispatch)
        self.counting = Counting(office)
        self.recordings = Recordings(
            self.data / FOLDER, Program(), self.clock, keep_ms=retention.texts_days * DAY
        )
        self.beside.append(self.recordings)

    def _build_callbacks(self) -> None:
        """What is owed, who judges the answers, who posts, and who goes from one to the other."""
        office, dialects = self.office, self.dialects
        calls, most = self.config.callbacks, self.descriptors.calls
        bounds = CallBounds(all=most, of_account=most // 4)
        self.notify = Notify(office, bounds, gathering(dialects))
        judge = Judge(office, self.notify, dialects)
        self.poster = Poster(
            judge.told,
            allow_private=calls.allow_private,
            limits=PostLimits(open=most),
            ports=frozenset(calls.ports),
            names=self.descriptors.names,
            sockets=self.sockets,
        )
        self.tidying = memory.Tidying(self.store.unload)
        self.beside += DescriptorWatch(self.poster.rest), self.tidying
        self.callbacks = Callbacks(office, self.notify, judge, self.poster, dialects)

    def _declared(self, config: Config) -> tuple[Tariff, Tinies]:
        """What the file says of prices and short URLs."""
        may_lead = (lambda _: True) if config.callbacks.allow_private else may_call
        key = bytes.fromhex(self.accounts.digest("codes of short URLs"))
        tinies = Tinies(self.store, key, config.tiny_domain, may_lead)
        return Tariff(Price(*row) for row in config.prices), tinies

    def _enquire(self) -> Enquire:
        """Who knows which operator serves a number."""
        asked = enquiring(self.config.lookup, self.clock, self._opened)
        return asked or (lambda numbers: enquire_here(self.ways.declared.values(), numbers))

    def _languages(self) -> frozenset[str]:
        """What somebody here speaks. Whether they really do shows when they are asked to."""
        return languages_at_hand() if self.config.voice.engine != "none" else frozenset()

    def _link_of(self, config: LinkConfig) -> Link:
        return link_of(config, self.data, self.clock, self._speak, self.office.background)

    async def _speak(self, speech: Speech, text: str) -> Recording:
        """What a link of calls has spoken."""
        return await self.recordings.spoken(speech.title, text, speech.language)

    async def _open_doors(self) -> Drop | None:
        """Who knocks is told to wait until the node has begun."""
        self.doors = Doors(self.config, self.data, self.dialects, self.descriptors, self.tidying)
        status = StatusDoor(
            self.desk,
            self.dispatch,
            simulated=lambda: self.config.simulated,
            away=lambda: self.store.away,
            waits_for=lambda: waits_for(self.restored, self.has_begun),
        )
        door = await self.doors.open_http(self.desk, self.prove, status, self.sockets, self._opened)
        await self.doors.open_mail(self.desk, self._opened)
        stands_on = ground(self.data, self.config.store, lambda: self.store.away)
        shown = Figures(self.desk, Gauge(self.office), stands_on, door)
        await self.doors.open_figures(shown, self._opened)
        return await self.doors.open_files(self.desk, self.prove, self.pieces, self._opened)

    async def _start_beside(self) -> None:
        for one in self.beside:
            self._opened.push_async_callback(one.stop)
            try:
                await one.start()
            except OSError as fault:
                what = f"{type(one).__name__.lower()} socket in {self.data}"
                raise CannotStart(f"The {what} can't be opened: {plain(fault)}.") from fault

    # changing

    async def reload(self, config: Config) -> Sequence[str]:
        """Take a new file: certificate, accounts, prices, routes, links. What is done, in lines."""
        if self.restored is not None:
            raise CannotStart("this directory was put back from a backup: `chappe resume` first.")
        changes = compare(self.config, config)
        fresh = (*changes.links_added, *changes.links_changed)
        # What can't be made is said before anything is touched.
        self._look_for_clash(config)
        certificate = self.doors.fresh(config.tls)
        made = [(one, self.ways.make(one)) for one in config.links if one.name in fresh]
        for name in (*changes.links_removed, *changes.links_changed):
            await self.attend.remove(LINK + name)
            self.ways.forget(name)
        self.config = config
        self.desk.apply(*self._declared(config))
        await self._apply(config)
        for one, link in made:
            await self.attend.add(LINK + one.name, self.ways.holding(one, link))
        self.dispatch.wake_all()
        done = self.doors.renew(certificate)
        done += [f"link {name} changed" for name in changes.links_changed]
        done += [f"link {name} added" for name in changes.links_added]
        done += [f"link {name} removed" for name in changes.links_removed]
        done += [f"account {login} applied" for login in changes.accounts]
        return done + [f"{what} waits for the next start" for what in changes.restart]

    def _look_for_clash(self, config: Config) -> None:
        clash = find_clash(self.accounts, [declared_of(account) for account in config.accounts])
        if clash:
            raise CannotStart(clash)

    async def _apply(self, config: Config) -> None:
        await self.routes.set(*routing_of(config))
        for account in config.accounts:
            await declare(self.desk, declared_of(account))

    # resting

    def is_quiet(self, unanswered: int = 0) -> bool:
        """Nothing is being committed, nothing works in the background, and no call is in flight but
        as many as nobody answers."""
        is_due = self.has_begun and self.notify.is_due  # before that nobody is told anything
        calls = is_due or self.notify.flying > unanswered
        return self.store.is_idle and not (self.office.at_work or calls)

    # stopping

    async def stop(self) -> None:
        """First no more requests, then no more submits, then no more calls; each gets its time."""
        await self._opened.aclose()

    async def _close_store(self) -> None:
        with contextlib.suppress(StoreAway):
            await self.store.close()

    async def _stop_engine(self) -> None:
        self.desk.drain()
        await self.attend.stop()
        self.schedule.stop()
        self.emptying.stop()
        self.counting.stop()
        self.confirming.stop()
        self.dispatch.stop()
        await until(lambda: self.dispatch.flying == 0, _LAND_S)
        await self.ways.stop()
        self.notify.stop()
        await until(lambda: self.notify.flying == 0, _TELL_S)
        await self.callbacks.stop()
        await self.poster.close()
        await self.office.finish()
