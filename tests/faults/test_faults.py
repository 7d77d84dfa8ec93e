"""Short forms of the torture: real servers, killed, starved and stopped under load."""

from tests.torture.cluster import Cluster
from tests.torture.database_away import database_away
from tests.torture.full_disk import full_disk
from tests.torture.graceful import graceful
from tests.torture.greedy import greedy_callbacks
from tests.torture.kills import kills
from tests.torture.run import BOTH, SQLITE

_KILLS = 3


async def test_a_killed_server_loses_nothing_that_it_answered(seed: str) -> None:
    """E1, E3, E40: SIGKILL at random moments on SQLite; doubts sent again, and doubts held."""
    figures = await kills(SQLITE, BOTH, _KILLS, seed)
    assert figures.kills == _KILLS
    assert 0 < figures.answered <= figures.kept


async def test_a_killed_server_loses_nothing_on_postgresql(seed: str, postgres: Cluster) -> None:
    """E1, E3, E40: the same on PostgreSQL, whose sessions outlive the killed server for a while."""
    figures = await kills(await postgres.fresh(), BOTH, _KILLS, seed)
    assert figures.kills == _KILLS
    assert 0 < figures.answered <= figures.kept


async def test_a_full_disk_is_answered_not_now_and_loses_nothing(seed: str) -> None:
    """E1: nothing is half kept, and with room again all goes on."""
    figures = await full_disk(seed)
    assert 0 < figures.answered <= figures.kept


async def test_a_server_outlives_its_database(seed: str, postgres: Cluster) -> None:
    """E1: 'not now' while it is away; afterwards the same server goes on, and nothing is lost."""
    figures = await database_away(postgres, 1, seed)
    assert (figures.doubles, figures.unsent) == (0, 0)


async def test_a_graceful_stop_leaves_nothing_in_doubt(seed: str) -> None:
    """E54: SIGTERM under load ends in time and with 0; nothing is lost or comes twice."""
    figures = await graceful(SQLITE, 1, seed)
    assert (figures.doubles, figures.unsent) == (0, 0)


async def test_a_greedy_customer_takes_neither_calls_nor_descriptors_from_others(
    seed: str,
) -> None:
    """E40: 1,000 dead origins in one request, and a server that may have 256 descriptors."""
    seen = await greedy_callbacks(1_000, 40, (256,), seed, paid=True)
    assert "40 of 40 told" in seen
