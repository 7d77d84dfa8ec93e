"""How fast this machine is at the moment: a loop of what a server does, and a loop of fsync.

In: a folder on the disk that is measured. Out: milliseconds of CPU of the loop, milliseconds of an
fsync. Promise: the loop's work never changes, since budget.py holds its time on a quiet machine.
"""

import contextlib
import os
import socket
import sqlite3
import statistics
import time
from pathlib import Path
from typing import NamedTuple

# About a third of the time each for the three of them, as in a server.
_TURNS = 6_400
_ROWS = 16
_STEPS = 300
_ROUNDS = 12
_SAID = b"x" * 256
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
    here, there = socket.socketpair()
    with here, there, contextlib.closing(sqlite3.connect(":memory:")) as database:
        database.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, n INTEGER)")
        cpu, wall = time.process_time(), time.perf_counter()
        for start in range(0, _TURNS, _ROWS):
            _python()
            _sockets(here, there)
            _statements(database, start)
        return (time.process_time() - cpu) * 1e3, (time.perf_counter() - wall) * 1e3


def _python() -> int:
    """Dictionaries, texts, tuples and calls."""
    seen: dict[str, tuple[int, str]] = {}
    found = 0
    for turn in range(_STEPS):
        name = f"k{turn & 63}"
        held = seen.get(name)
        if held is None:
            seen[name] = (turn, name)
        else:
            found += len(held[1])
    return found


def _sockets(here: socket.socket, there: socket.socket) -> None:
    """A request and its answer."""
    for _ in range(_ROUNDS):
        here.send(_SAID)
        there.recv(4096)


def _statements(database: sqlite3.Connection, start: int) -> None:
    """Rows that come, change and go together."""
    rows = [(start + row, "abcdefgh", row) for row in range(_ROWS)]
    database.executemany("INSERT INTO t VALUES (?, ?, ?)", rows)
    database.execute("UPDATE t SET n = n + 1 WHERE id >= ?", (start,))
    database.execute("DELETE FROM t WHERE id >= ?", (start,))


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
