"""`python -m bench held`: what a snapshot costs that is held under load, as a dump does.

In: minutes. Out: for each quarter of them the ratios of a node whose database has a snapshot held
to one whose database has none, medians with quartiles; and which indexes are read further for it.
Promise: both are on one PostgreSQL and loaded in turn, a few seconds each.
"""

import argparse
import asyncio
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

import asyncpg

from bench.build import build
from bench.children import Children
from bench.database import database
from bench.pair import Figures, spread
from bench.site import Bed
from bench.town import Town, town

_FREE: Final = "nothing held"
_HELD: Final = "a snapshot held"
_QUARTERS: Final = 4
_BEFORE: Final = 6
_INDEXES: Final = 6
_READ: Final = "SELECT indexrelname, idx_scan, idx_tup_read FROM pg_stat_user_indexes"


class Plan(NamedTuple):
    """What was asked for."""

    minutes: float
    seconds: float


class _Round(NamedTuple):
    """What was seen of both, one behind the other."""

    free: Figures
    held: Figures


def plan_of(words: Sequence[str]) -> Plan:
    parser = argparse.ArgumentParser("python -m bench held", description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=10, help="the snapshot is held for")
    parser.add_argument("--seconds", type=float, default=4, help="of load, each time")
    return Plan(**vars(parser.parse_args(words)))


def asked_to_hold(words: Sequence[str]) -> Callable[[Path], str]:
    """What these words ask for."""
    return partial(held, plan_of(words))


def held(plan: Plan, folder: Path) -> str:
    """The table."""
    with Children() as children, ExitStack() as opened:
        bed = Bed(children, build(), folder, plan.seconds, False, True)
        base = opened.enter_context(database(children))
        towns = {name: opened.enter_context(town(bed, base, 1)) for name in (_FREE, _HELD)}
        rounds = _rounds(towns, plan.seconds)
        next(rounds)  # for warming up
        before = [next(rounds) for _ in range(_BEFORE)]
        stretches = {"before": before}
        with _snapshot(towns[_HELD].url):
            began = time.monotonic()
            for quarter in range(1, _QUARTERS + 1):
                reads = {name: _reads(one.url) for name, one in towns.items()}
                until = began + plan.minutes * 60 * quarter / _QUARTERS
                seen = stretches[f"quarter {quarter}"] = [next(rounds)]
                while time.monotonic() < until:
                    seen.append(next(rounds))
            farther = {name: _since(_reads(towns[name].url), then) for name, then in reads.items()}
        return "\n\n".join((_drawn(stretches), _drawn_reads(farther)))


def _rounds(towns: Mapping[str, Town], seconds: float) -> Iterator[_Round]:
    """Each in turn; who goes first changes."""
    counters = dict.fromkeys(towns, 0)
    names = [*towns]
    while True:
        seen: dict[str, Figures] = {}
        for name in names:
            seen[name], counters[name] = towns[name].loaded(counters[name], seconds)
        names.reverse()
        yield _Round(seen[_FREE], seen[_HELD])


@contextmanager
def _snapshot(url: str) -> Iterator[None]:
    """A transaction that sees the database as it is now, until the `with` is left."""
    over, taken = threading.Event(), threading.Event()

    async def hold() -> None:
        try:
            connection = await asyncpg.connect(url)
            async with connection.transaction(isolation="repeatable_read", readonly=True):
                await connection.fetchval("SELECT count(*) FROM node")
                taken.set()
                await asyncio.get_running_loop().run_in_executor(None, over.wait)
            await connection.close()
        finally:
            taken.set()

    holder = threading.Thread(target=lambda: asyncio.run(hold()))
    holder.start()
    try:
        taken.wait()
        yield
    finally:
        over.set()
        holder.join()


_Reads = Mapping[str, tuple[int, int]]
"""Index -> how often it was gone through, and how many entries were read."""


def _reads(url: str) -> _Reads:
    async def ask() -> _Reads:
        connection = await asyncpg.connect(url)
        try:
            return {row[0]: (row[1], row[2]) for row in await connection.fetch(_READ)}
        finally:
            await connection.close()

    return asyncio.run(ask())


def _since(now: _Reads, then: _Reads) -> _Reads:
    return {name: (now[name][0] - then[name][0], now[name][1] - then[name][1]) for name in now}


def _drawn(stretches: Mapping[str, Sequence[_Round]]) -> str:
    names = [*stretches["before"][0].free]
    lines = [" | ".join(["", *names]), " | ".join(["---"] * (1 + len(names)))]
    for stretch, rounds in stretches.items():
        cells = [spread([one.held[name] / one.free[name] for one in rounds]) for name in names]
        lines.append(" | ".join([f"{stretch} ({len(rounds)})", *cells]))
    return "\n".join(f"| {line} |" for line in lines)


def _drawn_reads(farther: Mapping[str, _Reads]) -> str:
    """The indexes of which most is read where a snapshot is held, in its last quarter."""
    free, hampered = farther[_FREE], farther[_HELD]
    most = sorted(hampered, key=lambda name: hampered[name][1], reverse=True)[:_INDEXES]
    heads = ["index", f"scans, {_HELD}", "entries read by each", f"the same, {_FREE}"]
    lines = [" | ".join(heads), " | ".join(["---"] * len(heads))]
    for name in most:
        each, usual = _each(hampered[name]), _each(free[name])
        lines.append(f"{name} | {hampered[name][0]:,} | {each:,.0f} | {usual:,.0f}")
    return "\n".join(f"| {line} |" for line in lines)


def _each(scans_and_entries: tuple[int, int]) -> float:
    scans, entries = scans_and_entries
    return entries / max(1, scans)
