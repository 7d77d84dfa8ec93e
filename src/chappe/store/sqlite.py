"""The SQLite store: one writer thread, two readers, WAL, synchronous=FULL.

In: scripts. Out: their values. Promise: a commit is on disk before anyone hears of it; whatever
befalls the file, who asked hears of it in words that quote none of its rows.
"""

import asyncio
import contextlib
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import Any, NamedTuple, cast

from chappe.store import sqlite_hand
from chappe.store.contract import Batch, StoreAway
from chappe.store.copy import copy
from chappe.store.intents import Intents
from chappe.store.queries import migrations
from chappe.store.recent import Recent
from chappe.store.script import Script
from chappe.store.settings import Settings
from chappe.store.sqlite_damage import damage_of
from chappe.store.sqlite_faults import FAULTS, attempt, away, is_locked, told
from chappe.store.sqlite_hand import NativeHand, PlainHand, SqliteHand
from chappe.store.sqlite_script import play
from chappe.store.writer import Free, Outcome, Work, Writer

_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA cache_size = -16384",
    "PRAGMA wal_autocheckpoint = 4000",
    "PRAGMA temp_store = MEMORY",
)
_LOST = (
    "a file of the database was removed or replaced while it was open: stop this server with "
    "SIGTERM, which keeps what it can, and start it again"
)
_OLDEST = (3, 38, 0)
_SMALL = 500  # rows, some 6 us each; more would hold up the loop
_PATIENCE_S = 10.0  # for another process that holds the database
_LOCKED_S = 0.02
_REMEMBERED = 4_096  # messages, some 2 KiB each
_WATCH_S = 60.0
_ENDINGS = ("", "-wal", "-shm")


