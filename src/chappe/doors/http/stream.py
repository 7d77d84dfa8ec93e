"""An answer that is made while it is sent: piece by piece, no faster than the client reads.

In: pieces, as they are made; whether the client takes more. Out: octets for its connection.
Promise: one piece is held beside what the transport holds, and no more; however it ends, whoever
makes the pieces is told so; a client that heard half of it is cut off, and the door counts it.
"""

import asyncio
import contextlib
from typing import Protocol

from chappe.doors.http.hall import Hall
from chappe.doors.http.turn import Awaiting, HttpTurn
from chappe.doors.turn import report
from chappe.words.exchange import Stream

_LAST = b"0\r\n\r\n"


class _Reader(Awaiting, Protocol):
    """A connection, as what is streamed over it sees it."""

    def write(self, out: bytes) -> bool:
        """False where the client is gone."""

    def sent(self, turn: HttpTurn, *, heard: bool) -> None:
        """All of it was written, or the client is gone."""


class Streaming:
    """Lives as long as its answer is sent."""

    def __init__(
        self, reader: _Reader, hall: Hall, turn: HttpTurn, pieces: Stream, flows: bool
    ) -> None:
        self._reader = reader
        self._hall = hall
        self._turn = turn
        self._pieces = pieces
        self._flows = asyncio.Event()
        if flows:
            self._flows.set()

    def hold(self) -> None:
        """The client reads too slowly."""
        self._flows.clear()

    def flow(self) -> None:
        """It reads again, or is gone, which the next piece finds out."""
        self._flows.set()

    async def run(self) -> None:
        """To its end."""
        try:
            heard = await self._sent()
        except asyncio.CancelledError:
            self._reader.abandoned(self._turn)
            raise
        except Exception as fault:  # whatever it is, this client alone may notice
            report(fault)
            self._hall.broken += 1
            self._reader.abandoned(self._turn)
        else:
            self._reader.sent(self._turn, heard=heard)

    async def _sent(self) -> bool:
        write, chunked = self._reader.write, self._turn.modern
        async with contextlib.aclosing(self._pieces) as pieces:
            await self._flows.wait()
            async for piece in pieces:
                if piece and not write(_chunk(piece) if chunked else piece):
                    return False
                await self._flows.wait()
        # Without chunks, the end of the connection is that of the answer.
        return write(_LAST) if chunked else True


def _chunk(piece: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(piece), piece)
