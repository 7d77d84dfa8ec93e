"""The file door's work: a file and its `.ack` become an order, and the customer sees how it stands.

In: NAME.xml or NAME.json with NAME.ack in an account's folder. Out: an order, and NAME-STAMP.run,
then .ok or .nok, then .ret, hour by hour. Promise: a file is taken whole or not at all, and once,
also where the process is killed at any moment: a row in the store says how far it came. One file
of an account at a time, a few at once in all; what waits for the disk is done beside the loop, and
whatever one file makes of the code, the others go on.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace

from chappe.dialects.shape import FILE, Dialect, Files, files_of
from chappe.doors.files.asking import Filing, came
from chappe.doors.files.cabinet import Cabinet, Disk
from chappe.doors.files.folder import ACK, Folder, ReadyFile, ending_of, stem_of
from chappe.doors.files.orphan import Orphans
from chappe.doors.files.report import Reporter
from chappe.engine.desk import Desk
from chappe.engine.haul import Haul, StoreAway
from chappe.engine.prove import Prove
from chappe.words.account import Account
from chappe.words.answer import Refusal, Trouble
from chappe.words.bulk import Dropped
from chappe.words.clock import DAY, HOUR, MINUTE, SECOND, Timer
from chappe.words.exchange import File, Request, Response

log = logging.getLogger("chappe.doors.files.drop")

_AT_ONCE = 2
_SHOWN = 2  # of a file: taken, and its customer sees it
_LOOK_EVERY_MS = 1 * MINUTE
_LOOK_SOON_MS = 10 * SECOND  # while something waits to be taken, or was a moment ago
_EXPECTED_MS = 5 * MINUTE
_FORGET_EVERY_MS = 1 * HOUR
_FAULT = Refusal((Trouble.fault,))
# What refuses an order for now: the file waits for better times.
_PASSING = frozenset({Trouble.not_now, Trouble.draining})


class _Offer(NamedTuple):
    """What a dialect offers for files of an ending, and how many octets one may have."""

    files: Files
    most: int


class Drop:
    """The files of all accounts, from `start` to `stop`."""

    def __init__(
        self,
        place: Path,
        desk: Desk,
        prove: Prove,
        pieces: Haul,
        dialects: Sequence[Dialect],
        texts_days: int = 90,
        quota_mb: int = 2_000,
    ) -> None:
        self._place = place
        self._texts_ms = texts_days * DAY
        self._quota = quota_mb * 1_000_000
        self._desk = desk
        self._prove = prove
        self._pieces = pieces
        self._offers = _offers(dialects)
        self._reporter = Reporter(desk, pieces.shelf)
        self._orphans = Orphans(
            desk.clock, {one: offer.files for one, offer in self._offers.items()}
        )
        self._disk = Disk(place)
        self._room = asyncio.Semaphore(_AT_ONCE)
        self._at_work: set[int] = set()  # accounts
        self._again: set[int] = set()  # those whose folder changed meanwhile
        self._taking: dict[int, list[Dropped]] = {}  # by account: not decided, or not shown yet
        self._following = asyncio.Lock()
        self._is_expecting = False  # whether a file is on its way to its first `.ret`
        self._letting: set[int] = set()  # files whose messages are being let go
        self._making = asyncio.Lock()
        self._looking = asyncio.Lock()
        self._cabinets: dict[int, Cabinet] = {}
        self._timer: Timer | None = None
        self._forget_at = 0
        self._stopped = False

    # for the door

    async def cabinet(self, account: Account) -> Cabinet:
        """The account's own, made at need."""
        found = self._cabinets.get(account.id)
        if found is None:
            # What is left half written is removed once, before anything is written.
            async with self._making:
                found = self._cabinets.get(account.id)
                if found is None:
                    folder = Folder(self._place, account)
                    await asyncio.to_thread(folder.make)
                    found = Cabinet(folder, self._quota, self._disk)
                    self._cabinets[account.id] = found
        return found

    def is_busy(self, account: int, name: str) -> bool:
        """Whether a file is being taken, and may not be touched."""
        stem, ending = stem_of(name), ending_of(name)
        return any(
            name == one.name or (ending == ACK and stem == stem_of(one.name))
            for one in self._taking.get(account, ())
        )

    def changed(self, account: int) -> None:
        """Something came to its end in an account's folder."""
        if account in self._at_work:
            self._again.add(account)
        elif not self._stopped:
            self._at_work.add(account)
            self._desk.background(self._work(account))

    # its life

    async def start(self) -> None:
        """Take up what another life left, then what lies in the folders."""
        await asyncio.to_thread(self._place.mkdir, 0o700, parents=True, exist_ok=True)
        for account in self._desk.accounts.all():
            if await asyncio.to_thread(Folder(self._place, account).mine.is_dir):
                try:
                    await self.cabinet(account)
                except OSError as fault:
                    log.error("the files of %s are out of reach: %s", account.login, fault.strerror)
        for dropped in await self._pieces.files():
            if dropped.taken < _SHOWN:
                self._taking.setdefault(dropped.account, []).append(dropped)
        self._look()

    def stop(self) -> None:
        self._stopped = True
        if self._timer is not None:
            self._timer.cancel()

    def _look_soon(self) -> None:
        """Something has begun that ends by itself, or could not be done just now."""
        if self._stopped:
            return
        self._desk.background(self._follow_up())
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._desk.clock.later(_LOOK_SOON_MS, self._look)

    def _look(self) -> None:
        """Now and then, for whatever could not be done when it was due."""
        self._timer = None
        if self._stopped:
            return
        self._desk.background(self._looked())
        self._desk.background(self._follow_up())
        now = self._desk.clock.now()
        if now >= self._forget_at:
            self._forget_at = now + _FORGET_EVERY_MS
            self._desk.background(self._forget(now - self._texts_ms))

    async def _looked(self) -> None:
        """A round, and then a pause until the next one, unless somebody wants it sooner."""
        try:
            await self._look_round()
        finally:
            if self._timer is None and not self._stopped:
                soon = self._is_expecting or any(self._taking.values())
                pause = _LOOK_SOON_MS if soon else _LOOK_EVERY_MS
                self._timer = self._desk.clock.later(pause, self._look)

    async def _look_round(self) -> None:
        """Each folder in its turn; one that can't be read keeps nobody from the next. A round that
        takes long is the only one."""
        if self._looking.locked():
            return
        async with self._looking:
            for account, cabinet in tuple(self._cabinets.items()):
                try:
                    is_asked = await asyncio.to_thread(cabinet.folder.is_asked)
                    if is_asked or self._taking.get(account):
                        self.changed(account)
                except OSError as fault:
                    log.error("a folder can't be read: %s", fault.strerror)

    async def _forget(self, before: int) -> None:
        """What was taken long ago: texts, numbers and passwords are in it."""
        for cabinet in tuple(self._cabinets.values()):
            try:
                cabinet.note_kept(await asyncio.to_thread(cabinet.folder.forget, before))
            except OSError as fault:
                log.error("old files could not be removed: %s", fault.strerror)

    async def _follow_up(self) -> None:
        """Messages still to be let go, and customers to be told; one look at a time."""
        if self._following.locked():
            return
        try:
            async with self._following:
                await self._followed_up()
        except StoreAway:
            return

    async def _followed_up(self) -> None:
        found = await self._pieces.files()
        since = self._desk.clock.now() - _EXPECTED_MS
        self._is_expecting = any(not one.sent_at and one.at > since for one in found)
        for dropped in found:
            if not dropped.taken or self._stopped:
                continue
            if dropped.gone < dropped.total:
                self._let_go(dropped)
            elif dropped.taken == _SHOWN:
                await self._told(dropped)

    async def _told(self, dropped: Dropped) -> None:
        account = self._desk.accounts.by_id(dropped.account)
        offer = self._offers.get(ending_of(dropped.name))
        if account is None or offer is None:
            return
        try:
            cabinet = await self.cabinet(account)
            await self._reporter.follow_up(dropped, account, cabinet, offer.files)
        except StoreAway:
            raise
        except OSError as fault:
            log.error("a .ret could not be written: %s", fault.strerror)
        except Exception:  # what can't be told of one file keeps no other from being told
            self._fault("a .ret could not be made")

    def _fault(self, what: str) -> None:
        self._desk.counts["faults"] += 1
        log.exception(what)

    def _let_go(self, dropped: Dropped) -> None:
        if dropped.id in self._letting:
            return
        self._letting.add(dropped.id)

        async def run() -> None:
            try:
                await self._pieces.let_go(dropped)
            except StoreAway:
                return
            finally:
                self._letting.discard(dropped.id)

        self._desk.background(run())

    # one account

    async def _work(self, ident: int) -> None:
        account = self._desk.accounts.by_id(ident)
        try:
            if account is not None:
                await self._work_off(account)
        except StoreAway:
            log.warning("files wait: the store takes nothing now")
            self._look_soon()
        except OSError as fault:
            log.error("files wait: %s", fault.strerror)
            self._look_soon()
        except Exception:  # whatever it is, the files of this account alone wait for the next look
            self._fault("files wait")
        finally:
            self._at_work.discard(ident)
        if ident in self._again:
            self._again.discard(ident)
            self.changed(ident)

    async def _work_off(self, account: Account) -> None:
        """What was taken up before first, then what is ready, in the order of the names."""
        desk, taking = self._desk, self._taking.setdefault(account.id, [])
        cabinet = await self.cabinet(account)
        while not (self._stopped or desk.paused or desk.draining):
            if await self._disk.is_low():
                self._look_soon()
                return
            async with self._room:
                if taking:
                    dropped = taking[0]
                else:
                    ready = await self._ready(cabinet)
                    if ready is None:
                        return
                    dropped = await self._taken_up(account, cabinet, ready)
                if not await self._taken(dropped, account, cabinet):
                    return
            taking.remove(dropped)

    async def _ready(self, cabinet: Cabinet) -> ReadyFile | None:
        work = cabinet.folder.look
        look = await asyncio.to_thread(work, tuple(self._offers), frozenset(cabinet.held))
        await self._orphans.tell(cabinet, look.orphans)
        ready = look.ready
        # Whoever holds it since then tells when they let go of it.
        is_held = ready is not None and (ready.name in cabinet.held or ready.ack in cabinet.held)
        return None if is_held else ready

    async def _taken_up(self, account: Account, cabinet: Cabinet, ready: ReadyFile) -> Dropped:
        now, taking = self._desk.clock.now(), self._taking[account.id]
        taking.append(marked := Dropped(0, account.id, ready.name, now, ready.size))
        try:
            at = await asyncio.to_thread(cabinet.folder.free_moment, ready.name, now)
            dropped = await self._pieces.shelf.take_up(account.id, ready.name, at, ready.size)
            taking.append(dropped)
        finally:
            taking.remove(marked)
        return dropped

    async def _taken(self, dropped: Dropped, account: Account, cabinet: Cabinet) -> bool:
        """Bring a file to its end; False where it has to wait."""
        shelf = self._pieces.shelf
        dropped = await self._pieces.fresh(dropped)
        if not dropped.taken:
            await self._pieces.remove(dropped)  # what an earlier attempt left
            refusal = await self._attempted(dropped, account, cabinet)
            if refusal is not None and _PASSING.intersection(refusal.troubles):
                return False
            if refusal is not None:
                await self._pieces.remove(dropped)
                await shelf.drop_over(dropped.id)
                return True
        await self._ended(dropped, cabinet, ".ok", b"")
        await shelf.note_shown(dropped.id)
        self._look_soon()
        return True

    async def _ended(self, dropped: Dropped, cabinet: Cabinet, ending: str, said: bytes) -> None:
        work = cabinet.folder.end
        cabinet.note(await asyncio.to_thread(work, dropped.name, dropped.at, ending, said))
        await cabinet.make_room()

    async def _attempted(
        self, dropped: Dropped, account: Account, cabinet: Cabinet
    ) -> Refusal | None:
        """None: its order is taken. A refusal is shown before anything of it is forgotten, so that
        a file which was told refused in another life is not read once more."""
        name, at = dropped.name, dropped.at
        if await asyncio.to_thread(cabinet.folder.has, name, at, ".nok"):
            return _FAULT
        cabinet.note(await asyncio.to_thread(cabinet.folder.begin, name, at))
        offer = self._offers.get(ending_of(name))
        if offer is None:
            return _FAULT
        response = await self._answered(dropped, account, cabinet.folder, offer)
        refusal = response.refusal
        if refusal is not None and not _PASSING.intersection(refusal.troubles):
            log.info("%s was refused", name)
            await self._ended(dropped, cabinet, ".nok", response.body)
        return refusal

    async def _answered(
        self, dropped: Dropped, account: Account, folder: Folder, offer: _Offer
    ) -> Response:
        """What its dialect says to it."""
        now, peer = self._desk.clock.now(), f"a file of {account.login}"
        unread = Request(FILE, ending_of(dropped.name), peer=peer)
        one, _ = came(self._desk, offer.files, unread)
        if dropped.size > offer.most:
            most = f"file over {offer.most // 1_000_000} MB"
            return one.refused(Refusal((Trouble.too_many,), most))
        try:
            path = await asyncio.to_thread(folder.source, dropped.name, dropped.at)
            with path.open("rb") as source:
                request = replace(unread, file=File(source, now))
                one, turn = came(self._desk, offer.files, request)
                Filing(self._prove, self._pieces, dropped, account).steps.together([one])
                return await turn.heard()
        except FileNotFoundError:
            return one.refused(Refusal((Trouble.fault,), "the file is gone"))


def _offers(dialects: Sequence[Dialect]) -> Mapping[str, _Offer]:
    """By ending; the first dialect that takes files of one takes them all."""
    offers: dict[str, _Offer] = {}
    for dialect in dialects:
        files = files_of(dialect)
        if files is not None:
            for ending, most in files.endings.items():
                offers.setdefault(ending, _Offer(files, most))
    return offers
