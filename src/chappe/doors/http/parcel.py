"""A body on its way, in pieces, until somebody wants it whole.

In: octets as they come. Out: all of them, once. Promises: nothing is moved that came before, and
what is kept beside the octets is little, however small the pieces are.
"""

_SEALED = 1 << 18  # octets of a piece that is kept as it is


class Parcel:
    """`size` is how much has come."""

    __slots__ = ("_pieces", "_tail", "size")

    def __init__(self) -> None:
        self.size = 0
        self._pieces: list[bytes] = []
        self._tail = bytearray()  # pieces that are too small to be kept by themselves

    def add(self, piece: bytes | bytearray) -> None:
        """More has come."""
        self.size += len(piece)
        self._tail += piece
        if len(self._tail) >= _SEALED:
            self._pieces.append(bytes(self._tail))
            self._tail = bytearray()

    def whole(self) -> bytes:
        """All of it; nothing is left here. What is long takes long: beside the loop, please, where
        Python lets others work while pieces are joined."""
        pieces, tail = self._pieces, self._tail
        self._pieces, self._tail = [], bytearray()
        return b"".join((*pieces, bytes(tail)))
