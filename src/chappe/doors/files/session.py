"""What a customer does in their folder, over SFTP.

In: the requests of a session. Out: files in the folder, which has no folders in it. Promise: no
path leads out of it; what is being taken can't be touched; sizes, files and handles are bounded; a
handle that was closed is on disk; whoever waits for the disk waits beside the loop, one request of
an account at a time.
"""

import asyncio
import errno
import logging
import os
import stat
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from posixpath import normpath
from typing import ParamSpec, TypeVar
from weakref import WeakSet

import asyncssh

from chappe.doors.files.cabinet import Cabinet
from chappe.doors.files.folder import Change, Folder, is_name, is_told, sync
from chappe.doors.files.hall import SftpHall
from chappe.words.account import Account

log = logging.getLogger("chappe.doors.files.sftp")

FILE_MOST = 128 << 20  # octets; what is to be taken has a lower bound, and is told so in a `.nok`
HANDLES = 32  # of one session
_LISTINGS = 4  # of one session
_READ_MOST = 256 << 10  # octets in one answer; whoever wants more asks again
_PUT_MOST = 64  # files that a session may still look at once they were taken
_FLAGS: Mapping[int, int] = {
    asyncssh.FXF_CREAT: os.O_CREAT,
    asyncssh.FXF_TRUNC: os.O_TRUNC,
    asyncssh.FXF_EXCL: os.O_EXCL,
}
_FOLDER_ATTRS = asyncssh.SFTPAttrs(size=0, uid=0, gid=0, permissions=stat.S_IFDIR | 0o700)
_P = ParamSpec("_P")
_T = TypeVar("_T")


class _Opened:
    """A file that is read or written."""

    def __init__(self, name: str, number: int, is_writing: bool) -> None:
        self.name = name
        self.number = number
        self.is_writing = is_writing

    def seek(self, offset: int, whence: int) -> int:
        """The library asks so where the holes of a file are: there are none to speak of."""
        size = os.fstat(self.number).st_size
        if whence == os.SEEK_DATA and offset >= size:
            raise OSError(errno.ENXIO, os.strerror(errno.ENXIO))
        return offset if whence == os.SEEK_DATA else size


class _Listing:
    """The names of a folder, a few at a time; they are read when the first is asked for."""

    def __init__(self, names: AsyncIterator[asyncssh.SFTPName]) -> None:
        self._names = names

    def __aiter__(self) -> AsyncIterator[asyncssh.SFTPName]:
        return self

    async def __anext__(self) -> asyncssh.SFTPName:
        return await anext(self._names)


