"""A stream of octets, cut into frames.

In: pieces as they come off a connection. Out: whole frames, header included. Promise: the frames
are the same however the octets are cut; a length that no PDU has ends the stream at once, as does
one above the limit, before any of it is kept; and never is more kept than one frame.
"""

import struct
from typing import Final

from chappe.links.smpp.pdus.octets import Broken
from chappe.links.smpp.pdus.tables import HEADER, CommandStatus

PDU_MAX: Final = 64 << 10
"""The longest frame that is taken: room for a message_payload of nearly 64 KiB."""

_LENGTH: Final = 4
_length_of: Final = struct.Struct(">I").unpack_from


class Splitter:
    """The frames of one connection. Once `broken` is set, nothing more comes out."""

    def __init__(self, limit: int = PDU_MAX) -> None:
        self.broken: Broken | None = None
        self._limit = limit
        self._rest = bytearray()
        self._wanted = _LENGTH  # octets there must be before it is worth looking

    def feed(self, piece: bytes) -> list[bytes]:
        """The frames that this piece ends."""
        if self.broken is not None:
            return []
        if self._rest:
            self._rest += piece
            if len(self._rest) < self._wanted:
                return []
            piece = bytes(self._rest)
            self._rest.clear()
        frames, at = self._cut(piece)
        if self.broken is None and at < len(piece):
            self._rest += piece[at:] if at else piece
        return frames

    def _cut(self, octets: bytes) -> tuple[list[bytes], int]:
        frames: list[bytes] = []
        at, end, limit = 0, len(octets), self._limit
        self._wanted = _LENGTH
        while end - at >= _LENGTH:
            (size,) = _length_of(octets, at)
            if not HEADER <= size <= limit:
                self.broken = self._refused(octets[at : at + HEADER], size)
                break
            after = at + size
            if after > end:
                self._wanted = size
                break
            frames.append(octets[at:after])
            at = after
        return frames, at

    def _refused(self, header: bytes, size: int) -> Broken:
        # Who is wrong about the length may be wrong about the rest: only the number is repeated,
        # so that it is told by a generic_nack (4.3.1).
        whole = len(header) == HEADER and size >= HEADER
        sequence = int.from_bytes(header[-4:], "big") if whole else 0
        return Broken(
            CommandStatus.bad_command_length, sequence=sequence, why=f"a PDU of {size} octets"
        )
