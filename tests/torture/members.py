"""A PostgreSQL of three members, of which Patroni keeps one the primary.

In: nothing; Patroni comes from the package index, as the lock file pins it. Out: a URL of all of
them, and who is the primary. Promise: what is answered is with two members; one dies, or falls
silent, as a machine does, all at once; they and their files are gone when we are.
"""

import asyncio
import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import asyncpg
import msgspec

from tests.torture.big import ROOT
from tests.torture.broken import Broken, demand
from tests.torture.children import die_with_parent
from tests.torture.cluster import Cluster, free_port
from tests.torture.several import asked

_LOCK = ROOT / "requirements-patroni.lock"
_SIZE = 3
_FORMED_S = 180.0
_ENDED_S = 20.0
_LOOK_S = 0.05
_PROMOTING_LOOK_S = 0.02
_ANSWER_S = 1.0
_WORDS = 2_000
_AWAY = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError)

# The shortest that Patroni allows: so long after its death a primary is missed.
_TTL_S, _LOOP_S, _RETRY_S = 20, 5, 7

# Quorum: whichever of the two standbys is first will do, so that neither of them alone can keep a
# commit waiting, and only one that has all of them is promoted. Strict: where there is no standby a
# commit waits, since the one that it would be answered without is the one that dies next.
AGREED = {
    "ttl": _TTL_S,
    "loop_wait": _LOOP_S,
    "retry_timeout": _RETRY_S,
    "synchronous_mode": "quorum",
    "synchronous_mode_strict": True,
    "postgresql": {
        "use_pg_rewind": True,
        "parameters": {"max_connections": 60, "unix_socket_directories": ""},
    },
}
_STANDBYS = """
SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming' AND sync_state = 'quorum'
"""


class _Ports(NamedTuple):
    """Where a member listens: as a database, to the others, and to who asks how it is."""

    database: int
    peers: int
    asked: int


