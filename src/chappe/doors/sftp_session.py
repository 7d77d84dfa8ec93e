"""What a customer does in his folder, over SFTP.

In: the requests of a session. Out: files in the folder, which has no folders in it. Promise: no
path leads out of it; what is being taken can't be touched; sizes, files and handles are bounded; a
handle that was closed is on disk.
"""

import asyncio
import os
import stat
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from posixpath import normpath
from typing import BinaryIO
from weakref import WeakSet

import asyncssh

from chappe.doors.drop import Drop
from chappe.doors.folder import is_name, sync
from chappe.words.account import Account

FILE_MOST = 128 << 20  # octets; what is to be taken has a lower bound, and is told so in a `.nok`
FOLDER_MOST = 1 << 30
FILES_MOST = 10_000
_READ_MOST = 256 << 10  # octets in one answer; whoever wants more asks again
_UNREAD_MOST = 4 << 20  # octets of answers that a session leaves lying
_BREATH_S = 0.02
_LOOK_EVERY = 64 << 20  # octets that an account's files grow by until all of them are added up
_HANDLES = 32  # of one session
_PUT_MOST = 64  # files that a session may still look at once they were taken
_SESSIONS = 16  # of one account
_FOLDER_ATTRS = asyncssh.SFTPAttrs(size=0, uid=0, gid=0, permissions=stat.S_IFDIR | 0o700)


class Hall:
    """What all sessions share."""

    def __init__(self, drop: Drop) -> None:
        self.drop = drop
        self.sessions: Counter[int] = Counter()  # by account
        self.writing: Counter[tuple[int, str]] = Counter()  # handles of files, by account
        self.grown: Counter[int] = Counter()  # octets since the folder was looked through
        drop.is_open = lambda account, name: self.writing[account, name] > 0


class _Opened:
    """A file that is read or written."""

    def __init__(self, name: str, file: BinaryIO, is_writing: bool) -> None:
        self.name = name
        self.file = file
        self.is_writing = is_writing


class _Listing:
    """The names of a folder, a few at a time."""

    def __init__(self, names: AsyncIterator[asyncssh.SFTPName]) -> None:
        self._names = names

    def __aiter__(self) -> AsyncIterator[asyncssh.SFTPName]:
        return self

    async def __anext__(self) -> asyncssh.SFTPName:
        return await anext(self._names)


