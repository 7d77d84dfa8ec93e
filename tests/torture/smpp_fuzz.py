"""PDUs that no honest operator sends, by the million.

In: how many inputs, a seed. Out: what was measured. Promise: nothing raises, every request is told
of once, and once it is warm the process does not grow.
"""

import asyncio
import logging
import random
import resource
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from tests.links.smpp.test_fuzz import BATCH, bend_conversations, bend_frames, bend_link
from tests.torture.broken import Broken, demand

GROWTH_MAX_MB = 30
_WARM = 0.1  # of all inputs; caches have filled by then
_TURNS = 100  # seeds between two looks at the clock of the loop
_PAGE = resource.getpagesize()

WAYS: Final[tuple[Callable[[int], Awaitable[None] | None], ...]] = (
    bend_frames,
    bend_conversations,
    bend_link,
)
"""Each takes a seed and makes a hundred inputs of it."""


async def smpp_fuzz(inputs: int, seed: str) -> str:
    """A third of them against the codec, a third against conversations, a third against links."""
    logging.getLogger("chappe.links").setLevel(logging.ERROR)  # a link warns of each oddity
    chance, begun = random.Random(seed), time.monotonic()
    seeds = inputs // BATCH
    warm = 0
    for done in range(seeds):
        one, way = chance.getrandbits(64), WAYS[done % len(WAYS)]
        try:
            waits = way(one)
            if waits is not None:
                await waits
        except Exception as fault:  # whatever it is, it is what is looked for
            raise Broken(f"{way.__name__}({one}): {type(fault).__name__}: {fault}") from fault
        if done == int(seeds * _WARM):
            warm = resident()
        if done % _TURNS == 0:
            await asyncio.sleep(0)
    grew = (resident() - warm) / 1e6
    demand(grew < GROWTH_MAX_MB, f"the process grew by {grew:.0f} MB")
    took = time.monotonic() - begun
    return (
        f"{seeds * BATCH:,} inputs in {took:.0f} s; no exception; grew by {max(0.0, grew):.1f} MB"
    )


def resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE
