"""A backup by hand: one file with all that is kept, while the server goes on.

In: the name of a file that is not there yet. Out: that file, whole and on disk, or CannotDo and
nothing. Promise: whatever was answered before it began is in it, and nobody's message waits for it.
"""

import asyncio
import shlex
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

import msgspec

from chappe import __version__
from chappe.hands.archive import ListHead
from chappe.hands.pack import BackupPace, Stopped, appearing, packing, put_files
from chappe.hands.shown import CannotDo, Shown
from chappe.node import Node
from chappe.node.directory import DATABASE, database, plain
from chappe.store.contract import StoreAway
from chappe.store.queries import migrations

_MB = 1_000_000


class NewBackup(msgspec.Struct, kw_only=True):
    """Where it is to stand: an absolute path."""

    file: str


class _Made(NamedTuple):
    files: int
    octets: int


async def backup(node: Node, asked: NewBackup) -> Shown:
    place = Path(asked.file)
    if not place.is_absolute():
        raise CannotDo(f"{place} is no absolute path.")
    stopped = threading.Event()
    with ThreadPoolExecutor(1, "chappe-backup") as thread:
        doing = asyncio.get_running_loop().run_in_executor(thread, _made, node, place, stopped)
        try:
            made = await asyncio.shield(doing)
        except asyncio.CancelledError:
            stopped.set()  # the server stops, or whoever asked: what was begun is taken away
            with suppress(CannotDo):
                await doing
            raise
    shown = {"file": str(place), "files": made.files, "octets": made.octets}
    said = f"{place} holds {made.files} files, {made.octets / _MB:.1f} MB."
    if database(node.data, node.config.store) is not None:
        return Shown(shown, said)
    command = dump_command(node.config.store.url, f"{place}.pgdump")
    said = f"{said} The database is not among them: {command} dumps it."
    return Shown(shown | {"dump": command}, said)


def dump_command(url: str, file: str) -> str:
    """How PostgreSQL's own tool is called; the password it asks for, or finds in ~/.pgpass."""
    parts = urlsplit(url)
    user, _, host = parts.netloc.rpartition("@")
    login = user.partition(":")[0]
    kept = urlencode([pair for pair in parse_qsl(parts.query) if pair[0] != "password"])
    place = f"{login}@{host}" if login else host
    bare = f"{parts.scheme}://{place}{parts.path}" + (f"?{kept}" if kept else "")
    return shlex.join(["pg_dump", "--format=custom", f"--file={file}", f"--dbname={bare}"])


def _made(node: Node, place: Path, stopped: threading.Event) -> _Made:
    """In a thread: all of it waits for the disk."""
    try:
        with appearing(place) as archive:
            pace = BackupPace(place.parent, stopped)
            copy = place.with_name(f"{place.name}.part.db")
            try:
                copy.unlink(missing_ok=True)  # what a kill left
                made_at = node.clock.now()
                has_copy = node.store.copy(str(copy), pace.breathe)
                head = _head(made_at, has_copy)
                with packing(archive, place.parent, head, pace) as pack:
                    if has_copy:
                        with copy.open("rb") as source:
                            pack.put(source, DATABASE)
                        copy.unlink()
                    # After the database: what was moved on meanwhile is then missing in it, but
                    # nothing is in it and waits in a customer's folder as well.
                    put_files(pack, node.data)
                    return _Made(pack.count, pack.end())
            finally:
                copy.unlink(missing_ok=True)
    except OSError as fault:
        where = f" ({fault.filename})" if fault.filename else ""
        raise CannotDo(f"The backup {place} can't be made: {plain(fault)}{where}.") from fault
    except StoreAway as fault:
        raise CannotDo(f"The database can't be copied now: {fault}.") from fault
    except Stopped as fault:
        raise CannotDo("The server stops: there is no backup.") from fault


def _head(made_at: int, has_copy: bool) -> ListHead:
    return ListHead(
        version=__version__,
        made_at=made_at,
        database="sqlite" if has_copy else "postgresql",
        schema=migrations("sqlite" if has_copy else "postgres")[-1].number,
    )
