"""The short form of the torture of logins: strangers guess, and the owners log in."""

from tests.torture.lockout import lockout


async def test_owners_log_in_while_strangers_guess() -> None:
    """E55: each for the first time, from another address, over a real socket."""
    assert "2 of 2 owners heard" in await lockout(100, 5, owners=2)
