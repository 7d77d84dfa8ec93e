"""The short form of the torture of SMPP: a node and its operator, and either dies."""

import pytest

from tests.torture.smpp_kills import smpp_kills

_BLOWS = 3


@pytest.mark.parametrize("choice", ["resend", "hold"])
async def test_whoever_dies_between_node_and_operator_nothing_is_lost(
    choice: str, seed: str
) -> None:
    """E1 E30 E54: killed, restarted and frozen at random moments, over a real socket."""
    assert "0 lost" in await smpp_kills(choice, _BLOWS, seed)
