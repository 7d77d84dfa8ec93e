"""The one fixture of the store's suite: an office over each of the databases in turn."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from chappe.store.contract import Store
from chappe.store.postgres import PostgresStore
from chappe.store.settings import Settings
from chappe.store.sqlite import SqliteStore
from tests.store.office import Office
from tests.store.server import Server

DATABASES = ("sqlite", "postgres")


@pytest.fixture(params=DATABASES)
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[Settings], Store]:
    """A store over a database that nobody has used; called again, another over the same."""
    if request.param == "sqlite":
        return lambda engine: SqliteStore(tmp_path / "chappe.db", engine)
    server: Server = request.getfixturevalue("postgres")
    url = server.fresh()
    return lambda engine: PostgresStore(url, engine)


@pytest.fixture
async def office(make: Callable[[Settings], Store]) -> AsyncIterator[Office]:
    office = Office(make)
    await office.open()
    await office.furnish()
    yield office
    await office.store.close()
