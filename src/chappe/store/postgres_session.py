"""A session with PostgreSQL: how it is opened, what it plans by, and whose turn it is to write.

In: a URL. Out: connections, with their faults sorted. Promise: whoever holds the writing session
is the only writer of its database; a session that was lost is over before another one writes.
"""

import asyncio
import logging
from typing import TYPE_CHECKING, Any

import asyncpg

from chappe.store.contract import StoreAway
from chappe.store.queries import migrations

log = logging.getLogger("chappe.store")

if TYPE_CHECKING:
    from asyncpg.pool import PoolConnectionProxy

    Connection = asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]
    Pool = asyncpg.Pool[asyncpg.Record]
else:  # asyncpg's classes take no parameters when they run
    Connection, Pool = asyncpg.Connection, asyncpg.Pool

CONNECT_S = 5.0
_COMMAND_S = 60.0
_LOCK = 0x436861707065  # 'Chappe'
_LOCK_PAUSE_S = 0.05
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
    return str(fault) or type(fault).__name__


async def connect(url: str, name: str) -> Connection:
    """A connection that leaves transactions to us."""
    connection: Connection = await asyncpg.connect(url, **settings(name))
    return connection


def settings(name: str) -> dict[str, Any]:
    """How all our connections are made."""
    return {
        "timeout": CONNECT_S,
        "command_timeout": _COMMAND_S,
        "statement_cache_size": 256,
        "max_cached_statement_lifetime": 0,
        "server_settings": {"application_name": name, **_PLANNING},
    }


async def seize(url: str, name: str, patience_s: float) -> Connection:
    """The writing session: the one that holds the lock.

    The lock goes with its session, so a writer that lost its connection has lost its turn as well.
    A session of ours that the server has not missed yet is ended; its last transaction is decided
    when the lock is ours again.
    """
    connection = await connect(url, name)
    try:
        await _check(connection)
        loop = asyncio.get_running_loop()
        until = loop.time() + patience_s
        while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", _LOCK):
            if loop.time() >= until:
                raise StoreAway("another Chappe node already works on this database")
            await connection.execute(_END_MINE, name)
            await asyncio.sleep(_LOCK_PAUSE_S)
    except BaseException:  # also when cancelled: a session that nobody has must not keep the lock
        connection.terminate()
        raise
    return connection


# The application name is drawn anew by each store, so it tells our own sessions from all others.
_END_MINE = """
SELECT pg_terminate_backend(a.pid) FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
WHERE l.locktype = 'advisory' AND l.granted AND a.application_name = $1
AND a.datname = current_database() AND a.pid <> pg_backend_pid()
"""


async def _check(connection: Connection) -> None:
    version = int(await connection.fetchval("SHOW server_version_num"))
    if version < _OLDEST:
        raise StoreAway(f"PostgreSQL {version // 10_000} is too old: 13 is needed")
    if await connection.fetchval("SHOW synchronous_commit") == "off":
        # An answer promises that it is on disk; stronger settings than `on` are left alone.
        await connection.execute("SET synchronous_commit = on")


async def migrate(connection: Connection) -> None:
    """Bring the schema up to date, each step in a transaction of its own."""
    await connection.execute(
        "CREATE TABLE IF NOT EXISTS migration (number integer PRIMARY KEY, name text NOT NULL)"
    )
    version = await connection.fetchval("SELECT coalesce(max(number), 0) FROM migration")
    known = migrations("postgres")
    if version > known[-1].number:
        raise StoreAway("this database was written by a newer version of Chappe")
    for step in known:
        if step.number > version:
            async with connection.transaction():
                await connection.execute(step.sql)
                await connection.execute(
                    "INSERT INTO migration VALUES ($1, $2)", step.number, step.name
                )
            log.info("the schema is now at %s", step.name)
