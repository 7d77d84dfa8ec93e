"""What looks into the store now and then, where each look takes long."""

from itertools import pairwise
from typing import Any

import pytest

from chappe.words.clock import SECOND
from tests.journeys.house import House, config

_TAKES_MS = 250


@pytest.mark.parametrize(("name", "every_s"), [("lanes", 1), ("waiting", 5)])
async def test_looks_take_a_small_share_of_the_time(
    house: House, monkeypatch: pytest.MonkeyPatch, name: str, every_s: int
) -> None:
    """E52: for callbacks that are due, and for queues that nobody told of."""
    looks, passed = list[int](), [0.0]
    monkeypatch.setattr("chappe.words.rests.machine_s", lambda: passed[0])
    await house.open(config())
    look = getattr(house.node.store, name)

    async def slow(*args: Any) -> Any:
        looks.append(house.clock.steady())
        passed[0] += _TAKES_MS / SECOND
        return await look(*args)

    monkeypatch.setattr(house.node.store, name, slow)
    await house.let(40)
    _, _, *waits = [then - now for now, then in pairwise(looks)]
    assert waits
    assert min(waits) >= 30 * _TAKES_MS > every_s * SECOND
