"""The `.ret` of a file: how its campaign stands, once it was sent, and every hour from then on.

In: a file whose order was taken. Out: the `.ret` in its customer's folder. Promise: it appears
whole, in one move; memory is bounded, and the loop goes on, however many lines it has; the last one
is written when silence has been decided upon.
"""

import asyncio
import shutil
from collections import Counter

from chappe.dialects.shape import Files
from chappe.doors.files.cabinet import Cabinet
from chappe.doors.files.folder import Change, stamped
from chappe.engine.desk import Desk
from chappe.engine.haul import Shelf
from chappe.engine.look.pages import has_left, pages
from chappe.words.account import Account
from chappe.words.bulk import Dropped
from chappe.words.clock import HOUR, MINUTE, SECOND
from chappe.words.found import Campaign

_HOURS = 72
_SILENCE_MS = 5 * MINUTE  # until the last message has been told expired
_COUNT_AGAIN_MS = 10 * SECOND  # ... and as much more for each so many messages
_COUNTED = 100_000


class Reporter:
    """Follows files up, one look at a time."""

    def __init__(self, desk: Desk, shelf: Shelf) -> None:
        self._desk = desk
        self._shelf = shelf
        self._counted: dict[int, int] = {}  # when a file's messages were counted last

    async def follow_up(
        self, dropped: Dropped, account: Account, cabinet: Cabinet, files: Files
    ) -> None:
        """Write it, if it is due."""
        now = self._desk.clock.now()
        sent_at = dropped.sent_at
        if not sent_at:
            if not await self._is_sent(dropped, now):
                return
            sent_at = now
        elif now < _due(dropped):
            return
        is_there = await self._write(dropped, account, cabinet, files)
        if is_there and now < _last(sent_at):
            await self._shelf.note_told(dropped.id, sent_at, now)
        else:
            await self._shelf.drop_over(dropped.id)

    async def _is_sent(self, dropped: Dropped, now: int) -> bool:
        """Whether operators have all of it. To count a million takes a while: ever more seldom."""
        pause = _COUNT_AGAIN_MS * (dropped.total // _COUNTED)
        if now < self._counted.get(dropped.id, 0) + pause:
            return False
        self._counted[dropped.id] = now
        last = dropped.first + dropped.total - 1
        if not await has_left(self._desk, dropped.first, last):
            return False
        del self._counted[dropped.id]
        return True

    async def _write(
        self, dropped: Dropped, account: Account, cabinet: Cabinet, files: Files
    ) -> bool:
        """The lines first, since what stands above them is their sum; False: it is forgotten."""
        folder, name = cabinet.folder, stamped(dropped.name, dropped.at, ".ret")
        counts: Counter[str] = Counter()
        page: Campaign | None = None
        with folder.aside(f"{name}.lines") as lines:
            async for page in pages(self._desk, account, dropped.order):
                said = await asyncio.to_thread(files.write_lines, page, account, counts)
                await asyncio.to_thread(lines.write, said)
            if page is None:
                return False
            sums = files.write_sums(page, account, dropped.total, counts)

            def put_together() -> int:
                lines.seek(0)
                with folder.written(name) as whole:
                    whole.write(sums)
                    shutil.copyfileobj(lines, whole)
                    return whole.tell()

            cabinet.note(Change(put={name: await asyncio.to_thread(put_together)}))
        await asyncio.to_thread(folder.forget_aside, f"{name}.lines")
        return True


def _last(sent_at: int) -> int:
    return sent_at + _HOURS * HOUR + _SILENCE_MS


def _due(dropped: Dropped) -> int:
    """The next full hour since it was sent; after the last one, when silence is over."""
    hours = (dropped.told_at - dropped.sent_at) // HOUR + 1
    return min(dropped.sent_at + hours * HOUR, _last(dropped.sent_at))
