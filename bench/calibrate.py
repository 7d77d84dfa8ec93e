"""How fast this machine is at the moment: a loop of pure Python, and a loop of fsync.

In: a folder on the disk that is measured. Out: milliseconds of CPU of the loop, milliseconds of an
fsync. Promise: the loop's work never changes, since budget.py holds its time on a quiet machine.
"""

import os
import statistics
import time
from pathlib import Path
from typing import NamedTuple

_TURNS = 200_000
_TRIES = 5
_SYNCS = 100
_BLOCK = b"\0" * 4096


class Pace(NamedTuple):
    """`wall_ms` above `loop_ms` says that others wanted the CPU at the same time."""

    loop_ms: float
    wall_ms: float
    fsync_ms: float


def calibrate(folder: Path) -> Pace:
    loops = [_time_loop() for _ in range(_TRIES)]
    return Pace(
        loop_ms=min(cpu for cpu, _ in loops),
        wall_ms=statistics.median(wall for _, wall in loops),
        fsync_ms=_time_fsync(folder / "fsync"),
    )


def _time_loop() -> tuple[float, float]:
    cpu, wall = time.process_time(), time.perf_counter()
    _loop()
    return (time.process_time() - cpu) * 1e3, (time.perf_counter() - wall) * 1e3


def _loop() -> int:
    """Dictionaries, texts, tuples and calls: what the server does all day."""
    seen: dict[str, tuple[int, str]] = {}
    found = 0
    for turn in range(_TURNS):
        name = f"k{turn & 1023}"
        held = seen.get(name)
        if held is None:
            seen[name] = (turn, name)
        else:
            found += len(held[1])
    return found


def _time_fsync(path: Path) -> float:
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        taken = []
        for _ in range(_SYNCS):
            began = time.perf_counter()
            os.write(file, _BLOCK)
            os.fdatasync(file)
            taken.append((time.perf_counter() - began) * 1e3)
    finally:
        os.close(file)
        path.unlink()
    return statistics.median(taken)
