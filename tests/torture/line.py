"""One HTTP connection of a customer.

In: a request's octets. Out: the answer, read whole. Promise: an answer that was cut off is none.
"""

import asyncio
import re
from typing import NamedTuple, Self

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_PATIENCE_S = 60.0


class Answer(NamedTuple):
    """What came back."""

    status: int
    body: bytes


class Line:
    """A connection that is kept open."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, port: int) -> Self:
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def ask(self, request: bytes) -> Answer:
        """Raises OSError or EOFError if there is no whole answer, TimeoutError after a minute."""
        self.say(request)
        return await self.hear()

    def say(self, request: bytes) -> None:
        """Another one, whether or not those before it were answered."""
        self._writer.write(request)

    async def hear(self) -> Answer:
        """The next answer; raises as `ask` does."""
        async with asyncio.timeout(_PATIENCE_S):
            head = await self._reader.readuntil(b"\r\n\r\n")
            found = _LENGTH.search(head)
            body = await self._reader.readexactly(int(found[1])) if found else b""
        return Answer(int(head[9:12]), body)

    def close(self) -> None:
        self._writer.close()
