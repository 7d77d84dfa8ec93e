"""Files that were brought, until they are sent or a day has passed.

In: octets, whose they are, how they are read. Out: the same, and what they hold. Promise: nobody
gets another's file; no more files are kept than a bounded number, in a folder of this node that
only its own user reads; what takes long is done in a thread, and how far it is can be asked.
"""

import asyncio
import contextlib
import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from weakref import WeakKeyDictionary

import msgspec

from chappe.console.rooms.campaigns.sheet import (
    SheetForm,
    SheetFound,
    SheetPeople,
    guess,
    read_sheet,
)
from chappe.console.shape import Visit
from chappe.node import Node
from chappe.words.clock import DAY

FOLDER: Final = "console-files"
_KEPT_MS: Final = 1 * DAY
_EACH_MOST: Final = 5  # files of one visitor
_ALL_MOST: Final = 100
_TOKEN: Final = re.compile(r"[\w-]{22}")
_SOON_S: Final = 1.0


class Brought(msgspec.Struct, frozen=True, kw_only=True):
    """A file that somebody brought, and what they had typed by then."""

    owner: str
    account: int
    at: int
    size: int
    reading: SheetForm
    typed: Mapping[str, str] = {}
    found: SheetFound | None = None  # once it is read


class SheetJob:
    """A file that is being read."""

    def __init__(self) -> None:
        self.rows = 0
        self.percent = 0
        self.over = asyncio.Event()

    def note(self, rows: int, percent: int) -> None:
        self.rows, self.percent = rows, percent


class FileShelf:
    """The files of one node."""

    def __init__(self, node: Node) -> None:
        self._desk = node.desk
        self._folder = node.data / FOLDER
        self._jobs: dict[str, SheetJob] = {}

    async def put(self, brought: Brought, octets: bytes) -> str:
        """Keep a file, and begin to read it; its token."""
        token = secrets.token_urlsafe(16)
        reading = await asyncio.to_thread(guess, octets)
        brought = msgspec.structs.replace(brought, reading=reading)
        await asyncio.to_thread(self._write, token, brought, octets)
        await self.read(token, brought)
        return token

    async def read(self, token: str, brought: Brought) -> None:
        """Read it anew, and wait a moment for that."""
        job = self._jobs[token] = SheetJob()
        fresh = msgspec.structs.replace(brought, found=None)
        self._desk.background(self._read(token, fresh, job))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(job.over.wait(), _SOON_S)

    async def _read(self, token: str, brought: Brought, job: SheetJob) -> None:
        try:
            await asyncio.to_thread(self._read_through, token, brought, job)
        finally:
            if self._jobs.get(token) is job:
                del self._jobs[token]
            job.over.set()

    def _read_through(self, token: str, brought: Brought, job: SheetJob) -> None:
        path = self._path(token)
        self._note(token, brought)
        if path.exists():
            found, _ = read_sheet(path.read_bytes(), brought.reading, progress=job.note)
            self._note(token, msgspec.structs.replace(brought, found=found))

    def job(self, token: str) -> SheetJob | None:
        """How far it is; None: it is not being read."""
        return self._jobs.get(token)

    async def brought(self, token: str, owner: str) -> Brought | None:
        """None where there is none of theirs, or no more."""
        found = await asyncio.to_thread(self._noted, token)
        if found is None or found.owner != owner:
            return None
        return None if found.at + _KEPT_MS < self._desk.clock.now() else found

    async def recipients(self, token: str, reading: SheetForm, most: int) -> SheetPeople:
        """Those of a file; nobody where it is there no more."""
        return await asyncio.to_thread(self._recipients, token, reading, most)

    def _recipients(self, token: str, reading: SheetForm, most: int) -> SheetPeople:
        try:
            octets = self._path(token).read_bytes()
        except OSError:
            return SheetPeople()
        return read_sheet(octets, reading, most)[1]

    async def drop(self, token: str) -> None:
        """It is needed no more."""
        await asyncio.to_thread(self._remove, token)

    # on disk

    def _path(self, token: str) -> Path:
        return self._folder / f"{token}.csv"

    def _write(self, token: str, brought: Brought, octets: bytes) -> None:
        self._folder.mkdir(mode=0o700, exist_ok=True)
        self._sweep(brought.owner)
        self._path(token).write_bytes(octets)
        self._note(token, brought)

    def _note(self, token: str, brought: Brought) -> None:
        self._path(token).with_suffix(".json").write_bytes(msgspec.json.encode(brought))

    def _noted(self, token: str) -> Brought | None:
        if not _TOKEN.fullmatch(token):
            return None
        try:
            octets = self._path(token).with_suffix(".json").read_bytes()
            return msgspec.json.decode(octets, type=Brought)
        except (OSError, msgspec.DecodeError):
            return None

    def _remove(self, token: str) -> None:
        if _TOKEN.fullmatch(token):
            for suffix in (".csv", ".json"):
                self._path(token).with_suffix(suffix).unlink(missing_ok=True)

    def _sweep(self, owner: str) -> None:
        """What is old goes, and the oldest of more than are kept."""
        now, theirs = self._desk.clock.now(), 0
        noted = [(self._noted(path.stem), path.stem) for path in self._folder.glob("*.json")]
        noted.sort(key=lambda pair: pair[0].at if pair[0] else 0, reverse=True)
        for kept, (one, token) in enumerate(noted, 1):
            is_mine = one is not None and one.owner == owner
            theirs += is_mine
            is_old = one is None or one.at + _KEPT_MS < now
            if is_old or kept >= _ALL_MOST or (is_mine and theirs >= _EACH_MOST):
                self._remove(token)


_SHELVES: WeakKeyDictionary[Node, FileShelf] = WeakKeyDictionary()


def shelf_of(node: Node) -> FileShelf:
    """A node has one."""
    found = _SHELVES.get(node)
    if found is None:
        found = _SHELVES[node] = FileShelf(node)
    return found


def owner_of(visit: Visit) -> str:
    """Whose a file is that this visitor brings."""
    return f"{visit.visitor.role.name} {visit.visitor.login}"
