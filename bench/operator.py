"""What reached the operator, and when: the simulated one's log, or that of `smscsim`.

In: files. Out: `Submit` values on the monotonic clock, as hload's log has it. Promise: a time is
never too early: the simulated operator stamps whole milliseconds, cut off, so that a millisecond
is added and every delay measured with it is an upper bound.
"""

import re
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

_MS = 1_000_000
_KIND = "S"


class Submit(NamedTuple):
    """One part that was handed over."""

    ns: int
    number: int


def read_simulated(lines: Iterable[str], monotonic_minus_utc_ns: int) -> Iterator[Submit]:
    """The `S` records of operator.log; a last line without its end is still being written."""
    for line in lines:
        if line.startswith(_KIND) and line.endswith("\n"):
            _, at, _, number, _ = line.split("\t", 4)
            yield Submit((int(at) + 1) * _MS + monotonic_minus_utc_ns, int(number))


def read_smscsim(lines: Iterable[str]) -> Iterator[Submit]:
    """The log of smscsim: nanoseconds and the destination."""
    for line in lines:
        if line.endswith("\n"):
            ns, number = line.split()
            yield Submit(int(ns), int(number))


def reported(said: Path) -> int:
    """How many receipts of `smscsim` were acknowledged, as it says itself."""
    found = re.findall(r" acked (\d+) ", said.read_text(encoding="utf-8", errors="replace")[-400:])
    return int(found[-1]) if found else 0


def monotonic_minus_utc_ns() -> int:
    return time.monotonic_ns() - time.time_ns()


def logs(folder: Path) -> list[Path]:
    """The logs of the simulated operator, oldest first: a full one gets a number."""
    numbered = {
        int(found[1]): path
        for path in folder.glob("operator.log.*")
        if (found := re.fullmatch(r"operator\.log\.(\d+)", path.name))
    }
    last = folder / "operator.log"
    return [numbered[key] for key in sorted(numbered)] + ([last] if last.exists() else [])


def read_folder(folder: Path) -> Iterator[Submit]:
    """All submits that the simulated operator has seen."""
    offset = monotonic_minus_utc_ns()
    for path in logs(folder):
        with path.open(encoding="utf-8", errors="replace", newline="\n") as file:
            yield from read_simulated(file, offset)


def read_file(path: Path) -> Iterator[Submit]:
    """All submits that smscsim has logged."""
    with path.open(encoding="ascii") as file:
        yield from read_smscsim(file)


def first_by_number(submits: Iterable[Submit]) -> dict[int, int]:
    """number -> when its first part left."""
    first: dict[int, int] = {}
    for ns, number in submits:
        first.setdefault(number, ns)
    return first
