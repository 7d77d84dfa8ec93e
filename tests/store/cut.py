"""A line to a PostgreSQL server that can be cut at the worst moment.

In: the server's URL. Out: a URL that leads there. Promise: it cuts once, where it was told to.
"""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

_SOCKET = ".s.PGSQL.5432"

Forward = Callable[[bytes], Awaitable[bool]]  # False: no further


class Line:
    """One listening socket, and a connection to the server for each that comes."""

    def __init__(self, url: str, directory: Path) -> None:
        parts = urlsplit(url)
        self._server = Path(parse_qs(parts.query)["host"][0]) / _SOCKET
        self._here = directory / _SOCKET
        self.url = parts._replace(query=f"host={directory}").geturl()
        self.before: bytes = b""  # cut when the client says this, unheard by the server
        self.after: bytes = b""  # cut when the server answers this, unheard by the client
        self.keep_server_side = False  # what was cut stays open at the server
        self.is_dead = False  # nobody gets through any more
        self.is_silent = False  # ... nor is told so
        self.cuts = 0
        self.said = 0  # how often a client said anything
        self._kept: list[asyncio.StreamWriter] = []
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        self._listener = await asyncio.start_unix_server(self._accept, self._here)

    async def close(self) -> None:
        self._listener.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for writer in self._writers:
            writer.close()

    def freeze(self) -> None:
        """Whoever is connected stays so, hears nothing any more, and is not heard."""
        for task in self._tasks:
            task.cancel()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        if self.is_silent:
            return
        if self.is_dead:
            writer.close()
            return
        there, to_there = await asyncio.open_unix_connection(self._server)
        self._writers.add(to_there)
        for source, target, is_client in ((reader, to_there, True), (there, writer, False)):
            task = asyncio.create_task(self._carry(source, target, is_client, writer, to_there))
            self._tasks.add(task)

    async def _carry(
        self,
        source: asyncio.StreamReader,
        target: asyncio.StreamWriter,
        is_client: bool,
        client: asyncio.StreamWriter,
        server: asyncio.StreamWriter,
    ) -> None:
        while some := await source.read(65536):
            self.said += is_client
            word = self.before if is_client else self.after
            if word and word in some:
                self.before = self.after = b""
                self.cuts += 1
                client.close()
                if not self.keep_server_side:
                    server.close()
                return
            target.write(some)
        if target is client or not self.keep_server_side:
            target.close()
