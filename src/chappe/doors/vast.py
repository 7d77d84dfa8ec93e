"""Room for requests with a vast body, and the memory that they leave behind.

In: requests that want to come in. Out: one at a time. Promises: while one is inside, the loop has
its turn within a tenth of a millisecond of Python's, and nobody looks for garbage among what they
are made of; when the last one has left, what they took goes back to the system.
"""

import asyncio
import contextlib
import ctypes
import gc
import sys
from collections.abc import Callable
from functools import cache
from typing import Final

# More would not be read sooner, as one thread of Python works at a time; but the loop, which waits
# for its turn at each of its steps, would wait for each of them.
_AT_ONCE = 1
# How long a thread may run while others wait. Python's own bound is fifty times that.
_TURN_S = 0.0001
# So many young objects are looked over for garbage together, and with so many such looks one is for
# what outlived them. A vast request has hundreds of thousands of objects that all live: to look at
# them takes some 50 ms.
LOOKS: Final = (5_000, 40)
_LOOKS_INSIDE: Final = (2_000, 5_000)
# How long after the last request its memory is given back: the answers hold it until they are sent.
_SETTLED_S = 1.0


class Room:
    """Room for a vast request. It lives as long as its door. `emptied` hears whenever the last one
    has left."""

    def __init__(self, emptied: Callable[[], None] = lambda: None) -> None:
        self._emptied = emptied
        self._seats = asyncio.Semaphore(_AT_ONCE)
        self._wanted = 0  # requests inside, and those that wait
        self._usual = 0.0
        self._tidying: asyncio.TimerHandle | None = None

    async def __aenter__(self) -> None:
        self._wanted += 1
        if self._wanted == 1:
            self._usual = sys.getswitchinterval()
            sys.setswitchinterval(_TURN_S)
            _look_over(_LOOKS_INSIDE)
        try:
            await self._seats.acquire()
        except asyncio.CancelledError:
            self._leave()
            raise

    async def __aexit__(self, *fault: object) -> None:
        self._seats.release()
        self._leave()

    def _leave(self) -> None:
        self._wanted -= 1
        if self._wanted:
            return
        sys.setswitchinterval(self._usual)
        self._emptied()
        if self._tidying is None:
            self._tidying = asyncio.get_running_loop().call_later(_SETTLED_S, self._tidy)

    def _tidy(self) -> None:
        self._tidying = None
        if not self._wanted:
            _look_over(LOOKS)
        asyncio.get_running_loop().run_in_executor(None, give_back)


def _look_over(looks: tuple[int, int]) -> None:
    gc.set_threshold(*looks, gc.get_threshold()[2])


def give_back() -> None:
    """Give free memory back to the system. It takes some ms, in which other threads go on."""
    trim = _trimmer()
    if trim is not None:
        trim(0)


@cache
def _trimmer() -> Callable[[int], int] | None:
    """The function of libc that trims its heap; None where it has none."""
    with contextlib.suppress(OSError, AttributeError):
        trim: Callable[[int], int] = ctypes.CDLL(None).malloc_trim
        return trim
    return None
