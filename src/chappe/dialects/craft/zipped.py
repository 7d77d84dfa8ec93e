"""A file in a ZIP that is made while it is sent.

In: the file's name, its octets piece by piece. Out: the ZIP's, piece by piece. Promise: a piece is
held, and what deflating holds of it, however long the file; it is deflated beside the loop; whoever
stops reading closes what the octets come from. The file has a bound, below what needs ZIP64.
"""

import contextlib
import zipfile
from io import RawIOBase

from chappe.words.exchange import Stream, turned

MOST = (1 << 31) - (1 << 24)  # octets of the file; what can't be deflated takes a little more
_ANY_DATE = (1980, 1, 1, 0, 0, 0)  # the same file is the same ZIP
_LEVEL = 6


async def zipped(name: str, pieces: Stream) -> Stream:
    """One deflated file. Its size and its CRC stand behind it, as nobody knows them before. Raises
    OverflowError where it is longer than MOST: whoever reads it sees that its end is missing."""
    file = _Zipping(name)
    try:
        async with contextlib.aclosing(turned(pieces, file.more)) as made:
            async for piece in made:
                if piece:
                    yield piece
    finally:
        end = file.end()
    yield end


class _Zipping:
    """A ZIP on its way, from its first octets to its last."""

    def __init__(self, name: str) -> None:
        about = zipfile.ZipInfo(name, _ANY_DATE)
        about.compress_type = zipfile.ZIP_DEFLATED
        about.external_attr = 0o644 << 16
        self._out = _Out()
        self._whole = zipfile.ZipFile(self._out, "w", allowZip64=False, compresslevel=_LEVEL)
        self._file = self._whole.open(about, "w")
        self._size = 0

    def more(self, octets: bytes) -> bytes:
        """What more of the file adds to it; mostly nothing, and then much."""
        self._size += len(octets)
        if self._size > MOST:
            raise OverflowError(f"a file of a ZIP has more than {MOST} octets")
        self._file.write(octets)
        return self._out.taken()

    def end(self) -> bytes:
        """The rest, with what makes it a ZIP; it is needed as well where nobody wants it."""
        self._file.close()
        self._whole.close()
        return self._out.taken()


class _Out(RawIOBase):
    """What a ZIP is written to, and taken from: it has no places to go back to."""

    def __init__(self) -> None:
        self._made: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, octets: bytes) -> int:  # type: ignore[override]  # a ZIP writes nothing else
        self._made.append(bytes(octets))
        return len(octets)

    def taken(self) -> bytes:
        """What was written since this was asked last."""
        made, self._made = b"".join(self._made), []
        return made
