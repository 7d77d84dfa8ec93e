"""A server under test with its operator and its callback target, all fresh.

In: what the work wants of it. Out: its port, its use of CPU and memory, what the operator and the
target saw. Promise: it is ready when it is handed over, and gone with all its files afterwards.
"""

import http.client
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import quote

from bench import operator, usage
from bench.children import Children
from bench.place import LOOK_S, Place, end_of
from bench.requests import single
from bench.settings import Wanted, settings
from bench.trees import HERE, Tree, settings_of
from bench.trouble import Broken

_READY_S: Final = 120
PROBED: Final = "0699999999"
"""The recipient of the first message, beyond all counters of hload that we use."""


class Bed(NamedTuple):
    """What all works share."""

    children: Children
    programs: Path
    folder: Path  # where sites are made
    seconds: float  # of each run
    quick: bool
    smpp: bool  # the link is SMPP to smscsim


class Site(Place):
    """One server of ours. `start` and `stop` may be called again: the store stays."""

    def __init__(self, bed: Bed, folder: Path, wanted: Wanted, trace: bool, tree: Tree) -> None:
        super().__init__(bed.children, bed.programs, folder, smpp=bed.smpp, trace=trace)
        self.bed = bed
        self.store = folder / "data"
        self._wanted = wanted
        self._tree = tree
        self._server: subprocess.Popen[bytes] | None = None

    def open(self) -> None:
        """Start all of it, and see one message through."""
        self.store.mkdir(parents=True, exist_ok=True)
        text = self._settings()
        (self.folder / "chappe.toml").write_text(text, encoding="utf-8")
        self.open_tools()
        self.start()
        self._probe()

    def _settings(self) -> str:
        smpp = [self.smsc_port] if self.smsc_port is not None else []
        if self._tree.path == HERE:
            return settings(self._wanted, self.port, self.sink_port, *smpp)
        return settings_of(self._tree.path, self._wanted, [self.port, self.sink_port, *smpp])

    def close(self) -> None:
        if self._server is not None:
            self.bed.children.kill(self._server)
        self.close_tools()

    def start(self) -> float:
        """Start the server. Returns how many seconds it took to be ready."""
        command = [self._tree.python, "-m", "chappe", "serve"]
        command += ["--config", str(self.folder / "chappe.toml"), "--data", str(self.store)]
        # That tree is measured, not what may be installed elsewhere.
        path = {"PYTHONPATH": str(self._tree.path / "src")}
        began = time.monotonic()
        self._server = self.bed.children.start(command, self.folder / "server.log", path)
        while not is_ready(self.port):
            if self._server.poll() is not None:
                raise Broken(f"The server ended at its start. {self.last_words()}")
            if time.monotonic() - began > _READY_S:
                raise Broken(f"The server was not ready after {_READY_S} s. {self.last_words()}")
            time.sleep(LOOK_S)
        return time.monotonic() - began

    def staff(self, login: str, password: str) -> None:
        """Let somebody into its console, while it does not run."""
        words = ["console", "add", login, "--password", "--data", str(self.store)]
        done = subprocess.run(
            [self._tree.python, "-m", "chappe", *words],
            input=f"{password}\n",
            env={**os.environ, "PYTHONPATH": str(self._tree.path / "src")},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise Broken(f"{login} could not be let into the console: {done.stderr.strip()}")

    def stop(self) -> None:
        if self._server is not None:
            self.bed.children.end(self._server)
            self._server = None

    def cpu_s(self) -> float:
        return usage.cpu_s(self._group())

    def cpu_of_main_s(self) -> float:
        """Of the thread that the event loop has."""
        return usage.cpu_of_main_s(self._group())

    def memory(self) -> usage.Memory:
        return usage.memory(self._group())

    def submits(self) -> dict[int, int]:
        if self.bed.smpp:
            return super().submits()
        return operator.first_by_number(operator.read_folder(self.store))

    def check_alive(self) -> None:
        if self._server is not None and self._server.poll() is not None:
            raise Broken(f"The server ended by itself. {self.last_words()}")

    def last_words(self) -> str:
        return end_of(self.folder / "server.log")

    def _probe(self) -> None:
        """The doors answer 200 whatever they think, so one message shows that all of it works."""
        answer = get(self.port, single(self.port).target.replace("{to}", quote(PROBED)))
        if not answer.strip().isdigit():
            raise Broken(f"The server refused a message: {answer[:200].decode(errors='replace')}")
        self.await_first()

    def _group(self) -> int:
        if self._server is None:
            raise Broken("The server is not running.")
        return self._server.pid


@contextmanager
def site(
    bed: Bed,
    wanted: Wanted | None = None,
    *,
    trace: bool = False,
    tree: Tree = Tree(),  # noqa: B008, it is frozen
) -> Iterator[Site]:
    """A site for the length of a `with`. `trace`: the sink writes down when each callback came."""
    with ground(bed) as folder:
        made = Site(bed, folder, wanted or Wanted(), trace, tree)
        try:
            made.open()
            yield made
        finally:
            made.close()


@contextmanager
def ground(bed: Bed) -> Iterator[Path]:
    """A folder for what is under test. It stays, empty, so that its number is not used again."""
    number = sum(1 for _ in bed.folder.iterdir()) + 1
    folder = bed.folder / f"site-{number}"
    folder.mkdir()
    try:
        yield folder
    finally:
        for entry in folder.iterdir():
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()


def get(port: int, target: str, within_s: float = 60, well: int = http.HTTPStatus.OK) -> bytes:
    """One GET on a connection of its own. Raises Broken unless it is answered `well`."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=within_s)
    try:
        connection.request("GET", target)
        answer = connection.getresponse()
        body = answer.read()
    except (OSError, http.client.HTTPException) as fault:
        raise Broken(f"GET {target.partition('?')[0]}: {fault!r}.") from fault
    finally:
        connection.close()
    if answer.status != well:
        raise Broken(f"GET {target.partition('?')[0]} was answered {answer.status}.")
    return body


def is_ready(port: int) -> bool:
    with suppress(Broken):
        get(port, "/readyz", within_s=5)
        return True
    return False
