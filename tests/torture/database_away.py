"""A database that goes away: PostgreSQL is stopped at once under load, and started again.

In: a cluster, how often, a seed. Out: the judge's figures. Promise: requests are answered 'not
now' meanwhile, the same server goes on by itself, nothing is lost and nothing comes twice.
"""

from tests.torture.broken import demand, none_of
from tests.torture.cluster import Cluster
from tests.torture.judge import Figures
from tests.torture.run import BOTH, run

_SOME = 300  # messages
_REFUSALS = 40


async def database_away(cluster: Cluster, rounds: int, seed: str) -> Figures:
    """Stop it so many times."""
    async with run(await cluster.fresh(), BOTH, seed) as at_work:
        server = await at_work.here.serve()
        for _ in range(rounds):
            await at_work.answered(at_work.chance.randint(1, _SOME))
            await cluster.stop_at_once()
            await at_work.refused(_REFUSALS)
            await cluster.start()
            await at_work.answered(_SOME)
        demand(server.alive, "the server outlives its database", server.words())
        wrong = [one for one in at_work.customer.refused if one.answer.status != 503]
        none_of(wrong, "what can't be kept now is answered 503")
        return await at_work.verdict(kills=0)
