"""Sockets read and written outside of the interpreter's lock, in C."""

import asyncio
from collections.abc import Callable

class Port:
    """A thread that reads and writes sockets. `report` is told of what a protocol raises; where
    much comes, who reads is told `nap_us` later, of more at once."""

    def __new__(cls, report: Callable[[Exception], None], nap_us: int) -> Port: ...
    def fileno(self) -> int:
        """What is readable when `deliver` is to be called."""

    def deliver(self) -> None:
        """Give the protocols what has come."""

    def listen(self, fd: int, speaker: Callable[[], asyncio.BaseProtocol]) -> object:
        """Take in who comes to this listening socket, which is the port's from here on. A token
        for `deafen`."""

    def deafen(self, token: object) -> None:
        """Take in nobody any more."""

    def adopt(self, fd: int, protocol: asyncio.BaseProtocol) -> asyncio.Transport:
        """Take over a connected socket."""

    def close(self) -> None:
        """Cut all, and end the thread."""
