"""Nodes that become the next version one after the other, while customers send.

In: how many nodes, a seed. Out: what was counted. Promise: each is stopped as one should and begins
as the next version, whose schema has a step more, beside nodes that know nothing of it: no message
is lost, sent twice or in doubt, each end is told once; an old one that is started afterwards says
why it can't.

There is no next version: it is this one, copied, with another step of the schema.
"""

import asyncio
import random
import shutil
import tempfile
import time
from pathlib import Path

import chappe
from chappe.store.queries import migrations
from chappe.words.lifecycle import State
from tests.torture.broken import Broken, demand, none_of
from tests.torture.children import Server
from tests.torture.cluster import Cluster
from tests.torture.listener import Listener
from tests.torture.several import Several, asked, several

_REFUSES = "written by a newer version of Chappe"
_STEP = """
ALTER TABLE ordr ADD COLUMN next text;
CREATE INDEX ordr_next ON ordr (next) WHERE next IS NOT NULL;
"""


async def upgrades(here: Cluster, size: int, calm_s: float, seed: str) -> str:
    """So many nodes; so long between two of them."""
    chance = random.Random(seed)
    url = await here.fresh()
    with tempfile.TemporaryDirectory(prefix="chappe-torture-next-") as place:
        sources = next_version(Path(place))
        async with (
            Listener(chance, fails=False) as listener,
            several(url, size, "hold", listener, chance) as alive,
        ):
            slowest = await _replace_all(alive, sources, calm_s)
            verdict = await alive.verdict(size, listener)
            steps = await asked(url, "SELECT max(number) FROM migration")
            ((latest,),) = steps
            demand(latest == _next_number(), "the schema is the next one's", latest)
            left = await asked(url, "SELECT id, state FROM message")
            none_of([row for row in left if row["state"] != State.delivered], "all are delivered")
            told = {row["id"]: listener.heard[row["id"]] for row in left}
            none_of(
                [one for one, events in told.items() if len(events) > len(set(events))],
                "nothing is told twice",
            )
    return f"{size} nodes, each back after {slowest:.1f} s, {verdict}"


def next_version(place: Path) -> Path:
    """Where its sources lie."""
    sources = place / "next"
    ours = Path(chappe.__file__).parent
    shutil.copytree(ours, sources / ours.name, ignore=shutil.ignore_patterns("__pycache__"))
    step = f"{_next_number():03}_before_next.postgres.sql"
    (sources / ours.name / "store" / "schema" / step).write_text(_STEP, "utf-8")
    return sources


def _next_number() -> int:
    return migrations("postgres")[-1].number + 1


async def _replace_all(alive: Several, sources: Path, calm_s: float) -> float:
    """One after the other; how long it took at most until all took orders again, the old ones as
    well, by a schema that they do not know."""
    slowest = 0.0
    for number, old in enumerate(alive.servers):
        await asyncio.sleep(calm_s)
        begun = time.monotonic()
        await old.stop()
        if number:
            await _refuses(old)
        home = alive.homes[number]
        fresh = alive.servers[number] = Server(home / "chappe.toml", home / "kept", sources)
        await fresh.spawn()
        await fresh.ready()
        slowest = max(slowest, await alive.taken_again(begun))
    await asyncio.sleep(calm_s)
    return slowest


async def _refuses(old: Server) -> None:
    """Its schema is not the one that it finds."""
    await old.spawn()
    try:
        await old.ready()
    except Broken as fault:
        demand(_REFUSES in str(fault), "an old node says why it does not start", fault)
    else:
        raise Broken("an old node does not start on a newer schema")
