"""What a case stands on: a data directory, and a database, in which its page's accounts are known.

In: accounts, as a page has them. Out: a ground for one case, and what stands in it. Promise: each
set of accounts is prepared once, under hashes that cost nothing; no case sees what another left
behind.
"""

import contextlib
import shutil
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

import asyncpg
import msgspec
import pytest

from chappe.config import Config, StoreConfig, read_config
from chappe.node import Node
from chappe.words.clock import HandClock
from tests.conformance.runner import CUSTOMER
from tests.conformance.scenes import NOW, SETTINGS
from tests.hashes import CHEAP
from tests.spoken import SPOKEN
from tests.store.server import Server

# All that there is once an order is taken, and that nothing else changes.
_TAKEN = """
SELECT (SELECT count(*) FROM ordr), (SELECT count(*) FROM letter), (SELECT count(*) FROM message),
    (SELECT count(*) FROM tiny), (SELECT count(*) FROM ledger WHERE kind = 'held'),
    (SELECT coalesce(sum(amount), 0) FROM ledger WHERE kind = 'held')
"""

# To put back the rows of a small database takes a tenth of what a copy of it takes.
_REMEMBER = """
CREATE SCHEMA prepared;
DO $$ DECLARE one text; BEGIN
    FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('CREATE TABLE prepared.%1$I AS TABLE public.%1$I', one);
    END LOOP;
END $$;
CREATE TABLE prepared.sequence AS
SELECT sequencename AS name, last_value AS last FROM pg_sequences WHERE schemaname = 'public';
"""
# Most tables are empty before a case: there is nothing to put back into these.
_EMPTY = "SELECT NOT EXISTS (SELECT 1 FROM prepared.{table})"
_FILL = "INSERT INTO public.{table} OVERRIDING SYSTEM VALUE TABLE prepared.{table}"
_SEQUENCES = """
SELECT setval(format('public.%I', name)::regclass, coalesce(last, 1), last IS NOT NULL)
FROM prepared.sequence
"""

Taken = Callable[[], Awaitable[tuple[int, ...]]]


class Ground(NamedTuple):
    """A data directory, and the URL of its database where that is one of PostgreSQL."""

    accounts: str
    data: Path
    url: str
    taken: Taken

    def config(self, customer: str) -> Config:
        """The settings, with the customer listening there."""
        return _config(self.accounts, customer, self.url)


class _Prepared(NamedTuple):
    """What is put back before each case, and how it is in a database of PostgreSQL."""

    data: Path
    url: str
    script: str


class Grounds:
    """All that were prepared so far, in SQLite, or on a server."""

    def __init__(self, folder: Path, server: Server | None = None) -> None:
        self._folder = folder
        self._server = server
        self._prepared: dict[str, _Prepared] = {}
        self._laid = 0

    @asynccontextmanager
    async def lay(self, accounts: str) -> AsyncIterator[Ground]:
        """As if nobody had been here, but that the accounts are known."""
        if accounts not in self._prepared:
            self._prepared[accounts] = await self._prepare(accounts)
        prepared = self._prepared[accounts]
        self._laid += 1
        data = self._folder / f"laid-{self._laid}"
        shutil.copytree(prepared.data, data)
        put_back = _put_back(prepared) if prepared.url else _opened(data / "chappe.db")
        async with put_back as taken:
            yield Ground(accounts, data, prepared.url, taken)
        shutil.rmtree(data)

    async def _prepare(self, accounts: str) -> _Prepared:
        data = self._folder / f"prepared-{len(self._prepared)}"
        url = self._server.fresh(lasts=True) if self._server else ""
        with pytest.MonkeyPatch.context() as patch:  # for whoever plays pages without pytest
            patch.setattr("chappe.engine.declare.HASHER", CHEAP)
            node = Node(_config(accounts, CUSTOMER, url), data, HandClock(NOW), SPOKEN)
            await node.start()
            await node.stop()
        if self._server:
            self._server.psql(_REMEMBER, url)
        return _Prepared(data, url, await _script(url) if url else "")


def _config(accounts: str, customer: str, url: str) -> Config:
    said = read_config(SETTINGS + accounts.replace(CUSTOMER, customer), dialects=SPOKEN)
    return msgspec.structs.replace(said, store=StoreConfig(url=url)) if url else said


async def _script(url: str) -> str:
    """The statements that put back what was remembered, in one go."""
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
        )
        tables = [str(row[0]) for row in rows]
        full = [one for one in tables if not await connection.fetchval(_EMPTY.format(table=one))]
    finally:
        await connection.close()
    steps = [f"DELETE FROM public.{one}" for one in tables]
    return ";".join([*steps, *[_FILL.format(table=one) for one in full], _SEQUENCES])


@asynccontextmanager
async def _put_back(prepared: _Prepared) -> AsyncIterator[Taken]:
    connection = await asyncpg.connect(prepared.url)

    async def taken() -> tuple[int, ...]:
        row = await connection.fetchrow(_TAKEN)
        assert row is not None
        return tuple(row)

    try:
        await connection.execute(prepared.script)
        yield taken
    finally:
        await connection.close()


@asynccontextmanager
async def _opened(path: Path) -> AsyncIterator[Taken]:
    with contextlib.closing(sqlite3.connect(path)) as database:

        async def taken() -> tuple[int, ...]:
            return tuple(database.execute(_TAKEN).fetchone())

        yield taken
