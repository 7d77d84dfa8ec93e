"""Several nodes on one PostgreSQL, and whatever may befall each of them, or the database.

In: how many nodes, an account's choice, how many blows, a seed. Out: what was counted. Promise:
that of `several`, and that soon after each blow every node takes orders, and all together as many
as before.
"""

import asyncio
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Awaitable, Callable

from tests.torture.children import Server
from tests.torture.cluster import Cluster
from tests.torture.crowding import at_full_rate, crowd_out, rate
from tests.torture.listener import Listener
from tests.torture.several import BACK_S, Several, asked, several

_CALM_S = (1.0, 3.0)  # between two blows
_LAPSED_S = 7.0  # a node that stands still for so long is over
_CROWDED_S = (1.0, 6.0)  # some are over by that
_RATES = 3  # seconds over which the slowest is the rate that is to come again


async def nodes(
    here: Cluster, size: int, choice: str, blows: int, seed: str, full_s: float = BACK_S
) -> str:
    """So many nodes, and so many blows. After each as much is taken as before within `full_s`:
    longer, where others use the machine, whose rate then says little."""
    chance = random.Random(seed)
    url = await here.fresh()
    async with (
        Listener(chance, fails=False) as listener,
        several(url, size, choice, listener, chance) as alive,
    ):
        struck = await _strike(_Blows(here, url, chance), alive, blows, chance, full_s)
        return f"{struck}; {await alive.verdict(blows, listener)}"


class _Blows:
    """What may befall a node, or all of them."""

    def __init__(self, here: Cluster, url: str, chance: random.Random) -> None:
        self._here = here
        self._url = url
        self._chance = chance
        self.all: tuple[Callable[[Server], Awaitable[None]], ...] = (
            self.killed,
            self.frozen_past_its_lease,
            self.frozen,
            self.stopped,
            self.backends_ended,
            self.database_restarted,
            self.crowded_out,
        )

    async def killed(self, server: Server) -> None:
        await server.kill()
        await server.spawn()
        await server.ready()

    async def frozen_past_its_lease(self, server: Server) -> None:
        await _freeze(server, _LAPSED_S)

    async def frozen(self, server: Server) -> None:
        await _freeze(server, self._chance.uniform(0.1, 2))

    async def stopped(self, server: Server) -> None:
        await server.stop()
        await server.spawn()
        await server.ready()

    async def backends_ended(self, _: Server) -> None:
        await asked(
            self._url,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()",
        )

    async def database_restarted(self, _: Server) -> None:
        await self._here.stop_at_once()
        await self._here.start()

    async def crowded_out(self, _: Server) -> None:
        await crowd_out(self._url, self._chance.uniform(*_CROWDED_S))


async def _freeze(server: Server, seconds: float) -> None:
    """It does nothing, and its connections stand."""
    os.kill(server.pid, signal.SIGSTOP)
    await asyncio.sleep(seconds)
    os.kill(server.pid, signal.SIGCONT)


async def _strike(
    may: _Blows, alive: Several, blows: int, chance: random.Random, full_s: float
) -> str:
    """What befell them, each of all things first; and how long it took at most until all nodes took
    orders again, and as many as before."""
    struck: Counter[str] = Counter()
    slowest = full = 0.0
    before = min([await rate(alive.taken) for _ in range(_RATES)])
    for blow in range(blows):
        await asyncio.sleep(chance.uniform(*_CALM_S))
        way = may.all[blow] if blow < len(may.all) else chance.choice(may.all)
        struck[way.__name__.replace("_", " ")] += 1
        await way(chance.choice(alive.servers))
        begun = time.monotonic()
        slowest = max(slowest, await alive.taken_again(begun))
        await at_full_rate(alive.taken, before, full_s)
        full = max(full, time.monotonic() - begun)
    befell = ", ".join(f"{name} {times}" for name, times in sorted(struck.items()))
    return f"{befell}; taken again after {slowest:.1f} s, {before:.0f} a second after {full:.1f} s"
