"""The operator's log: what it was given, and what it still owes.

In: lines, in batches. Out: at start, what was outstanding; for tests and tools, all submits.
Promise: a batch is one plain write, which survives the end of this process; a batch that could not
be written whole leaves no trace; a line that was broken by a kill is dropped, not misread. Memory
is bounded by what is outstanding. A log that grows beyond LOG_MAX gets a number (`operator.log.1`
is the oldest) and is kept; what is outstanding is carried into the fresh one, so that a start reads
one log only.
"""

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, TypeVar

from chappe.links.operator.mind.records import (
    Submitted,
    encode,
    fields_of,
    read_submitted,
)

LOG_MAX: Final = 64 * 1024 * 1024
REFS_PER_MS: Final = 1_000
"""References start anew from the clock with each start. No start may use them up faster."""

_LINES_AT_A_TIME: Final = 1_000
BROKEN: Final = (ValueError, LookupError)
"""What reading a line raises that is none of ours, or was damaged. UnicodeError is among them."""


Found = TypeVar("Found")


class Journal:
    """The log of one operator, open for appending."""

    def __init__(self, path: Path, log_max: int = LOG_MAX) -> None:
        self.path = path
        self._log_max = log_max
        self._limit = log_max
        self._file = -1
        self._size = 0

    def open(self, read: Callable[[Path], tuple[Found, int]]) -> Found:
        """Read back what is outstanding, drop a broken end, and stand ready to append. `read` gives
        what it found, and the octets of whole lines."""
        _finish_turning(self.path)
        outstanding, whole = read(self.path)
        self._file = _open_to_append(self.path)
        os.ftruncate(self._file, whole)
        self._size = whole
        return outstanding

    def append(self, lines: Sequence[str]) -> None:
        """Write these lines, all or none. Raises OSError."""
        written = encode(lines)
        try:
            _write(self._file, written)
        except OSError:
            with contextlib.suppress(OSError):
                os.ftruncate(self._file, self._size)
            raise
        self._size += len(written)

    @property
    def full(self) -> bool:
        """Whether it is time to turn over."""
        return self._size > self._limit

    def turn_over(self, carried: Iterable[str]) -> None:
        """Number this log and go on in a fresh one that starts with `carried`. Raises OSError."""
        # Should it fail, it is not tried again with every batch.
        self._limit = self._size + self._log_max
        fresh = _fresh(self.path)
        fresh.unlink(missing_ok=True)
        file = _open_to_append(fresh)
        try:
            size = _write_all(file, carried)
            _swap(self.path, fresh)
        except OSError:
            os.close(file)
            raise
        os.close(self._file)
        self._file, self._size, self._limit = file, size, max(self._log_max, 2 * size)

    def close(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


def logs(path: Path) -> list[Path]:
    """All logs that began as `path`, oldest first."""
    return [*(path.with_name(f"{path.name}.{n}") for n in _numbers(path)), path]


def read_submits(paths: Iterable[Path]) -> Iterator[Submitted]:
    """Every submit in these logs, in their order. Submits that were turned away are among them."""
    for path in paths:
        for line in whole_lines(path):
            if line.startswith(b"S\t"):
                with contextlib.suppress(*BROKEN):
                    yield read_submitted(fields_of(line))


def whole_lines(path: Path) -> Iterator[bytes]:
    """The lines of a log, without one that was broken by a kill in the middle of a write."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return
    with file:
        for line in file:
            if line.endswith(b"\n"):
                yield line


def _finish_turning(path: Path) -> None:
    """Take the last step of a turn-over that a kill broke off, or the first one back."""
    fresh = _fresh(path)
    if path.exists():
        fresh.unlink(missing_ok=True)
    elif fresh.exists():
        fresh.rename(path)


def _swap(path: Path, fresh: Path) -> None:
    numbered = _next_numbered(path)
    path.rename(numbered)
    # `_finish_turning` knows what to do if we are killed between these two.
    try:
        fresh.rename(path)
    except OSError:
        numbered.rename(path)
        raise


def _fresh(path: Path) -> Path:
    return path.with_name(f"{path.name}.new")


def _next_numbered(path: Path) -> Path:
    return path.with_name(f"{path.name}.{max(_numbers(path), default=0) + 1}")


def _numbers(path: Path) -> list[int]:
    endings = (log.name.removeprefix(f"{path.name}.") for log in path.parent.glob(f"{path.name}.*"))
    return sorted(int(ending) for ending in endings if ending.isdecimal())


def _open_to_append(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)


def _write_all(file: int, lines: Iterable[str]) -> int:
    size = 0
    batch: list[str] = []
    for line in lines:
        batch.append(line)
        if len(batch) == _LINES_AT_A_TIME:
            size += _write(file, encode(batch))
            batch.clear()
    return size + _write(file, encode(batch))


def _write(file: int, written: bytes) -> int:
    """Write all of it. A write may take less than it was given, as on a disk that runs full."""
    rest = memoryview(written)
    while rest:
        rest = rest[os.write(file, rest) :]
    return len(written)
