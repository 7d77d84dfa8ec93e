"""A copy of a SQLite database that is being written to, as it is at one moment.

In: the file of a database, a place for the copy, and whoever lets others work between two steps.
Out: a database of its own, without a log. Promise: the writer never waits for it and memory stays
small; it reads alone, so that there is still one connection only that ever resets the log. All of
it waits for the disk, so it is called in a thread.
"""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing

_PAGES = 256  # a step, a MiB where pages have 4 KiB


def copy(source: sqlite3.Connection, place: str, breathe: Callable[[int], None]) -> None:
    """Write what `source` sees now into a new file, and close it. `breathe` is called with the
    descriptor of the copy after each step; what it raises ends the copy."""
    with closing(source):
        os.close(os.open(place, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        file = os.open(place, os.O_RDONLY)
        try:
            _copy_to(place, source, lambda: breathe(file))
            os.fsync(file)
        finally:
            os.close(file)


def _copy_to(place: str, source: sqlite3.Connection, breathe: Callable[[], None]) -> None:
    with closing(sqlite3.connect(place, isolation_level=None)) as target:
        # Nobody reads it before it is whole, and what breaks off is thrown away.
        target.execute("PRAGMA journal_mode = OFF")
        target.execute("PRAGMA synchronous = OFF")
        _copy(source, target, breathe)


def _copy(
    source: sqlite3.Connection, target: sqlite3.Connection, breathe: Callable[[], None]
) -> None:
    """An open transaction is what makes this end: it sees one moment, so a commit of the writer
    does not make SQLite begin anew."""
    source.execute("BEGIN")
    try:
        source.execute("PRAGMA schema_version").fetchone()  # the moment: the first look
        source.backup(target, pages=_PAGES, progress=lambda *_: breathe())
    finally:
        source.execute("ROLLBACK")
