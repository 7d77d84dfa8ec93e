"""A node: the one file that knows every room. It builds, wires, starts and stops them.

In: a Config and a data directory. Out: a running node. Promise: what can't start says so in one
sentence; a graceful stop loses nothing and ends within ten seconds.
"""

import asyncio
import contextlib
import ctypes
import fcntl
import gc
import logging
import os
import ssl
from collections.abc import Callable, Mapping, Sequence
from ipaddress import ip_network
from pathlib import Path
from typing import Protocol

from chappe.config import Config, LinkConfig, compare
from chappe.declared import declared_of
from chappe.dialects import DIALECTS
from chappe.doors.address import may_call
from chappe.doors.callbacks import Callbacks
from chappe.doors.drop import Drop
from chappe.doors.pipeline import Extra, Pipeline
from chappe.doors.post import Poster
from chappe.doors.short import Short
from chappe.doors.status import Status
from chappe.doors.wire import HttpDoor
from chappe.engine.accounts import Accounts, installation_key
from chappe.engine.cancel import CallingOff
from chappe.engine.declare import declare
from chappe.engine.desk import Desk
from chappe.engine.dispatch import Dispatch
from chappe.engine.doubt import Doubt
from chappe.engine.follow import Follow
from chappe.engine.notify import Notify
from chappe.engine.pieces import PieceByPiece
from chappe.engine.price import Price, Tariff
from chappe.engine.prove import Prove
from chappe.engine.route import Routes, Rule, Way
from chappe.engine.schedule import Schedule
from chappe.engine.sink import Sinks
from chappe.engine.tiny import Tinies
from chappe.engine.track import Track
from chappe.engine.warn import Warn
from chappe.linked import link_of
from chappe.links.contract import Link
from chappe.store.contract import ReplyTell, StoreAway
from chappe.store.intents import Intents
from chappe.store.sqlite import SqliteStore
from chappe.words.clock import Clock
from chappe.words.lifecycle import Event

log = logging.getLogger("chappe")

_DRAIN_S = 4.0
_LAND_S = 2.0
_TELL_S = 1.5
_STEP_S = 0.02
_M_MMAP_THRESHOLD = -3  # glibc's number for it
_MMAP_FROM_BYTES = 1 << 20
_M_ARENA_MAX = -8  # likewise
_ARENAS = 2  # threads that share one wait for each other, which Python has them do anyway


class CannotStart(Exception):
    """One clear sentence."""


class DirectoryTaken(CannotStart):
    """Another process works on this directory."""


class Beside(Protocol):
    """Something that lives with a node and that the node need not know."""

    async def start(self) -> None: ...

    async def stop(self) -> None: ...


