"""Who may read what is kept: files of a directory that others than their owner can open.

In: a directory. Out: those files, to be told or narrowed. Promise: only what Chappe
makes itself is touched; the directory was made by whoever chose its place, and stays as it is.
"""

import logging
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

log = logging.getLogger("chappe")

_OTHERS = 0o077
# What a directory holds of ours. Folders below `files` are the accounts', one each.
_OURS = ("chappe.*", "operator.log*", "control.sock", "files", "files/*")


class Wide(NamedTuple):
    """A file that others can open, and its mode."""

    path: Path
    mode: int


def wide(data: Path) -> Iterator[Wide]:
    """What of ours lies open. What can't be looked at is not ours to look at."""
    for pattern in _OURS:
        for path in sorted(data.glob(pattern)):
            mode = mode_of(path)
            if mode & _OTHERS:
                yield Wide(path, mode)


def narrow(data: Path) -> None:
    """Take it from the others; what can't be is told."""
    for path, mode in wide(data):
        try:
            path.chmod(mode & ~_OTHERS)
        except OSError as fault:
            log.warning("%s is open to others (mode %o): %s", path, mode, fault.strerror)
        else:
            log.warning("%s was open to others (mode %o): it is its owner's alone now", path, mode)


def mode_of(path: Path) -> int:
    """The permissions of a file that is there and is no link; else none."""
    try:
        found = path.lstat().st_mode
    except OSError:
        return 0
    return 0 if stat.S_ISLNK(found) else stat.S_IMODE(found)
