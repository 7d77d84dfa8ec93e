"""A transport without a socket: what a door does to its connection, to be compared whole.

In: what the door writes and asks. Out: `heard` is what the client has got; `cut` is an end without
manners; `owed` is what was written and the client did not take.
"""

import asyncio


class HandTransport(asyncio.Transport):
    """`connection` is told of the end, in the loop's next turn."""

    connection: asyncio.Protocol

    def __init__(self, peer: str) -> None:
        super().__init__({"peername": (peer, 40000)})
        self.heard = b""
        self.writes = 0
        self.reading = True
        self.said_eof = False
        self.closed = False
        self.cut = False
        self.owed = 0

    def write(self, data: bytes | bytearray | memoryview) -> None:
        assert not self.closed
        self.writes += 1
        self.heard += data

    def get_write_buffer_size(self) -> int:
        return self.owed

    def can_write_eof(self) -> bool:
        return True

    def write_eof(self) -> None:
        self.said_eof = True

    def is_closing(self) -> bool:
        return self.closed

    def pause_reading(self) -> None:
        assert self.reading
        self.reading = False

    def resume_reading(self) -> None:
        assert not self.reading
        self.reading = True

    def close(self) -> None:
        if not self.closed:
            self.closed = True
            if not self.owed:
                asyncio.get_running_loop().call_soon(self.connection.connection_lost, None)

    def abort(self) -> None:
        self.cut = True
        self.owed, owed = 0, self.owed
        if self.closed and owed:
            asyncio.get_running_loop().call_soon(self.connection.connection_lost, None)
        self.close()
