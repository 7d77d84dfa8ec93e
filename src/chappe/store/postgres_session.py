"""A session with PostgreSQL: how it is opened, what it plans by, and how its schema is kept.

In: a URL. Out: connections, with their faults sorted. Promise: the schema is brought up to date by
one node at a time; a session that was lost is over before another one of its node writes.
"""

import logging
from typing import TYPE_CHECKING, Any

import asyncpg

from chappe.store.contract import StoreAway
from chappe.store.postgres_hosts import reach
from chappe.store.queries import migrations

log = logging.getLogger("chappe.store")

LOST = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)

if TYPE_CHECKING:
    from asyncpg.pool import PoolConnectionProxy

    Connection = asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]
    Pool = asyncpg.Pool[asyncpg.Record]
else:  # asyncpg's classes take no parameters when they run
    Connection, Pool = asyncpg.Connection, asyncpg.Pool

CONNECT_S = 5.0
_COMMAND_S = 60.0
_LONG_S = 86_400.0  # for what looks through everything
_UNTIL_ENDED_MS = 3_000  # until a session that was told to end has done so
_LOCK = 0x436861707065  # 'Chappe': whoever writes has it, together with all others who do
_MIGRATING = _LOCK + 1
MOVING = "chappe_moving"  # a table: what is moved into this database is not all there yet
_OLDEST = 130_000

# Every statement is written for nested loops over indexes, its joins in the order in which they are
# to be done. Left to itself the planner may keep a plan that it made while the tables were empty,
# and read a table of millions from end to end: the writer has no second to spare for that.
_PLANNING = {
    "jit": "off",
    "plan_cache_mode": "force_generic_plan",
    "join_collapse_limit": "1",
    "from_collapse_limit": "1",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "enable_seqscan": "off",
    "enable_bitmapscan": "off",
    "enable_material": "off",
    "max_parallel_workers_per_gather": "0",
}

# A node that stands still in a transaction must not keep others from the rows that it has locked; a
# peer that is gone without a word is noticed before its lease is over.
_PATIENCE = {
    "idle_in_transaction_session_timeout": "3000",
    "tcp_user_timeout": "3000",
    "tcp_keepalives_idle": "2",
    "tcp_keepalives_interval": "1",
    "tcp_keepalives_count": "3",
}

# Texts stand in statements as the standard has them, whatever the server is set to.
_WORDING = {"standard_conforming_strings": "on"}

# A session keeps its settings, its locks and what it listens to; a pooler gives it to another.
_POOLED = (
    "a pooler such as PgBouncer stands before it, which keeps no settings of a session: give the "
    "address of PostgreSQL itself (each node opens seven connections, and keeps them)"
)
_UNSUPPORTED = "unsupported startup parameter"

# What may pass by itself. All else is a fault of ours, or of what we were given.
_AWAY = (
    OSError,  # a TimeoutError is one
    asyncpg.PostgresConnectionError,
    asyncpg.InsufficientResourcesError,  # the disk is full, among others
    asyncpg.OperatorInterventionError,  # shutting down, or starting
    asyncpg.PostgresSystemError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.InternalClientError,
)


def away(fault: BaseException) -> bool:
    """Whether trying again later may help."""
    if isinstance(fault, asyncpg.InterfaceError):
        # Our own values are refused by ValueErrors; the others say that the connection is closed.
        return not isinstance(fault, ValueError)
    return isinstance(fault, _AWAY)


def sentence(fault: BaseException) -> str:
    said = str(fault) or type(fault).__name__
    return _POOLED if _UNSUPPORTED in said else said


async def connect(url: str, name: str, command_s: float = _COMMAND_S) -> Connection:
    """A connection that leaves transactions to us."""
    known = settings(name) | {"command_timeout": command_s}
    return await reach(url, **known)


def settings(name: str) -> dict[str, Any]:
    """How all our connections are made."""
    return {
        "timeout": CONNECT_S,
        "target_session_attrs": "read-write",  # of several hosts, the primary
        "command_timeout": _COMMAND_S,
        "statement_cache_size": 256,
        "max_cached_statement_lifetime": 0,
        "server_settings": {"application_name": name, **_PLANNING, **_PATIENCE, **_WORDING},
    }


async def writing(url: str, name: str) -> Connection:
    """The writing session of a node. One of before, which the server has not missed yet, is ended:
    what it was at last is decided when its node's row is free. Its commits wait for nothing."""
    connection = await connect(url, name)
    try:
        await _check(connection)
        await connection.execute("SET synchronous_commit = off")
        await connection.execute(_END_MINE, name)
        if not await connection.fetchval("SELECT pg_try_advisory_lock_shared($1)", _LOCK):
            raise StoreAway("a Chappe that shares its database with nobody works on this one")
        if await connection.fetchval("SELECT to_regclass($1::text) IS NOT NULL", MOVING):
            raise StoreAway(
                "a move into this database is not finished: `chappe move-store` ends it"
            )
    except BaseException:  # also when cancelled: a session that nobody has must keep no lock
        connection.terminate()
        raise
    return connection


