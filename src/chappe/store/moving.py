"""Moving all that a SQLite database holds into a PostgreSQL one.

In: a file, the URL of a database that nobody has used. Out: its rows there, or a sentence that says
why not. Promise: it may end anywhere, by a kill too, and goes on where it was, since some rows and
the note of them are one transaction; until it is at its end no node begins on the target. Of the
source nothing is changed but its schema, which is brought up to date.
"""

import sqlite3
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any, NamedTuple

import asyncpg
import msgspec

from chappe.store.contract import StoreAway
from chappe.store.postgres_script import without_nul
from chappe.store.postgres_session import MOVING, Connection, alone, migrate, sentence, version_of
from chappe.store.queries import migrations, queries
from chappe.store.sqlite import migrated
from chappe.store.sqlite_faults import FAULTS, told

# All tables that the schema has. Whichever stands here is moved as it is, in this order.
TABLES = (
    *("counter", "account", "closing", "made_key", "purse", "ledger", "route"),
    *("ordr", "terms", "letter", "message", "part", "news", "attempt", "doubt", "parked"),
    *("tiny", "dropped", "fragment", "reply", "optout", "confirmation"),
    *("contact", "book_group", "member", "group_order", "counted", "usage"),
    *("staff", "visit", "deed"),
)
# What stays behind: lives of nodes, when these were felt last, what they had, and what they told
# each other. None of them lives on in the target: its nodes get numbers that nobody had, and take
# over what is held by a node that is none of theirs.
STAYING = ("node", "pulse", "tenure", "change")

ROWS_AT_ONCE = 5_000

_LOST = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
# How far it is: the key of the last row of each table; under '' whose move it is.
_MAKE_NOTES = f"CREATE TABLE {MOVING} (name text PRIMARY KEY, said text NOT NULL)"
_NOTE = f"""
INSERT INTO {MOVING} (name, said) VALUES ($1, $2)
ON CONFLICT (name) DO UPDATE SET said = excluded.said
"""
# The migrations have begun one that the source has as well.
_COUNTER = """
INSERT INTO counter AS c (name, next) VALUES ($1, $2)
ON CONFLICT (name) DO UPDATE SET next = greatest(c.next, excluded.next)
"""
_IDENTITIES = """
SELECT table_name, column_name FROM information_schema.columns
WHERE table_schema = current_schema() AND is_identity = 'YES' AND table_name = ANY($1::text[])
"""
_BALANCES = "SELECT id, balance FROM purse ORDER BY id"
_NONE = "[]"
_TARGET = "PostgreSQL"


class Tally(NamedTuple):
    """How many rows of a table there are now."""

    table: str
    rows: int


class _Owner(msgspec.Struct, array_like=True):
    """Whose move it is, and of which state of it."""

    ident: str
    state: str


class _Shape(NamedTuple):
    """A table: its columns here and there, and those of them by which its rows are in order."""

    table: str
    here: tuple[str, ...]
    there: tuple[str, ...]
    key: tuple[str, ...]

    def key_of(self, row: Sequence[Any]) -> list[Any]:
        return [row[self.here.index(name)] for name in self.key]


class StoreMove:
    """A source, a target, and what is between them. `ident` is the source's own."""

    def __init__(self, path: str, source: sqlite3.Connection, target: Connection, ident: str):
        self._path = path
        self._source = source
        self._target = target
        self._ident = ident

    async def begin(self) -> str:
        """Have the target ready for what comes; or why nothing can be moved into it."""
        with _in_words(self._path):
            with _named(_TARGET):
                await version_of(self._target)  # of a newer version: it is left as it is
            if _audit(self._source) != _NONE:
                return "balances of the source are not the sums of their ledgers"
            owner = await _owner(self._target)
            now = _Owner(self._ident, _state_of(self._source))
            if owner is None and (filled := await _filled(self._target)):
                return f"it is not empty, there are rows in {filled}"
            if owner is not None and owner.ident != now.ident:
                return "the move of another store into it is not finished"
            if owner != now:
                await _begin_anew(self._target, now)
            await migrate(self._target)
        return ""

    async def copy(self) -> None:
        """All rows that are not there yet."""
        with _in_words(self._path):
            for table in TABLES:
                await self._copy(_shape_of(self._source, table))

    async def _copy(self, shape: _Shape) -> None:
        last = await _noted(self._target, shape.table, list[Any])
        while rows := _chunk(self._source, shape, last):
            last = shape.key_of(rows[-1])
            try:
                await _put(self._target, shape, rows, last)
            except asyncpg.CharacterNotInRepertoireError:
                # Hardly ever needed, so texts are looked at the second time round.
                await _put(self._target, shape, [without_nul(row) for row in rows], last)

    async def judge(self) -> tuple[Sequence[Tally], Sequence[str]]:
        """How much there is, and in what the target differs: it must be nothing."""
        tallies, wrong = [], []
        with _in_words(self._path):
            for table in TABLES:
                count = f"SELECT count(*) FROM {table}"
                (here,) = self._source.execute(count).fetchone()
                there = await self._target.fetchval(count)
                tallies.append(Tally(table, there))
                if here != there:
                    wrong.append(f"{table} has {there} rows in place of {here}")
            balances = [tuple(row) for row in await self._target.fetch(_BALANCES)]
            if balances != self._source.execute(_BALANCES).fetchall():
                wrong.append("balances differ")
            if await self._target.fetchval(queries("postgres")["audit"]) != _NONE:
                wrong.append("balances are not the sums of their ledgers")
        return tallies, wrong

    async def settle(self, place: str) -> None:
        """What no row says: the next ids; and by which node's directory the files lie that are
        being taken, where there was but one."""
        with _in_words(self._path):
            for table, column in await self._target.fetch(_IDENTITIES, TABLES):
                await self._target.execute(
                    f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'), "
                    f"coalesce(max({column}), 0) + 1, false) FROM {table}"
                )
            await self._target.execute(
                "UPDATE dropped SET place = $1 WHERE place = '' AND name <> ''", place
            )

    def leave_source(self) -> None:
        """It is one file from now on, which may be given another name."""
        with _in_words(self._path):
            (is_busy, *_) = self._source.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if is_busy:
                raise StoreAway(f"{self._path}: another program reads it")
            self._source.close()

    async def end(self) -> None:
        """Nodes may begin."""
        with _in_words(self._path):
            await self._target.execute(f"DROP TABLE {MOVING}")