class Member:
    """A PostgreSQL and its Patroni, on a machine of their own as it were."""

    def __init__(
        self, place: Path, name: str, ports: _Ports, others: Sequence[_Ports], here: Cluster
    ) -> None:
        self.name = name
        self.port = ports.database
        self._place = place
        self._here = here
        self._ports = ports
        self._others = others
        self._child: asyncio.subprocess.Process | None = None

    def url(self, database: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def _settings(self) -> dict[str, Any]:
        postgres = {"username": "postgres"}
        trusted = ["host all all 127.0.0.1/32 trust", "host replication all 127.0.0.1/32 trust"]
        return {
            "scope": "chappe",
            "name": self.name,
            "restapi": _listening(self._ports.asked),
            "raft": {
                "data_dir": str(self._place / f"{self.name}.raft"),
                "self_addr": f"127.0.0.1:{self._ports.peers}",
                "partner_addrs": [f"127.0.0.1:{one.peers}" for one in self._others],
            },
            "bootstrap": {
                "dcs": AGREED,
                "initdb": ["data-checksums", {"encoding": "UTF8"}, {"locale": "C"}],
            },
            "postgresql": {
                **_listening(self.port),
                "data_dir": str(self._home),
                "bin_dir": str(self._here.program.parent),
                "pgpass": str(self._place / f"{self.name}.pass"),
                "authentication": {"superuser": postgres, "replication": postgres},
                "pg_hba": trusted,
                "basebackup": [{"checkpoint": "fast"}],
                "remove_data_directory_on_rewind_failure": True,
                "remove_data_directory_on_diverged_timelines": True,
            },
        }

    @property
    def _home(self) -> Path:
        return self._place / self.name

    async def start(self, python: Path) -> None:
        settings = self._place / f"{self.name}.yml"
        settings.write_bytes(msgspec.json.encode(self._settings()))  # JSON is YAML as well
        with (self._place / f"{self.name}.txt").open("ab") as words:
            self._child = await asyncio.create_subprocess_exec(
                *(str(python), "-m", "patroni", str(settings)),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=words,
                stderr=words,
                cwd=self._place,
                env={"HOME": str(self._place), "PATH": os.environ["PATH"]},
                user=self._here.user,
                preexec_fn=die_with_parent,
            )

    async def die(self) -> None:
        """All of it at one moment. Whoever is connected hears that it is gone."""
        assert self._child is not None
        _send(signal.SIGKILL, self.fall_silent())
        await self._child.wait()

    def fall_silent(self) -> list[int]:
        """All of it stands still at one moment: its connections stand, and nothing is answered."""
        assert self._child is not None
        if self._child.returncode is not None:
            raise Broken(f"Patroni ended by itself ({self._child.returncode}): {self.words()}")
        found = self._pids()
        _send(signal.SIGSTOP, found)
        return found

    def wake(self) -> None:
        """It takes itself to be what it was."""
        _send(signal.SIGCONT, self._pids())

    def _pids(self) -> list[int]:
        """Its Patroni's, and those of all that it started: its server is nobody's child, but it
        works, as all of its own do, where the data are."""
        parents, places = _running()
        found = [pid for pid, place in places.items() if place == str(self._home)]
        if self._child is not None and self._child.returncode is None:
            found.append(self._child.pid)
        for pid in found:  # which grows meanwhile
            found += [one for one, parent in parents.items() if parent == pid and one not in found]
        return found

    async def end(self) -> None:
        """However it stands, it is gone afterwards, and what it had in shared memory as well."""
        started = self._pids()
        if self._child is not None and self._child.returncode is None:
            self._child.kill()
            await self._child.wait()
        until = time.monotonic() + _ENDED_S
        while left := {*started, *self._pids()} & _running()[0].keys():
            demand(time.monotonic() < until, f"{self.name} ends", self.words())
            _send(signal.SIGCONT, left)
            _send(signal.SIGQUIT, left)
            await asyncio.sleep(_LOOK_S)

    async def is_primary(self) -> bool:
        with contextlib.suppress(*_AWAY):
            async with asyncio.timeout(_ANSWER_S):
                connection = await asyncpg.connect(self.url("postgres"))
                try:
                    return not await connection.fetchval("SELECT pg_is_in_recovery()")
                finally:
                    connection.terminate()
        return False

    def words(self) -> str:
        path = self._place / f"{self.name}.txt"
        return path.read_text("utf-8", "replace")[-_WORDS:] if path.exists() else ""


class Members:
    """All of them."""

    def __init__(self, place: Path, python: Path, here: Cluster) -> None:
        ports = [_Ports(free_port(), free_port(), free_port()) for _ in range(_SIZE)]
        self.all = [
            Member(place, f"member{number}", one, [other for other in ports if other != one], here)
            for number, one in enumerate(ports)
        ]
        self._python = python

    def url(self, database: str) -> str:
        """It names all of them; whoever uses it finds the one that takes writes."""
        hosts = ",".join("127.0.0.1" for _ in self.all)
        ports = ",".join(str(one.port) for one in self.all)
        return f"postgresql://postgres@/{database}?host={hosts}&port={ports}"

    async def start(self) -> None:
        for member in self.all:
            await self.revive(member)
        await self.whole()

    async def revive(self, member: Member) -> None:
        await member.start(self._python)

    async def primary(self) -> Member:
        for member in self.all:
            if await member.is_primary():
                return member
        raise Broken(f"one of them is the primary: {self.words()}")

    async def promoted(self, among: Sequence[Member], within_s: float) -> float:
        """When one of these has become the primary."""
        until = time.monotonic() + within_s
        while time.monotonic() < until:
            if any(await asyncio.gather(*(one.is_primary() for one in among))):
                return time.monotonic()
            await asyncio.sleep(_PROMOTING_LOOK_S)
        raise Broken(f"another one is promoted within {within_s:.0f} s: {self.words()}")

    async def whole(self) -> None:
        """One is the primary, and streams to all others: a commit waits for one of them."""
        until = time.monotonic() + _FORMED_S
        while time.monotonic() < until:
            with contextlib.suppress(*_AWAY):
                async with asyncio.timeout(_ANSWER_S):
                    ((count,),) = await asked(self.url("postgres"), _STANDBYS)
                    if count == len(self.all) - 1:
                        return
            await asyncio.sleep(_LOOK_S)
        raise Broken(f"all members stream within {_FORMED_S:.0f} s: {self.words()}")

    def words(self) -> str:
        return "\n".join(f"{one.name}: {one.words()}" for one in self.all)


@contextlib.asynccontextmanager
async def members(here: Cluster) -> AsyncIterator[Members]:
    """Three that have formed, for as long as this is open; of this cluster's programs, and run by
    its user."""
    place = Path(tempfile.mkdtemp(prefix="chappe-torture-patroni-"))
    made: Members | None = None
    # Their servers are nobody's children, and would outlive us where we were only told to end.
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None
    loop.add_signal_handler(signal.SIGTERM, task.cancel)
    try:
        if here.user is not None:
            owner = pwd.getpwnam(here.user)
            os.chown(place, owner.pw_uid, owner.pw_gid)
        python = await asyncio.to_thread(_installed, place / "venv", here.user)
        made = Members(place, python, here)
        await made.start()
        yield made
    except BaseException:  # however it ends, what was seen can be looked at again
        print(f"The members are left at {place}.", flush=True)
        raise
    finally:
        for member in made.all if made is not None else ():
            await member.end()
        loop.remove_signal_handler(signal.SIGTERM)
    shutil.rmtree(place, ignore_errors=True)


def _installed(place: Path, user: str | None) -> Path:
    """The Python of a virtual environment that has Patroni, and can be run by this user."""
    python = place / "bin" / "python"
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    install += ["--require-hashes", "--requirement", str(_LOCK)]
    _ran([sys.executable, "-m", "venv", str(place)], "a virtual environment can be made")
    _ran(install, "Patroni can be installed, which takes the package index")
    tried = "Patroni runs as the user that PostgreSQL runs as, who must be able to read this Python"
    _ran([str(python), "-m", "patroni", "--version"], tried, user)
    return python


def _ran(command: Sequence[str], promise: str, user: str | None = None) -> None:
    done = subprocess.run(command, capture_output=True, text=True, user=user, cwd="/", check=False)
    demand(done.returncode == 0, promise, done.stderr[-_WORDS:])


def _listening(port: int) -> dict[str, str]:
    return {"listen": f"127.0.0.1:{port}", "connect_address": f"127.0.0.1:{port}"}


def _send(what: signal.Signals, pids: Iterable[int]) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, what)


def _running() -> tuple[dict[int, int], dict[int, str]]:
    """Of each process that there is: whose child it is, and where it works."""
    parents, places = {}, {}
    for path in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            fields = (path / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
            parents[int(path.name)] = int(fields[1])
            places[int(path.name)] = str((path / "cwd").readlink())
    return parents, places
