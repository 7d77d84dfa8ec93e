"""Customers' endpoints: a real HTTP server on loopback that hears what is told.

In: calls, by path. Out: `heard`, in the order of their coming, and an answer by the rule of the
path: a status, or nothing at all for as long as it hangs.
"""

import asyncio
import contextlib
from collections import Counter, defaultdict

import msgspec

from tests.journeys.plain import Told

HANG = 0


class Ears:
    """One server. A path stands for a customer; each server is an origin of its own, or with
    `everywhere` as many as there are addresses of this machine (127.1.2.3 and the like)."""

    def __init__(self, *, everywhere: bool = False) -> None:
        self._host = "0.0.0.0" if everywhere else "127.0.0.1"
        self.heard: dict[str, list[Told]] = defaultdict(list)
        self.calls: Counter[str] = Counter()  # path -> how many, in whatever words
        self.bodies: dict[str, list[bytes]] = defaultdict(list)  # ... and these, or a GET's query
        self.traces: dict[str, list[str]] = defaultdict(list)  # ... and the trace that each bore
        self.status: dict[str, int] = {}  # path -> what it answers; 204 where it is absent
        self.octets: dict[str, bytes] = {}  # path -> in place of an answer: these, and it hangs up
        self.pages: dict[str, bytes] = {}  # ... these, and it stays for the next call
        self.hanging = 0  # calls that came and get no answer
        self._server: asyncio.Server | None = None
        self._port = 0
        self._released = asyncio.Event()
        self._talks: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Listen; after `close` at the same port as before."""
        self._server = await asyncio.start_server(self._talk, self._host, self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Nobody is at home: connections are refused."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for talk in self._talks:
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)

    def release(self) -> None:
        """Hang up on all who wait."""
        self._released.set()
        self._released = asyncio.Event()

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self._port}{path}"

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = asyncio.current_task()
        assert talk is not None
        self._talks.add(talk)
        try:
            with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
                while True:
                    await self._hear(reader, writer)
        finally:
            self._talks.discard(talk)
            writer.close()

    async def _hear(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        line, *fields = head.split("\r\n")
        verb, path, _ = line.split()
        if verb == "GET":
            path, _, query = path.partition("?")
            body = query.encode("latin-1")
        else:
            lengths = [f.split(":")[1] for f in fields if f.lower().startswith("content-length:")]
            body = await reader.readexactly(int(lengths[0]))
        self.calls[path] += 1
        self.bodies[path].append(body)
        fields_by = [field.partition(": ") for field in fields]
        self.traces[path] += [said for name, _, said in fields_by if name == "traceparent"]
        if body.startswith(b"["):
            self.heard[path].append(msgspec.json.decode(body, type=Told))
        if path in self.octets:
            writer.write(self.octets[path])
            await writer.drain()
            raise ConnectionResetError
        if path in self.pages:
            writer.write(self.pages[path])
            await writer.drain()
            return
        status = self.status.get(path, 204)
        if status == HANG:
            self.hanging += 1
            try:
                await self._left(reader)
            finally:
                self.hanging -= 1
            raise ConnectionResetError
        writer.write(f"HTTP/1.1 {status} So\r\nContent-Length: 0\r\n\r\n".encode())
        await writer.drain()

    async def _left(self, reader: asyncio.StreamReader) -> None:
        """Until the caller hangs up, or we do."""
        ends = [asyncio.ensure_future(reader.read()), asyncio.ensure_future(self._released.wait())]
        try:
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for end in ends:
                end.cancel()
