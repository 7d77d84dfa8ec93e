"""An account's files as the loop knows them: how many, how large, and in whose hands they are.

In: what was found at a count, and what changed since. Out: whether there is room for more. Promise:
asking costs the same however many files there are; one bound holds for an account's folder and for
what was taken from it together, and nobody fills the disk.
"""

import asyncio
import logging
import os
from collections import Counter
from collections.abc import Collection, Mapping
from pathlib import Path

from chappe.doors.files.folder import Change, Folder, Kept

log = logging.getLogger("chappe.doors.files.drop")

FILES_MOST = 1_000  # in a folder
KEPT_MOST = 20_000  # files out of reach, of one account
_FREED_AT_ONCE = (
    16  # this part of what may be kept goes at once, so that room is not made all the time
)
_COUNTS = 3  # how often a count is tried while others change the files
_FREE_LEAST = 2 << 30  # octets of the disk that stay free ...
_FREE_PART = 20  # ... or this part of a smaller one
_LOOK_S = 1.0
_TELL_S = 60.0


class Disk:
    """The disk on which all files lie, and whether there is still room on it."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self._looked = self._told = float("-inf")
        self._is_low = False

    async def is_low(self) -> bool:
        """Whether nothing more may be taken; no look is older than a second."""
        now = asyncio.get_running_loop().time()
        if now >= self._looked + _LOOK_S:
            self._looked = now
            free = await asyncio.to_thread(free_octets, self._place)
            self._is_low = free[0] < min(_FREE_LEAST, free[1] // _FREE_PART)
            if self._is_low and now >= self._told + _TELL_S:
                self._told = now
                log.error("the disk has %d MB left: no file is taken", free[0] // 1_000_000)
        return self._is_low


def free_octets(place: Path) -> tuple[int, int]:
    """How many octets of a disk are free, and how many it has."""
    found = os.statvfs(place)
    return found.f_bavail * found.f_frsize, found.f_blocks * found.f_frsize


class Cabinet:
    """The files of one account."""

    def __init__(self, folder: Folder, quota: int, disk: Disk) -> None:
        self.folder = folder
        self.turn = asyncio.Lock()  # one session of the account waits for the disk at a time
        self.held: Counter[str] = Counter()  # names that sessions write or change
        self.orphans: dict[str, int] = {}  # `.ack`s without a file, and since when
        self.quota = quota
        self._disk = disk
        self._sizes: dict[str, int] = {}
        self._octets = 0
        self._kept = Kept()
        self._changes = 0
        self._is_counted = False
        self._is_making_room = False

    # in whose hands

    def hold(self, names: Collection[str]) -> None:
        self.held.update(names)

    def release(self, names: Collection[str]) -> None:
        self.held.subtract(names)
        for name in names:
            if self.held[name] <= 0:
                del self.held[name]

    def is_awaited(self, stem: str) -> bool:
        """Whether a session is writing what may become the file of an `.ack`."""
        return any(name.startswith(f"{stem}.") for name in self.held)

    # how much

    @property
    def known(self) -> tuple[Mapping[str, int], int, Kept]:
        """What is known without a look: the files of the folder with their sizes, the sum of
        these, and what is kept out of reach."""
        return self._sizes, self._octets, self._kept

    def note(self, change: Change) -> None:
        """Take over what became of some names. Noting a change twice is noting it once."""
        self._changes += 1
        for name in change.gone:
            self._octets -= self._sizes.pop(name, 0)
        for name, size in change.put.items():
            self._octets += size - self._sizes.get(name, 0)
            self._sizes[name] = size
        files, octets = self._kept
        self._kept = Kept(files + change.kept.files, octets + change.kept.octets)

    def note_kept(self, kept: Kept) -> None:
        self._changes += 1
        self._kept = kept

    def grown(self, name: str, end: int) -> None:
        """Note that a file was written up to this octet."""
        if end > self._sizes.get(name, -1):
            self.note(Change(put={name: end}))

    def recount(self) -> None:
        """Count anew at the next question: something went wrong, and what is there is not known."""
        self._is_counted = False

    async def _counted(self) -> None:
        for _ in range(_COUNTS):
            before = self._changes
            sizes = await asyncio.to_thread(self.folder.sizes)
            kept = await asyncio.to_thread(self.folder.kept)
            if before == self._changes:
                break
        self._sizes, self._octets, self._kept = sizes, sum(sizes.values()), kept
        self._is_counted = True

    # whether there is room

    async def lacks(self, name: str, end: int) -> str:
        """Why a file can't grow up to this octet; '' where it can."""
        if not self._is_counted:
            await self._counted()
        if name not in self._sizes and len(self._sizes) >= FILES_MOST:
            return f"a folder may have {FILES_MOST} files: remove some"
        if await self._disk.is_low():
            return "the disk of the server is nearly full: come back later"
        needed = self._octets + max(0, end - self._sizes.get(name, 0))
        if needed > self.quota:
            return f"the folder may have {self.quota // 1_000_000} MB: remove some files"
        await self.make_room(needed)
        return ""

    async def make_room(self, needed: int = 0) -> None:
        """Remove files that were taken, the oldest first, where the folder needs their room."""
        octets = max(needed, self._octets) + self._kept.octets - self.quota
        files = self._kept.files - KEPT_MOST
        if self._is_making_room or max(octets, files) <= 0:
            return
        if octets > 0:
            octets += self.quota // _FREED_AT_ONCE
        if files > 0:
            files += KEPT_MOST // _FREED_AT_ONCE
        self._is_making_room = True
        try:
            work = self.folder.make_room
            self.note_kept(await asyncio.to_thread(work, max(0, files), max(0, octets)))
        finally:
            self._is_making_room = False
