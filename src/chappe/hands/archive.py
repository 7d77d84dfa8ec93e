"""The form of a backup: a tar of plain files, and as its last one a list with the digest of each.

In: files to be written, or an archive to be read. Out: octets, or what is in it. Promise: nothing
is compressed, so that nothing takes more room than the archive itself; a header is taken only where
it is, octet for octet, what this module would have written; no name in an archive is ever a path:
paths stand in the list, and only those are taken that a data directory has.
"""

import os
import re
import tarfile
from collections.abc import Iterator
from typing import BinaryIO, Final, Literal, NamedTuple

import msgspec

from chappe.node.directory import DATABASE, KEY
from chappe.node.directory import MARK as DEMO_MARK

BLOCK: Final = tarfile.BLOCKSIZE
LIST = "contents.jsonl"
FORM = 1
PLAIN = (KEY, "chappe.ssh.key", DEMO_MARK)
FOLDERS = ("in", "archive", "refused")  # of an account's files; they are read in this order

_LINE_MOST = 4_096
_SECONDS_MOST = 1 << 33
_LOG = re.compile(r"(?:operator|calls)(?:-[^/\0]{1,100})?\.log(?:\.(?:[0-9]{1,9}|new))?")
_OWNER = re.compile(r"#[0-9]{1,19}|[A-Za-z0-9_@-][A-Za-z0-9._@-]{0,63}")
_NAME_MOST = 255
_TAR_NAME_MOST = 100


class ListHead(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The first line of the list."""

    form: int = FORM
    version: str
    made_at: int
    database: Literal["sqlite", "postgresql"]
    schema: int  # how many steps of the schema were known


class ListedFile(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A line for each file, in their order."""

    name: str  # in the archive
    path: str  # in the directory
    size: int
    sha256: str


class ListEnd(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The last line: the digest of those before it."""

    sha256: str


class PackedFile(NamedTuple):
    """A file in an archive, as its header says."""

    name: str
    size: int
    at: int  # when it was changed, in seconds
    offset: int


class NoBackup(Exception):
    """Why a file is no backup that can be put back, in a few words."""


def is_log(name: str) -> bool:
    """Whether a simulated operator remembers by this file what it was given."""
    return _LOG.fullmatch(name) is not None and name.isprintable()


def is_owner(name: str) -> bool:
    """Whether an account's folder may be called so."""
    return _OWNER.fullmatch(name) is not None


def is_file(name: str) -> bool:
    """Whether a file in an account's folders may be called so."""
    return (
        0 < len(name.encode("utf-8", "replace")) <= _NAME_MOST
        and name.isprintable()
        and not name.startswith(".")
        and not set(name) & set("/\\")
    )


def may_stand(path: str) -> bool:
    """Whether a data directory has such a file, and a backup holds it."""
    match path.split("/"):
        case [name]:
            return name == DATABASE or name in PLAIN or is_log(name)
        case ["files", owner, folder, name]:
            return is_owner(owner) and folder in FOLDERS and is_file(name)
    return False


def name_of(path: str, number: int) -> str:
    """What the file at a path is called in an archive; customers name files as they like."""
    is_plain = "/" not in path and path.isascii() and len(path) <= _TAR_NAME_MOST
    return path if is_plain else f"files/{number:07}"


# writing


def header(name: str, size: int, at: int) -> bytes:
    made = tarfile.TarInfo(name)
    made.size, made.mtime, made.mode = size, at, 0o600
    return made.tobuf(tarfile.GNU_FORMAT, "ascii", "strict")


def padding(size: int) -> bytes:
    return bytes(-size % BLOCK)


# reading


def files_in(archive: BinaryIO) -> Iterator[PackedFile]:
    """Each file of an archive in turn. The archive ends where it says so, and not before."""
    whole = os.fstat(archive.fileno()).st_size
    offset = 0
    while True:
        archive.seek(offset)
        raw = archive.read(BLOCK)
        if raw == bytes(BLOCK):
            if archive.read(BLOCK + 1) != bytes(BLOCK):
                raise NoBackup("it does not end as a backup does")
            return
        found = _read(raw, offset + BLOCK)
        if found.offset + found.size + len(padding(found.size)) > whole:
            raise NoBackup("it is cut off")
        yield found
        archive.seek(found.offset + found.size)
        rest = padding(found.size)
        if archive.read(len(rest)) != rest:
            raise NoBackup("it was altered")
        offset = found.offset + found.size + len(rest)


def _read(raw: bytes, offset: int) -> PackedFile:
    if len(raw) < BLOCK:
        raise NoBackup("it is cut off")
    try:
        one = tarfile.TarInfo.frombuf(raw, "ascii", "strict")
        if not 0 <= one.mtime < _SECONDS_MOST or one.size < 0:
            raise ValueError
        as_we_write = header(one.name, one.size, int(one.mtime))
    except (tarfile.TarError, ValueError) as fault:  # UnicodeDecodeError is a ValueError
        raise NoBackup("it is no backup of Chappe's, or was altered") from fault
    if raw != as_we_write:
        raise NoBackup("it holds what no backup of Chappe's does")
    return PackedFile(one.name, one.size, int(one.mtime), offset)


def lines_of(archive: BinaryIO, found: PackedFile) -> Iterator[bytes]:
    """The lines of the list, whoever else moves about in the archive between two of them."""
    at, end = found.offset, found.offset + found.size
    while at < end:
        archive.seek(at)
        line = archive.readline(min(_LINE_MOST, end - at))
        if not line.endswith(b"\n"):
            raise NoBackup("its list can't be read")
        at += len(line)
        yield line