class Session(asyncssh.SFTPServer):
    """One session of an account."""

    def __init__(
        self,
        channel: "asyncssh.SSHServerChannel[bytes]",
        account: Account,
        cabinet: Cabinet,
        hall: SftpHall,
    ) -> None:
        super().__init__(channel)
        self._hall = hall
        self._account = account.id
        self._cabinet = cabinet
        self._mine = cabinet.folder.mine
        self._put: dict[str, os.stat_result] = {}  # as it was when it was whole
        self._opened: set[_Opened] = set()
        self._listings: WeakSet[_Listing] = WeakSet()

    async def over(self) -> None:
        """Whatever ended it, nothing of it stays open."""
        for opened in tuple(self._opened):
            try:
                await self.close(opened)
            except OSError as fault:
                log.error("a file could not be closed: %s", fault.strerror)

    async def _beside(self, work: Callable[_P, _T], *given: _P.args, **named: _P.kwargs) -> _T:
        """Do something that waits for the disk."""
        assert not named
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._hall.threads, work, *given)

    def format_user(self, uid: int | None) -> str:
        return "-"

    def format_group(self, gid: int | None) -> str:
        return "-"

    # names

    def _place(self, path: bytes) -> Path:
        """A file of the folder."""
        name = _name(path)
        if not name:
            raise asyncssh.SFTPPermissionDenied("this is the folder")
        if not is_name(name):
            raise asyncssh.SFTPPermissionDenied("a file can't be called so")
        return self._mine / name

    @contextmanager
    def _changing(self, *names: str) -> Iterator[None]:
        """Files that nobody writes or takes, and nobody will meanwhile."""
        for name in names:
            self._touchable(name)
            if name in self._cabinet.held:
                raise asyncssh.SFTPFailure("the file is being written")
        self._cabinet.hold(names)
        try:
            yield
        except FileNotFoundError:
            raise
        except OSError:
            self._cabinet.recount()
            raise
        finally:
            self._released(*names)

    def _touchable(self, name: str) -> None:
        if self._hall.drop.is_busy(self._account, name):
            raise asyncssh.SFTPPermissionDenied("the file is being taken")

    def _released(self, *names: str) -> None:
        self._cabinet.release(names)
        self._hall.drop.changed(self._account)

    def _makeable(self, path: bytes) -> str:
        """A name that a customer may give to a file."""
        name = self._place(path).name
        if is_told(name):
            raise asyncssh.SFTPPermissionDenied(
                "-YYMMDDHHMMSS.run, .ok, .nok and .ret are given by the server"
            )
        return name

    def realpath(self, path: bytes) -> bytes:
        return b"/" + _name(path).encode()

    # files

    async def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> _Opened:
        if len(self._opened) >= HANDLES:
            raise asyncssh.SFTPFailure("too many files are open")
        if not pflags & (asyncssh.FXF_WRITE | asyncssh.FXF_APPEND):
            place, flags = self._place(path), os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW
            async with self._cabinet.turn:
                return self._kept("", await self._beside(os.open, place, flags))
        name = self._makeable(path)
        self._touchable(name)
        self._cabinet.hold((name,))
        try:
            return self._kept(name, await self._open_to_write(name, pflags))
        except BaseException:  # whatever it is: what is not open is not held
            self._released(name)
            raise

    async def _open_to_write(self, name: str, pflags: int) -> int:
        flags = os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW
        flags |= sum(ours for theirs, ours in _FLAGS.items() if pflags & theirs)
        async with self._cabinet.turn:
            if flags & os.O_CREAT:
                await self._have_room(name, 0)
            number = await self._beside(os.open, self._mine / name, flags, 0o600)
            size = (await self._beside(os.fstat, number)).st_size
            self._cabinet.note(Change(put={name: size}))
            return number

    def _kept(self, name: str, number: int) -> _Opened:
        opened = _Opened(name, number, bool(name))
        self._opened.add(opened)
        return opened

    def open56(self, *_: object) -> _Opened:
        raise asyncssh.SFTPOpUnsupported("version 3 is spoken here")

    async def _have_room(self, name: str, end: int) -> None:
        """Files that nobody takes away may not fill the disk."""
        if lack := await self._cabinet.lacks(name, end):
            raise asyncssh.SFTPFailure(lack)

    async def read(self, file_obj: object, offset: int, size: int) -> bytes:
        opened = _opened(file_obj)
        if offset >= FILE_MOST:
            return b""
        async with self._cabinet.turn:
            return await self._beside(os.pread, opened.number, min(size, _READ_MOST), offset)

    async def write(self, file_obj: object, offset: int, data: bytes) -> int:
        opened, end = _opened(file_obj), offset + len(data)
        if not opened.is_writing:
            raise asyncssh.SFTPPermissionDenied("it is not open for writing")
        if end > FILE_MOST:
            raise asyncssh.SFTPFailure(f"a file may have {FILE_MOST} octets")
        async with self._cabinet.turn:
            await self._have_room(opened.name, end)
            try:
                written = await self._beside(os.pwrite, opened.number, data, offset)
            except OSError:
                self._cabinet.recount()
                raise
            self._cabinet.grown(opened.name, offset + written)
        if written != len(data):
            raise asyncssh.SFTPFailure("the disk is full")
        return written

    async def close(self, file_obj: object) -> None:
        """What was written is on disk before anybody hears that it is whole."""
        opened = _opened(file_obj)
        self._opened.discard(opened)
        if not opened.is_writing:
            await self._beside(os.close, opened.number)
            return
        try:
            self._put[opened.name] = await self._beside(_ended, opened.number, self._mine)
            if len(self._put) > _PUT_MOST:
                del self._put[next(iter(self._put))]
        finally:
            self._released(opened.name)

    # what is there

    async def stat(self, path: bytes) -> asyncssh.SFTPAttrs:
        if not _name(path):
            return _FOLDER_ATTRS
        place = self._place(path)
        try:
            async with self._cabinet.turn:
                return _attrs(await self._beside(os.lstat, place))
        except FileNotFoundError:
            # Clients look at what they have just put; by then it may be in the archive.
            put = self._put.pop(place.name, None)
            if put is None:
                raise
            return _attrs(put)

    lstat = stat

    async def fstat(self, file_obj: object) -> asyncssh.SFTPAttrs:
        return _attrs(await self._beside(os.fstat, _opened(file_obj).number))

    def setstat(self, path: bytes, attrs: asyncssh.SFTPAttrs) -> None:
        """Times and modes are ours to set; to ask for others is no fault."""
        self._place(path)

    lsetstat = setstat

    def fsetstat(self, file_obj: object, attrs: asyncssh.SFTPAttrs) -> None:
        _opened(file_obj)

    def scandir(self, path: bytes) -> AsyncIterator[asyncssh.SFTPName]:
        if _name(path):
            raise asyncssh.SFTPNoSuchFile("there are no folders here")
        if len(self._listings) >= _LISTINGS:
            raise asyncssh.SFTPFailure("too many listings are open")
        listing = _Listing(self._listed())
        self._listings.add(listing)
        return listing

    async def _listed(self) -> AsyncIterator[asyncssh.SFTPName]:
        for name in (".", ".."):
            yield asyncssh.SFTPName(name.encode(), attrs=_FOLDER_ATTRS)
        async with self._cabinet.turn:
            found = await self._beside(Folder.listed, self._cabinet.folder)
        for name, facts in found:
            yield asyncssh.SFTPName(os.fsencode(name), attrs=_attrs(facts))

    # changes

    async def remove(self, path: bytes) -> None:
        place = self._place(path)
        with self._changing(place.name):
            async with self._cabinet.turn:
                await self._beside(os.unlink, place)
            self._cabinet.note(Change(gone=(place.name,)))
            self._put.pop(place.name, None)

    async def rename(self, oldpath: bytes, newpath: bytes) -> None:
        await self._rename(oldpath, newpath, False)

    async def posix_rename(self, oldpath: bytes, newpath: bytes) -> None:
        await self._rename(oldpath, newpath, True)

    async def _rename(self, oldpath: bytes, newpath: bytes, may_replace: bool) -> None:
        old, new = self._place(oldpath).name, self._makeable(newpath)
        with self._changing(*{old, new}):
            async with self._cabinet.turn:
                size = await self._beside(_moved, self._mine, old, new, may_replace)
            self._cabinet.note(Change(put={new: size}, gone=(old,)))
            self._put.pop(old, None)

    def mkdir(self, path: bytes, attrs: asyncssh.SFTPAttrs) -> None:
        raise asyncssh.SFTPPermissionDenied("there are no folders here")

    def rmdir(self, path: bytes) -> None:
        raise asyncssh.SFTPPermissionDenied("there are no folders here")

    def readlink(self, path: bytes) -> bytes:
        raise asyncssh.SFTPNoSuchFile("there are no links here")

    def symlink(self, oldpath: bytes, newpath: bytes) -> None:
        raise asyncssh.SFTPPermissionDenied("there are no links here")

    def link(self, oldpath: bytes, newpath: bytes) -> None:
        raise asyncssh.SFTPPermissionDenied("there are no links here")

    def statvfs(self, path: bytes) -> asyncssh.SFTPVFSAttrs:
        raise asyncssh.SFTPOpUnsupported("the disk is ours")

    def fstatvfs(self, file_obj: object) -> asyncssh.SFTPVFSAttrs:
        raise asyncssh.SFTPOpUnsupported("the disk is ours")

    async def fsync(self, file_obj: object) -> None:
        await self._beside(os.fsync, _opened(file_obj).number)


