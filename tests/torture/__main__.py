"""`python -m tests.torture [--seed N] [--only NAME ...] [--rounds N] [--page FILE] [--report]`.

In: arguments. Out: a line for each run; after a whole torture a section of docs/figures.md.
Promise: the first promise that does not hold ends it with 1, its seed, and what was seen.
"""

import argparse
import asyncio
import contextlib
import secrets
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from tests.torture.attack.run import attack
from tests.torture.attack.siege import WHOLE
from tests.torture.attack.table import Part, of_part
from tests.torture.big import ROOT, big
from tests.torture.broken import Broken
from tests.torture.clock_steps import clock_steps
from tests.torture.cluster import Cluster, cluster
from tests.torture.database_away import database_away
from tests.torture.directory import FULL as FULL_DIRECTORY
from tests.torture.directory import directory
from tests.torture.evil_centres import evil_centres
from tests.torture.figures import Outcome, Table, append, row
from tests.torture.files import Form, files
from tests.torture.full_disk import full_disk
from tests.torture.graceful import graceful
from tests.torture.greedy import greedy_callbacks
from tests.torture.hostile_bodies import FULL as FULL_BODIES
from tests.torture.hostile_bodies import hostile_bodies
from tests.torture.hostile_files import FULL as FULL_FILES
from tests.torture.hostile_files import hostile_files
from tests.torture.isendpro_figures import isendpro_directory, isendpro_reports
from tests.torture.journeys import journeys_two_nodes
from tests.torture.judge import Figures
from tests.torture.kills import kills
from tests.torture.lockout import lockout
from tests.torture.long_report import FULL as FULL_REPORT
from tests.torture.long_report import long_report
from tests.torture.looks import console_looks
from tests.torture.mail_fuzz import mail_fuzz
from tests.torture.nodes import nodes
from tests.torture.pages import pages_postgres, pages_two_nodes
from tests.torture.patroni import patroni
from tests.torture.run import SQLITE
from tests.torture.slow_peers import FULL as FULL_CROWD
from tests.torture.slow_peers import slow_peers
from tests.torture.smpp_fuzz import smpp_fuzz
from tests.torture.smpp_kills import smpp_kills
from tests.torture.smsmode_batch import smsmode_batch
from tests.torture.smsmode_transfers import smsmode_transfers
from tests.torture.upgrades import upgrades

_KILLS, _STOPS, _ABSENCES = 100, 20, 10
_FILE_KILLS = 5
_RECIPIENTS: Mapping[Form, int] = {"xml": 1_000_000, "json": 400_000}
_INPUTS = 1_000_000
_BLOWS = 60
_NODES, _NODE_BLOWS = 3, 60
_UPGRADED, _CALM_S = 3, 20.0
_NODES, _NODE_BLOWS, _PRIMARY_BLOWS = 3, 60, 20
_EVIL_S = 20
_STEPS = 30
_ORIGINS, _NEIGHBOURS_ASK, _DESCRIPTORS = 10_000, 1_000, (256, 1_024, 20_000)
_GUESSERS, _ADDRESSES = 1_000, 100

# Parts of another run: they are run where they are named.
_PARTS: Mapping[str, Part] = {
    "attack-heads": "heads",
    "attack-documents": "documents",
    "attack-peers": "peers",
}

Work = Callable[[Cluster, str], Awaitable[Figures | Table | str]]


def works(rounds: int | None, report: bool) -> Mapping[str, Work]:
    """Every run, `rounds` times or in full; with `report`, attacks outlive a broken promise."""
    killed = rounds or _KILLS

    async def stops_on_postgres(here: Cluster, seed: str) -> Figures:
        return await graceful(await here.fresh(), rounds or _STOPS, seed)

    async def dropped(form: Form, seed: str) -> str:
        return await files(form, _RECIPIENTS[form], min(killed, _FILE_KILLS), seed)

    async def attacked(part: Part | None, seed: str) -> Table:
        return await attack(of_part(part), seed, WHOLE, report=report)

    def attacked_in(part: Part) -> Work:
        return lambda _, seed: attacked(part, seed)

    def greedy(seed: str, *, paid: bool) -> Awaitable[str]:
        return greedy_callbacks(_ORIGINS, _NEIGHBOURS_ASK, _DESCRIPTORS, seed, paid=paid)

    return {
        **_killed(killed),
        "full-disk": lambda _, seed: full_disk(seed),
        "database-away": lambda here, seed: database_away(here, rounds or _ABSENCES, seed),
        "graceful-sqlite": lambda _, seed: graceful(SQLITE, rounds or _STOPS, seed),
        "graceful-postgres": stops_on_postgres,
        "files-xml": lambda _, seed: dropped("xml", seed),
        "files-json": lambda _, seed: dropped("json", seed),
        "files-hostile": lambda _, seed: hostile_files(FULL_FILES, seed),
        "smpp-kills-resend": lambda _, seed: smpp_kills("resend", rounds or _BLOWS, seed),
        "smpp-kills-hold": lambda _, seed: smpp_kills("hold", rounds or _BLOWS, seed),
        **_several(rounds),
        **_fuzzed(),
        "clock-steps": lambda _, seed: clock_steps(rounds or _STEPS, seed),
        "evil-centres": lambda _, __: evil_centres(rounds or _EVIL_S),
        "attack": lambda _, seed: attacked(None, seed),
        **{name: attacked_in(part) for name, part in _PARTS.items()},
        "greedy-callbacks": lambda _, seed: greedy(seed, paid=True),
        "greedy-callbacks-free": lambda _, seed: greedy(seed, paid=False),
        "lockout": lambda _, __: lockout(_GUESSERS, 1),
        "lockout-spread": lambda _, __: lockout(_GUESSERS, _ADDRESSES),
        "slow-peers": lambda _, __: slow_peers(FULL_CROWD),
        "long-report": lambda _, __: long_report(FULL_REPORT),
        **_filled(),
        "big": lambda _, __: big(),
    }


