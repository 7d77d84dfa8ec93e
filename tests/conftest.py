"""What all tests share: how Hypothesis runs here, and a PostgreSQL server.

A failure of Hypothesis prints the line that repeats it.
"""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.store.server import Server

# A machine that is busy with something else makes a case slow, not wrong: so no deadline.
settings.register_profile("chappe", deadline=None, print_blob=True)
settings.load_profile("chappe")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """One PostgreSQL server for all tests that ask for it; each takes a fresh database.

    Its directory is not pytest's: as root the server runs as a user of its own, who must reach it,
    and pytest closes its own directories to others.
    """
    directory = Path(tempfile.mkdtemp(prefix="chappe-postgres-"))
    server = Server(directory)
    yield server
    server.remove()
    shutil.rmtree(directory, ignore_errors=True)
