"""The one fixture of the store's suite: an office over each of the databases in turn."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from chappe.store import sqlite_hand
from chappe.store.contract import Store
from chappe.store.postgres import PostgresStore
from chappe.store.settings import Settings
from chappe.store.sqlite import SqliteStore
from tests.store.office import Office
from tests.store.server import Server

DATABASES = ("sqlite", *(["plain sqlite"] if sqlite_hand.is_native() else []), "postgres")
"""What writes into SQLite is in C where that could be built; without it all is the same."""


@pytest.fixture(params=DATABASES)
def make(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Settings], Store]:
    """A store over a database that nobody has used; called again, another over the same."""
    if request.param == "plain sqlite":
        monkeypatch.setattr(sqlite_hand, "is_native", lambda: False)
    if "sqlite" in request.param:
        return lambda engine: SqliteStore(tmp_path / "chappe.db", engine)
    server: Server = request.getfixturevalue("postgres")
    url = server.migrated()
    return lambda engine: PostgresStore(url, engine, "here")


@pytest.fixture
async def office(make: Callable[[Settings], Store]) -> AsyncIterator[Office]:
    office = Office(make)
    await office.open()
    await office.furnish()
    yield office
    await office.store.close()
