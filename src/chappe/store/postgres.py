"""The PostgreSQL store: one writing session on the node's own loop, and a few that read.

In: scripts. Out: their values. Promise: a commit is durable before anyone hears of it; where the
answer to a commit was lost, the database is asked what became of it.
"""

import asyncio
import secrets
from collections.abc import Callable, Sequence
from typing import Any

import asyncpg

from chappe.store.contract import Batch, StoreAway
from chappe.store.intents import Intents
from chappe.store.postgres_script import bound, play, shown
from chappe.store.postgres_session import (
    CONNECT_S,
    Connection,
    Pool,
    away,
    migrate,
    seize,
    sentence,
    settings,
)
from chappe.store.queries import queries
from chappe.store.recent import Recent
from chappe.store.script import Script
from chappe.store.settings import Settings
from chappe.store.writer import Outcome, Writer

_READERS = 4
_PREDECESSOR_S = 1.0  # for the server to see that a killed node is gone
_PAUSE_S, _PAUSE_MAX_S = 0.1, 2.0
_AGAIN_S = (0.01, 0.05, 0.25, 1.0)
_AGAIN = (asyncpg.SerializationError, asyncpg.DeadlockDetectedError)
_LOST = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
_SNAPSHOT = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

# Both in one round trip: a transaction is begun, and marked so that it can be found again.
_BEGIN = """
BEGIN; INSERT INTO counter VALUES ('commit', {mark})
ON CONFLICT (name) DO UPDATE SET next = excluded.next;
"""
_IS_BEGUN = "SELECT to_regclass('migration') IS NOT NULL"
_LAST_MARK = "SELECT next FROM counter WHERE name = 'commit'"


class _SessionDied(Exception):
    """And nothing of what it was at is kept."""


