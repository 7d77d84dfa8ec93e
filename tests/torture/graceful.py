"""Graceful stops: SIGTERM under load.

In: a database, how often, a seed. Out: the judge's figures. Promise: each stop ends within ten
seconds and with 0; all that was answered is kept, and nothing is in doubt or comes twice.
"""

import asyncio

from tests.torture.broken import demand
from tests.torture.judge import Figures
from tests.torture.run import BOTH, run

_LIFE_S = 1.0


async def graceful(url: str, rounds: int, seed: str) -> Figures:
    """Stop it so many times, and each time start it again."""
    async with run(url, BOTH, seed) as at_work:
        for _ in range(rounds):
            server = await at_work.here.serve()
            await at_work.answered(1)
            await asyncio.sleep(at_work.chance.uniform(0, _LIFE_S))
            await server.stop()
        server = await at_work.here.serve()
        await at_work.answered(1)
        figures = await at_work.verdict(kills=0)
        demand(not server.words(), "no server complains", server.words())
        return figures