class Session(asyncssh.SFTPServer):
    """One session of an account."""

    def __init__(
        self, channel: "asyncssh.SSHServerChannel[bytes]", account: Account, hall: Hall
    ) -> None:
        super().__init__(channel)
        self._hall = hall
        self._channel = channel
        self._account = account.id
        self._mine = hall.drop.folder(account).mine
        self._put: dict[str, os.stat_result] = {}  # as it was when it was whole
        self._handles: WeakSet[_Opened | _Listing] = WeakSet()
        hall.sessions[account.id] += 1

    def exit(self) -> None:
        self._hall.sessions[self._account] -= 1

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

    def _free(self, path: bytes) -> Path:
        """A file that may be changed."""
        place = self._place(path)
        if self._hall.drop.is_busy(self._account, place.name):
            raise asyncssh.SFTPPermissionDenied("the file is being taken")
        return place

    def _still(self, path: bytes) -> Path:
        """A file that nobody is writing."""
        place = self._free(path)
        if self._hall.writing[self._account, place.name] > 0:
            raise asyncssh.SFTPFailure("the file is being written")
        return place

    def realpath(self, path: bytes) -> bytes:
        return b"/" + _name(path).encode()

    # files

    def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> _Opened:
        self._bound()
        if not pflags & (asyncssh.FXF_WRITE | asyncssh.FXF_APPEND):
            number = os.open(self._place(path), os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
            return self._kept(_Opened("", os.fdopen(number, "rb", buffering=0), False))
        place = self._free(path)
        flags = os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW
        if pflags & asyncssh.FXF_CREAT:
            self._has_room(place)
            flags |= os.O_CREAT
        if pflags & asyncssh.FXF_TRUNC:
            flags |= os.O_TRUNC
        if pflags & asyncssh.FXF_EXCL:
            flags |= os.O_EXCL
        file = os.fdopen(os.open(place, flags, 0o600), "r+b", buffering=0)
        self._hall.writing[self._account, place.name] += 1
        return self._kept(_Opened(place.name, file, True))

    def open56(self, *_: object) -> _Opened:
        raise asyncssh.SFTPOpUnsupported("version 3 is spoken here")

    def _bound(self) -> None:
        if self._hall.sessions[self._account] > _SESSIONS or len(self._handles) >= _HANDLES:
            raise asyncssh.SFTPFailure("too many files are open")

    def _kept(self, opened: _Opened) -> _Opened:
        self._handles.add(opened)
        return opened

    def _has_room(self, place: Path) -> None:
        """Files that nobody takes away may not fill the disk."""
        sizes = {one.name: one.stat().st_size for one in os.scandir(self._mine)}
        if place.name not in sizes and len(sizes) >= FILES_MOST:
            raise asyncssh.SFTPFailure("too many files: remove some")
        if sum(sizes.values()) >= FOLDER_MOST:
            raise asyncssh.SFTPFailure("the folder is full: remove some files")
        self._hall.grown[self._account] = 0

    def _grows(self, opened: _Opened, end: int) -> None:
        """Many files may be open that all had room when they were opened."""
        grown = end - os.fstat(opened.file.fileno()).st_size
        if grown > 0:
            self._hall.grown[self._account] += grown
            if self._hall.grown[self._account] >= _LOOK_EVERY:
                self._has_room(self._mine / opened.name)

    async def read(self, file_obj: object, offset: int, size: int) -> bytes:
        """A piece at most, and none while its pieces before wait for a customer who asks without
        end and takes nothing."""
        opened = _opened(file_obj)
        while self._channel.get_write_buffer_size() > _UNREAD_MOST:
            if self._channel.is_closing():
                raise asyncssh.SFTPConnectionLost("nobody is there")
            await asyncio.sleep(_BREATH_S)
        if opened.file.closed or offset >= FILE_MOST:
            return b""
        opened.file.seek(offset)
        return opened.file.read(min(size, _READ_MOST))

    def write(self, file_obj: object, offset: int, data: bytes) -> int:
        opened = _opened(file_obj)
        if not opened.is_writing:
            raise asyncssh.SFTPPermissionDenied("it is not open for writing")
        if offset + len(data) > FILE_MOST:
            raise asyncssh.SFTPFailure(f"a file may have {FILE_MOST} octets")
        self._grows(opened, offset + len(data))
        opened.file.seek(offset)
        written = opened.file.write(data)
        if written != len(data):
            raise asyncssh.SFTPFailure("the disk is full")
        return written

    async def close(self, file_obj: object) -> None:
        """What was written is on disk before anybody hears that it is whole."""
        opened = _opened(file_obj)
        if not opened.is_writing:
            opened.file.close()
            return
        try:
            self._put[opened.name] = await asyncio.to_thread(_ended, opened.file, self._mine)
            if len(self._put) > _PUT_MOST:
                del self._put[next(iter(self._put))]
        finally:
            self._hall.writing[self._account, opened.name] -= 1
            self._hall.writing += Counter()  # only what is open is counted
            self._hall.drop.changed(self._account)

    # what is there

    def stat(self, path: bytes) -> asyncssh.SFTPAttrs:
        if not _name(path):
            return _FOLDER_ATTRS
        place = self._place(path)
        try:
            return _attrs(os.lstat(place))
        except FileNotFoundError:
            # Clients look at what they have just put; by then it may be in the archive.
            put = self._put.pop(place.name, None)
            if put is None:
                raise
            return _attrs(put)

    lstat = stat

    def fstat(self, file_obj: object) -> asyncssh.SFTPAttrs:
        return _attrs(os.fstat(_opened(file_obj).file.fileno()))

    def setstat(self, path: bytes, attrs: asyncssh.SFTPAttrs) -> None:
        """Times and modes are ours to set; to ask for others is no fault."""
        self._place(path)

    lsetstat = setstat

    def fsetstat(self, file_obj: object, attrs: asyncssh.SFTPAttrs) -> None:
        _opened(file_obj)

    def scandir(self, path: bytes) -> AsyncIterator[asyncssh.SFTPName]:
        if _name(path):
            raise asyncssh.SFTPNoSuchFile("there are no folders here")
        self._bound()
        listing = _Listing(_names(self._mine))
        self._handles.add(listing)
        return listing

    # changes

    def remove(self, path: bytes) -> None:
        place = self._still(path)
        place.unlink()
        self._put.pop(place.name, None)

    def rename(self, oldpath: bytes, newpath: bytes) -> None:
        if self._still(newpath).exists():
            raise asyncssh.SFTPFailure("there is such a file already")
        self.posix_rename(oldpath, newpath)

    def posix_rename(self, oldpath: bytes, newpath: bytes) -> None:
        old = self._still(oldpath)
        os.replace(old, self._still(newpath))
        self._put.pop(old.name, None)
        sync(self._mine)
        self._hall.drop.changed(self._account)

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
        await asyncio.to_thread(os.fsync, _opened(file_obj).file.fileno())


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


async def _names(place: Path) -> AsyncIterator[asyncssh.SFTPName]:
    for name in (".", ".."):
        yield asyncssh.SFTPName(name.encode(), attrs=_FOLDER_ATTRS)
    for one in sorted(os.scandir(place), key=lambda entry: entry.name):
        try:
            attrs = _attrs(one.stat(follow_symlinks=False))
        except FileNotFoundError:
            continue
        yield asyncssh.SFTPName(os.fsencode(one.name), attrs=attrs)


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


def _ended(file: BinaryIO, place: Path) -> os.stat_result:
    try:
        os.fsync(file.fileno())
        whole = os.fstat(file.fileno())
    finally:
        file.close()
    sync(place)
    return whole
