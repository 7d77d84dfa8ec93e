"""Processes that cannot outlive us: a simulated operator, and the server.

In: a place, a settings file, perhaps a limit. Out: what is ready, or was killed. Promise:
the kernel kills it when we die; one that ends by itself is a broken promise, told with its words.
"""

import asyncio
import contextlib
import ctypes
import os
import re
import resource
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.torture.broken import Broken

READY_S = 30.0
STOP_S = 10.0
_LIBC = ctypes.CDLL(None, use_errno=True)
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG
_WORDS = 3_000


def die_with_parent() -> None:
    """To be called in a child before it becomes its program."""
    _LIBC.prctl(_DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)


async def start_smsc(
    place: Path, port: int, *more: str, is_heard: bool = True
) -> asyncio.subprocess.Process:
    """`chappe smsc` on this port, once it says that it is ready; what it complains of is printed,
    unless nobody is to hear it."""
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "chappe", "smsc", "--port", str(port), "--data", str(place)),
        *more,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=None if is_heard else asyncio.subprocess.DEVNULL,
        preexec_fn=die_with_parent,
    )
    assert child.stdout is not None
    async with asyncio.timeout(READY_S):
        if b"ready" not in await child.stdout.readline():
            raise Broken("the centre did not start")
    return child


class Server:
    """One life of `chappe serve`; of our own version, or of one whose sources lie elsewhere."""

    def __init__(self, settings: Path, place: Path, sources: Path | None = None) -> None:
        self.started_ms = time.time_ns() // 1_000_000
        self._command = [sys.executable, "-m", "chappe", "serve"]
        self._command += ["--config", str(settings), "--data", str(place)]
        self._environment = {**os.environ, "PYTHONPATH": str(sources)} if sources else None
        self._complaints = place.parent / "complaints.txt"
        self._child: asyncio.subprocess.Process | None = None

    async def spawn(
        self, *more: str, file_max: int = resource.RLIM_INFINITY, descriptors: int = 0
    ) -> None:
        """Start it without waiting for it; no file of it may grow beyond `file_max` octets, and it
        may have so many descriptors, where that is not 0."""
        with self._complaints.open("ab") as complaints:
            self._child = await asyncio.create_subprocess_exec(
                *self._command,
                *more,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=complaints,
                env=self._environment,
                preexec_fn=_prepared(file_max, descriptors),
            )

    async def ready(self) -> None:
        """Wait until it says that it serves."""
        assert self._child is not None
        assert self._child.stdout is not None
        try:
            async with asyncio.timeout(READY_S):
                line = await self._child.stdout.readline()
        except TimeoutError:
            raise Broken(f"the server was not ready in {READY_S} s: {self.words()}") from None
        if b"ready" not in line:
            await self._child.wait()
            raise Broken(f"the server did not start: {self.words()}")

    @property
    def alive(self) -> bool:
        return self._child is not None and self._child.returncode is None

    @property
    def pid(self) -> int:
        assert self._child is not None
        return self._child.pid

    def memory_mb(self) -> float:
        """What it holds of the machine's memory now."""
        assert self._child is not None
        status = Path(f"/proc/{self._child.pid}/status").read_text("ascii", "replace")
        found = re.search(r"^VmRSS:\s+(\d+) kB", status, re.MULTILINE)
        return int(found[1]) / 1_000 if found else 0.0

    def worked_s(self) -> float:
        """The processor time that it has taken so far."""
        assert self._child is not None
        fields = Path(f"/proc/{self._child.pid}/stat").read_text("ascii", "replace")
        user, system = fields.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def limit(self, file_max: int) -> None:
        """From now on no file of it may grow beyond so many octets."""
        assert self._child is not None
        resource.prlimit(self._child.pid, resource.RLIMIT_FSIZE, (file_max, -1))

    async def kill(self) -> None:
        """SIGKILL. One that is dead already died of itself, which it must not."""
        assert self._child is not None
        if self._child.returncode is not None:
            raise Broken(f"the server ended by itself ({self._child.returncode}): {self.words()}")
        self._child.kill()
        await self._child.wait()

    async def stop(self) -> float:
        """SIGTERM; how many seconds it took. It must end in time, and with 0."""
        assert self._child is not None
        begun = time.monotonic()
        self._child.terminate()
        try:
            async with asyncio.timeout(STOP_S):
                code = await self._child.wait()
        except TimeoutError:
            raise Broken(f"a graceful stop took more than {STOP_S} s") from None
        if code:
            raise Broken(f"a graceful stop ended with {code}: {self.words()}")
        return time.monotonic() - begun

    async def end(self) -> None:
        """However it stands, it is gone afterwards."""
        if self._child is not None and self._child.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._child.kill()
            await self._child.wait()

    def words(self) -> str:
        """The end of what all servers of this place complained of."""
        return self._complaints.read_text("utf-8", "replace")[-_WORDS:]


def _prepared(file_max: int, descriptors: int) -> Callable[[], None]:
    def prepare() -> None:
        die_with_parent()
        resource.setrlimit(resource.RLIMIT_FSIZE, (file_max, resource.RLIM_INFINITY))
        if descriptors:
            resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, descriptors))

    return prepare
