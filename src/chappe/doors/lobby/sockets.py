"""Who reads and writes the sockets of a door: the loop, or a thread of its own.

In: addresses to listen at and to call, and who speaks there. Out: what comes, to asyncio's
protocols, whose transports keep the same promises either way. The thread (`chappe.native`) never
waits for the interpreter's lock; it is there where it could be built, and carries what is not
encrypted.
"""

import asyncio
import contextlib
import socket
from collections.abc import Callable
from typing import Protocol, TypeVar

from chappe.doors.turn import report

try:
    from chappe.native import sockets as native
except ImportError:  # no compiler was found, or it is for another Python
    native = None  # type: ignore[assignment]  # there is no such module then

BACKLOG = 1024
# Whoever is busy anyway is told a little later, of more at once: the more, the less each costs.
NAP_US = 200
Spoken = TypeVar("Spoken", bound=asyncio.Protocol)


class Opening(Protocol):
    """An address at which somebody is listened to."""

    @property
    def place(self) -> tuple[str, int]: ...

    def close(self) -> None: ...


class Sockets(Protocol):
    """Who reads and writes."""

    async def listen(
        self, speaker: Callable[[], asyncio.Protocol], host: str, port: int
    ) -> Opening:
        """Listen at one address; port 0 takes a free one."""

    async def dial(self, speaker: Callable[[], Spoken], host: str, port: int) -> Spoken:
        """Call a numeric host. One that is a name is no such host."""

    def close(self) -> None:
        """Cut whoever is left."""


class OfLoop:
    """The loop itself."""

    def close(self) -> None:
        """It ends by itself."""

    async def listen(
        self, speaker: Callable[[], asyncio.Protocol], host: str, port: int
    ) -> Opening:
        loop = asyncio.get_running_loop()
        return _Served(await loop.create_server(speaker, host, port, backlog=BACKLOG))

    async def dial(self, speaker: Callable[[], Spoken], host: str, port: int) -> Spoken:
        loop = asyncio.get_running_loop()
        return (await loop.create_connection(speaker, host, port, flags=socket.AI_NUMERICHOST))[1]


OF_LOOP = OfLoop()


class _Served:
    def __init__(self, server: asyncio.Server) -> None:
        self._server = server
        bound = server.sockets[0].getsockname()
        self.place = (bound[0], bound[1])

    def close(self) -> None:
        self._server.close()


class OfThread:
    """A thread; it ends with `close`."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._port = native.Port(report, NAP_US)
        self._told = self._port.fileno()
        self._loop.add_reader(self._told, self._port.deliver)

    async def listen(
        self, speaker: Callable[[], asyncio.Protocol], host: str, port: int
    ) -> Opening:
        return _Heard(self._port, speaker, await _bound(host, port))

    async def dial(self, speaker: Callable[[], Spoken], host: str, port: int) -> Spoken:
        # A host that is numeric is read here and now; no name is asked for any other.
        kind, flags = socket.SOCK_STREAM, socket.AI_NUMERICHOST
        family, *_, address = socket.getaddrinfo(host, port, type=kind, flags=flags)[0]
        with contextlib.ExitStack() as failing:
            end = failing.enter_context(socket.socket(family, kind))
            end.setblocking(False)
            await self._loop.sock_connect(end, address)
            spoken = speaker()
            self._port.adopt(end.fileno(), spoken)
            failing.pop_all()
        end.detach()
        return spoken

    def close(self) -> None:
        if self._told >= 0:
            self._loop.remove_reader(self._told)
            self._told = -1
            self._port.close()


class _Heard:
    def __init__(
        self,
        port: "native.Port",
        speaker: Callable[[], asyncio.Protocol],
        ends: list[socket.socket],
    ) -> None:
        self._port = port
        bound = ends[0].getsockname()
        self.place = (bound[0], bound[1])
        self._tokens = [port.listen(end.detach(), speaker) for end in ends]

    def close(self) -> None:
        for token in self._tokens:
            self._port.deafen(token)


async def _bound(host: str, port: int) -> list[socket.socket]:
    """One for each address that the host has."""
    loop = asyncio.get_running_loop()
    kind = socket.SOCK_STREAM
    found = await loop.getaddrinfo(host or None, port, type=kind, flags=socket.AI_PASSIVE)
    ends: list[socket.socket] = []
    with contextlib.ExitStack() as failing:
        for family, *_, address in dict.fromkeys(found):
            ends.append(end := failing.enter_context(socket.socket(family, kind)))
            end.setblocking(False)
            end.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                end.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            end.bind(address)
            end.listen(BACKLOG)
        failing.pop_all()
    return ends


def sockets() -> Sockets:
    """The best there is here."""
    return OF_LOOP if native is None else OfThread()
