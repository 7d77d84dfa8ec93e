"""The folders of an account's files: one that is his, and what lies out of his reach.

In: names. Out: files moved and written. Promise: what appears in his folder appears whole and in
one move, and is on disk; no name leads anywhere else.
"""

import os
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, NamedTuple

from chappe.words import paris
from chappe.words.account import Account
from chappe.words.clock import SECOND

ACK = ".ack"
_STAMP = "%y%m%d%H%M%S"
_NAME_MOST = 150  # octets: with stamp and ending it must be a name still
_LOGIN = re.compile(r"[A-Za-z0-9_@-][A-Za-z0-9._@-]{0,63}")


class Ready(NamedTuple):
    """A file whose customer says that it is whole."""

    name: str
    size: int


def is_name(name: str) -> bool:
    """Whether a file may be called so: no way to another place, nothing hidden, not too long."""
    return (
        0 < len(name.encode("utf-8", "replace")) <= _NAME_MOST
        and name.isprintable()
        and not name.startswith(".")
        and not set(name) & set("/\\")
    )


class Folder:
    """The files of one account."""

    def __init__(self, files: Path, account: Account) -> None:
        named = _LOGIN.fullmatch(account.login)
        own = files / (account.login if named else f"#{account.id}")
        self.mine = own / "in"
        self._archive = own / "archive"
        self._aside = own / "aside"

    def make(self) -> None:
        """What another life left half written goes."""
        for place in (self.mine, self._archive, self._aside):
            place.mkdir(0o700, parents=True, exist_ok=True)
        for left in self._aside.iterdir():
            left.unlink()

    def ready(self, endings: Iterable[str], is_open: Callable[[str], bool]) -> list[Ready]:
        """Files beside which an `.ack` lies; what is still being written waits."""
        found = []
        for ack in sorted(self.mine.glob(f"*{ACK}")):
            if is_open(ack.name) or not is_name(ack.name):
                continue
            sources = [self.mine / f"{ack.stem}{ending}" for ending in endings]
            for source in sources:
                with suppress(FileNotFoundError):
                    if not is_open(source.name):
                        found.append(Ready(source.name, source.stat().st_size))
                        break
        return found

    def is_asked(self) -> bool:
        """Whether any `.ack` lies there."""
        return any(self.mine.glob(f"*{ACK}"))

    def free_moment(self, name: str, now: int) -> int:
        """From this instant on the first whose stamp no file of this name bears yet."""
        stem = Path(name).stem
        while any(
            any(place.glob(f"{_escaped(stem)}-{_stamp(now)}.*"))
            for place in (self.mine, self._archive)
        ):
            now += SECOND
        return now

    def source(self, name: str, at: int) -> Path:
        """Where a file that was taken up lies."""
        moved = self._archive / stamped(name, at, Path(name).suffix)
        return moved if moved.exists() else self.mine / name

    def begin(self, name: str, at: int) -> None:
        """Show that it is being taken."""
        self._show(stamped(name, at, ".run"), b"")

    def end(self, name: str, at: int, ending: str, said: bytes) -> None:
        """File and `.ack` go to the archive; then `.run` becomes what came of it."""
        for one in (name, Path(name).stem + ACK):
            with suppress(FileNotFoundError):
                moved = stamped(name, at, Path(one).suffix)
                if not (self._archive / moved).exists():
                    os.replace(self.mine / one, self._archive / moved)
                    # Its time is that of the campaign, by whatever clock that runs.
                    os.utime(self._archive / moved, (at / SECOND, at / SECOND))
        sync(self._archive)
        run = self.mine / stamped(name, at, ".run")
        if not said and run.exists():
            os.replace(run, self.mine / stamped(name, at, ending))
            sync(self.mine)
            return
        self._show(stamped(name, at, ending), said)
        run.unlink(missing_ok=True)

    def forget(self, before: int) -> None:
        """Remove what was taken before some instant from the archive."""
        with os.scandir(self._archive) as found:
            old = [one.path for one in found if one.stat().st_mtime * SECOND < before]
        for path in old:
            os.unlink(path)

    def _show(self, name: str, said: bytes) -> None:
        with self.written(name) as file:
            file.write(said)

    def written(self, name: str) -> "Written":
        """A file that appears once it is written."""
        return Written(self._aside / name, self.mine / name)

    def aside(self, name: str) -> BinaryIO:
        """A file that he never sees."""
        return (self._aside / name).open("w+b")

    def forget_aside(self, name: str) -> None:
        (self._aside / name).unlink(missing_ok=True)

    def has(self, name: str, at: int, ending: str) -> bool:
        return (self.mine / stamped(name, at, ending)).exists()


class Written:
    """A file that is written out of sight; left without a fault, it appears in one move."""

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


def stamped(name: str, at: int, ending: str) -> str:
    """`Push.xml`, taken up on 27 April 2023 at 15:30 in Paris, has `Push-230427153000.run`."""
    return f"{Path(name).stem}-{_stamp(at)}{ending}"


def _stamp(at: int) -> str:
    return paris.stamp(at, _STAMP)


def _escaped(stem: str) -> str:
    """A name in which nothing stands for something else."""
    return re.sub(r"([*?\[])", r"[\1]", stem)


def sync(place: Path) -> None:
    """A move is on disk once its folder is."""
    folder = os.open(place, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