class Node:
    """One process that serves."""

    def __init__(self, config: Config, data: Path, clock: Clock | None = None) -> None:
        self.config = config
        self.data = data
        self.clock = clock or Clock()
        self.links: dict[str, Link] = {}
        self.address: tuple[str, int] = ("", 0)
        self.sftp_address: tuple[str, int] = ("", 0)
        self.inherited = 0
        self._lock: int | None = None
        self.beside: list[Beside] = []  # what starts after the node and stops before it

    # starting

    async def start(self) -> None:
        """Everything but the doors first: who knocks finds the house ready."""
        await self.open()
        self.inherited = await self.doubt.inherit()
        for link in [self._make_link(one) for one in self.config.links]:
            await self._start_link(link)
        await self.dispatch.start(self.links.values())
        await self.schedule.start()
        self.calling_off.start()
        await self.notify.start()
        await self._open_doors()
        await self._start_beside()
        _settle_memory()

    async def open(self) -> None:
        """Store, accounts and engine: what the hands need when no server runs."""
        _return_memory()
        self._take_directory()
        self.store = self._store()
        try:
            await self.store.open()
            await self._furnish()
        except (StoreAway, OSError) as fault:
            raise CannotStart(f"The store can't be opened: {fault}.") from fault

    async def _furnish(self) -> None:
        self.accounts = Accounts(self.store, self._key())
        await self.accounts.load()
        self.routes = Routes(self.store)
        tariff = Tariff(Price(*row) for row in self.config.prices)
        self.desk = Desk(self.store, self.clock, self.accounts, tariff, self.routes)
        await self._apply(self.config)
        self._wire()

    def _take_directory(self) -> None:
        try:
            self.data.mkdir(0o700, parents=True, exist_ok=True)
            file = os.open(self.data / "chappe.lock", os.O_CREAT | os.O_RDWR, 0o600)
        except OSError as fault:
            raise CannotStart(
                f"The data directory {self.data} can't be written ({fault.strerror})."
            ) from fault
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as fault:
            os.close(file)
            raise DirectoryTaken(
                f"Another Chappe already works on {self.data}: stop it first, or give this one "
                "a directory of its own with --data."
            ) from fault
        self._lock = file

    def _key(self) -> bytes:
        try:
            return installation_key(self.data / "chappe.key")
        except (OSError, ValueError) as fault:
            raise CannotStart(f"The key file can't be used: {fault}.") from fault

    def _store(self) -> Intents:
        url = self.config.store.url
        scheme, _, place = url.partition("://")
        if scheme == "sqlite":
            return SqliteStore(self.data / place.removeprefix("/"))
        from chappe.store.postgres import PostgresStore  # asyncpg is loaded only where it is used

        return PostgresStore(url)

    def _wire(self) -> None:
        """The verbs, each told of every commit in this order: what leaves first, leaves first."""
        desk = self.desk
        self.dispatch = Dispatch(desk)
        self.doubt = Doubt(desk)
        self.track = Track(desk)
        retention = self.config.retention
        self.schedule = Schedule(desk, retention.texts_days, retention.records_days)
        self.calling_off = CallingOff(desk)
        self.pieces = PieceByPiece(desk, self.store, self.schedule.expect)
        self.notify = Notify(desk)
        self.warn = Warn(desk)
        self.prove = Prove(self.accounts, self.clock)
        self.sinks = Sinks(self.dispatch, self.track)
        self.poster = Poster(allow_private=self.config.callbacks.allow_private)
        self.callbacks = Callbacks(desk, self.notify, self.poster, DIALECTS)

    def _make_link(self, config: LinkConfig) -> Link:
        try:
            return link_of(config, self.data, self.clock)
        except ValueError as fault:
            raise CannotStart(f"The link {config.name}: {fault}.") from fault

    async def _start_link(self, link: Link) -> None:
        await link.start(self.sinks)
        self.links[link.name] = link

    async def _open_doors(self) -> None:
        status = Status(self.desk, self.dispatch, self.notify, lambda: self.config.simulated)
        extras: Mapping[tuple[str, str], Extra] = status.paths()
        short = Short(Follow(self.desk))
        pipeline = Pipeline(self.desk, self.prove, DIALECTS, extras, short.answer)
        proxies = [ip_network(one) for one in self.config.http.trusted_proxies]
        self.door = HttpDoor(pipeline, trusted_proxies=proxies)
        status.door = self.door
        http = self.config.http
        self.address = await self._listen(http.listen.host, http.listen.port, None)
        if http.listen_tls is not None and self.config.tls is not None:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            try:
                context.load_cert_chain(self.config.tls.cert, self.config.tls.key)
            except (OSError, ssl.SSLError) as fault:
                raise CannotStart(f"[tls] cert and key can't be read: {fault}.") from fault
            await self._listen(http.listen_tls.host, http.listen_tls.port, context)
        await self._open_files()
        status.ready = True

    async def _open_files(self) -> None:
        """What was dropped is brought to its end, also where the door for more is closed."""
        place, sftp = self.data / "files", self.config.sftp
        if sftp is None and not await self.store.dropped():
            return
        days = self.config.retention.texts_days
        self.drop = Drop(place, self.desk, self.prove, self.pieces, DIALECTS, days)
        await self.drop.start()
        if sftp is None:
            return
        from chappe.doors.sftp import SftpDoor  # asyncssh takes 18 MiB: only where it is used

        key = self.data / "chappe.ssh.key"
        door = SftpDoor(key, self.drop, self.prove, self.accounts)
        host, port = sftp.listen.host, sftp.listen.port
        try:
            self.sftp_address = await door.listen(host, port)
        except (OSError, ValueError) as fault:
            why = _plain(fault) if isinstance(fault, OSError) else str(fault)
            raise CannotStart(
                f"The file door can't be opened at {host}:{port}: {why}. Stop what holds it, or "
                "set another [sftp] listen."
            ) from fault
        self.sftp = door

    async def _listen(
        self, host: str, port: int, context: ssl.SSLContext | None
    ) -> tuple[str, int]:
        try:
            return await self.door.listen(host, port, context)
        except OSError as fault:
            raise CannotStart(
                f"The HTTP door can't be opened at {host}:{port}: {_plain(fault)}. Stop what "
                "holds it, or set another [http] listen."
            ) from fault

    async def _start_beside(self) -> None:
        for one in self.beside:
            try:
                await one.start()
            except OSError as fault:
                what = f"{type(one).__name__.lower()} socket in {self.data}"
                raise CannotStart(f"The {what} can't be opened: {_plain(fault)}.") from fault

    # changing

    async def reload(self, config: Config) -> Sequence[str]:
        """Take a new file: accounts, prices, routes, links. What was done, a line each."""
        changes = compare(self.config, config)
        fresh = (*changes.links_added, *changes.links_changed)
        # What can't be made is said before anything is touched.
        made = [self._make_link(link) for link in config.links if link.name in fresh]
        for name in (*changes.links_removed, *changes.links_changed):
            # It stops first: what it answers at its end is still heard.
            await self.links.pop(name).stop()
            self.dispatch.remove(name)
        self.config = config
        await self._apply(config)
        for link in made:
            await self._start_link(link)
            self.dispatch.add(link)
        self.dispatch.wake_all()
        done = [f"link {name} changed" for name in changes.links_changed]
        done += [f"link {name} added" for name in changes.links_added]
        done += [f"link {name} removed" for name in changes.links_removed]
        done += [f"account {login} applied" for login in changes.accounts]
        return done + [f"{what} waits for the next start" for what in changes.restart]

    async def _apply(self, config: Config) -> None:
        self.desk.tariff = Tariff(Price(*row) for row in config.prices)
        may_lead = _anywhere if config.callbacks.allow_private else may_call
        key = bytes.fromhex(self.accounts.digest("codes of short URLs"))
        self.desk.tinies = Tinies(self.store, key, config.tiny_domain, may_lead)
        self.store.stop_everywhere = config.optout.everywhere
        self.store.reply_tells = self._reply_tells
        rules = [
            Rule(r.links, r.account, r.channel, r.country, r.operator, r.sender, r.pick)
            for r in config.routes
        ]
        ways = [Way(link.name, link.kind, link.cost, link.weight) for link in config.links]
        await self.routes.set(rules, ways)
        for account in config.accounts:
            await declare(self.desk, declared_of(account))

    def _reply_tells(self, ident: int) -> Sequence[ReplyTell]:
        """Where an account hears of replies that answer nothing, by each of its dialects."""
        account = self.accounts.by_id(ident)
        if account is None:
            return ()
        tells = [(dialect.NAME, dialect.replies_to(account)) for dialect in DIALECTS]
        return [
            ReplyTell(
                name,
                tell.reply_url or tell.url,
                tell.form,
                int(tell.events & Event.reply),
                int(tell.events & Event.stop or tell.events & Event.reply),
            )
            for name, tell in tells
            if tell.reply_url or tell.url
        ]

    # stopping

    async def stop(self) -> None:
        """First no more requests, then no more submits, then no more calls; each gets its time."""
        for one in self.beside:
            await one.stop()
        if hasattr(self, "sftp"):
            await self.sftp.close()
        if hasattr(self, "drop"):
            self.drop.stop()
        if hasattr(self, "door"):
            await self.door.drain(_DRAIN_S)
        if hasattr(self, "callbacks"):
            await self._stop_engine()
        if hasattr(self, "store"):
            with contextlib.suppress(StoreAway):
                await self.store.close()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    async def _stop_engine(self) -> None:
        self.desk.draining = True
        self.schedule.stop()
        self.calling_off.stop()
        self.dispatch.stop()
        await _until(lambda: self.dispatch.flying == 0, _LAND_S)
        await asyncio.gather(*[link.stop() for link in self.links.values()])
        self.notify.stop()
        await _until(lambda: self.notify.flying == 0, _TELL_S)
        await self.poster.close()
        await self.desk.finish()


def _anywhere(address: str) -> bool:
    return True


async def _until(condition: Callable[[], bool], seconds: float) -> None:
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while not condition() and loop.time() < end:  # noqa: ASYNC110, once, at the end of a life
        await asyncio.sleep(_STEP_S)


def _plain(fault: OSError) -> str:
    return os.strerror(fault.errno) if fault.errno else str(fault)


def _settle_memory() -> None:
    """What stands now stays: the collector need not look at it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def _return_memory() -> None:
    """A password's 19 MiB go back to the system at once. By itself glibc, once it has seen one such
    block go, keeps the next for ever; and so does each thread with all that it ever had."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, _MMAP_FROM_BYTES)
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, _ARENAS)