def _killed(rounds: int) -> Mapping[str, Work]:
    async def on_postgres(choice: str, seed: str, here: Cluster) -> Figures:
        return await kills(await here.fresh(), (choice,), rounds, seed)

    async def transfers_on_postgres(here: Cluster, seed: str) -> str:
        return await smsmode_transfers(seed, rounds, await here.fresh())

    return {
        "kills-sqlite-resend": lambda _, seed: kills(SQLITE, ("resend",), rounds, seed),
        "kills-sqlite-hold": lambda _, seed: kills(SQLITE, ("hold",), rounds, seed),
        "kills-postgres-resend": lambda here, seed: on_postgres("resend", seed, here),
        "kills-postgres-hold": lambda here, seed: on_postgres("hold", seed, here),
        "smsmode-transfers-sqlite": lambda _, seed: smsmode_transfers(seed, rounds),
        "smsmode-transfers-postgres": transfers_on_postgres,
    }


def _several(rounds: int | None) -> Mapping[str, Work]:
    blows, deaths = rounds or _NODE_BLOWS, rounds or _PRIMARY_BLOWS
    return {
        "nodes-resend": lambda here, seed: nodes(here, _NODES, "resend", blows, seed),
        "nodes-hold": lambda here, seed: nodes(here, _NODES, "hold", blows, seed),
        "nodes-upgrade": lambda here, seed: upgrades(here, _UPGRADED, _CALM_S, seed),
        "pages-postgres": lambda _, __: pages_postgres(),
        "pages-two-nodes": lambda _, __: pages_two_nodes(),
        "journeys-two-nodes": lambda _, __: journeys_two_nodes(),
        "console-looks": lambda _, __: console_looks(),
        "nodes-patroni": lambda here, seed: patroni(here, "dies", _NODES, "hold", deaths, seed),
        "nodes-patroni-silent": lambda here, seed: patroni(
            here, "falls silent", _NODES, "hold", deaths, seed
        ),
    }


def _filled() -> Mapping[str, Work]:
    async def on_postgres(here: Cluster, _: str) -> str:
        return await directory(await here.fresh(), FULL_DIRECTORY)

    async def over_the_door(here: Cluster, _: str) -> str:
        return await isendpro_directory(await here.fresh())

    async def from_a_file(here: Cluster, _: str) -> str:
        return await smsmode_batch(await here.fresh())

    return {
        "directory-sqlite": lambda _, __: directory(SQLITE, FULL_DIRECTORY),
        "directory-postgres": on_postgres,
        "isendpro-directory-sqlite": lambda _, __: isendpro_directory(SQLITE),
        "isendpro-directory-postgres": over_the_door,
        "isendpro-reports": lambda _, __: isendpro_reports(),
        "smsmode-batch": lambda _, __: smsmode_batch(),
        "smsmode-batch-postgres": from_a_file,
    }


def _fuzzed() -> Mapping[str, Work]:
    return {
        "smpp-fuzz": lambda _, seed: smpp_fuzz(_INPUTS, seed),
        "mail-fuzz": lambda _, seed: mail_fuzz(_INPUTS, seed),
        "hostile-bodies": lambda _, seed: hostile_bodies(FULL_BODIES, seed),
    }


def main() -> int:
    """The exit code."""
    asked = _arguments()
    known = works(asked.rounds, asked.report)
    unknown = set(asked.only) - set(known)
    if unknown:
        print(f"There is no {', '.join(sorted(unknown))}; there is {', '.join(known)}.")
        return 2
    wanted = asked.only or [name for name in known if name not in _PARTS]
    chosen = {name: work for name, work in known.items() if name in wanted}
    print(f"seed {asked.seed}", flush=True)
    outcomes: list[Outcome] = []
    try:
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(_all(chosen, asked.seed, outcomes))
    except Broken as fault:
        again = f"python -m tests.torture --seed {asked.seed} --only {list(chosen)[len(outcomes)]}"
        print(f"BROKEN: {fault}\nAgain: {again}", flush=True)
        return 1
    if len(outcomes) < len(chosen):
        return 130
    if page := asked.page or (None if asked.only or asked.rounds else ROOT / "docs/figures.md"):
        append(page, outcomes, asked.seed)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m tests.torture", description=__doc__)
    parser.add_argument("--seed", default=secrets.token_hex(4), help="what chance begins with")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="these runs alone")
    parser.add_argument("--rounds", type=int, help="another number of rounds than the full one")
    parser.add_argument("--report", action="store_true", help="tell of all attacks, then end")
    parser.add_argument("--page", type=Path, help="where to append the figures")
    return parser.parse_args()


async def _all(chosen: Mapping[str, Work], seed: str, outcomes: list[Outcome]) -> None:
    async with cluster() as here:
        for name, work in chosen.items():
            begun = time.monotonic()
            found = await work(here, f"{seed} {name}")
            outcomes.append(Outcome(name, found, time.monotonic() - begun))
            print(row(outcomes[-1]), flush=True)


if __name__ == "__main__":
    sys.exit(main())
