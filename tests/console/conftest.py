"""The site of the console's tests: each gets one of its own, opened, with its family and staff."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.console.site import Site


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    site = Site(tmp_path)
    await site.open()
    yield site
    await site.close()
