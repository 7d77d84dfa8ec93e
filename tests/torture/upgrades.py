"""Nodes that become the next version one after the other, while customers send.

In: how many nodes, a seed. Out: what was counted. Promise: each is stopped as one should and begins
as the next version, whose schema has a step more, beside nodes that know nothing of it: no message
is lost, sent twice or in doubt, each end is told once; an old one that is started afterwards says
why it can't.

There is no next version: it is this one, copied, with another step of the schema.
"""

import asyncio
import contextlib
import random
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import asyncpg

import chappe
from chappe.links.contract import Verdict
from chappe.links.operator.mind.journal import logs, read_submits
from chappe.store.queries import migrations
from chappe.words.lifecycle import FINAL, State
from tests.torture.broken import Broken, demand, none_of
from tests.torture.children import Server, start_smsc
from tests.torture.cluster import Cluster, free_port
from tests.torture.listener import Listener
from tests.torture.nodes import _LINK, _LINKS, _LOGIN, _PASSWORD, WINDOW, _Customer, _Nodes

_CUSTOMERS = 6
_BACK_S = 10.0
_QUIET_S = 120.0
_REFUSES = "written by a newer version of Chappe"
_STEP = """
ALTER TABLE ordr ADD COLUMN next text;
CREATE INDEX ordr_next ON ordr (next) WHERE next IS NOT NULL;
"""
_UNTOLD = "SELECT count(*) FROM news WHERE done = 0"
_MOVING = "SELECT count(*) FROM message WHERE state NOT IN ({over})"
_AUDIT = """
SELECT p.id FROM purse p
WHERE p.balance <> (SELECT coalesce(sum(amount), 0) FROM ledger WHERE purse = p.id)
"""


async def upgrades(here: Cluster, size: int, calm_s: float, seed: str) -> str:
    """So many nodes; so long between two of them."""
    chance = random.Random(seed)
    place = Path(tempfile.mkdtemp(prefix="chappe-torture-upgrades-"))
    url = await here.fresh()
    ports = {name: free_port() for name in _LINKS}
    links = "".join(_LINK.format(name=name, port=ports[name], window=WINDOW) for name in ports)
    centres: list[asyncio.subprocess.Process] = []
    async with Listener(chance, fails=False) as listener:
        facts = {"login": _LOGIN, "password": _PASSWORD, "choice": "hold", "url": url}
        alive = _Nodes(place, size, {**facts, "callbacks": listener.url}, links)
        try:
            for name, port in ports.items():
                centres.append(await start_smsc(place / name, port))
            await alive.start()
            customer = _Customer(alive.ports, chance)
            sending = [asyncio.create_task(customer.send()) for _ in range(_CUSTOMERS)]
            slowest = await _replace_all(place, alive, customer, calm_s)
            customer.goes_home = True
            await asyncio.gather(*sending)
            await _at_rest(url)
            stops = [await server.stop() for server in alive.servers]
            await _stop(centres)
            verdict = await _judge(place, url, customer.taken, listener)
            shutil.rmtree(place, ignore_errors=True)
            took = f"each back after {slowest:.1f} s, stop {max(stops):.1f} s"
            return f"{size} nodes, {took}; {verdict}"
        except BaseException:  # however it ends, what was seen can be looked at again
            print(f"The ground is left at {place}.", flush=True)
            raise
        finally:
            await alive.end()
            await _stop(centres)


async def _stop(centres: list[asyncio.subprocess.Process]) -> None:
    for centre in centres:
        with contextlib.suppress(ProcessLookupError):
            centre.terminate()
        await centre.wait()


def next_version(place: Path) -> Path:
    """Where its sources lie."""
    sources = place / "next"
    ours = Path(chappe.__file__).parent
    shutil.copytree(ours, sources / ours.name, ignore=shutil.ignore_patterns("__pycache__"))
    step = f"{migrations('postgres')[-1].number + 1:03}_before_next.postgres.sql"
    (sources / ours.name / "store" / "schema" / step).write_text(_STEP, "utf-8")
    return sources


async def _replace_all(place: Path, alive: _Nodes, customer: _Customer, calm_s: float) -> float:
    """One after the other; how long it took at most until one took orders again."""
    sources, numbers = next_version(place), count(33_698_000_000)
    slowest = 0.0
    for number, old in enumerate(alive.servers):
        await asyncio.sleep(calm_s)
        begun = time.monotonic()
        await old.stop()
        if number:
            await _refuses(old)
        home = place / f"node{number}"
        fresh = alive.servers[number] = Server(home / "chappe.toml", home / "kept", sources)
        await fresh.spawn()
        await fresh.ready()
        for port in alive.ports:  # the old ones as well, by a schema that they do not know
            await _takes_orders(port, numbers)
        slowest = max(slowest, time.monotonic() - begun)
    await asyncio.sleep(calm_s)
    demand(bool(customer.taken), "customers are answered")
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


async def _takes_orders(port: int, numbers: Iterator[int]) -> None:
    one = _Customer([port], random.Random(port))
    async with asyncio.timeout(_BACK_S):
        while True:
            with contextlib.suppress(OSError):
                if await one.send_one(next(numbers), "Bonjour"):
                    return
            await asyncio.sleep(0.05)


async def _at_rest(url: str) -> None:
    """Every message has come to its end, and all of its news is told."""
    over = ", ".join(str(int(state)) for state in (*FINAL, State.unknown))
    deadline = time.monotonic() + _QUIET_S
    connection = await asyncpg.connect(url)
    try:
        while True:
            left = [await connection.fetchval(_MOVING.format(over=over))]
            left.append(await connection.fetchval(_UNTOLD))
            if not any(left):
                return
            demand(time.monotonic() < deadline, "all settles: messages, calls", *left)
            await asyncio.sleep(0.2)
    finally:
        await connection.close()


async def _judge(place: Path, url: str, taken: list[int], listener: Listener) -> str:
    """What was answered, against what is kept, what the centres have in their logs, and what was
    told."""
    connection = await asyncpg.connect(url)
    try:
        steps = await connection.fetchval("SELECT max(number) FROM migration")
        rows = await connection.fetch("SELECT id, number, state FROM message")
        wrong = await connection.fetch(_AUDIT)
    finally:
        await connection.close()
    demand(steps == migrations("postgres")[-1].number + 1, "the schema is the next one's", steps)
    none_of(wrong, "each balance is the sum of its ledger")
    times: Counter[tuple[int, int]] = Counter()
    for name in _LINKS:
        submits = read_submits(logs(place / name / "operator.log"))
        times.update((one.number, one.no) for one in submits if one.verdict is Verdict.taken)
    sent = {number for number, _ in times}
    none_of([one for one in taken if one not in sent], "nothing is lost")
    none_of([one for one, sent_so in times.items() if sent_so > 1], "nothing is sent twice")
    none_of([row for row in rows if row["state"] != State.delivered], "all are delivered")
    ends = {
        row["id"]: [event for event in listener.heard[row["id"]] if event.kind == "DLR"]
        for row in rows
    }
    none_of([row for row, told in ends.items() if not told], "the end of each is told")
    none_of([row for row, told in ends.items() if len(told) > 1], "the end of each is told once")
    return f"{len(taken):,} answered, 0 lost, 0 doubles, 0 in doubt, 0 told twice"
