"""What every server under test has about it: an operator and a callback target, both fresh.

In: a folder, and the server itself from whoever starts it. Out: ports, loads, what the operator and
the target saw. Promise: whatever server stands in it, the same tools ask, take and count.
"""

import socket
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Final

from bench import callbacks, operator
from bench.children import Children
from bench.load import Ask, Load, run_load
from bench.trouble import Broken

LOOK_S: Final = 0.02
_STALLED_S: Final = 20
_FIRST_S: Final = 10


class Place(ABC):
    """Tools around a server. `smpp`: the operator is smscsim; `trace`: the target writes down when
    each callback came; `further`: how many ports more the server needs."""

    def __init__(
        self,
        children: Children,
        programs: Path,
        folder: Path,
        *,
        smpp: bool = True,
        trace: bool = False,
        further: int = 0,
    ) -> None:
        self.folder = folder
        self.port, self.sink_port, smsc_port, *self.ports = free_ports(3 + further)
        self.smsc_port = smsc_port if smpp else None
        self._children = children
        self._programs = programs
        self._told_log = folder / "told.log" if trace else None
        self._submit_log = folder / "smscsim.log"
        self._counters = folder / "sink.counters"
        self._smsc_said = folder / "smscsim.out"
        self._sink: subprocess.Popen[bytes] | None = None
        self._smsc: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def cpu_s(self) -> float:
        """CPU time that the server used so far."""

    @abstractmethod
    def check_alive(self) -> None:
        """Raise Broken if the server has ended."""

    @abstractmethod
    def last_words(self) -> str:
        """What the server said last, in a sentence."""

    def open_tools(self) -> None:
        sink = callbacks.command(
            self._programs / "sink", self.sink_port, self._counters, self._told_log
        )
        self._sink = self._children.start(sink, self.folder / "tools.log")
        if self.smsc_port is not None:
            smsc = [str(self._programs / "smscsim"), "-p", str(self.smsc_port)]
            smsc += ["-l", str(self._submit_log)]
            self._smsc = self._children.start(smsc, self._smsc_said)

    def close_tools(self) -> None:
        """Let them write down the rest of their logs."""
        for tool in (self._sink, self._smsc):
            if tool is not None:
                self._children.end(tool)

    def load(self, ask: Ask, log: Path | None = None, name: str = "load") -> Load:
        """Send it, and see that the server survived it. Loads at the same time differ by name."""
        try:
            program, output = self._programs / "hload", self.folder / f"{name}.out"
            return run_load(self._children, program, ask, output, log)
        finally:
            self.check_alive()

    def told(self) -> int:
        """How many callbacks came so far, without that of the first message."""
        return callbacks.counted(self._counters) - 1

    def await_first(self) -> None:
        """Wait for the callback of the first message, which shows that all of it works."""
        if self.await_told(0, within_s=_FIRST_S) is None:
            raise Broken(
                f"The first message was not called back in {_FIRST_S} s. {self.last_words()}"
            )

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
                self.check_alive()
                raise Broken(f"Of {count} messages only {now} were called back.")
            time.sleep(LOOK_S)
        if now > count:
            raise Broken(f"{now} callbacks came for {count} messages.")
        return time.monotonic() - began

    def submits(self) -> dict[int, int]:
        """number -> when its first part was handed to the operator, as far as is known now."""
        return operator.first_by_number(operator.read_file(self._submit_log))

    def tellings(self) -> dict[int, int]:
        """number -> when its callback came. The sink ends, so that its log is whole."""
        if self._sink is None or self._told_log is None:
            return {}
        self._children.end(self._sink)
        with self._told_log.open(encoding="utf-8", errors="replace") as file:
            return {told.number: told.ns for told in callbacks.read_told(file)}


def end_of(log: Path) -> str:
    """The last lines of what a server said."""
    lines = log.read_text(errors="replace").splitlines()
    return "Its last words:\n" + "\n".join(lines[-8:]) if lines else "It said nothing."


def until(look: Callable[[], bool], within_s: float, what: str) -> None:
    """Wait for a condition. Raises Broken when time is up."""
    end = time.monotonic() + within_s
    while not look():
        if time.monotonic() > end:
            raise Broken(f"After {within_s:g} s still not: {what}.")
        time.sleep(LOOK_S * 10)


def free_ports(count: int) -> list[int]:
    """Ports that were free a moment ago. All are held until the last is found, so they differ."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    try:
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()
