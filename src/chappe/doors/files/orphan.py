"""An `.ack` that has no file: after some minutes its customer is told so.

In: what a look into a folder found. Out: NAME-STAMP.nok, and the `.ack` is gone; whatever else
bears its name stays. Promise: nobody waits for ever for a file that nobody will take.
"""

import asyncio
from collections.abc import Mapping, Sequence

from chappe.dialects.shape import FILE, Files
from chappe.doors.files.cabinet import Cabinet
from chappe.doors.files.folder import Orphan, stem_of
from chappe.words.answer import Refusal, Trouble
from chappe.words.clock import MINUTE, Clock
from chappe.words.exchange import Request

_WAITS_MS = 5 * MINUTE
_AT_ONCE = 20  # the others at the next look


class Orphans:
    """Waits for their files, and tells of those that waited in vain."""

    def __init__(self, clock: Clock, files: Mapping[str, Files]) -> None:
        self._clock = clock
        self._files = files  # by ending

    async def tell(self, cabinet: Cabinet, orphans: Sequence[Orphan]) -> None:
        """These are all that there are in a folder."""
        now = self._clock.now()
        since = {
            one.ack: cabinet.orphans.get(one.ack, now)
            for one in orphans
            if not cabinet.is_awaited(stem_of(one.ack))
        }
        late = [one for one in orphans if since.get(one.ack, now) <= now - _WAITS_MS]
        cabinet.orphans = since
        for one in late[:_AT_ONCE]:
            await self._tell(cabinet, one, now)

    async def _tell(self, cabinet: Cabinet, orphan: Orphan, now: int) -> None:
        ack, folder = orphan.ack, cabinet.folder
        if ack in cabinet.held or cabinet.is_awaited(stem_of(ack)):
            return
        cabinet.hold((ack,))
        try:
            said = self._why(orphan)
            at = await asyncio.to_thread(folder.free_moment, ack, now)
            cabinet.note(await asyncio.to_thread(folder.disown, ack, at, said))
        finally:
            cabinet.release((ack,))

    def _why(self, orphan: Orphan) -> bytes:
        """In the words of whoever takes the first of the endings: which it would have been, nobody
        knows."""
        ending, first = next(iter(self._files.items()))
        wanted = " or ".join(f"{stem_of(orphan.ack)}{ending}" for ending in self._files)
        beside = f", only {orphan.others[0]}" if orphan.others else ""
        refusal = Refusal((Trouble.no_file,), f"no {wanted}{beside}")
        return first.write_refused(refusal, FILE, Request(FILE, ending), None, None).body
