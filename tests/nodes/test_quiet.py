"""What a node says while its database is away: that it is, and no more."""

import asyncio
import logging

import pytest

from chappe.store import writer
from tests.nodes.street import Street
from tests.store.server import Server

AWAY_S = 10


async def test_a_database_that_is_away_is_told_of_once(
    street: Street,
    postgres: Server,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """E4: one line a minute, however many look each second for what there is to do."""
    monkeypatch.setattr(writer, "_PROBE_S", 0.05)
    house = await street.move_in()
    clock, node = house.clock, house.node
    postgres.stop()
    try:
        with caplog.at_level(logging.WARNING, "chappe"):
            for _ in range(AWAY_S):
                clock.advance(clock.now() + 1_000)
                while node.office.at_work:  # noqa: ASYNC110  # nothing here could set an event
                    await asyncio.sleep(0.005)
        said = [one.getMessage() for one in caplog.records if one.name.startswith("chappe")]
        assert len(said) == 1
        assert said[0].startswith("the store takes nothing")
        assert node.office.counts["faults"] == 0
    finally:
        postgres.start()
    await house.let(3)
    assert not node.store.away
