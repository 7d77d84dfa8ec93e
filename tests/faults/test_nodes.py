"""Short forms of what befalls several nodes on one database."""

from tests.torture.cluster import Cluster
from tests.torture.nodes import nodes

_BLOWS = 2  # the first two are always the same
_FULL_S = 60.0  # other tests run beside it; `make torture` holds it to ten seconds


async def test_nodes_lose_nothing_when_one_dies_and_one_stands_still(
    seed: str, postgres: Cluster
) -> None:
    """E52: of two real ones under load one is killed, and one is frozen past its lease and wakes:
    what the other has taken over is not done twice."""
    told = await nodes(postgres, 2, "hold", _BLOWS, seed, _FULL_S)
    assert "killed 1" in told
    assert "frozen past its lease 1" in told
    assert ", 0 doubles, " in told
    assert told.endswith("0 lost")
