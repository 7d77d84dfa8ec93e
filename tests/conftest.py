"""What all tests share: how Hypothesis runs here, on which loop, and a PostgreSQL server.

A failure of Hypothesis prints the line that repeats it.
"""

import gc
import shutil
import tempfile
from asyncio import AbstractEventLoop, new_event_loop
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import uvloop
from asyncpg.connection import Connection
from hypothesis import settings

from tests.hashes import CHEAP
from tests.store.server import Server

# A machine that is busy with something else makes a case slow, not wrong: so no deadline.
settings.register_profile("chappe", deadline=None, print_blob=True)
settings.load_profile("chappe")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--two-nodes", action="store_true", help="play the journeys against two nodes in turn"
    )


def pytest_asyncio_loop_factories(
    item: pytest.Item,
) -> Mapping[str, Callable[[], AbstractEventLoop]]:
    """Pages run on the loop that the product runs on, which takes two thirds of the time. Other
    tests look into what asyncio's own has inside."""
    if "conformance" in item.path.parts:
        return {"uvloop": uvloop.new_event_loop}
    return {"asyncio": new_event_loop}


# What takes longest. It begins first, in each process: whatever is left at the end is short then,
# and no process waits for another.
_LONGEST = (
    "tests/doors/test_door_fuzz.py",
    "tests/faults/",
    "tests/journeys/test_restored.py",
    "tests/docs/test_moving.py",
    "tests/links/operator/test_smsc_limits.py",
)
_ASKS = "_introspect_types"  # of asyncpg

# What looks at what others have left, and does their work again where they have not run yet.
_LAST = "test_every_row_is_reached_or_its_absence_explained"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Each process begins with its share of all cases, as they stand in the list."""
    count = int(getattr(config, "workerinput", {}).get("workercount", 1))
    long = [item for item in items if item.nodeid.startswith(_LONGEST)]
    last = [item for item in items if _LAST in item.nodeid]
    short = [item for item in items if item not in {*long, *last}]
    size = -(-len(items) // count)
    items.clear()
    for number in range(count):
        share = long[number::count]
        rest = size - len(share)
        items += [*share, *short[:rest]]
        del short[:rest]
    items += last


def pytest_collection_finish() -> None:
    """What was collected stays until the end: the collector need not go through all of it again
    with every node that is started."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _types_are_known() -> Iterator[None]:
    """A session asks what an array is before it sends its first one, which takes as long as a small
    test. PostgreSQL's own types are the same in each database."""
    usual = vars(Connection)[_ASKS]
    known: dict[frozenset[int], Any] = {}

    async def types(self: Any, oids: set[int], *rest: Any) -> Any:
        if (key := frozenset(oids)) not in known:
            known[key] = await usual(self, oids, *rest)
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Connection, _ASKS, types)
        yield


@pytest.fixture(scope="session", autouse=True)
def _passwords_cost_little() -> Iterator[None]:
    """A node hashes the passwords that it is told, each for as long as a small test takes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("chappe.engine.declare.HASHER", CHEAP)
        yield


@pytest.fixture
def postgres(postgres_server: Server) -> Server:
    """The server, without the databases of earlier tests: until the next one asks, whoever is still
    at one of them may be."""
    postgres_server.drop_spent()
    return postgres_server


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """One PostgreSQL server for all tests that ask for it.

    Its directory is not pytest's: as root the server runs as a user of its own, who must reach it,
    and pytest closes its own directories to others.
    """
    directory = Path(tempfile.mkdtemp(prefix="chappe-postgres-"))
    server = Server(directory)
    yield server
    server.remove()
    shutil.rmtree(directory, ignore_errors=True)
