"""A server under test with its operator and its callback target, all fresh.

In: what the work wants of it. Out: its port, its use of CPU and memory, what the operator and the
target saw. Promise: it is ready when it is handed over, and gone with all its files afterwards.
"""

import http.client
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import quote

from bench import callbacks, operator, usage
from bench.children import Children
from bench.load import Ask, Load, run_load
from bench.requests import single
from bench.settings import Wanted, settings
from bench.trees import HERE, settings_of
from bench.trouble import Broken

_READY_S: Final = 120
_LOOK_S: Final = 0.02
_STALLED_S: Final = 20
_PROBED: Final = "0699999999"
"""The recipient of the first message, beyond all counters of hload that we use."""


class Bed(NamedTuple):
    """What all works share."""

    children: Children
    programs: Path
    folder: Path  # where sites are made
    seconds: float  # of each run
    quick: bool
    smpp: bool  # the link is SMPP to smscsim


class Site:
    """One server. `start` and `stop` may be called again: the store stays."""

    def __init__(self, bed: Bed, folder: Path, wanted: Wanted, trace: bool, tree: Path) -> None:
        self.bed = bed
        self.folder = folder
        self.store = folder / "data"
        self.port, self._sink_port, self._smsc_port = free_ports(3)
        self._wanted = wanted
        self._tree = tree
        self._told_log = folder / "told.log" if trace else None
        self._submit_log = folder / "smscsim.log"
        self._counters = folder / "sink.counters"
        self._smsc_said = folder / "smscsim.out"
        self._server: subprocess.Popen[bytes] | None = None
        self._sink: subprocess.Popen[bytes] | None = None
        self._smsc: subprocess.Popen[bytes] | None = None

    def open(self) -> None:
        """Start all of it, and see one message through."""
        self.store.mkdir(parents=True)
        text = self._settings()
        (self.folder / "chappe.toml").write_text(text, encoding="utf-8")
        sink = callbacks.command(
            self.bed.programs / "sink", self._sink_port, self._counters, self._told_log
        )
        self._sink = self.bed.children.start(sink, self.folder / "tools.log")
        if self.bed.smpp:
            smsc = [str(self.bed.programs / "smscsim"), "-p", str(self._smsc_port)]
            smsc += ["-l", str(self._submit_log)]
            self._smsc = self.bed.children.start(smsc, self._smsc_said)
        self.start()
        self._probe()

    def _settings(self) -> str:
        smpp = [self._smsc_port] if self.bed.smpp else []
        if self._tree == HERE:
            return settings(self._wanted, self.port, self._sink_port, *smpp)
        return settings_of(self._tree, self._wanted, [self.port, self._sink_port, *smpp])

    def close(self) -> None:
        """Kill the server, and let the tools write down the rest of their logs."""
        if self._server is not None:
            self.bed.children.kill(self._server)
        for tool in (self._sink, self._smsc):
            if tool is not None:
                self.bed.children.end(tool)

    def start(self) -> float:
        """Start the server. Returns how many seconds it took to be ready."""
        command = [sys.executable, "-m", "chappe", "serve"]
        command += ["--config", str(self.folder / "chappe.toml"), "--data", str(self.store)]
        # That tree is measured, not what may be installed elsewhere.
        path = {"PYTHONPATH": str(self._tree / "src")}
        began = time.monotonic()
        self._server = self.bed.children.start(command, self.folder / "server.log", path)
        while not is_ready(self.port):
            if self._server.poll() is not None:
                raise Broken(f"The server ended at its start. {self._last_words()}")
            if time.monotonic() - began > _READY_S:
                raise Broken(f"The server was not ready after {_READY_S} s. {self._last_words()}")
            time.sleep(_LOOK_S)
        return time.monotonic() - began

    def stop(self) -> None:
        if self._server is not None:
            self.bed.children.end(self._server)
            self._server = None

    def load(self, ask: Ask, log: Path | None = None) -> Load:
        """Send it, and see that the server survived it."""
        try:
            program, output = self.bed.programs / "hload", self.folder / "load.out"
            return run_load(self.bed.children, program, ask, output, log)
        finally:
            self._check_alive()

    def cpu_s(self) -> float:
        return usage.cpu_s(self._group())

    def cpu_of_main_s(self) -> float:
        """Of the thread that the event loop has."""
        return usage.cpu_of_main_s(self._group())

    def memory(self) -> usage.Memory:
        return usage.memory(self._group())

    def told(self) -> int:
        """How many callbacks came so far, without that of the first message."""
        return callbacks.counted(self._counters) - 1

    def await_reported(self, count: int) -> None:
        """Wait until we have taken so many receipts of the operator's, who says once a second how
        many these are; the first message's is among them."""
        until(
            lambda: operator.reported(self._smsc_said) > count,
            _STALLED_S,
            f"{count} receipts taken",
        )

    def await_told(self, count: int, within_s: float | None = None) -> float | None:
        """Wait until so many callbacks came. Returns the seconds it took, None if they did not.

        Without `within_s` it is patient as long as any come, and then raises Broken.
        """
        began = moved = time.monotonic()
        seen = -1
        while (now := self.told()) < count:
            at = time.monotonic()
            if now > seen:
                seen, moved = now, at
            if within_s is not None and at - began > within_s:
                return None
            if at - moved > _STALLED_S:
                self._check_alive()
                raise Broken(f"Of {count} messages only {now} were called back.")
            time.sleep(_LOOK_S)
        if now > count:
            raise Broken(f"{now} callbacks came for {count} messages.")
        return time.monotonic() - began

    def submits(self) -> dict[int, int]:
        """number -> when its first part was handed to the operator, as far as is known now."""
        if self.bed.smpp:
            return operator.first_by_number(operator.read_file(self._submit_log))
        return operator.first_by_number(operator.read_folder(self.store))

    def tellings(self) -> dict[int, int]:
        """number -> when its callback came. The sink ends, so that its log is whole."""
        if self._sink is None or self._told_log is None:
            return {}
        self.bed.children.end(self._sink)
        with self._told_log.open(encoding="utf-8", errors="replace") as file:
            return {told.number: told.ns for told in callbacks.read_told(file)}

    def _probe(self) -> None:
        """The doors answer 200 whatever they think, so one message shows that all of it works."""
        answer = get(self.port, single(self.port).target.replace("{to}", quote(_PROBED)))
        if not answer.strip().isdigit():
            raise Broken(f"The server refused a message: {answer[:200].decode(errors='replace')}")
        if self.await_told(0, within_s=10) is None:
            raise Broken(f"The first message was not called back in 10 s. {self._last_words()}")

    def _group(self) -> int:
        if self._server is None:
            raise Broken("The server is not running.")
        return self._server.pid

    def _check_alive(self) -> None:
        if self._server is not None and self._server.poll() is not None:
            raise Broken(f"The server ended by itself. {self._last_words()}")

    def _last_words(self) -> str:
        lines = (self.folder / "server.log").read_text(errors="replace").splitlines()
        return "Its last words:\n" + "\n".join(lines[-8:]) if lines else "It said nothing."


