"""The PostgreSQL store: one hand that writes for each node, a few sessions that read, and one that
says that the node lives.

In: scripts. Out: their values. Promise: what is read is one state of the database; whether a node
lives is asked beside all else that it does.
"""

import asyncio
import secrets
from collections.abc import Callable, Sequence
from typing import Any

import asyncpg

from chappe.store.contract import StoreAway
from chappe.store.contract.nodes import Attendance
from chappe.store.intents import Intents
from chappe.store.lookup import one
from chappe.store.postgres_hand import PostgresHand
from chappe.store.postgres_hosts import reach
from chappe.store.postgres_script import bound, play, shown
from chappe.store.postgres_session import (
    CONNECT_S,
    LOST,
    WHICH,
    Connection,
    Pool,
    away,
    connect,
    migrate,
    sentence,
    settings,
)
from chappe.store.queries import queries
from chappe.store.recent import Recent
from chappe.store.script import Ask, Script
from chappe.store.settings import Settings
from chappe.store.writer import Writer

_READERS = 4
_REMEMBERED = 4_096  # messages, some 2 KiB each
_SNAPSHOT = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_CHANNEL = "chappe"
_PULSE_S = 2.0  # for one beat; a node lives for twice as long without any
_SILENT = 2  # beats in a row: one that is late may be so because the server has much to do
_IS_BEGUN = "SELECT to_regclass('migration') IS NOT NULL"
_SAFETY = ("fsync", "synchronous_standby_names", "synchronous_commit")


class PostgresStore(Intents):
    """One database, and one of its nodes. `place` is where its files lie, and the node's name."""

    is_shared = True

    def __init__(self, url: str, engine: Settings, place: str = "") -> None:
        self._url = url
        self._name = f"chappe {secrets.token_hex(8)}"
        self.place = place or self._name
        self._pool: Pool | None = None
        self._pulse: Connection | None = None
        self._beating = asyncio.Lock()
        self._server = ""  # that it leads to, or led to last
        self._missed = 0  # beats in a row to which no server said anything
        self._reading: set[Connection] = set()
        self._heard: Callable[[str], None] | None = None  # what others tell
        recent = Recent(_REMEMBERED, is_shared=True)
        self._hand = PostgresHand(
            url, self._name, self._script, recent, lambda: self.node, self._leave_server
        )
        writer = Writer(self._hand.take, engine.begins, engine.settled)
        super().__init__(writer, recent, engine)

    async def open(self) -> None:
        self._writer.closed = False
        try:
            await migrate(await self._hand.open())
            self._pool = await asyncpg.create_pool(
                self._url,
                min_size=1,
                max_size=_READERS,
                connect=reach,
                reset=_leave,
                **settings(f"{self._name} reads"),
            )
            self.node = 0
            await self.enrol(self.place)
        except StoreAway:
            self._hand.drop()
            raise
        except LOST as fault:
            self._hand.drop()
            raise StoreAway(f"PostgreSQL: {sentence(fault)}") from fault

    async def look(self) -> bool:
        self._writer.closed = True
        known = settings(f"{self._name} looks") | {"target_session_attrs": "any"}
        known["server_settings"] = known["server_settings"] | {
            "default_transaction_read_only": "on"
        }
        try:
            self._pool = await asyncpg.create_pool(
                self._url, min_size=1, max_size=_READERS, connect=reach, reset=_leave, **known
            )
            return bool(await self._pool.fetchval(_IS_BEGUN))
        except LOST as fault:
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
        await self._hand.close()
        if self._pulse is not None:
            await self._pulse.close(timeout=CONNECT_S)
            self._pulse = None

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
                    self._reading.add(connection)
                    try:
                        return await run(connection)
                    finally:
                        self._reading.discard(connection)
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

    async def attend(self, said: str, for_ms: int, since: int, *, ends: bool) -> Attendance | None:
        if self._hand.is_over:  # whatever the table of lives says
            return None
        try:
            found = await super().attend(said, for_ms, since, ends=ends)
        except StoreAway as fault:
            if isinstance(fault.__cause__, OSError):  # all else is an answer
                await self._miss()
            raise
        self._missed = 0
        return found

    async def _miss(self) -> None:
        """A server that falls silent ends no session: its sessions would wait for it for as long as
        a statement may take, whoever takes writes by then."""
        self._missed += 1
        if self._missed == _SILENT:
            await self._leave_server()

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
            pulse = await connect(self._url, f"{self._name} lives", _PULSE_S)
            try:
                await self._found(await pulse.fetchval(WHICH))
                if self._heard is not None:
                    await pulse.add_listener(_CHANNEL, self._hear)
            except BaseException:  # also when cancelled: nobody would close it
                pulse.terminate()
                raise
            self._pulse = pulse
        return self._pulse

    async def _found(self, server: str) -> None:
        """It answers, if slowly, and keeps its sessions; if it is another one than before, they are
        with one that may be silent."""
        self._missed = 0
        before, self._server = self._server, server
        if before not in ("", server):
            await self._leave_server()

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

    @property
    def collisions(self) -> int:
        """How often what it wrote met what another node did, and was done again."""
        return self._hand.collisions

    async def _leave_server(self) -> None:
        """Another one has become the primary, or may have: whatever is open leads to the wrong one,
        and would read there for ever, or wait."""
        self._hand.drop()
        self._stop_beating()
        for connection in tuple(self._reading):
            connection.terminate()
        if self._pool is not None:
            await self._pool.expire_connections()


async def _leave(_: Connection) -> None:
    """A reader has nothing to put back: asyncpg's own reset would cost a round trip."""


def waited_for(fsync: str, standbys: str, commit: str) -> str:
    """What an acknowledged commit has waited for: `none`, `disk`, or a `standby` too."""
    if fsync == "off":
        return "none"
    return "standby" if standbys and commit != "local" else "disk"
