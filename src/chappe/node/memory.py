"""Memory: what a node does about it once, at its start.

In: nothing. Out: nothing. Promise: where the system has no such thing, nothing happens.
"""

import contextlib
import ctypes
import gc

_M_MMAP_THRESHOLD = -3  # glibc's number for it
_MMAP_FROM_BYTES = 1 << 20
_M_ARENA_MAX = -8  # likewise
_ARENAS = 2  # threads that share one wait for each other, which Python has them do anyway


def settle() -> None:
    """What stands now stays: the collector need not look at it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def give_back() -> None:
    """A password's 19 MiB go back to the system at once. By itself glibc, once it has seen one such
    block go, keeps the next for ever; and so does each thread with all that it ever had."""
    with contextlib.suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None)
        libc.mallopt(_M_MMAP_THRESHOLD, _MMAP_FROM_BYTES)
        libc.mallopt(_M_ARENA_MAX, _ARENAS)