@asynccontextmanager
async def moving(path: str, url: str, ident: str) -> AsyncIterator[StoreMove]:
    """From a SQLite database, whose schema is brought up to date, into a PostgreSQL one."""
    with _in_words(path), _named(path):
        source = migrated(path)
    try:
        with _in_words(path), _named(_TARGET):
            target = await alone(url, f"chappe moves {ident}")
        try:
            yield StoreMove(path, source, target, ident)
        finally:
            target.terminate()  # whatever is in it is committed
    finally:
        source.close()


@contextmanager
def _named(which: str) -> Iterator[None]:
    """Which of the two is not to be had."""
    try:
        yield
    except StoreAway as fault:
        raise StoreAway(f"{which}: {fault}") from fault


@contextmanager
def _in_words(path: str) -> Iterator[None]:
    """Whatever one of the two says; but for the lines in which PostgreSQL quotes a row."""
    try:
        yield
    except FAULTS as fault:
        raise StoreAway(f"{path}: {told(fault)}") from fault
    except _LOST as fault:
        is_ours = isinstance(fault, ValueError)
        why = "a row holds what it can't keep" if is_ours else sentence(fault).partition("\n")[0]
        raise StoreAway(f"{_TARGET}: {why}") from fault


# the target


async def _owner(target: Connection) -> _Owner | None:
    """Whose move into it is not finished."""
    if not await _has(target, MOVING):
        return None
    owner: _Owner | None = await _noted(target, "", _Owner)
    return owner


async def _noted(target: Connection, name: str, type_: Any) -> Any:
    said = await target.fetchval(f"SELECT said FROM {MOVING} WHERE name = $1", name)
    return None if said is None else msgspec.json.decode(said, type=type_)


async def _has(target: Connection, table: str) -> bool:
    return bool(await target.fetchval("SELECT to_regclass($1::text) IS NOT NULL", table))


async def _filled(target: Connection) -> str:
    """A table with rows that no migration has put there; '' where there is none."""
    for table in (*TABLES, *STAYING):
        which = "WHERE name <> 'node'" if table == "counter" else ""
        if await _has(target, table) and await target.fetchval(
            f"SELECT EXISTS (SELECT 1 FROM {table} {which})"
        ):
            return table
    return ""


async def _begin_anew(target: Connection, owner: _Owner) -> None:
    """What was moved of another state goes: nobody but us has written into it."""
    known = [table for table in TABLES if await _has(target, table)]
    async with target.transaction():
        if known:
            await target.execute(f"TRUNCATE {', '.join(known)}")
        await target.execute(f"DROP TABLE IF EXISTS {MOVING}")
        await target.execute(_MAKE_NOTES)
        await target.execute(_NOTE, "", msgspec.json.encode(owner).decode())


async def _put(target: Connection, shape: _Shape, rows: Sequence[Any], last: Sequence[Any]) -> None:
    """Some rows, and the note that they are there."""
    async with target.transaction():
        if shape.table == "counter":
            await target.executemany(_COUNTER, rows)
        else:
            # COPY writes into identity columns as well, whatever they are declared as.
            await target.copy_records_to_table(shape.table, records=rows, columns=shape.there)
        await target.execute(_NOTE, shape.table, msgspec.json.encode(last).decode())


# the source


def _state_of(source: sqlite3.Connection) -> str:
    """What is another one as soon as anything may have been written: whoever opens a store to write
    takes a number first. A new schema may mean other rows, too."""
    found = source.execute("SELECT next FROM counter WHERE name = 'node'").fetchone()
    return f"schema {migrations('sqlite')[-1].number}, node {found}"


def _audit(source: sqlite3.Connection) -> str:
    found: str
    (found,) = source.execute(queries("sqlite")["audit"]).fetchone()
    return found


def _shape_of(source: sqlite3.Connection, table: str) -> _Shape:
    """Rows that have no key are in the order in which they came, here by rowid, there by id."""
    found = source.execute(f"PRAGMA table_info({table})").fetchall()
    names = tuple(row[1] for row in found)
    key = tuple(name for _, name in sorted((row[5], row[1]) for row in found if row[5]))
    if key:
        return _Shape(table, names, names, key)
    return _Shape(table, ("rowid", *names), ("id", *names), ("rowid",))


def _chunk(source: sqlite3.Connection, shape: _Shape, last: Sequence[Any] | None) -> list[Any]:
    """The rows that follow."""
    key = ", ".join(shape.key)
    behind = f"WHERE ({key}) > ({', '.join('?' * len(shape.key))})" if last else ""
    asked = f"SELECT {', '.join(shape.here)} FROM {shape.table} {behind} ORDER BY {key} LIMIT ?"
    return source.execute(asked, (*(last or ()), ROWS_AT_ONCE)).fetchall()
