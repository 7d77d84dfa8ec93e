"""Short form of nodes that become the next version under load."""

from tests.torture.cluster import Cluster
from tests.torture.upgrades import upgrades

_CALM_S = 1.0


async def test_nodes_become_the_next_version_one_by_one_and_nobody_notices(
    seed: str, postgres: Cluster
) -> None:
    """E52 E54 E56: old ones go on beside a schema that they do not know, and whoever is started
    anew as an old one says why it can't: nothing is lost, sent twice, in doubt or told twice."""
    told = await upgrades(postgres, 3, _CALM_S, seed)
    assert told.startswith("3 nodes, ")
    assert told.endswith("0 doubles, 0 in doubt, 0 told twice, 0 lost")
