"""Sockets that a thread reads and writes, for tests of whoever has sockets.

In: a case. Out: the same, with the thread. Where the machine could not build it, it can't be tried.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

import pytest
import uvloop

from chappe.doors.calls import post
from chappe.doors.lobby import listening
from chappe.doors.lobby.sockets import OfThread
from chappe.native import missing

_ALL: dict[str, tuple[Callable[[], asyncio.AbstractEventLoop], bool]] = {
    "asyncio": (asyncio.new_event_loop, False),
    "uvloop": (uvloop.new_event_loop, False),
    "a thread beside asyncio": (asyncio.new_event_loop, True),
    "a thread beside uvloop": (uvloop.new_event_loop, True),
}
_IS_THERE = "sockets" not in missing()
WAYS = {name: way for name, way in _ALL.items() if _IS_THERE or not way[1]}
"""The loops there are, and whether their sockets are a thread's."""


def sockets_of(way: str) -> AbstractContextManager[object]:
    """Whatever is opened within this has these sockets. It needs a running loop."""
    return in_a_thread() if WAYS[way][1] else nullcontext()


@contextmanager
def in_a_thread() -> Iterator[OfThread]:
    """Likewise, a thread's."""
    sockets = OfThread()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(listening, "OF_LOOP", sockets)
        patched.setattr(post, "OF_LOOP", sockets)
        try:
            yield sockets
        finally:
            sockets.close()
