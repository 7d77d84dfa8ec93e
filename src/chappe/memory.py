"""What a server's memory is asked for beyond what Python does by itself.

In: a process that begins, and one that stands. Out: nothing. Promise: where the system knows
nothing of it, all goes on as it is.
"""

import contextlib
import ctypes
import gc

_M_MMAP_THRESHOLD = -3  # glibc's number for it
_MMAP_FROM_BYTES = 1 << 20


def settle_memory() -> None:
    """What stands now stays: the collector need not look at it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def return_memory() -> None:
    """A password's 19 MiB go back to the system at once. By itself glibc, once it has seen one such
    block go, keeps the next for ever."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, _MMAP_FROM_BYTES)
