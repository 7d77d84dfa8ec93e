"""Putting a backup back, into a directory that holds nothing.

In: an archive, a directory, the settings. Out: the directory as it was, marked as an old state, or
CannotDo and a directory as empty as before. Promise: nothing is put in place before all of the
archive was read and found to be what its list says; what stands in it is never believed: no path,
no size, no kind of file.
"""

import asyncio
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, NamedTuple

import msgspec

from chappe.config import Config
from chappe.doors.files.folder import sync
from chappe.hands.archive import (
    FORM,
    LIST,
    ListedFile,
    ListEnd,
    ListHead,
    NoBackup,
    PackedFile,
    files_in,
    lines_of,
    may_stand,
    name_of,
)
from chappe.hands.shown import CannotDo, Shown, moment
from chappe.logs import in_short
from chappe.node.directory import DATABASE, CannotStart, database, plain, taken
from chappe.node.restored import HALF, mark
from chappe.store.contract import StoreAway
from chappe.store.contract.recover import Contents
from chappe.store.settings import ALONE
from chappe.store.sqlite import SqliteStore

_LOCK = "chappe.lock"
_PIECE = 1 << 20
_SPARED = 64 << 20
_NEXT = (
    "It is an old state: what was under way then may have been sent since. `chappe serve` begins "
    "with nothing sent, told or taken, and `chappe resume` says what becomes of it."
)


class _Judged(NamedTuple):
    """What a database in a backup is worth."""

    contents: Contents
    damage: str
    ledger: str


def restore(archive: Path, data: Path, config: Config) -> Shown:
    place = database(data, config.store)
    try:
        with _emptied(data) as half:
            head, files = _unpacked(archive, half)
            _look_for_clash(head, place)
            is_whole = head.database == "sqlite"
            judged = asyncio.run(_judged(half / DATABASE)) if is_whole else None
            mark(half, head.made_at)
            _put_in_place(half, data, place or data / DATABASE)
    except NoBackup as why:
        raise CannotDo(f"{archive} can't be put back: {why}.") from why
    except CannotStart as why:
        raise CannotDo(str(why)) from why
    except OSError as fault:
        raise CannotDo(f"{archive} can't be put back: {plain(fault)}.") from fault
    return _shown(head, files, judged)


def _shown(head: ListHead, files: int, judged: _Judged | None) -> Shown:
    shown = {"backup_of": moment(head.made_at), "version": head.version, "files": files}
    if judged is None:
        said = "The database is not among them: pg_restore puts its dump back, before anything runs"
        return Shown(shown, f"{said}. {_NEXT}", more=True)
    known = judged.contents
    shown |= {
        "accounts": known.accounts,
        "messages": known.messages,
        "last_order": moment(known.last_order_at),
        "damage": judged.damage,
        "ledger": judged.ledger,
    }
    return Shown(shown, _NEXT, more=True)


@contextmanager
def _emptied(data: Path) -> Iterator[Path]:
    """A folder within a directory that holds nothing else and that no other process works on. What
    goes wrong leaves the directory as it was."""
    was_there = data.exists()
    if was_there and not data.is_dir():
        raise CannotDo(f"{data} is no directory.")
    _look_whether_empty(data)
    lock = taken(data)
    try:
        _look_whether_empty(data)
        half = data / HALF
        half.mkdir(0o700)
        try:
            yield half
        except BaseException:  # whatever it was, nothing of it may be taken for an installation
            _empty(data)
            if not was_there:
                with suppress(OSError):
                    data.rmdir()
            raise
    finally:
        os.close(lock)


def _empty(data: Path) -> None:
    """All that lies there now is ours: there was nothing."""
    for path in sorted(data.iterdir(), key=lambda path: path.name == HALF):
        with suppress(OSError):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink()


def _look_whether_empty(data: Path) -> None:
    if data.is_dir() and any(name != _LOCK for name in os.listdir(data)):
        raise CannotDo(f"{data} is not empty: name a directory that is, or that is not there yet.")


def _look_for_clash(head: ListHead, place: Path | None) -> None:
    if (head.database == "sqlite") != (place is not None):
        named = "a file" if place is not None else "a PostgreSQL"
        held = "a SQLite" if head.database == "sqlite" else "no"
        raise NoBackup(f"it holds {held} database, and the settings name {named}")


# reading


