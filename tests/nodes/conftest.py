"""The street of the nodes' suite, over a database that nobody has used."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from chappe.engine import attend
from tests.nodes.street import Street
from tests.store.server import Server


@pytest.fixture
async def street(
    tmp_path: Path, postgres: Server, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Street]:
    monkeypatch.setattr(attend, "LIVE_MS", 3_600_000)
    street = Street(tmp_path, postgres)
    yield street
    await street.close()
