"""What fault runs share: one PostgreSQL for all, and a seed that a failure prints."""

import secrets
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.torture.cluster import Cluster, cluster


@pytest.fixture
def seed() -> str:
    """Chance begins with this. Pytest prints it where a run fails."""
    drawn = secrets.token_hex(4)
    print(f"seed {drawn}")
    return drawn


@pytest_asyncio.fixture
async def postgres() -> AsyncIterator[Cluster]:
    async with cluster() as here:
        yield here
