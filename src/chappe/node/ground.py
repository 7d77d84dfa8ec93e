"""What a node stands on, as its figures tell it: what it is built of, and the room on its disk.

In: its directory, and its store's settings. Out: words, and bytes. Promise: what is not there is 0;
nothing is opened.
"""

import contextlib
import platform
import shutil
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from sqlite3 import sqlite_version

from chappe import __version__
from chappe.config import StoreConfig
from chappe.doors.figures.door import Ground
from chappe.node.directory import database


def ground(data: Path, store: StoreConfig, away: Callable[[], str]) -> Ground:
    path = database(data, store)
    build = {
        "version": __version__,
        "python": platform.python_version(),
        "database": "PostgreSQL" if path is None else f"SQLite {sqlite_version}",
    }
    return Ground(build, away, partial(_sizes, data, path))


def _sizes(data: Path, file: Path | None) -> Mapping[str, int]:
    """By `database`, `log`, `disk` and `free`; the first two where it is a file."""
    found: dict[str, int] = {}
    if file is not None:
        found["database"] = _size(file)
        found["log"] = _size(file.with_name(f"{file.name}-wal"))
    with contextlib.suppress(OSError):
        usage = shutil.disk_usage(data)
        found |= {"disk": usage.total, "free": usage.free}
    return found


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
