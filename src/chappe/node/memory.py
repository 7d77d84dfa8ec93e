"""Memory: what a node does about it at its start, and now and then.

In: nothing. Out: nothing. Promise: where the system has no such thing, nothing happens.
"""

import asyncio
import contextlib
import ctypes
import gc
import os
from collections.abc import Callable

from chappe.doors.vast import LOOKS, give_back
from chappe.words.remembered import forget_all

_M_MMAP_THRESHOLD = -3  # glibc's number for it
_MMAP_FROM_BYTES = 1 << 20
_M_ARENA_MAX = -8  # likewise
_ARENAS = 2  # threads that share one wait for each other, which Python has them do anyway
_LOOK_EVERY_S = 20
_GROWN = 1.1  # beyond what was left when it was tidied last: not worth the few ms otherwise
_PAGE = os.sysconf("SC_PAGE_SIZE")

# A look for garbage takes a microsecond for each object, in which nothing else is done. Hardly
# anything here needs one: what is made goes by itself, when nobody holds it any more. So few are
# looked at together, and of so many looks at what is older one is for all that there is.
_ALL_OFTEN = 250


def settle() -> None:
    """What stands now stays: the collector need not look at it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*LOOKS, _ALL_OFTEN)


def keep_little() -> None:
    """A password's 19 MiB go back to the system at once. By itself glibc, once it has seen one such
    block go, keeps the next for ever; and so does each thread with all that it ever had."""
    with contextlib.suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None)
        libc.mallopt(_M_MMAP_THRESHOLD, _MMAP_FROM_BYTES)
        libc.mallopt(_M_ARENA_MAX, _ARENAS)


class Tidying:
    """What a crowd has left behind goes back to the system once it is gone. `unload` frees what
    whoever holds it can come by again: such things came while the crowd was there, and lie
    scattered among what it had."""

    def __init__(self, unload: Callable[[], None]) -> None:
        self._unload = unload
        self._left = 0  # octets, when it was tidied last
        self._least = 0  # that ever were left
        self._was_grown = False  # at the last look, and the crowd may have been there still
        self._was_crowded = False  # since the last look
        self._is_open = False
        self._next: asyncio.TimerHandle | None = None

    async def start(self) -> None:
        self._is_open = True
        self._begin_anew()

    def crowded(self) -> None:
        """Somebody leaves who took much. It may be no more than the last one did, and pinned by
        less."""
        self._was_crowded = True

    async def stop(self) -> None:
        self._is_open = False
        if self._next is not None:
            self._next.cancel()

    def _begin_anew(self, _: object = None) -> None:
        self._left = resident()
        self._least = min(self._least or self._left, self._left)
        self._plan()

    def _plan(self) -> None:
        if self._is_open:
            self._next = asyncio.get_running_loop().call_later(_LOOK_EVERY_S, self._look)

    def _look(self) -> None:
        held = resident()
        is_grown = held > _GROWN * self._left
        is_left_behind = self._was_crowded and held > _GROWN * self._least
        is_due = is_grown or self._was_grown or is_left_behind
        self._was_grown, self._was_crowded = is_grown, False
        if not is_due:
            self._plan()
            return
        self._unload()
        forget_all()
        tidied = asyncio.get_running_loop().run_in_executor(None, give_back)
        tidied.add_done_callback(self._begin_anew)


def resident() -> int:
    """How many octets of the machine's memory this process has; 0 where nobody says."""
    try:
        with open("/proc/self/statm", "rb") as said:
            return int(said.read().split()[1]) * _PAGE
    except OSError:
        return 0
