"""`chappe` as a process of its own, seen from outside: its output, its doors, its exit code.

In: arguments, a folder. Out: a running program. Promise: whatever a test leaves running is ended.
"""

import http.client
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from click.testing import CliRunner, Result

from chappe.cli import main
from tests.tidy.tree import ROOT

DEADLINE_S = 20.0
PATHS: list[str] = []  # where a program looks before it looks for ours
_ADDRESS = re.compile(r"ready at http://[^:]+:(\d+)")


class Running:
    """One process; what it prints goes to files, so that no pipe fills up."""

    def __init__(self, folder: Path, *args: str) -> None:
        self.folder = folder
        self._out, self._err = folder / "stdout", folder / "stderr"
        with self._out.open("wb") as out, self._err.open("wb") as err:
            self.process = subprocess.Popen(
                command(*args), stdout=out, stderr=err, cwd=folder, env=environment()
            )

    @property
    def out(self) -> str:
        return self._out.read_text()

    @property
    def err(self) -> str:
        return self._err.read_text()

    @property
    def port(self) -> int:
        """The port of its door, as it says itself."""
        self.prints("ready at")
        found = _ADDRESS.search(self.out)
        assert found is not None, self.out
        return int(found[1])

    def prints(self, text: str) -> None:
        """Wait for it."""

        def printed() -> bool:
            assert self.process.poll() is None or text in self.out + self.err, self.err
            return text in self.out + self.err

        until(printed, lambda: f"{text!r} in:\n{self.out}\n{self.err}")

    def signal(self, name: signal.Signals) -> None:
        self.process.send_signal(name)

    def ends(self) -> int:
        return self.process.wait(DEADLINE_S)


@contextmanager
def running(folder: Path, *args: str) -> Iterator[Running]:
    folder.mkdir(exist_ok=True)
    one = Running(folder, *args)
    try:
        yield one
    finally:
        if one.process.poll() is None:
            one.process.kill()
            one.process.wait()


def command(*args: str) -> list[str]:
    return [sys.executable, "-m", "chappe", *args]


def environment() -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("CHAPPE_")}
    paths = os.pathsep.join([*PATHS, str(ROOT / "src")])
    return own | {"PYTHONPATH": paths, "PYTHONWARNINGS": "error"}


def run(folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    """A command that ends by itself."""
    return subprocess.run(
        command(*args),
        cwd=folder,
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
        check=False,
    )


def typed(folder: Path, *args: str, stdin: str = "") -> Result:
    """The same in this process, on the directory `kept` of the folder: much quicker."""
    return CliRunner().invoke(main, [*args, "--data", str(folder / "kept")], input=stdin)


def fetch(
    url: str, method: str = "GET", body: str | None = None, headers: dict[str, str] | None = None
) -> tuple[int, str]:
    """Status and body of an answer."""
    parts = urlsplit(url)
    assert parts.hostname is not None
    line = http.client.HTTPConnection(parts.hostname, parts.port, timeout=DEADLINE_S)
    try:
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        line.request(method, target, body and body.encode(), headers or {})
        answer = line.getresponse()
        charset = answer.headers.get_content_charset() or "utf-8"
        return answer.status, answer.read().decode(charset)
    finally:
        line.close()


def until(condition: Callable[[], bool], what: Callable[[], str]) -> None:
    """Wait for a condition, however fast the machine is."""
    end = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < end, f"waited in vain for {what()}"
        time.sleep(0.01)
