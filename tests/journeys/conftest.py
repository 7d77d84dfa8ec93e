"""The house of the journeys: each gets one of its own, in its own folder.

Some are played once more, and with `--two-nodes` all of them, against two nodes of one database
that are asked in turn, but for the rows of `APART`.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.journeys.apart import AGAIN, reason_of
from tests.journeys.house import House
from tests.journeys.lots import Pair

_NODES = {"one node": 1, "two nodes": 2}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Once more, where a journey is among those that two nodes play within the check."""
    known = (metafunc.module.__name__.rpartition(".")[2], metafunc.function.__name__)
    if known in AGAIN and not metafunc.config.getoption("two_nodes"):
        metafunc.parametrize("house", _NODES.values(), ids=_NODES, indirect=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With `--two-nodes` only what is asked of a house, and is not one node's own."""
    if config.getoption("two_nodes"):
        apart = [item for item in items if not _is_of_two(item)]
        config.hook.pytest_deselected(items=apart)
        items[:] = [item for item in items if item not in apart]


def _is_of_two(item: pytest.Item) -> bool:
    assert isinstance(item, pytest.Function)
    is_here = "house" in item.fixturenames and "journeys" in item.path.parts
    return is_here and not reason_of(item.path.stem, item.name)


@pytest.fixture
async def house(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[House]:
    """Not opened yet: a journey says what the configuration is."""
    if getattr(request, "param", 2 if request.config.getoption("two_nodes") else 1) == 1:
        house = House(tmp_path)
        yield house
        await house.close()
        return
    with pytest.MonkeyPatch.context() as patch:
        house = House(tmp_path, Pair(request.getfixturevalue("postgres"), patch))
        yield house
        await house.close()
