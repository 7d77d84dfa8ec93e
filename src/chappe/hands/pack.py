"""Packing a backup, at the pace of somebody who is in nobody's way.

In: files of a data directory, a place. Out: an archive that appears there in one move, on disk.
Promise: what broke off leaves nothing behind; memory stays small whatever there is; it rests as
long as it worked, has little under way to the disk, and leaves room there. It is all done in a
thread.
"""

import fcntl
import hashlib
import os
import stat
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from chappe.doors.files.folder import sync
from chappe.hands.archive import (
    BLOCK,
    FOLDERS,
    LIST,
    PLAIN,
    ListedFile,
    ListEnd,
    ListHead,
    header,
    is_file,
    is_log,
    is_owner,
    name_of,
    padding,
)
from chappe.hands.shown import CannotDo

PIECE: Final = 1 << 20
SPARED = 256 << 20  # octets of the disk that are left to whoever takes messages
_SYNC_EVERY = 8  # pieces; a commit would wait for what is under way to the disk
_REST_MAX_S = 1.0


class Stopped(Exception):
    """Somebody wants all to end."""


class BackupPace:
    """Lets others work between two steps."""

    def __init__(self, folder: Path, stopped: threading.Event) -> None:
        self._folder = folder
        self._stopped = stopped
        self._steps = 0
        self._since = time.monotonic()

    def breathe(self, file: int) -> None:
        """A step of about a MiB was written to this file."""
        self._steps += 1
        if self._steps % _SYNC_EVERY == 0:
            os.fsync(file)
            disk = os.statvfs(self._folder)
            if disk.f_bavail * disk.f_frsize < SPARED:
                raise CannotDo(
                    f"There is no room for it in {self._folder}: "
                    f"{SPARED >> 20} MiB of that disk are left to others."
                )
        rest = min(time.monotonic() - self._since, _REST_MAX_S)
        if self._stopped.wait(rest):
            raise Stopped
        self._since = time.monotonic()


@contextmanager
def appearing(place: Path) -> Iterator[BinaryIO]:
    """A file that is written beside its place, which it takes when the block ends without a fault;
    else nothing is left of it."""
    if place.exists():
        raise CannotDo(f"{place} is there already: name a file that is not.")
    part = place.with_name(f"{place.name}.part")
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(part, flags, 0o600), "r+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as fault:
            raise CannotDo(f"Another backup writes {part} at present.") from fault
        try:
            os.fchmod(file.fileno(), 0o600)
            file.truncate(0)  # what a kill left
            yield file
            file.flush()
            os.fsync(file.fileno())
            if place.exists():
                raise CannotDo(f"{place} was made by somebody else meanwhile.")
            part.rename(place)
            sync(place.parent)
        except BaseException:  # whatever it was, half a backup is none
            with suppress(FileNotFoundError):
                part.unlink()
            raise


class Packing:
    """An archive that is being written."""

    def __init__(
        self, archive: BinaryIO, beside: BinaryIO, head: ListHead, pace: BackupPace
    ) -> None:
        self._archive = archive
        self._list = beside  # the list, until all else is written: it may be long
        self._breathe = pace.breathe
        self._digest = hashlib.sha256()
        self._note(head)
        self.count = 0

    def _note(self, line: msgspec.Struct) -> None:
        written = msgspec.json.encode(line) + b"\n"
        self._digest.update(written)
        self._list.write(written)

    def put(self, source: BinaryIO, path: str) -> None:
        """As much of a file as it has now; it may grow or shrink meanwhile."""
        known = os.fstat(source.fileno())
        self.count += 1
        name = name_of(path, self.count)
        size, digest = self._copied(source, name, known.st_size, int(known.st_mtime))
        self._note(ListedFile(name=name, path=path, size=size, sha256=digest))

    def end(self) -> int:
        """The list, and the end; how many octets the archive has."""
        self._note(ListEnd(sha256=self._digest.hexdigest()))
        size = self._list.tell()
        self._list.seek(0)
        self._copied(self._list, LIST, size, int(time.time()))
        self._archive.write(bytes(2 * BLOCK))
        return self._archive.tell()

    def _copied(self, source: BinaryIO, name: str, most: int, at: int) -> tuple[int, str]:
        """The header is written once it is known how much there really was."""
        archive, digest, left = self._archive, hashlib.sha256(), most
        begin = archive.tell()
        archive.write(bytes(BLOCK))
        while left and (piece := source.read(min(PIECE, left))):
            digest.update(piece)
            archive.write(piece)
            left -= len(piece)
            if len(piece) == PIECE:
                archive.flush()
                self._breathe(archive.fileno())
        size = most - left
        archive.write(padding(size))
        end = archive.tell()
        archive.seek(begin)
        archive.write(header(name, size, max(0, at)))
        archive.seek(end)
        return size, digest.hexdigest()


@contextmanager
def packing(archive: BinaryIO, folder: Path, head: ListHead, pace: BackupPace) -> Iterator[Packing]:
    with tempfile.TemporaryFile(dir=folder) as beside:
        yield Packing(archive, beside, head, pace)


def put_files(pack: Packing, data: Path) -> None:
    """Whatever a directory holds beside its database that can't be made again. What goes away
    before its turn is gone."""
    for path in _paths(data):
        with suppress(FileNotFoundError), _opened(data / path) as source:
            if source is not None:
                pack.put(source, path)


def _paths(data: Path) -> Iterator[str]:
    yield from PLAIN
    yield from _names(data, is_log)
    for owner in _names(data / "files", is_owner):
        for folder in FOLDERS:  # a file moves from the first to the others, never back
            for name in _names(data / "files" / owner / folder, is_file):
                yield f"files/{owner}/{folder}/{name}"


def _names(place: Path, is_ours: Callable[[str], bool]) -> list[str]:
    with suppress(FileNotFoundError, NotADirectoryError):
        return sorted(name for name in os.listdir(place) if is_ours(name))
    return []


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO | None]:
    """A plain file; None where it is anything else."""
    file = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(file, "rb") as source:
        yield source if stat.S_ISREG(os.fstat(source.fileno()).st_mode) else None
