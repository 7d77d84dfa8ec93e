"""What all tests share: how Hypothesis runs here, and a PostgreSQL server.

A failure of Hypothesis prints the line that repeats it.
"""

from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.store.server import Server

# A machine that is busy with something else makes a case slow, not wrong: so no deadline.
settings.register_profile("chappe", deadline=None, print_blob=True)
settings.load_profile("chappe")


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One PostgreSQL server for all tests that ask for it; each takes a fresh database."""
    server = Server(tmp_path_factory.mktemp("postgres"))
    yield server
    server.remove()