@contextmanager
def site(
    bed: Bed, wanted: Wanted | None = None, *, trace: bool = False, tree: Path = HERE
) -> Iterator[Site]:
    """A site for the length of a `with`. `trace`: the sink writes down when each callback came."""
    number = sum(1 for _ in bed.folder.iterdir()) + 1
    folder = bed.folder / f"site-{number}"
    folder.mkdir()
    made = Site(bed, folder, wanted or Wanted(), trace, tree)
    try:
        made.open()
        yield made
    finally:
        made.close()
        # The folder stays, empty, so that its number is not used again.
        for entry in folder.iterdir():
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()


def until(look: Callable[[], bool], within_s: float, what: str) -> None:
    """Wait for a condition. Raises Broken when time is up."""
    end = time.monotonic() + within_s
    while not look():
        if time.monotonic() > end:
            raise Broken(f"After {within_s:g} s still not: {what}.")
        time.sleep(_LOOK_S * 10)


def get(port: int, target: str, within_s: float = 60) -> bytes:
    """One GET on a connection of its own. Raises Broken unless it is answered 200."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=within_s)
    try:
        connection.request("GET", target)
        answer = connection.getresponse()
        body = answer.read()
    except (OSError, http.client.HTTPException) as fault:
        raise Broken(f"GET {target.partition('?')[0]}: {fault!r}.") from fault
    finally:
        connection.close()
    if answer.status != http.HTTPStatus.OK:
        raise Broken(f"GET {target.partition('?')[0]} was answered {answer.status}.")
    return body


def is_ready(port: int) -> bool:
    with suppress(Broken):
        get(port, "/readyz", within_s=5)
        return True
    return False


def free_ports(count: int) -> list[int]:
    """Ports that were free a moment ago. All are held until the last is found, so they differ."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    try:
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()