async def flushing(url: str, name: str, beside: Connection) -> Connection:
    """A session by which whatever the one beside it has committed becomes durable: on the same
    server, or it would prove nothing."""
    connection = await connect(url, name)
    try:
        await _check(connection)
        if await connection.fetchval("SHOW synchronous_commit") == "off":
            # An answer promises that it is on disk; stronger settings than `on` are left alone.
            await connection.execute("SET synchronous_commit = on")
        if await connection.fetchval(WHICH) != await beside.fetchval(WHICH):
            raise StoreAway("another server has become the primary")
    except BaseException:  # also when cancelled: nobody would close it
        connection.terminate()
        raise
    return connection


# Which server it is, and since when.
WHICH = "SELECT row(pg_postmaster_start_time(), inet_server_addr(), inet_server_port())::text"

# The name is drawn anew by each store, so it tells our own sessions from all others.
_END_MINE = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE application_name = $1 AND datname = current_database() AND pid <> pg_backend_pid()
"""


async def alone(url: str, name: str) -> Connection:
    """A session that has the database for itself, for as long as its work takes."""
    connection = await connect(url, name, _LONG_S)
    try:
        await _check(connection)
        await connection.execute(_END_MINE, name)
        await connection.execute(f"SET lock_timeout = {_UNTIL_ENDED_MS}")
        await connection.execute("SELECT pg_advisory_lock($1)", _LOCK)
    except asyncpg.LockNotAvailableError as fault:
        connection.terminate()
        raise StoreAway("a server, or another move, works on this database") from fault
    except BaseException:  # also when cancelled: a session that nobody has must keep no lock
        connection.terminate()
        raise
    return connection


async def _check(connection: Connection) -> None:
    version = int(await connection.fetchval("SHOW server_version_num"))
    if version < _OLDEST:
        raise StoreAway(f"PostgreSQL {version // 10_000} is too old: 13 is needed")
    if await connection.fetchval("SHOW jit") != _PLANNING["jit"]:
        raise StoreAway(_POOLED)
    if await connection.fetchval("SHOW transaction_read_only") == "on":
        raise StoreAway("this server only reads: it is a standby, or set to be one")


async def migrate(connection: Connection) -> None:
    """Bring the schema up to date, each step in a transaction of its own. Nodes that begin together
    wait for the first of them."""
    await connection.execute("SELECT pg_advisory_lock($1)", _MIGRATING)
    try:
        await _migrate(connection)
    finally:
        if not connection.is_closed():
            await connection.execute("SELECT pg_advisory_unlock($1)", _MIGRATING)


async def _migrate(connection: Connection) -> None:
    await connection.execute(
        "CREATE TABLE IF NOT EXISTS migration (number integer PRIMARY KEY, name text NOT NULL)"
    )
    version = await version_of(connection)
    for step in migrations("postgres"):
        if step.number > version:
            async with connection.transaction():
                await connection.execute(step.sql)
                await connection.execute(
                    "INSERT INTO migration VALUES ($1, $2)", step.number, step.name
                )
            log.info("the schema is now at %s", step.name)
    await connection.execute(_CATCH_UP)


# A copy that was made row by row may have left sequences behind.
_CATCH_UP = """
DO $$ DECLARE name text; highest bigint; last bigint; BEGIN
    FOR name IN SELECT c.relname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        WHERE c.relnamespace = current_schema::regnamespace
        AND a.attname = 'id' AND a.attidentity <> ''
    LOOP
        EXECUTE format('SELECT max(id) FROM %I', name) INTO highest;
        EXECUTE format('SELECT last_value FROM %s', pg_get_serial_sequence(name, 'id')) INTO last;
        IF highest > last THEN
            PERFORM setval(pg_get_serial_sequence(name, 'id'), highest);
        END IF;
    END LOOP;
END $$
"""


async def version_of(connection: Connection) -> int:
    """How far its schema is; 0 where there is none."""
    if not await connection.fetchval("SELECT to_regclass('migration') IS NOT NULL"):
        return 0
    version: int = await connection.fetchval("SELECT coalesce(max(number), 0) FROM migration")
    if version > migrations("postgres")[-1].number:
        raise StoreAway("this database was written by a newer version of Chappe")
    return version
