"""`python -m tests.prove [--only TEXT ...]`: break each row of the tables; some case must fail.

In: the pages and the journeys. Out: what was broken, and every row that nobody would miss. Promise:
each break runs in a Python of its own, over the cases that look at that row, the quickest first;
the exit code is 1 where more survives than `known` gives a reason for, or less.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import msgspec

from tests.prove import breaking, tables, watching
from tests.prove.known import UNNOTICED, UNTOUCHED, can_be
from tests.prove.watching import Seen

ROOT = Path(__file__).resolve().parents[2]
CASES = ("tests/conformance/test_pages.py", "tests/journeys")
_AT_ONCE = 2
_PASSED, _FAILED = 0, 1


class Trial(NamedTuple):
    """A swap, and the cases that should notice, the quickest first."""

    swap: str
    cases: Sequence[str]


def main() -> int:
    """The exit code."""
    parser = argparse.ArgumentParser("python -m tests.prove", description=__doc__)
    parser.add_argument("--only", nargs="+", default=[""], help="swaps whose names hold a text")
    only: list[str] = parser.parse_args().only
    seen = _watch()
    trials = [one for one in _trials(seen) if any(text in one.swap for text in only)]
    untouched = [row for row in tables.rows() if row not in seen.cases]
    _say_rows(seen, untouched)
    survivors = _survivors(trials)
    print(f"{len(trials)} breaks: {len(trials) - len(survivors)} noticed, {len(survivors)} not")
    for trial in survivors:
        print(f"not noticed: {trial.swap}{_change(trial.swap)}; looked at by {_named(trial.cases)}")
    missing = {row for row in untouched if can_be(row)}
    tried = {trial.swap for trial in trials}
    return _verdict(
        [
            ("touched by no case", missing - set(UNTOUCHED)),
            ("touched after all", set(UNTOUCHED) - missing),
            ("noticed by no case", {trial.swap for trial in survivors} - set(UNNOTICED)),
            ("noticed after all", (set(UNNOTICED) & tried) - {one.swap for one in survivors}),
        ]
    )


def _watch() -> Seen:
    """All cases, once, with every look at a table noted."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "seen.json")
        run = _pytest(watching.__name__, str(path), CASES)
        if run.returncode != _PASSED:
            sys.exit(f"The cases must pass before a row is broken.\n{run.stdout}")
        return msgspec.json.decode(path.read_bytes(), type=Seen)


def _trials(seen: Seen) -> Iterator[Trial]:
    for row, cases in sorted(seen.cases.items()):
        quickest = sorted(cases, key=lambda case: seen.seconds[case])
        for swap in [row] if ".ORDER " in row else tables.swaps_of(row):
            yield Trial(swap, quickest)


def _survivors(trials: Sequence[Trial]) -> list[Trial]:
    with ThreadPoolExecutor(_AT_ONCE) as workers:
        noticed = [*workers.map(_is_noticed, trials)]
    return [trial for trial, was in zip(trials, noticed, strict=True) if not was]


def _is_noticed(trial: Trial) -> bool:
    run = _pytest(breaking.__name__, trial.swap, trial.cases)
    if run.returncode not in (_PASSED, _FAILED):
        sys.exit(f"{trial.swap}: the cases did not run.\n{run.stdout}")
    return run.returncode == _FAILED


def _pytest(plugin: str, said: str, cases: Iterable[str]) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-x", "-p", plugin, "-p", "no:cacheprovider", *cases],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path, breaking.SWAP: said},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def _say_rows(seen: Seen, untouched: Sequence[str]) -> None:
    counts = Counter(row.split()[0] for row in tables.rows())
    print(f"{counts.total()} rows: " + ", ".join(f"{name} {n}" for name, n in counts.items()))
    print(f"{len(seen.seconds)} cases touch {counts.total() - len(untouched)} of them")
    cannot = sum(not can_be(row) for row in untouched)
    print(f"never touched: {cannot} rows of what cannot befall anybody")
    for row in filter(can_be, untouched):
        print(f"never touched: {row}")


def _change(swap: str) -> str:
    change = None if ".ORDER " in swap else tables.broken(swap)
    return f", {change[0]!r} became {change[1]!r}" if change else ""


def _named(cases: Sequence[str]) -> str:
    shown = ", ".join(case.partition("::")[2] for case in cases[:3])
    return f"{len(cases)}: {shown}" + (", ..." if len(cases) > 3 else "")


def _verdict(faults: Iterable[tuple[str, Iterable[str]]]) -> int:
    """What tests/prove/known.py should say, and does not."""
    found = [(what, row) for what, rows in faults for row in sorted(rows)]
    for what, row in found:
        print(f"tests/prove/known.py is wrong: {row} is {what}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
