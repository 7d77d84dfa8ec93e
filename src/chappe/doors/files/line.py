"""A session's line: its requests are read one by one, when the answers before were taken.

In: a channel of SSH. Out: whole requests to the library that speaks SFTP, at a pace. Promise: no
answers pile up for whoever does not take them; what an account asks of the loop each second is
bounded; whatever happens to a session, what it held is given back.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple

import asyncssh
from asyncssh.channel import SSHChannel
from asyncssh.sftp import run_sftp_server
from asyncssh.stream import SSHServerStreamSession

from chappe.doors.files.gate import SshConnection

UNREAD_MOST = 1 << 20  # octets of answers that a session leaves lying
_LENGTH = 4  # octets of a request's length
_BREATH_S = 0.02
_RATE_MS = 200.0  # of the loop, that an account may ask for in a second ...
_BURST_MS = 500.0  # ... and at once, after a rest
_READ, _WRITE, _READDIR = 5, 6, 12
# What a request takes of the loop, about.
_COSTS_MS: Mapping[int, float] = {_READ: 0.15, _WRITE: 0.15, _READDIR: 4.0}
_COST_MS = 0.4


class SessionPace:
    """What the sessions of one account may ask of the loop."""

    def __init__(self) -> None:
        self._left = _BURST_MS
        self._at = 0.0

    async def spend(self, kind: int) -> None:
        """Wait until a request of this kind may be worked off."""
        now = asyncio.get_running_loop().time()
        self._left = min(_BURST_MS, self._left + (now - self._at) * _RATE_MS)
        self._at = now
        self._left -= _COSTS_MS.get(kind, _COST_MS)
        if self._left < 0:
            await asyncio.sleep(-self._left / _RATE_MS)


class Served(NamedTuple):
    """What serves the requests of a line, and what is done once the line is over."""

    server: asyncssh.SFTPServer
    over: Callable[[], Awaitable[None]]


class Line(SSHServerStreamSession[bytes]):
    """A channel, from its opening to its end."""

    def __init__(
        self,
        wire: SshConnection,
        pace: SessionPace,
        serve: "Callable[[asyncssh.SSHServerChannel[bytes]], Awaitable[Served]]",
        over: Callable[["Line"], None],
    ) -> None:
        super().__init__(None)
        self._wire = wire
        self._pace = pace
        self._serve = serve
        self._over = over

    def connection_made(self, chan: "SSHChannel[bytes]") -> None:
        super().connection_made(chan)
        assert isinstance(chan, asyncssh.SSHServerChannel)
        self._channel = chan
        chan.set_write_buffer_limits(UNREAD_MOST)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._over(self)

    def shell_requested(self) -> bool:
        return False

    def exec_requested(self, command: str) -> bool:
        return False

    def subsystem_requested(self, subsystem: str) -> bool:
        return subsystem == "sftp"

    def session_started(self) -> None:
        self._channel.set_encoding(None)
        self._encoding = None
        self._channel.get_connection().create_task(self._work())

    async def _work(self) -> None:
        served = await self._serve(self._channel)
        reader = _Requests(self, self._channel, self._wire, self._pace)
        try:
            await run_sftp_server(served.server, reader, reader.answers, 3)
        finally:
            await served.over()


class _Answers(asyncssh.SSHWriter[bytes]):
    """Notes how far the socket was before the last answer."""

    def __init__(
        self, line: Line, channel: "asyncssh.SSHServerChannel[bytes]", wire: SshConnection
    ) -> None:
        super().__init__(line, channel)
        self._channel = channel
        self._wire = wire
        self._before = -1

    def write(self, data: bytes) -> None:
        self._before = self._wire.written
        super().write(data)

    async def taken(self) -> None:
        """Wait until they take what was said: it may lie in the channel, in the socket, or, while
        keys are exchanged, before both."""
        while not (self._wire.is_lost or self._channel.is_closing()):
            await self._wire.flowing.wait()
            await self.drain()
            is_stuck = self._wire.written == self._before
            if not is_stuck or self._channel.get_write_buffer_size():
                return
            await asyncio.sleep(_BREATH_S)


class _Requests(asyncssh.SSHReader[bytes]):
    """Reads no request while answers lie there, and none sooner than the pace allows."""

    def __init__(
        self,
        line: Line,
        channel: "asyncssh.SSHServerChannel[bytes]",
        wire: SshConnection,
        pace: SessionPace,
    ) -> None:
        super().__init__(line, channel)
        self.answers = _Answers(line, channel, wire)
        self._wire = wire
        self._pace = pace
        self._is_inside = False  # a request, its length was read

    async def readexactly(self, n: int) -> bytes:
        if not self._is_inside:
            await self.answers.taken()
        said = await super().readexactly(n)
        if self._is_inside:
            self._wire.used(_LENGTH + n)
            await self._pace.spend(said[0] if said else 0)
        self._is_inside = not self._is_inside
        return said
