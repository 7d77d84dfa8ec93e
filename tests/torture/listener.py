"""The customer's side of callbacks: a small HTTP server that sometimes fails.

In: calls of the server under test. Out: what was heard, message by message, in order. Promise: what
it does not answer with 200 it has not heard.
"""

import asyncio
import random
import re
from collections import defaultdict
from types import TracebackType
from typing import NamedTuple, Self

import msgspec

_FAILS, _CLOSES = 0.02, 0.02
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
_NOT_OK = b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n"


class Event(NamedTuple):
    """One call: its kind (MT or DLR) and its word."""

    kind: str
    word: str


class Listener:
    """Listens on a port of its own for as long as it is open."""

    def __init__(self, chance: random.Random, *, fails: bool = True) -> None:
        self.heard: defaultdict[int, list[Event]] = defaultdict(list)
        self.calls = 0
        self.strange: list[bytes] = []
        self._chance = chance
        self._fails = fails
        self._server: asyncio.Server | None = None
        self._lines: set[asyncio.BaseTransport] = set()
        self.url = ""

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Line(self), "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{port}/events"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        assert self._server is not None
        self._server.close()
        for line in list(self._lines):
            line.close()

    def opened(self, line: asyncio.BaseTransport) -> None:
        self._lines.add(line)

    def closed(self, line: asyncio.BaseTransport) -> None:
        self._lines.discard(line)

    def hear(self, body: bytes) -> bytes | None:
        """The answer to a call; None: the line is cut instead."""
        self.calls += 1
        drawn = self._chance.random() if self._fails else 1.0
        if drawn < _FAILS:
            return _NOT_OK
        if drawn < _FAILS + _CLOSES:
            return None
        try:
            call = msgspec.json.decode(body)
            message = int(call["sms"]["sms_hcnx_id"])
            event = Event(call["event"]["event_status"], call["sms"]["sms_status"])
        except (msgspec.DecodeError, KeyError, TypeError, ValueError):
            self.strange.append(body)
            return _OK
        self.heard[message].append(event)
        return _OK


class _Line(asyncio.Protocol):
    """One connection, which may carry many calls."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._held = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._listener.opened(transport)

    def connection_lost(self, fault: Exception | None) -> None:
        self._listener.closed(self._transport)

    def data_received(self, octets: bytes) -> None:
        self._held += octets
        while (end := self._held.find(b"\r\n\r\n")) >= 0:
            found = _LENGTH.search(self._held[: end + 2])
            whole = end + 4 + (int(found[1]) if found else 0)
            if len(self._held) < whole:
                return
            body, self._held = self._held[end + 4 : whole], self._held[whole:]
            answer = self._listener.hear(body)
            if answer is None:
                self._transport.close()
                return
            self._transport.write(answer)
