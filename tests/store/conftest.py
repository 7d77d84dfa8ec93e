"""The one fixture of the store's suite: an office over each of the databases in turn."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from chappe.store.contract import Store
from chappe.store.postgres import PostgresStore
from chappe.store.sqlite import SqliteStore
from tests.store.office import Office
from tests.store.server import Server

DATABASES = ("sqlite", "postgres")


@pytest.fixture(params=DATABASES)
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Store]:
    """A store over a database that nobody has used; called again, another over the same."""
    if request.param == "sqlite":
        return lambda: SqliteStore(tmp_path / "chappe.db")
    server: Server = request.getfixturevalue("postgres")
    url = server.fresh()
    return lambda: PostgresStore(url)


@pytest.fixture
async def office(make: Callable[[], Store]) -> AsyncIterator[Office]:
    office = Office(make)
    await office.open()
    await office.furnish()
    yield office
    await office.store.close()
