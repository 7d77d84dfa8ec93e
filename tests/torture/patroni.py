"""Several nodes on a PostgreSQL whose primary goes, time and again: Patroni promotes another one.

In: how it goes, how many nodes, an account's choice, how many blows, a seed. Out: what was counted.
Promise: that of `several`; every node takes orders again soon after each promotion, and none of
them had to be told where the primary is; `chappe doctor` says that commits wait for a standby.
"""

import asyncio
import random
import sys
import time
from pathlib import Path
from typing import Any, Literal

import msgspec

from tests.torture.broken import demand
from tests.torture.cluster import Cluster
from tests.torture.listener import Listener
from tests.torture.members import Members, members
from tests.torture.several import Several, asked, several

_DATABASE = "chappe"
_CALM_S = (2.0, 5.0)  # between two blows
_PROMOTED_S = 60.0
_STANDBY = "An answered message is on a standby as well."


Way = Literal["dies", "falls silent"]


async def patroni(here: Cluster, way: Way, size: int, choice: str, blows: int, seed: str) -> str:
    """So many nodes, and so many primaries that go."""
    chance = random.Random(seed)
    async with members(here) as cluster:
        await _make(cluster)
        async with (
            Listener(chance, fails=False) as listener,
            several(cluster.url(_DATABASE), size, choice, listener, chance) as alive,
        ):
            await _safe(alive.homes[0])
            waits, slowest = await _strike(cluster, way, alive, blows, chance)
            found = await alive.verdict(blows, listener)
            return (
                f"a primary {way}, {blows} times; another is promoted after {min(waits):.1f} to "
                f"{max(waits):.1f} s; orders are taken again {slowest:.1f} s later at most; {found}"
            )


async def _make(cluster: Members) -> None:
    primary = await cluster.primary()
    await asked(primary.url("postgres"), f"CREATE DATABASE {_DATABASE}")


async def _safe(home: Path) -> None:
    """The doctor, where a node runs."""
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "chappe", "doctor", "--json"),
        *("--config", str(home / "chappe.toml"), "--data", str(home / "kept")),
        stdout=asyncio.subprocess.PIPE,
    )
    printed, _ = await child.communicate()
    rows: list[dict[str, Any]] = msgspec.json.decode(printed)
    said = [row["says"] for row in rows if row["check"] == "commits"]
    demand(said == [_STANDBY], "the doctor says that commits wait for a standby", said)


async def _strike(
    cluster: Members, way: Way, alive: Several, blows: int, chance: random.Random
) -> tuple[list[float], float]:
    """How long each primary was without a successor; and how long it took at most after a promotion
    until all nodes took orders again. Before the next blow it is back, as a standby."""
    waits: list[float] = []
    slowest = 0.0
    for _ in range(blows):
        await asyncio.sleep(chance.uniform(*_CALM_S))
        victim = await cluster.primary()
        gone = time.monotonic()
        if way == "dies":
            await victim.die()
        else:
            victim.fall_silent()
        others = [one for one in cluster.all if one is not victim]
        promoted = await cluster.promoted(others, _PROMOTED_S)
        waits.append(promoted - gone)
        slowest = max(slowest, await alive.taken_again(promoted))
        if way == "dies":
            await cluster.revive(victim)
        else:
            victim.wake()
        await cluster.whole()
    return waits, slowest
