"""The short form of the torture of slow peers: a real server among them."""

from tests.torture.slow_peers import SHORT, slow_peers


async def test_a_customer_among_slow_peers_is_served() -> None:
    """E55: drips from one address, silence over TLS, and readers that never read."""
    assert f"{SHORT.asked} of {SHORT.asked} answered" in await slow_peers(SHORT)
