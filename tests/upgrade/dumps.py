"""Databases as text: what a version has written, kept for those that come after it.

In: a database, or a text of before. Out: the text, or the database again. Promise: a text holds the
schema as it was and every row; it needs no tool of the database, and no version of one. Where a
customer listens, and where the directory lies, is a name in it.
"""

import lzma
import sqlite3
from contextlib import closing
from pathlib import Path

import asyncpg

from chappe.store.queries import migrations

CUSTOMER = "customer.example"
KEPT = Path(__file__).parent / "kept"

_MIGRATIONS = "CREATE TABLE migration (number integer PRIMARY KEY, name text NOT NULL)"
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
_COLUMNS = """
SELECT column_name FROM information_schema.columns
WHERE table_schema = 'public' AND table_name = $1 ORDER BY ordinal_position
"""
_SEQUENCES = """
SELECT format('SELECT setval(%L, %s);', sequencename, last_value)
FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL ORDER BY 1
"""


def of_sqlite(path: Path) -> str:
    """What another connection would find now."""
    with closing(sqlite3.connect(path)) as database:
        (version,) = database.execute("PRAGMA user_version").fetchone()
        lines = [*database.iterdump(), f"PRAGMA user_version = {version};"]
    return "\n".join(lines) + "\n"


def into_sqlite(text: str, path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.executescript(text)


async def of_postgres(url: str) -> str:
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            lines = [f"{_MIGRATIONS};", *(step.sql for step in migrations("postgres"))]
            for (table,) in await connection.fetch(TABLES):
                names = [str(row[0]) for row in await connection.fetch(_COLUMNS, table)]
                lines += [f"DELETE FROM {table};", *await _rows(connection, table, names)]
            lines += [str(row[0]) for row in await connection.fetch(_SEQUENCES)]
    finally:
        await connection.close()
    return "\n".join(lines) + "\n"


async def _rows(
    connection: "asyncpg.Connection[asyncpg.Record]", table: str, names: list[str]
) -> list[str]:
    values = ", ".join(f"quote_nullable({name}::text)" for name in names)
    into = f"INSERT INTO {table} ({', '.join(names)}) OVERRIDING SYSTEM VALUE VALUES"
    said = f"SELECT concat('{into} (', concat_ws(', ', {values}), ');') FROM {table} ORDER BY 1"
    return [str(row[0]) for row in await connection.fetch(said)]


async def into_postgres(text: str, url: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(text)
    finally:
        await connection.close()


def keep(name: str, text: str) -> None:
    """Compressed, and the same each time."""
    (KEPT / f"{name}.xz").write_bytes(lzma.compress(text.encode(), preset=9))


def kept(name: str) -> str:
    return lzma.decompress((KEPT / f"{name}.xz").read_bytes()).decode()


def names() -> list[str]:
    """Of all databases that are kept: the step that they stand at, and their kind."""
    return sorted(path.name.removesuffix(".sql.xz") for path in KEPT.glob("*.sql.xz"))
