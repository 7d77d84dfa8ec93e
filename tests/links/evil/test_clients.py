"""Clients that mean harm to `chappe smsc`: the others are served, and it says whom it cut off."""

import logging
from pathlib import Path

import pytest

from chappe.links.smpp.pdus.tables import CommandStatus
from tests.links.esme import bound, sms
from tests.links.evil.peers import EvilClient
from tests.links.evil.test_centres import PAUSE_MAX_S, watching
from tests.links.smsc import centre


@pytest.mark.parametrize("way", ["other strays", "enquiries", "unknown"])
async def test_a_client_that_floods_is_cut_off_and_the_others_are_served(
    way: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """E55: as often as it comes back; it is told once a minute."""
    async with centre(tmp_path) as smsc, watching() as watched:
        with EvilClient(way, smsc.port) as evil:
            async with bound(smsc.port) as honest:
                await watched.until(lambda: evil.bound > 2)
                for _ in range(5):
                    answers = await honest.submit(*[sms() for _ in range(20)])
                    assert {one.status for one in answers} == {CommandStatus.ok}
                await honest.told(100)
    assert watched.longest < PAUSE_MAX_S
    lines = [one.getMessage() for one in caplog.records if one.levelno >= logging.WARNING]
    assert lines == ["evil was cut off: it floods the session with what nobody asked for"]