def _unpacked(place: Path, half: Path) -> tuple[ListHead, int]:
    """All of it into a folder of its own, each file as its digest says; how many there are."""
    with place.open("rb") as archive:
        size = os.fstat(archive.fileno()).st_size
        if shutil.disk_usage(half).free < size + _SPARED:
            raise NoBackup(f"there is no room for it in {half.parent}")
        found = _list_in(archive)
        lines = _Lines(archive, found)
        head = lines.head()
        count = 0
        for count, one in enumerate(files_in(archive), 1):
            if one.name != LIST:
                _unpack(archive, one, lines.entry(), half, count)
        lines.end()
    if (half / DATABASE).exists() != (head.database == "sqlite"):
        raise NoBackup("its list and its database contradict each other")
    os.sync()
    return head, count - 1


def _list_in(archive: BinaryIO) -> PackedFile:
    """The list is the last of the files."""
    last: PackedFile | None = None
    for one in files_in(archive):
        if last is not None and last.name == LIST:
            raise NoBackup("something stands behind its list")
        last = one
    if last is None or last.name != LIST:
        raise NoBackup("it has no list")
    return last


class _Lines:
    """The list, a line at a time, with the digest of what was read."""

    def __init__(self, archive: BinaryIO, found: PackedFile) -> None:
        self._lines = lines_of(archive, found)
        self._digest = hashlib.sha256()

    def head(self) -> ListHead:
        try:
            head = msgspec.json.decode(self._next(), type=ListHead)
        except msgspec.DecodeError as fault:
            raise NoBackup("its list can't be read") from fault
        if head.form != FORM:
            raise NoBackup("it was written by another version of Chappe")
        return head

    def entry(self) -> ListedFile:
        try:
            return msgspec.json.decode(self._next(), type=ListedFile)
        except msgspec.DecodeError as fault:
            raise NoBackup("its list and its files differ") from fault

    def end(self) -> None:
        known = self._digest.hexdigest()
        try:
            end = msgspec.json.decode(self._next(), type=ListEnd)
        except msgspec.DecodeError as fault:
            raise NoBackup("its list and its files differ") from fault
        if end.sha256 != known or next(self._lines, None) is not None:
            raise NoBackup("its list was altered")

    def _next(self) -> bytes:
        line = next(self._lines, None)
        if line is None:
            raise NoBackup("its list is cut off")
        self._digest.update(line)
        return line


def _unpack(
    archive: BinaryIO, found: PackedFile, entry: ListedFile, half: Path, number: int
) -> None:
    if not may_stand(entry.path) or entry.name != name_of(entry.path, number):
        raise NoBackup("it holds a file that no data directory has")
    if (found.name, found.size) != (entry.name, entry.size):
        raise NoBackup("its list and its files differ")
    place = half / entry.path
    place.parent.mkdir(0o700, parents=True, exist_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    digest, left = hashlib.sha256(), found.size
    try:
        target = os.fdopen(os.open(place, flags, 0o600), "wb")
    except FileExistsError as fault:
        raise NoBackup("it holds a file twice") from fault
    archive.seek(found.offset)
    with target:
        while left and (piece := archive.read(min(_PIECE, left))):
            digest.update(piece)
            target.write(piece)
            left -= len(piece)
    if left or digest.hexdigest() != entry.sha256:
        raise NoBackup(f"{entry.path} in it was altered")
    # What is old goes by the time at which it was changed.
    os.utime(place, (found.at, found.at))


# judging


async def _judged(place: Path) -> _Judged:
    store = SqliteStore(place, ALONE)
    try:
        if not await store.look():
            raise NoBackup("its database is empty")
        damage = await store.damage()
        if damage:
            raise NoBackup(f"its database is damaged: {'; '.join(damage)}")
        odd = await store.audit()
        contents = await store.contents()
    except StoreAway as fault:
        raise NoBackup(f"its database can't be opened: {fault}") from fault
    except NoBackup:
        raise
    except Exception as fault:  # a damaged database raises what nobody can list
        raise NoBackup(f"its database can't be read: {in_short(fault)}") from fault
    finally:
        await store.close()
    looked = "none is found" if damage is not None else "it is too large to be looked through here"
    ledger = f"{len(odd)} balances differ from it" if odd else "every balance is the sum of it"
    return _Judged(contents, looked, ledger)


def _put_in_place(half: Path, data: Path, place: Path) -> None:
    """In moves, the database last of all: without it a server would see that something is wrong."""
    for name in sorted(os.listdir(half), key=lambda name: name == DATABASE):
        target = place if name == DATABASE else data / name
        target.parent.mkdir(0o700, parents=True, exist_ok=True)
        (half / name).rename(target)
    sync(place.parent if place.parent.is_dir() else data)
    half.rmdir()
    sync(data)
