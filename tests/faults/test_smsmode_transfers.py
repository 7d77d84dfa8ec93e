"""Short form of sMsmode's transfers under SIGKILL: a real server, over its door."""

from tests.torture.cluster import Cluster
from tests.torture.smsmode_transfers import smsmode_transfers

_LIVES = 2


async def test_a_kill_in_the_midst_of_transfers_neither_makes_nor_loses_a_credit(seed: str) -> None:
    """S10: two hundred at a time, in all directions of a family of ten."""
    assert "2 kills" in await smsmode_transfers(seed, _LIVES)


async def test_a_kill_in_the_midst_of_transfers_neither_makes_nor_loses_a_credit_on_postgresql(
    seed: str, postgres: Cluster
) -> None:
    """S10: the same."""
    assert "2 kills" in await smsmode_transfers(seed, _LIVES, await postgres.fresh())
