"""The house of the journeys: each gets one of its own, in its own folder."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from chappe import runtime
from chappe.dialects import DIALECTS
from tests.journeys import plain
from tests.journeys.house import House


@pytest.fixture
async def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    """Not opened yet: a journey says what the configuration is."""
    monkeypatch.setattr(runtime, "DIALECTS", (*DIALECTS, plain))
    house = House(tmp_path)
    yield house
    await house.close()
