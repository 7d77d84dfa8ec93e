"""Kannel, a gateway that others wrote, with the operator and the callback target that ours has.

In: its two programs, as Debian's package installs them. Out: a place that takes a message by HTTP,
sends it by SMPP and calls back with its receipt. Promise: it is set up as ours is, one link with
the same window and one callback a message, and it writes no log but of what goes wrong.
"""

import http
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import quote, urlencode

from bench import usage
from bench.load import Ask
from bench.place import LOOK_S, Place, end_of
from bench.requests import TEXT
from bench.settings import LOGIN, PASSWORD, Wanted
from bench.site import PROBED, Bed, get, ground
from bench.trouble import Broken

SBIN: Final = "/usr/sbin"
"""Where Debian puts them, which is not on the PATH of most users."""

_READY_S: Final = 30
_QUIET: Final = "2"  # warnings and errors
_TOLD: Final = 1 | 2  # of a receipt: delivered, or failed for good
_HOME: Final = "127.0.0.1"
_ADMIN: Final = "/status.txt?" + urlencode({"password": PASSWORD})


class Boxes(NamedTuple):
    """Its programs: one speaks SMPP and keeps the queue, the other speaks HTTP."""

    bearerbox: str
    smsbox: str


class Doors(NamedTuple):
    """Its ports, and those of others that it calls."""

    sendsms: int
    admin: int
    between: int  # from one box to the other
    smsc: int


def boxes() -> Boxes:
    """Raises Broken where they are not installed."""
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), SBIN])
    found = [shutil.which(name, path=path) for name in Boxes._fields]
    whole = [program for program in found if program]
    if len(whole) < len(found):
        raise Broken(
            f"Kannel was not found: its programs {' and '.join(Boxes._fields)} are neither on the "
            f"PATH nor in {SBIN}. Debian's package kannel has them."
        )
    return Boxes(*whole)


def asked(port: int, callbacks_port: int) -> Ask:
    """GET /cgi-bin/sendsms: one recipient a request, with the password and the callback in each."""
    target = f"http://{_HOME}:{callbacks_port}/receipts?to=%p&state=%d"
    words = {
        "username": LOGIN,
        "password": PASSWORD,
        "from": "BENCH",
        "text": TEXT,
        "dlr-mask": _TOLD,
        "dlr-url": target,
    }
    told = f"/cgi-bin/sendsms?{urlencode(words)}&to={{to}}"
    return Ask(port=port, target=told, well=http.HTTPStatus.ACCEPTED)


def settings_of_kannel(doors: Doors, window: int) -> str:
    """Groups of lines, as its guide has them. Receipts are awaited in memory, and nothing is kept
    on disk: so it comes, and so it is quickest."""
    groups: list[dict[str, object]] = [
        {
            "group": "core",
            "admin-port": doors.admin,
            "admin-interface": _HOME,
            "admin-password": PASSWORD,
            "smsbox-port": doors.between,
            "smsbox-interface": _HOME,
            "log-level": _QUIET,
            "dlr-storage": "internal",
            # A queue that is full would refuse what ours takes.
            "sms-outgoing-queue-limit": 1_000_000,
            "sms-incoming-queue-limit": 1_000_000,
        },
        {
            "group": "smsc",
            "smsc": "smpp",
            "smsc-id": "smsc",
            "host": _HOME,
            "port": doors.smsc,
            "transceiver-mode": "true",
            "smsc-username": LOGIN,
            "smsc-password": LOGIN,
            "system-type": '""',
            "max-pending-submits": window,
            "reconnect-delay": 1,
        },
        {
            "group": "smsbox",
            "bearerbox-host": _HOME,
            "bearerbox-port": doors.between,
            "sendsms-interface": _HOME,
            "sendsms-port": doors.sendsms,
            "log-level": _QUIET,
        },
        {"group": "sendsms-user", "username": LOGIN, "password": PASSWORD},
        # It does not start without a word for what comes in.
        {"group": "sms-service", "keyword": "default", "text": '"no"'},
    ]
    return "\n".join(_written(group) for group in groups)


def _written(group: dict[str, object]) -> str:
    return "".join(f"{key} = {value}\n" for key, value in group.items())


class Kannel(Place):
    """One gateway of theirs: two processes."""

    def __init__(self, bed: Bed, folder: Path, programs: Boxes) -> None:
        super().__init__(bed.children, bed.programs, folder, further=2)
        self._boxes = programs
        self._running: list[subprocess.Popen[bytes]] = []

    def open(self) -> None:
        """Start all of it, and see one message through."""
        admin, between = self.ports
        if self.smsc_port is None:
            raise Broken("Kannel needs an operator that speaks SMPP.")
        doors = Doors(self.port, admin, between, self.smsc_port)
        text = settings_of_kannel(doors, Wanted().window)
        (self.folder / "kannel.conf").write_text(text, encoding="ascii")
        self.open_tools()
        self._start(self._boxes.bearerbox)
        self._await(between, "waits for its other half")
        self._await(admin, "says how it is")
        self._start(self._boxes.smsbox)
        self._await(self.port, "takes messages")
        self._await_link(admin)
        self._probe()

    def close(self) -> None:
        for box in self._running:
            self._children.kill(box)
        self.close_tools()

    def ask(self) -> Ask:
        return asked(self.port, self.sink_port)

    def cpu_s(self) -> float:
        return sum(usage.cpu_s(box.pid) for box in self._running)

    def check_alive(self) -> None:
        if any(box.poll() is not None for box in self._running):
            raise Broken(f"Kannel ended by itself. {self.last_words()}")

    def last_words(self) -> str:
        return end_of(self.folder / "kannel.log")

    def _start(self, program: str) -> None:
        command = [program, "-v", _QUIET, str(self.folder / "kannel.conf")]
        self._running.append(self._children.start(command, self.folder / "kannel.log"))

    def _await(self, port: int, what: str) -> None:
        def answers() -> bool:
            with socket.socket() as tried:
                return tried.connect_ex((_HOME, port)) == 0

        self._until(answers, what)

    def _await_link(self, admin: int) -> None:
        """A message that comes before the link is up waits for some seconds."""
        self._until(lambda: b"(online" in get(admin, _ADMIN), "has its link")

    def _until(self, look: Callable[[], bool], what: str) -> None:
        end = time.monotonic() + _READY_S
        while not look():
            self.check_alive()
            if time.monotonic() > end:
                raise Broken(f"After {_READY_S} s not: Kannel {what}. {self.last_words()}")
            time.sleep(LOOK_S)

    def _probe(self) -> None:
        ask = self.ask()
        target = ask.target.replace("{to}", quote(PROBED))
        answer = get(self.port, target, well=ask.well)
        if not answer.startswith(b"0:"):
            raise Broken(f"Kannel refused a message: {answer[:200].decode(errors='replace')}")
        self.await_first()


@contextmanager
def kannel(bed: Bed, programs: Boxes) -> Iterator[Kannel]:
    """A gateway for the length of a `with`."""
    with ground(bed) as folder:
        made = Kannel(bed, folder, programs)
        try:
            made.open()
            yield made
        finally:
            made.close()