class SqliteStore(Intents):
    """One file, one process."""

    is_shared = False
    place = ""  # all that there is lies here

    def __init__(self, path: Path | str, engine: Settings) -> None:
        self._path = str(path)
        self._jobs: SimpleQueue[tuple[Any, Outcome] | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._readers: ThreadPoolExecutor | None = None
        self._reading = threading.local()
        self._read_by: list[sqlite3.Connection] = []
        self._seen = 0  # the database's version as others have left it
        self._reading_by: Callable[[str], sqlite3.Connection] = connect_to_read
        self._files: Mapping[str, tuple[int, int]] = {}
        self._watching: asyncio.TimerHandle | None = None
        self._lost = False
        self._under_way: tuple[Any, Outcome] | None = None  # what a native hand commits
        writer = Writer(self._hand_over, engine.begins, engine.settled)
        super().__init__(writer, Recent(_REMEMBERED), engine)

    async def open(self) -> None:
        self._writer.closed = False
        if sqlite3.sqlite_version_info < _OLDEST:
            raise StoreAway(f"SQLite {sqlite3.sqlite_version} is too old: 3.38 is needed")
        loop = self._loop = asyncio.get_running_loop()
        opened: asyncio.Future[None] = loop.create_future()
        thread = threading.Thread(
            target=self._write, args=(loop, opened), name="chappe-write", daemon=True
        )
        thread.start()
        await opened
        if isinstance(self.hand, NativeHand):
            loop.add_reader(self.hand.fileno(), self._ended, self.hand)
        self._thread = thread
        self._readers = ThreadPoolExecutor(2, "chappe-read")
        self._watch()
        await self.enrol(self.place)

    async def look(self) -> bool:
        self._loop = asyncio.get_running_loop()
        self._writer.closed = True
        self._reading_by = connect_to_look
        self._readers = ThreadPoolExecutor(2, "chappe-read")
        return bool(await self._aside(_version))

    async def damage(self) -> Sequence[str] | None:
        found: Sequence[str] | None = await self._aside(damage_of)
        return found

    def copy(self, place: str, breathe: Callable[[int], None]) -> bool:
        _, fault = attempt(lambda: copy(connect_to_look(self._path), place, breathe))
        if fault is not None:
            raise fault
        return True

    def unload(self) -> None:
        """Its pages, some 16 MiB after a crowd, and the messages that are remembered. Within a
        commit, there is another time."""
        for free in (self._recent.clear, lambda: self.hand.ask("PRAGMA shrink_memory")):
            self._writer.between(free)

    async def close(self) -> None:
        if self._watching is not None:
            self._watching.cancel()
            self._watching = None
        if self._thread is not None:
            await self.settled()
            self._writer.closed = True
            if isinstance(self.hand, NativeHand):
                self._loop.remove_reader(self.hand.fileno())
            self._jobs.put(None)
            thread, self._thread = self._thread, None
            await self._loop.run_in_executor(None, thread.join)
        if self._readers is not None:
            self._readers.shutdown()
            while self._read_by:
                self._read_by.pop().close()

    async def read(self, script: Callable[[], Script]) -> Any:
        """A script that only asks, on a connection of its own: it sees one state throughout."""
        return await self._aside(
            lambda connection: transact(PlainHand(connection), script(), "BEGIN")[0]
        )

    async def _beside(self, script: Callable[[], Script]) -> Any:
        return await self._do(script, is_past_us=False)

    def listen(self, heard: Callable[[str], None]) -> None:
        """There is nobody else."""

    async def tell(self, said: str) -> None:
        """Likewise."""

    async def _aside(self, look: Callable[[sqlite3.Connection], Any]) -> Any:
        try:
            return await self._loop.run_in_executor(self._readers, self._look, look)
        except StoreAway:
            self._writer.probe()  # what can't be read can't be written either: that is told
            raise

    def _look(self, look: Callable[[sqlite3.Connection], Any]) -> Any:
        try:
            connection = getattr(self._reading, "connection", None)
            if connection is None:
                connection = self._reading.connection = self._reading_by(self._path)
                self._read_by.append(connection)
            return look(connection)
        except FAULTS as fault:
            raise away(fault) from fault

    def _watch(self) -> None:
        """Whether the files by these names are still those that are open.

        Where one is not, a commit would go into a file that nobody finds again, and be answered all
        the same. So nothing more is taken; what is in a log without a name is put into the
        database, whose file may still have its own.
        """
        self._watching = self._loop.call_later(_WATCH_S, self._watch)
        found = _files(self._path)
        if self._lost or self._files.items() <= found.items():
            self._files = found
            return
        self._lost = True
        self._jobs.put((_RESCUE, lambda value, fault: None))
        self._writer.probe()

    def _hand_over(self, work: Work, outcome: Outcome, free: Free) -> None:
        """A small batch's statements are given here and now, by a native hand while they are run;
        else the thread is left the COMMIT alone, where each would wait for the busy loop to give up
        the interpreter lock. One thing at a time is handed over, so the hand has one user."""

        def end(value: Any, fault: BaseException | None) -> None:
            outcome(value, fault)
            free()

        if self._lost:
            self._loop.call_soon(end, None, StoreAway(_LOST))
            return
        if isinstance(work, Batch) and _is_small(work):
            value, fault = attempt(lambda: begin(self.hand, self._looked(work)))
            if fault is None:
                self._commit_soon(value, end)
                return
            if not is_locked(fault):
                self._loop.call_soon(end, None, fault)
                return
        self._jobs.put((work, end))

    def _commit_soon(self, value: Any, outcome: Outcome) -> None:
        if isinstance(self.hand, NativeHand):
            self._under_way = value, outcome
            self.hand.commit_later()
        else:
            self._jobs.put((_Begun(value), outcome))

    def _ended(self, hand: NativeHand) -> None:
        """What a native hand was left to commit."""
        as_expected, fault = attempt(hand.ended)
        if self._under_way is None or (as_expected is None and fault is None):
            return
        (value, outcome), self._under_way = self._under_way, None
        if fault is None:
            self._recent.kept(as_expected)
        outcome(None if fault else value, fault)

    def _write(self, loop: asyncio.AbstractEventLoop, opened: asyncio.Future[None]) -> None:
        """The writer thread: whatever waits for the disk waits here. It lives until it is told to
        end, whatever the file does to it: all that comes would wait for it in vain."""
        try:
            hand = self.hand = hand_of(self._path)
        except Exception as fault:  # a damaged file raises what nobody can list
            _post(loop, _settle, opened, StoreAway(f"{self._path}: {told(fault)}"))
            return
        _post(loop, _settle, opened, None)
        while (job := self._jobs.get()) is not None:
            work, outcome = job
            _post(loop, outcome, *attempt(partial(self._finish, hand, work)))
        with contextlib.suppress(sqlite3.Error):
            hand.close()

    def _finish(self, hand: SqliteHand, work: Any) -> Any:
        """Whoever else holds the database is waited for here, never on the loop."""
        if work is _RESCUE:
            return hand.ask("PRAGMA wal_checkpoint(TRUNCATE)")
        if isinstance(work, _Begun):
            value, as_expected = work.value, hand.commit()
        else:
            value, as_expected = self._persist(hand, work)
        self._recent.kept(as_expected)
        return value

    def _persist(self, hand: SqliteHand, work: Any) -> tuple[Any, bool]:
        end = time.monotonic() + _PATIENCE_S
        while True:
            ended, fault = attempt(lambda: transact(hand, self._looked(work)))
            if fault is None:
                return cast("tuple[Any, bool]", ended)
            if not is_locked(fault) or time.monotonic() > end:
                raise fault
            time.sleep(_LOCKED_S)

    def _looked(self, work: Work) -> Script:
        """Within the transaction: what another program wrote into the file is noticed."""
        version = self.hand.ask("PRAGMA data_version")
        if version != self._seen:
            self._seen = version
            self._recent.doubt()
        if not isinstance(work, Batch):
            self._recent.balances.clear()  # whatever it does
        return (yield from self._script(work))


_RESCUE = object()


class _Begun(NamedTuple):
    """A transaction whose statements are done; what it is worth once it is committed."""

    value: Any


def _is_small(batch: Batch) -> bool:
    """Few rows, and none that are searched for."""
    return not batch.arrivals and (
        sum([draft.total for draft in batch.drafts])
        + sum([wish.room for wish in batch.claims])
        + len(batch.moves)
        + len(batch.reports)
        + len(batch.told)
        <= _SMALL
    )


def _post(loop: asyncio.AbstractEventLoop, call: Callable[..., None], *args: Any) -> None:
    """From the thread to the loop, which may be over: then nobody waits any more."""
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(call, *args)


def _settle(opened: asyncio.Future[None], fault: StoreAway | None) -> None:
    if opened.done():
        return  # who wanted it open was told to stop meanwhile
    if fault is None:
        opened.set_result(None)
    else:
        opened.set_exception(fault)


def _files(path: str) -> Mapping[str, tuple[int, int]]:
    """Which files stand by the names of this database."""
    found: dict[str, tuple[int, int]] = {}
    for ending in _ENDINGS:
        with contextlib.suppress(OSError):
            stat = os.stat(path + ending)
            found[ending] = (stat.st_dev, stat.st_ino)
    return found


def hand_of(path: str) -> SqliteHand:
    """The one that writes into this database, whose schema is brought up to date."""
    connection = migrated(path)
    connection.execute("PRAGMA busy_timeout = 0")  # the loop never waits; see _finish
    if not sqlite_hand.is_native():
        return PlainHand(connection)
    connection.close()
    return NativeHand(path, _PRAGMAS)


def connect(path: str) -> sqlite3.Connection:
    """A connection that leaves transactions to us."""
    connection = _connect(path)
    for pragma in _PRAGMAS:
        connection.execute(pragma)
    return connection


def connect_to_read(path: str) -> sqlite3.Connection:
    """One for look-ups. The system has the file in memory anyway: a large cache of its own, which a
    single report would fill and which never goes, wins nothing."""
    connection = connect(path)
    connection.execute("PRAGMA cache_size = -4096")
    return connection


def connect_to_look(path: str) -> sqlite3.Connection:
    """One that changes nothing. Where no log stands beside the file, nobody writes to it, and not
    even the files that readers share are made."""
    alone = "" if os.path.exists(f"{path}-wal") else "&immutable=1"
    return _connect(f"{Path(path).resolve().as_uri()}?mode=ro{alone}", is_uri=True)


def _connect(where: str, is_uri: bool = False) -> sqlite3.Connection:
    return sqlite3.connect(
        where,
        timeout=_PATIENCE_S,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=512,
        uri=is_uri,
    )


def migrated(path: str) -> sqlite3.Connection:
    """A connection to a database whose schema is up to date."""
    connection = connect(path)
    try:
        migrate(connection)
    except BaseException:  # whatever it was, nobody will close it later
        connection.close()
        raise
    return connection


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the schema up to date, each step in a transaction of its own."""
    version = _version(connection)
    for step in migrations("sqlite"):
        if step.number > version:
            connection.executescript(
                f"BEGIN IMMEDIATE; {step.sql}; PRAGMA user_version = {step.number}; COMMIT;"
            )


def _version(connection: sqlite3.Connection) -> int:
    """How far its schema is; 0 where there is none."""
    version: int
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > migrations("sqlite")[-1].number:
        raise StoreAway("this database was written by a newer version of Chappe")
    return version


def transact(hand: SqliteHand, script: Script, how: str = "BEGIN IMMEDIATE") -> tuple[Any, bool]:
    """Run a script in one transaction; and whether all touched what it should."""
    return begin(hand, script, how), hand.commit()


def begin(hand: SqliteHand, script: Script, how: str = "BEGIN IMMEDIATE") -> Any:
    """All of a transaction but its COMMIT; a fault undoes it."""
    try:
        hand.begin(how)
        return play(hand, script)
    except BaseException:  # whatever it was, the next transaction must find none open
        hand.rollback()
        raise
