"""A protocol and its transport, with all that passes between them told to somebody.

In: a protocol, and a Watcher. Out: a protocol for a real socket. Promise: the one inside notices
nothing of it.
"""

import asyncio
from typing import Any, Protocol


class Watcher(Protocol):
    """Who is told what passes. What was written is told before it leaves."""

    def opened(self, transport: asyncio.BaseTransport) -> None: ...

    def read(self, octets: bytes) -> None: ...

    def wrote(self, octets: bytes) -> None: ...

    def closed(self) -> None: ...


class Watched(asyncio.Protocol):
    """What the socket sees."""

    def __init__(self, inner: asyncio.Protocol, watcher: Watcher) -> None:
        self._inner = inner
        self._watcher = watcher

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._watcher.opened(transport)
        self._inner.connection_made(_WatchedTransport(transport, self._watcher))

    def data_received(self, octets: bytes) -> None:
        self._watcher.read(octets)
        self._inner.data_received(octets)

    def connection_lost(self, fault: Exception | None) -> None:
        self._watcher.closed()
        self._inner.connection_lost(fault)

    def pause_writing(self) -> None:
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        self._inner.resume_writing()


class _WatchedTransport(asyncio.Transport):
    """What the protocol inside sees."""

    def __init__(self, inner: asyncio.BaseTransport, watcher: Watcher) -> None:
        super().__init__()
        self._inner: Any = inner
        self._watcher = watcher

    def write(self, data: Any) -> None:
        self._watcher.wrote(data)
        self._inner.write(data)

    def close(self) -> None:
        self._inner.close()

    def abort(self) -> None:
        self._inner.abort()

    def is_closing(self) -> bool:
        return bool(self._inner.is_closing())

    def pause_reading(self) -> None:
        self._inner.pause_reading()

    def resume_reading(self) -> None:
        self._inner.resume_reading()

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return self._inner.get_extra_info(name, default)
