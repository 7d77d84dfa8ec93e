"""The house of the journeys: each gets one of its own, in its own folder."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.journeys.house import House


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """Not opened yet: a journey says what the configuration is."""
    house = House(tmp_path)
    yield house
    await house.close()
