"""The folders of an account's files: one that is its own, and what lies out of its reach.

In: names. Out: files moved and written, and what that changed. Promise: a file
appears in its folder whole, in one move, and on disk; no name leads anywhere else. All of this
waits for the disk, so it is called in threads.
"""

import os
import re
import stat
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import count
from os.path import splitext
from pathlib import Path
from typing import BinaryIO, NamedTuple

from chappe.words import paris
from chappe.words.account import Account
from chappe.words.clock import SECOND

ACK = ".ack"
_TOLD = (".run", ".ok", ".nok", ".ret")
_STAMP = "%y%m%d%H%M%S"
_TOLD_OF = re.compile(rf".*-[0-9]{{12}}(?:{'|'.join(map(re.escape, _TOLD))})", re.DOTALL)
_NAME_MOST = 150  # octets: with stamp and ending it must be a name still
_LOGIN = re.compile(r"[A-Za-z0-9_@-][A-Za-z0-9._@-]{0,63}")


class ReadyFile(NamedTuple):
    """A file whose customer says that it is whole, and the `.ack` by which they say so."""

    name: str
    size: int
    ack: str


class Orphan(NamedTuple):
    """An `.ack` without a file that could be taken, and what else bears its name."""

    ack: str
    others: tuple[str, ...]


class Look(NamedTuple):
    """What one look into a folder found."""

    ready: ReadyFile | None
    orphans: tuple[Orphan, ...]


class Kept(NamedTuple):
    """What lies out of the account's reach."""

    files: int = 0
    octets: int = 0


class Change(NamedTuple):
    """How a folder changed: files with their new sizes, names that are gone, and how many files and
    octets more are kept out of reach."""

    put: Mapping[str, int] = {}
    gone: tuple[str, ...] = ()
    kept: Kept = Kept()


def is_name(name: str) -> bool:
    """Whether a file may be called so: no way to another place, nothing hidden, not too long."""
    return (
        0 < len(name.encode("utf-8", "replace")) <= _NAME_MOST
        and name.isprintable()
        and not name.startswith(".")
        and not set(name) & set("/\\")
    )


def is_told(name: str) -> bool:
    """Whether a name is one by which we tell what became of a file. Customers may make none, or
    they could take all names beforehand that we shall need."""
    return _TOLD_OF.fullmatch(name) is not None


def stem_of(name: str) -> str:
    return splitext(name)[0]


def ending_of(name: str) -> str:
    """The ending of a name in small letters: `.XML` is `.xml`."""
    return splitext(name)[1].lower()


def stamped(name: str, at: int, ending: str) -> str:
    """`Push.xml`, taken up on 27 April 2023 at 15:30 in Paris, has `Push-230427153000.run`."""
    return f"{stem_of(name)}-{paris.stamp(at, _STAMP)}{ending}"