class PostgresStore(Intents):
    """One database; for now one node."""

    def __init__(self, url: str, engine: Settings, holder: int = 1) -> None:
        self._url = url
        self._name = f"chappe {secrets.token_hex(8)}"
        self._connection: Connection | None = None
        self._pool: Pool | None = None
        self._jobs: set[asyncio.Task[None]] = set()
        self._pause_s = 0.0
        self._closed_until = 0.0
        # Other nodes may write too, so nothing is known without asking.
        writer = Writer(self._hand_over, engine.begins, engine.settled)
        super().__init__(writer, holder, Recent(0), engine)

    async def open(self) -> None:
        self._writer.closed = False
        try:
            self._connection = await seize(self._url, self._name, _PREDECESSOR_S)
            await migrate(self._connection)
            self._pool = await asyncpg.create_pool(
                self._url, min_size=1, max_size=_READERS, reset=_leave, **settings(self._name)
            )
        except StoreAway:
            self._drop()
            raise
        except _LOST as fault:
            self._drop()
            raise StoreAway(f"PostgreSQL: {sentence(fault)}") from fault

    async def look(self) -> bool:
        self._writer.closed = True
        known = settings(self._name)
        known["server_settings"] = known["server_settings"] | {
            "default_transaction_read_only": "on"
        }
        try:
            self._pool = await asyncpg.create_pool(
                self._url, min_size=1, max_size=_READERS, reset=_leave, **known
            )
            return bool(await self._pool.fetchval(_IS_BEGUN))
        except _LOST as fault:
            raise StoreAway(f"PostgreSQL: {sentence(fault)}") from fault

    async def damage(self) -> Sequence[str] | None:
        """Its server looks after that by itself."""
        return ()

    def copy(self, place: str, breathe: Callable[[int], None]) -> bool:
        """Its own tools know better how."""
        return False

    async def close(self) -> None:
        if self._pool is None:
            return
        await self.settled()  # at once where it was opened to look alone
        self._writer.closed = True
        pool, self._pool = self._pool, None
        pool.terminate()
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close(timeout=CONNECT_S)

    # reading

    async def read(self, script: Callable[[], Script]) -> Any:
        """A script that only asks, on a connection of its own: it sees one state throughout."""

        async def run(connection: Connection) -> Any:
            await connection.execute(_SNAPSHOT)
            try:
                return await play(connection, script())
            finally:
                if not connection.is_closed():
                    await connection.execute("ROLLBACK")

        return await self._read(run)

    async def _ask(self, name: str, *args: Any, type: Any = None) -> Any:
        """One statement sees one state anyway."""

        async def run(connection: Connection) -> Any:
            found = await connection.fetchval(queries("postgres")[name], *bound(args))
            return shown(found, type)

        return await self._read(run)

    async def _read(self, run: Callable[[Connection], Any]) -> Any:
        """Reading changes nothing, so a connection that died is simply replaced, once."""
        for is_last in (False, True):
            if self._pool is None:
                raise StoreAway("the store is closed")
            try:
                async with self._pool.acquire(timeout=CONNECT_S) as connection:
                    return await run(connection)
            except Exception as fault:  # what is no fault of the connection is the caller's
                if not away(fault):
                    raise
                if is_last:
                    self._writer.probe()  # what can't be read can't be written either: that is told
                    raise StoreAway(sentence(fault)) from fault
        raise AssertionError

    # writing

    def _hand_over(self, work: Batch | Callable[[], Script], outcome: Outcome) -> None:
        job = asyncio.get_running_loop().create_task(self._write(work, outcome))
        self._jobs.add(job)
        job.add_done_callback(self._jobs.discard)

    async def _write(self, work: Batch | Callable[[], Script], outcome: Outcome) -> None:
        try:
            value = await self._try(work)
        except Exception as fault:  # the writer must live; who asked gets the fault
            if away(fault):
                outcome(None, StoreAway(sentence(fault)))
            else:
                outcome(None, fault)
        else:
            outcome(value, None)

    async def _try(self, work: Batch | Callable[[], Script]) -> Any:
        """Do it; again where nothing came of it, and another time may well be better."""
        careful = renewed = False
        pauses = iter(_AGAIN_S)
        while True:
            try:
                return await self._transact(work, careful)
            except asyncpg.CharacterNotInRepertoireError:
                if careful:
                    raise
                careful = True
            except _AGAIN:
                pause = next(pauses, None)
                if pause is None:
                    raise
                await asyncio.sleep(pause)
            except _SessionDied as death:
                # It may have died long ago, and nobody noticed until now.
                if renewed:
                    raise StoreAway(sentence(death.__cause__ or death)) from death
                renewed = True

    async def _transact(self, work: Batch | Callable[[], Script], careful: bool) -> Any:
        connection = await self._session()
        mark = secrets.randbits(62)
        try:
            await connection.execute(_BEGIN.format(mark=mark))
            value = await play(connection, self._script(work), careful)
        except BaseException as fault:  # also when cancelled: nobody may find it half done
            await self._roll_back(connection)
            if isinstance(fault, _LOST) and self._connection is None:
                raise _SessionDied from fault
            raise
        try:
            await connection.execute("COMMIT")
        except _LOST as fault:
            # What the server refused is not done; after anything else only the server knows.
            if isinstance(fault, asyncpg.PostgresError) and not connection.is_closed():
                await self._roll_back(connection)
                raise
            self._drop()
            if not await self._is_kept(mark):
                raise _SessionDied from fault
        self._recent.kept()
        return value

    async def _roll_back(self, connection: Connection) -> None:
        try:
            await connection.execute("ROLLBACK")
        except _LOST:
            self._drop()

    async def _is_kept(self, mark: int) -> bool:
        """Ask a new session. It has the lock, so the old one is over and its outcome decided."""
        loop = asyncio.get_running_loop()
        until = loop.time() + CONNECT_S
        while True:
            try:
                connection = await self._session()
                return bool(await connection.fetchval(_LAST_MARK) == mark)
            except (*_LOST, StoreAway):
                if loop.time() >= until:
                    raise
                await asyncio.sleep(_PAUSE_S)

    async def _session(self) -> Connection:
        """The writing session; a lost one is replaced, with growing pauses between attempts."""
        if self._connection is not None and not self._connection.is_closed():
            return self._connection
        loop = asyncio.get_running_loop()
        if loop.time() < self._closed_until:
            raise StoreAway("PostgreSQL is away")
        try:
            self._connection = await seize(self._url, self._name, CONNECT_S)
        except (*_LOST, StoreAway):
            self._pause_s = min(_PAUSE_MAX_S, self._pause_s * 2 or _PAUSE_S)
            self._closed_until = loop.time() + self._pause_s
            raise
        self._pause_s = 0.0
        return self._connection

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.terminate()


async def _leave(_: Connection) -> None:
    """A reader has nothing to put back: asyncpg's own reset would cost a round trip."""
