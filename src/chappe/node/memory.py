"""Memory: what a node does about it once, at its start.

In: nothing. Out: nothing. Promise: where the system has no such thing, nothing happens.
"""

import contextlib
import ctypes
import gc

_M_MMAP_THRESHOLD = -3  # glibc's number for it
_MMAP_FROM_BYTES = 1 << 20


def settle() -> None:
    """What stands now stays: the collector need not look at it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def give_back() -> None:
    """A password's 19 MiB go back to the system at once. By itself glibc, once it has seen one such
    block go, keeps the next for ever."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, _MMAP_FROM_BYTES)
