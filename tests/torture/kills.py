"""Kills: a server under load is killed at random moments, again and again.

In: a database, the accounts' choices, how many rounds. Out: the judge's figures. Promise: nothing
that was answered is lost, nothing comes twice but what was in flight, and all that is counted.
"""

import asyncio
from collections.abc import Sequence

from tests.torture.broken import demand
from tests.torture.judge import Figures
from tests.torture.run import Run, run

_EARLY_SHARE = 0.15  # of the kills: they come while the server still starts
_LIFE_S = 1.0


async def kills(url: str, choices: Sequence[str], rounds: int, seed: str) -> Figures:
    """Kill so many servers on this database, then judge what is left."""
    async with run(url, choices, seed) as at_work:
        for _ in range(rounds):
            await _one_life(at_work)
        server = await at_work.here.serve()
        await at_work.answered(1)
        figures = await at_work.verdict(kills=rounds)
        demand(not server.words(), "no server complains", server.words())
        return figures


async def _one_life(at_work: Run) -> None:
    is_early = at_work.chance.random() < _EARLY_SHARE
    server = await at_work.here.serve(wait=not is_early)
    await asyncio.sleep(at_work.chance.uniform(0, _LIFE_S))
    await server.kill()