class Folder:
    """The files of one account."""

    def __init__(self, files: Path, account: Account) -> None:
        named = _LOGIN.fullmatch(account.login)
        own = files / (account.login if named else f"#{account.id}")
        self.mine = own / "in"
        self._archive = own / "archive"
        self._refused = own / "refused"
        self._aside = own / "aside"

    def make(self) -> None:
        """Make the folders, and remove what an earlier run left half written."""
        for place in (self.mine, self._archive, self._refused, self._aside):
            place.mkdir(0o700, parents=True, exist_ok=True)
        for left in self._aside.iterdir():
            left.unlink()

    # looking

    def sizes(self) -> dict[str, int]:
        """The files in it, with their sizes."""
        return {found.name: size for found, size in _sized(self.mine)}

    def kept(self) -> Kept:
        """How much lies out of the account's reach."""
        sizes = [size for place in (self._archive, self._refused) for _, size in _sized(place)]
        return Kept(len(sizes), sum(sizes))

    def is_asked(self) -> bool:
        """Whether any `.ack` lies there."""
        with os.scandir(self.mine) as found:
            return any(ending_of(one.name) == ACK for one in found)

    def look(self, endings: Sequence[str], held: Container[str]) -> Look:
        """The first file that can be taken, by the names of the `.ack`s, and the `.ack`s that have
        no file. A file that is still being written waits."""
        acks, others = _paired(sorted(os.listdir(self.mine)))
        ready: ReadyFile | None = None
        orphans: list[Orphan] = []
        for ack in acks:
            beside = others.get(stem_of(ack), [])
            files = [name for end in endings for name in beside if ending_of(name) == end]
            if not files:
                orphans.append(Orphan(ack, tuple(beside)))
            elif ready is None and ack not in held:
                ready = self._first(ack, files, held)
        return Look(ready, tuple(orphans))

    def _first(self, ack: str, files: Iterable[str], held: Container[str]) -> ReadyFile | None:
        for name in files:
            size = None if name in held else self._size(name)
            if size is not None:
                return ReadyFile(name, size, ack)
        return None

    def _size(self, name: str) -> int | None:
        """The size of a file; None where there is no file of this name."""
        with suppress(FileNotFoundError):
            found = os.lstat(self.mine / name)
            if stat.S_ISREG(found.st_mode):
                return found.st_size
        return None

    def listed(self) -> list[tuple[str, os.stat_result]]:
        """The files in it, sorted by name."""
        with os.scandir(self.mine) as found:
            names = sorted(one.name for one in found)
        rows = []
        for name in names:
            with suppress(FileNotFoundError):
                rows.append((name, os.lstat(self.mine / name)))
        return rows

    def free_moment(self, name: str, now: int) -> int:
        """The first instant from `now` on whose stamp no file bears yet that comes of a file of
        this name. Each place is read once."""
        stem = stem_of(name)
        begin, length = f"{stem}-", len(stamped(name, now, ""))
        borne = {
            found[:length]
            for place in (self.mine, self._archive, self._refused)
            for found in os.listdir(place)
            if found.startswith(begin)
        }
        moments = count(now, SECOND)
        return next(at for at in moments if stamped(name, at, "") not in borne)

    def source(self, name: str, at: int) -> Path:
        """The path of a file that was taken up."""
        moved = stamped(name, at, splitext(name)[1])
        places = [place / moved for place in (self._archive, self._refused)]
        return next((place for place in places if place.exists()), self.mine / name)

    def has(self, name: str, at: int, ending: str) -> bool:
        return (self.mine / stamped(name, at, ending)).exists()

    # telling

    def begin(self, name: str, at: int) -> Change:
        """Show the customer that a file is being taken."""
        return self._show(stamped(name, at, ".run"), b"")

    def end(self, name: str, at: int, ending: str, said: bytes) -> Change:
        """Tell what came of a file: it and its `.ack` go out of reach, to a place of their own
        where it was refused; then its `.run` becomes the answer."""
        there = self._refused if ending == ".nok" else self._archive
        moved = self._moved(there, at, (name, self._ack_of(name)))
        run, told = stamped(name, at, ".run"), stamped(name, at, ending)
        if not said and (self.mine / run).exists():
            os.replace(self.mine / run, self.mine / told)
            sync(self.mine)
        else:
            self._show(told, said)
            (self.mine / run).unlink(missing_ok=True)
        return moved._replace(put={told: len(said)}, gone=(*moved.gone, run))

    def disown(self, ack: str, at: int, said: bytes) -> Change:
        """Tell that an `.ack` has no file, and take it away."""
        told = self._show(stamped(ack, at, ".nok"), said)
        return self._moved(self._refused, at, (ack,))._replace(put=told.put)

    def _ack_of(self, name: str) -> str:
        """The `.ack` of a file, in the letters in which it is written there."""
        stem = stem_of(name)
        found = (one for one in sorted(os.listdir(self.mine)) if stem_of(one) == stem)
        return next((one for one in found if ending_of(one) == ACK), stem + ACK)

    def _moved(self, there: Path, at: int, names: Iterable[str]) -> Change:
        gone, sizes = [], []
        for one in names:
            with suppress(FileNotFoundError):
                moved = there / stamped(one, at, splitext(one)[1])
                if not moved.exists():
                    os.replace(self.mine / one, moved)
                    # Its time is that of the campaign, by the node's clock and not the machine's.
                    os.utime(moved, (at / SECOND, at / SECOND))
                    sizes.append(moved.stat().st_size)
                    gone.append(one)
        sync(there)
        return Change(gone=tuple(gone), kept=Kept(len(gone), sum(sizes)))

    def _show(self, name: str, said: bytes) -> Change:
        with self.written(name) as file:
            file.write(said)
        return Change(put={name: len(said)})

    def written(self, name: str) -> "Written":
        """A new file, which appears once all of it is written."""
        return Written(self._aside / name, self.mine / name)

    def aside(self, name: str) -> BinaryIO:
        """A new file that nobody else sees."""
        return (self._aside / name).open("w+b")

    def forget_aside(self, name: str) -> None:
        (self._aside / name).unlink(missing_ok=True)

    # forgetting

    def forget(self, before: int) -> Kept:
        """Remove files that were taken before some instant; how much is left."""
        for place in (self._archive, self._refused):
            with os.scandir(place) as found:
                old = [one.path for one in found if one.stat().st_mtime * SECOND < before]
            for path in old:
                os.unlink(path)
        return self.kept()

    def make_room(self, files: int, octets: int) -> Kept:
        """Remove so many files and octets: those of refused orders first, whose `.nok` said all,
        and then those taken longest ago. How much is left."""
        left = self.kept()
        goal = Kept(left.files - files, left.octets - octets)
        for path, size in (*_by_age(self._refused), *_by_age(self._archive)):
            if left.files <= goal.files and left.octets <= goal.octets:
                break
            path.unlink()
            left = Kept(left.files - 1, left.octets - size)
        return left


class Written:
    """A file that is written out of sight; it appears in one move when the block ends without a
    fault."""

    def __init__(self, aside: Path, place: Path) -> None:
        self._aside = aside
        self._place = place

    def __enter__(self) -> BinaryIO:
        self._file = self._aside.open("wb")
        return self._file

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self._file.flush()
            os.fsync(self._file.fileno())
        self._file.close()
        if kind is not None:
            self._aside.unlink(missing_ok=True)
            return
        os.replace(self._aside, self._place)
        sync(self._place.parent)


def _paired(names: Iterable[str]) -> tuple[list[str], dict[str, list[str]]]:
    """The `.ack`s, and all other names by what stands before their ending."""
    acks: list[str] = []
    others: dict[str, list[str]] = {}
    for name in names:
        if is_name(name):
            found = acks if ending_of(name) == ACK else others.setdefault(stem_of(name), [])
            found.append(name)
    return acks, others


def _sized(place: Path) -> "Iterator[tuple[os.DirEntry[str], int]]":
    with os.scandir(place) as found:
        for one in found:
            with suppress(FileNotFoundError):
                yield one, one.stat(follow_symlinks=False).st_size


def _by_age(place: Path) -> list[tuple[Path, int]]:
    """The files in a place with their sizes, the oldest first."""
    found = [(one.stat(follow_symlinks=False).st_mtime, one, size) for one, size in _sized(place)]
    found.sort(key=lambda row: row[0])
    return [(Path(one.path), size) for _, one, size in found]


def sync(place: Path) -> None:
    """Bring a folder to disk, and with it the moves into it."""
    folder = os.open(place, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
