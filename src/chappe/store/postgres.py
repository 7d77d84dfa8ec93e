"""The PostgreSQL store: one writing session of each node, a few that read, and one that says that
the node lives.

In: scripts. Out: their values. Promise: a commit is durable before anyone hears of it; a node that
is over commits nothing, by the very transaction that would; where the answer to a commit was lost,
the database is asked what became of it.
"""

import asyncio
import secrets
from collections.abc import Callable, Sequence
from typing import Any

import asyncpg

from chappe.store.contract import Batch, StoreAway
from chappe.store.intents import Intents
from chappe.store.lookup import one
from chappe.store.postgres_script import bound, play, shown
from chappe.store.postgres_session import (
    CONNECT_S,
    Connection,
    Pool,
    away,
    connect,
    migrate,
    sentence,
    settings,
    writing,
)
from chappe.store.queries import queries
from chappe.store.recent import Recent
from chappe.store.script import Ask, Script
from chappe.store.settings import Settings
from chappe.store.writer import Outcome, Writer

_READERS = 4
_PAUSE_S, _PAUSE_MAX_S = 0.1, 2.0
_AGAIN_S = (0.01, 0.05, 0.25, 1.0)
# What another node did meanwhile: what it wrote is there when it is tried again.
_AGAIN = (
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.UniqueViolationError,
)
_LOST = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
_SNAPSHOT = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

# In one round trip: a transaction is begun in its turn, and marked so that it can be found again,
# unless the node is over. Batches lock the rows that they share, and run beside each other; any
# other script was written as if nobody else wrote, and that is how it runs.
_TURN = 0x436861707065 + 2
_BEGIN_BATCH = f"BEGIN; SELECT pg_advisory_xact_lock_shared({_TURN});"
_BEGIN_SCRIPT = f"BEGIN; SELECT pg_advisory_xact_lock({_TURN});"
_MARK = "UPDATE node SET mark = {mark} WHERE id = {node} AND over = 0"
_MARKED = "UPDATE 1"
_CHANNEL = "chappe"
_PULSE_S = 2.0  # for one beat; a node lives for twice as long without any
_IS_BEGUN = "SELECT to_regclass('migration') IS NOT NULL"
_SAFETY = ("fsync", "synchronous_standby_names", "synchronous_commit")
_WAIT_AGAIN = "UPDATE node SET mark = mark WHERE id = $1"
_LAST_MARK = "SELECT mark FROM node WHERE id = $1 FOR UPDATE"


class _SessionDied(Exception):
    """And nothing of what it was at is kept."""


class Over(StoreAway):
    """Others took this node to be over, and have taken over what it held."""


