"""`python -m bench [--quick] [work ...]`: measures, prints one table, writes bench/last.json.
`python -m bench pair REV [REV ...]` puts revisions side by side, `python -m bench stores` SQLite
and one and two nodes on PostgreSQL, `python -m bench --peer kannel` a gateway of others' and ours;
`python -m bench moved` carries ten million messages from SQLite to PostgreSQL;
`python -m bench held` tells what a snapshot costs that is held under load;
`python -m bench consoles` tells what open consoles cost, and how soon they show a message, `pages`
how long each of its pages takes with ten million messages stored.

In: names of works, none for all. Out: exit code 0; 1 if the budget of CPU a message was passed, or
something could not be measured, for which it says why; 2 for a wrong name. Promise: whatever
happens, no process stays behind.
"""

import argparse
import json
import os
import platform
import sqlite3
import statistics
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from bench.budget import BUDGET_US, is_kept
from bench.build import build
from bench.calibrate import Pace, calibrate
from bench.children import Children
from bench.consoles import asked_for_consoles
from bench.figures import Measured, as_json, collected, table
from bench.held import asked_to_hold
from bench.moved import asked_to_move
from bench.pages import asked_for_pages
from bench.pair import asked_for_pairs
from bench.peer import PEERS, peer
from bench.site import Bed
from bench.stores import asked_for_stores
from bench.tables import SUBMIT_SIMULATED, SUBMIT_SMPP
from bench.trouble import Broken
from bench.works import WORKS
from chappe.hands.finding import OK
from chappe.hands.premises import python_finding
from chappe.native import missing

_HERE = Path(__file__).resolve().parent
_LAST = _HERE / "last.json"
_GROUND = _HERE.parent / "build"

# What measures by itself: what it prints, from its words.
_BESIDE: Mapping[str, Callable[[Sequence[str]], Callable[[Path], str]]] = {
    "pair": asked_for_pairs,
    "stores": asked_for_stores,
    "moved": asked_to_move,
    "held": asked_to_hold,
    "consoles": asked_for_consoles,
    "pages": asked_for_pages,
}


class Pick(NamedTuple):
    """What was asked for."""

    works: list[str]
    quick: bool
    simulated: bool
    runs: int
    seconds: float
    peer: str | None


def main(words: Sequence[str] | None = None) -> int:
    words = sys.argv[1:] if words is None else words
    try:
        if words and words[0] in _BESIDE:
            told = _BESIDE[words[0]](words[1:])
            with _ground() as folder:
                print(told(folder))
            return 0
        pick = _read(words)
        if pick.peer:
            with _ground() as folder:
                print(peer(pick.runs, pick.seconds, folder))
            return 0
        with Children() as children, _ground() as folder:
            programs = build()
            bed = Bed(children, programs, folder, pick.seconds, pick.quick, not pick.simulated)
            return _measure(bed, pick)
    except Broken as fault:
        print(fault, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Broken off; nothing was written.", file=sys.stderr)
        return 130


def _read(words: Sequence[str]) -> Pick:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__.splitlines()[0])
    parser.add_argument("works", nargs="*", metavar="work", help=f"of: {', '.join(WORKS)}")
    parser.add_argument("--quick", action="store_true", help="one short run, smaller stores")
    parser.add_argument(
        "--simulated", action="store_true", help="the link is the simulated operator"
    )
    parser.add_argument("--peer", choices=PEERS, help="no work, but this gateway beside ours")
    parser.add_argument("--runs", type=int, help="runs of each work (3; quick: 1); rounds (7; 2)")
    parser.add_argument("--seconds", type=float, help="of load in each run (8; quick: 3)")
    asked = parser.parse_args(words)
    strange = [name for name in asked.works if name not in WORKS]
    if strange:
        parser.error(f"there is no work named {strange[0]}; there are {', '.join(WORKS)}")
    if asked.peer and (asked.works or asked.simulated):
        parser.error("--peer goes without works, and always by SMPP")
    quick, runs = (2, 7) if asked.peer else (1, 3)
    return Pick(
        works=asked.works or list(WORKS),
        quick=asked.quick,
        simulated=asked.simulated,
        runs=asked.runs or (quick if asked.quick else runs),
        seconds=asked.seconds or (3 if asked.quick else 8),
        peer=asked.peer,
    )


@contextmanager
def _ground() -> Iterator[Path]:
    """A folder on the disk of the project: a temporary one is often in memory, and cannot sync."""
    _GROUND.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=_GROUND) as folder:
        yield Path(folder)


def _measure(bed: Bed, pick: Pick) -> int:
    runs: list[Measured] = []
    faults: dict[str, str] = {}
    paces = [calibrate(bed.folder)]
    for name in pick.works:
        count = 1 if WORKS[name].once else pick.runs
        for turn in range(1, count + 1):
            print(f"{name}, run {turn} of {count} ...", file=sys.stderr, flush=True)
            try:
                runs.append(WORKS[name].run(bed))
            except Broken as fault:
                faults[name] = str(fault).partition("\n")[0]
                print(f"{name} could not be measured. {fault}", file=sys.stderr, flush=True)
                break
    paces.append(calibrate(bed.folder))
    figures = collected([*runs, *map(_paced, paces)])
    note = SUBMIT_SMPP if bed.smpp else SUBMIT_SIMULATED
    notes = dict.fromkeys(("submit_p50", "overtaking_p50"), note)
    print(_head(pick), table(figures, notes), sep="\n\n")
    _LAST.write_text(json.dumps(_kept(pick, figures, faults), indent=1) + "\n", encoding="utf-8")
    return _closing(figures, faults)


def _paced(pace: Pace) -> Measured:
    return {"loop": pace.loop_ms, "wall": pace.wall_ms, "fsync": pace.fsync_ms}


def _closing(figures: dict[str, list[float]], faults: dict[str, str]) -> int:
    """The last words, and the exit code."""
    code = 0
    if faults:
        print(f"\nNot measured: {', '.join(faults)}.")
        code = 1
    cost = statistics.median(figures["budget"]) if "budget" in figures else None
    if cost is not None and not is_kept(cost):
        print(f"\nA message costs {cost:.0f} us of CPU; the budget is {BUDGET_US:.0f} us.")
        code = 1
    return code


def _head(pick: Pick) -> str:
    link = "the simulated operator, in the same process" if pick.simulated else "SMPP to smscsim"
    seconds = f"{pick.runs} x {pick.seconds:g} s"
    return (
        f"Python {platform.python_version()} ({_built()}), SQLite {sqlite3.sqlite_version}, "
        f"{_cpus()} CPUs, all shared with the load; {seconds} each; window 100 unless said; the "
        f"link is {link}."
    )


def _built() -> str:
    """Whether with a profile, which takes 5 to 10 % off all figures, and with what is in C."""
    made = python_finding(sysconfig.get_config_var("CONFIG_ARGS") or "", sys.base_prefix)
    built = "built with a profile" if made.how == OK else "a plain build"
    return f"{built}; {' and '.join(lost)} not in C" if (lost := missing()) else built


def _kept(pick: Pick, figures: dict[str, list[float]], faults: dict[str, str]) -> dict[str, Any]:
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "asked": pick._asdict(),
        "machine": {
            "cpus": _cpus(),
            "kernel": platform.release(),
            "python": platform.python_version(),
            "sqlite": sqlite3.sqlite_version,
        },
        "figures": as_json(figures),
        "faults": faults,
    }


def _cpus() -> int:
    return len(os.sched_getaffinity(0))


if __name__ == "__main__":
    sys.exit(main())
