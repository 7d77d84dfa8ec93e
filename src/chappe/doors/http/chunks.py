"""A chunked body, taken apart as it comes in.

In: bytes in pieces of any size. Out: the body, and how far its last byte reaches.
Promises: strict about what decides the length (digits, line ends), so that nobody else can read
another length from the same bytes; extensions and trailers are read over; everything bounded.
"""

import re
from enum import Enum

from chappe.doors.http.limits import Limits
from chappe.doors.http.parcel import Parcel

SIZE_LINE_MAX = 256

_SIZE = re.compile(rb"([0-9A-Fa-f]{1,16})[ \t]*(?:;[\t\x20-\x7e\x80-\xff]*)?\r\n")
_TRAILER = re.compile(rb"[\t\x20-\x7e\x80-\xff]*\r\n")

Stage = Enum("Stage", ["SIZE", "BYTES", "BREAK", "TRAILERS", "DONE"])


class Chunks:
    """`body` is what has come so far; `fault` is the status of a refusal, or 0."""

    __slots__ = ("_left", "_limits", "_stage", "_trailed", "body", "fault")

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._stage = Stage.SIZE
        self._left = 0
        self._trailed = 0
        self.body = Parcel()
        self.fault = 0

    @property
    def done(self) -> bool:
        """The last chunk and its trailers have come."""
        return self._stage is Stage.DONE

    def feed(self, rest: bytes | bytearray, at: int) -> int:
        """Take what can be taken of `rest` from `at` on; the position of what is left."""
        while not self.fault and self._stage is not Stage.DONE:
            step = self._step(rest, at)
            if step == at:
                break
            at = step
        return at

    def _step(self, rest: bytes | bytearray, at: int) -> int:
        if self._stage is Stage.BYTES:
            return self._take_bytes(rest, at)
        if self._stage is Stage.SIZE:
            return self._take_size(rest, at)
        if self._stage is Stage.BREAK:
            return self._take_break(rest, at)
        return self._take_trailer(rest, at)

    def _take_size(self, rest: bytes | bytearray, at: int) -> int:
        found = _SIZE.match(rest, at)
        if found is None:
            return self._await_line(rest, at, SIZE_LINE_MAX, 400)
        if found.end() - at > SIZE_LINE_MAX:
            self.fault = 400
        self._left = int(found[1], 16)
        if self.body.size + self._left > self._limits.body:
            self.fault = 413
        self._stage = Stage.BYTES if self._left else Stage.TRAILERS
        return found.end()

    def _take_bytes(self, rest: bytes | bytearray, at: int) -> int:
        piece = rest[at : at + self._left]
        self.body.add(piece)
        self._left -= len(piece)
        if not self._left:
            self._stage = Stage.BREAK
        return at + len(piece)

    def _take_break(self, rest: bytes | bytearray, at: int) -> int:
        two = rest[at : at + 2]
        if two == b"\r\n":
            self._stage = Stage.SIZE
            return at + 2
        if two not in (b"", b"\r"):
            self.fault = 400
        return at

    def _take_trailer(self, rest: bytes | bytearray, at: int) -> int:
        found = _TRAILER.match(rest, at)
        room = self._limits.head - self._trailed
        if found is None:
            return self._await_line(rest, at, room, 431)
        size = found.end() - at
        self._trailed += size
        if size > room:
            self.fault = 431
        elif size == 2:
            self._stage = Stage.DONE
        return found.end()

    def _await_line(self, rest: bytes | bytearray, at: int, room: int, excess: int) -> int:
        """No whole line of the right shape: refuse what can no longer become one."""
        if rest.find(b"\n", at, at + room) >= 0:
            self.fault = 400
        elif len(rest) - at > room:
            self.fault = excess
        return at