class PostgresStore(Intents):
    """One database, and one of its nodes. `place` is where its files lie, and the node's name."""

    is_shared = True

    def __init__(self, url: str, engine: Settings, place: str = "") -> None:
        self._url = url
        self._name = f"chappe {secrets.token_hex(8)}"
        self.place = place or self._name
        self._connection: Connection | None = None
        self._pool: Pool | None = None
        self._pulse: Connection | None = None
        self._beating = asyncio.Lock()
        self._heard: Callable[[str], None] | None = None  # what others tell
        self._jobs: set[asyncio.Task[None]] = set()
        self._pause_s = 0.0
        self._closed_until = 0.0
        # Other nodes may write too, so nothing is known without asking.
        writer = Writer(self._hand_over, engine.begins, engine.settled)
        super().__init__(writer, Recent(0), engine)

    async def open(self) -> None:
        self._writer.closed = False
        try:
            self._connection = await writing(self._url, self._name)
            await migrate(self._connection)
            self._pool = await asyncpg.create_pool(
                self._url,
                min_size=1,
                max_size=_READERS,
                reset=_leave,
                **settings(f"{self._name} reads"),
            )
            self.node = 0
            await self.enrol(self.place)
        except StoreAway:
            self._drop()
            raise
        except _LOST as fault:
            self._drop()
            raise StoreAway(f"PostgreSQL: {sentence(fault)}") from fault

    async def look(self) -> bool:
        self._writer.closed = True
        known = settings(f"{self._name} looks") | {"target_session_attrs": "any"}
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
        if not self._writer.closed:
            self._writer.closed = True
            await self._resign_now()
        pool, self._pool = self._pool, None
        pool.terminate()
        for connection in (self._connection, self._pulse):
            if connection is not None:
                await connection.close(timeout=CONNECT_S)
        self._connection = self._pulse = None

    async def _resign_now(self) -> None:
        """Where the database is away, it finds out by itself."""
        try:
            await self.resign()
        except StoreAway:
            self._stop_beating()

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

    async def safety(self) -> str:
        async def run(connection: Connection) -> Any:
            return [await connection.fetchval(f"SHOW {name}") for name in _SAFETY]

        return waited_for(*(await self._read(run)))

    # living

    async def _beside(self, script: Callable[[], Script]) -> Any:
        """On a connection of its own, which nobody else can use up."""
        async with self._beating:
            try:
                pulse = await self._feel()
                async with pulse.transaction():
                    return await play(pulse, script())
            except Exception as fault:  # what is no fault of the connection is the caller's
                self._stop_beating()
                if not away(fault):
                    raise
                raise StoreAway(sentence(fault)) from fault

    async def _feel(self) -> Connection:
        """That connection, which hears what others tell as well."""
        if self._pulse is None or self._pulse.is_closed():
            self._pulse = await connect(self._url, f"{self._name} lives", _PULSE_S)
            if self._heard is not None:
                await self._pulse.add_listener(_CHANNEL, self._hear)
        return self._pulse

    def listen(self, heard: Callable[[str], None]) -> None:
        self._heard = heard
        self._stop_beating()  # the next one listens

    def _hear(self, _: Any, pid: int, channel: str, said: object) -> None:
        pulse = self._pulse
        if self._heard is not None and pulse is not None and pid != pulse.get_server_pid():
            self._heard(str(said))

    async def tell(self, said: str) -> None:
        """In a transaction of its own: until it commits, nobody else who tells anything can."""
        await self._beside(lambda: one(Ask("tell", (_CHANNEL, said))))

    def _stop_beating(self) -> None:
        pulse, self._pulse = self._pulse, None
        if pulse is not None:
            pulse.terminate()

    # writing

    def _hand_over(self, work: Batch | Callable[[], Script], outcome: Outcome) -> None:
        job = asyncio.get_running_loop().create_task(self._write(work, outcome))
        self._jobs.add(job)
        job.add_done_callback(self._jobs.discard)

    async def _write(self, work: Batch | Callable[[], Script], outcome: Outcome) -> None:
        try:
            value = await self._try(work)
        except Exception as fault:  # the writer must live; who asked gets the fault
            if isinstance(fault, asyncpg.ReadOnlySQLTransactionError):
                await self._leave_server()
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
                self.collisions += 1
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
            await self._begin(connection, work, mark)
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

    async def _begin(
        self, connection: Connection, work: Batch | Callable[[], Script], mark: int
    ) -> None:
        begin = _BEGIN_BATCH if isinstance(work, Batch) else _BEGIN_SCRIPT
        if not self.node:  # it is about to become one
            await connection.execute(begin)
        elif await connection.execute(begin + _MARK.format(mark=mark, node=self.node)) != _MARKED:
            raise Over("others took this node to be over")

    async def _roll_back(self, connection: Connection) -> None:
        try:
            await connection.execute("ROLLBACK")
        except _LOST:
            self._drop()

    async def _is_kept(self, mark: int) -> bool:
        """Ask a new session. It waits for the node's row, so the old one's outcome is decided. A
        wait for a standby that broke off leaves its commit standing: another waits in its place."""
        loop = asyncio.get_running_loop()
        until = loop.time() + CONNECT_S
        while True:
            try:
                connection = await self._session()
                if await connection.fetchval(_LAST_MARK, self.node) != mark:
                    return False
                await connection.execute(_WAIT_AGAIN, self.node)
                return True
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
            self._connection = await writing(self._url, self._name)
        except (*_LOST, StoreAway):
            self._pause_s = min(_PAUSE_MAX_S, self._pause_s * 2 or _PAUSE_S)
            self._closed_until = loop.time() + self._pause_s
            raise
        self._pause_s = 0.0
        return self._connection

    async def _leave_server(self) -> None:
        """Another one has become the primary: whatever is open leads to the wrong one, and would
        read there for ever."""
        self._drop()
        self._stop_beating()
        if self._pool is not None:
            await self._pool.expire_connections()

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.terminate()


async def _leave(_: Connection) -> None:
    """A reader has nothing to put back: asyncpg's own reset would cost a round trip."""


def waited_for(fsync: str, standbys: str, commit: str) -> str:
    """What an acknowledged commit has waited for: `none`, `disk`, or a `standby` too."""
    if fsync == "off":
        return "none"
    return "standby" if standbys and commit != "local" else "disk"
