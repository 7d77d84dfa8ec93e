"""`python -m bench moved`: ten million messages carried from SQLite into PostgreSQL, and looked at.

In: how many. Out: how long that took, and the milliseconds of the status of one campaign, with few
messages stored and with many. Promise: the campaign is the oldest, and the same in both databases;
`chappe move-store` carries it, as its user would.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from bench.build import build
from bench.children import Children
from bench.database import database
from bench.generate import multiply
from bench.place import end_of
from bench.settings import Wanted, settings
from bench.site import Bed, site
from bench.trees import HERE
from bench.trouble import Broken
from bench.works.stored import CAMPAIGN, look, with_a_campaign

_LOG = "move.log"


class Plan(NamedTuple):
    """What was asked for."""

    stored: int


def plan_of(words: Sequence[str]) -> Plan:
    parser = argparse.ArgumentParser("python -m bench moved", description=__doc__.splitlines()[0])
    parser.add_argument("--stored", type=int, default=10_000_000, help="messages")
    return Plan(**vars(parser.parse_args(words)))


def asked_to_move(words: Sequence[str]) -> Callable[[Path], str]:
    """What these words ask for."""
    return partial(moved, plan_of(words))


def moved(plan: Plan, folder: Path) -> str:
    """The table."""
    with Children() as children, database(children) as base:
        bed = Bed(children, build(), folder, 0, False, True)
        with site(bed) as server:
            with_a_campaign(server)
            few = look(server)
            stored = multiply(server.store / "chappe.db", plan.stored)
            many = look(server)
            url = base.fresh()
            began = time.monotonic()
            _move(children, server.folder, server.store, url)
            took = time.monotonic() - began
            said = settings(Wanted(store=url), server.port, server.sink_port, server.smsc_port)
            (server.folder / "chappe.toml").write_text(said, encoding="utf-8")
            there = look(server)
    return "\n".join(
        (
            "| what | |",
            "| --- | --- |",
            f"| messages stored, that of a campaign of {CAMPAIGN:,} the oldest | {stored:,} |",
            f"| moved in | {took:,.0f} s |",
            f"| its status from SQLite, with it alone | {few.status_ms:,.0f} ms |",
            f"| ... with all | {many.status_ms:,.0f} ms |",
            f"| ... from PostgreSQL, with all | {there.status_ms:,.0f} ms |",
            f"| a start on PostgreSQL | {there.start_s:,.1f} s |",
        )
    )


def _move(children: Children, folder: Path, store: Path, url: str) -> None:
    command = [sys.executable, "-m", "chappe", "move-store", "--to", url]
    command += ["--config", str(folder / "chappe.toml"), "--data", str(store)]
    child = children.start(command, folder / _LOG, {"PYTHONPATH": str(HERE / "src")})
    if child.wait():
        raise Broken(f"The move failed. {end_of(folder / _LOG)}")
