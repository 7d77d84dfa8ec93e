"""Child processes that cannot outlive us.

In: commands. Out: processes, each the head of a group of its own. Promise: every group is killed
when the benchmark ends, also by a signal; the kernel kills the heads if we are killed outright.
"""

import ctypes
import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType, TracebackType
from typing import Final, Self

_LIBC: Final = ctypes.CDLL(None, use_errno=True)
_DIE_WITH_PARENT: Final = 1  # PR_SET_PDEATHSIG
_END_S: Final = 15
_SIGNALS: Final = (signal.SIGTERM, signal.SIGHUP)


class Children:
    """All that we have started and not yet ended."""

    def __init__(self) -> None:
        self._alive: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        for number in _SIGNALS:
            signal.signal(number, _leave)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        for child in list(self._alive):
            self.kill(child)

    def start(
        self,
        command: Sequence[str],
        output: Path,
        settings: Mapping[str, str] | None = None,
        become: Callable[[], None] | None = None,
    ) -> subprocess.Popen[bytes]:
        """Start it; what it prints goes to the end of the file `output`. `become` makes another
        user of it."""

        def begin() -> None:
            if become is not None:
                become()  # it forgets with whom to die
            _die_with_parent()

        with output.open("ab") as file:
            child = subprocess.Popen(
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                env={**os.environ, **(settings or {})},
                start_new_session=True,
                # We have but one thread, so there is no lock that the child could find held.
                preexec_fn=begin,  # noqa: PLW1509
            )
        self._alive.append(child)
        return child

    def end(self, child: subprocess.Popen[bytes]) -> None:
        """Ask it to end, and kill what is left of its group."""
        if child.poll() is None:
            child.terminate()
            with suppress(subprocess.TimeoutExpired):
                child.wait(_END_S)
        self.kill(child)

    def kill(self, child: subprocess.Popen[bytes]) -> None:
        if child not in self._alive:
            return  # Its id may be another's by now.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        self._alive.remove(child)


def _die_with_parent() -> None:
    _LIBC.prctl(_DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)


def _leave(number: int, _: FrameType | None) -> None:
    raise SystemExit(128 + number)
