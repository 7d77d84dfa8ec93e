"""Files that a customer dropped, in a state that is old: they may have been taken since.

In: the folders of all accounts, and since when what lies there is of now. Out: NAME-STAMP.nok for
each file that would be taken, and its `.ack` is gone; the file itself stays, or lies out of reach
where it was being taken. Promise: no file is taken by an `.ack` of the time before; who wants it
taken puts another.
"""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

from chappe.dialects.shape import FILE, Dialect, files_of
from chappe.doors.files.drop import Drop
from chappe.doors.files.folder import ACK, Folder, ending_of
from chappe.engine.desk import Desk
from chappe.words.answer import Refusal, Trouble
from chappe.words.bulk import Dropped
from chappe.words.exchange import Request

_WHY = "this server was put back from a backup: put the .ack again if the file is to be taken"


async def disown(
    desk: Desk, place: Path, dialects: Sequence[Dialect], before_s: float, drop: Drop | None
) -> int:
    """Of all accounts; how many files would have been taken."""
    words = _words(dialects)
    taking = [one for one in await desk.store.dropped() if not one.taken]
    count = 0
    for account in desk.accounts.all():
        folder = Folder(place, account)
        if not words or not folder.mine.is_dir():
            continue
        if drop is None:
            await asyncio.to_thread(folder.make)
        else:
            (await drop.cabinet(account)).recount()  # which made the folders
        own = [one for one in taking if one.account == account.id]
        now = desk.clock.now()
        count += await asyncio.to_thread(_disown, folder, own, words, before_s, now)
    return count


def _disown(
    folder: Folder,
    taking: Sequence[Dropped],
    words: Mapping[str, bytes],
    before_s: float,
    now: int,
) -> int:
    any_words = next(iter(words.values()))
    for dropped in taking:
        # Where this lies there, whoever takes files up again lets go of it.
        said = words.get(ending_of(dropped.name), any_words)
        folder.end(dropped.name, dropped.at, ".nok", said)
    acks = [
        name
        for name, known in folder.listed()
        if ending_of(name) == ACK and known.st_mtime <= before_s
    ]
    for ack in acks:
        folder.disown(ack, folder.free_moment(ack, now), any_words)
    return len(taking) + len(acks)


def _words(dialects: Sequence[Dialect]) -> Mapping[str, bytes]:
    """By ending, in the words of the first dialect that takes such files."""
    refusal = Refusal((Trouble.not_now,), _WHY)
    said: dict[str, bytes] = {}
    for files in filter(None, map(files_of, dialects)):
        for ending in files.endings:
            asked = Request(FILE, ending)
            said.setdefault(ending, files.write_refused(refusal, FILE, asked, None, None).body)
    return said