def _name(path: bytes) -> str:
    """The name of a file, '' for the folder itself; there is nothing else."""
    try:
        name = normpath(b"/" + path).lstrip(b"/").decode()
    except UnicodeDecodeError:
        raise asyncssh.SFTPNoSuchFile("names are in UTF-8") from None
    if "/" in name:
        raise asyncssh.SFTPNoSuchFile("there are no folders here")
    return name


def _opened(file_obj: object) -> _Opened:
    assert isinstance(file_obj, _Opened)
    return file_obj


def _attrs(found: os.stat_result) -> asyncssh.SFTPAttrs:
    """Size and times; who owns it on this machine is nobody's business."""
    return asyncssh.SFTPAttrs(
        size=found.st_size,
        uid=0,
        gid=0,
        permissions=stat.S_IFREG | 0o600,
        atime=int(found.st_atime),
        mtime=int(found.st_mtime),
    )


def _moved(place: Path, old: str, new: str, may_replace: bool) -> int:
    """How large it is."""
    if not may_replace and (place / new).exists():
        raise asyncssh.SFTPFailure("there is such a file already")
    os.replace(place / old, place / new)
    sync(place)
    return (place / new).stat().st_size


def _ended(number: int, place: Path) -> os.stat_result:
    try:
        os.fsync(number)
        whole = os.fstat(number)
    finally:
        os.close(number)
    sync(place)
    return whole
