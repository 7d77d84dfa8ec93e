"""A file in a ZIP that is made while it is sent.

In: the file's name, its octets piece by piece. Out: the ZIP's, piece by piece. Promise: a piece is
held, and what deflating holds of it, however long the file; it is deflated beside the loop; whoever
stops reading closes what the octets come from. The file has a bound, below what needs ZIP64.
"""

import asyncio
import contextlib
import zipfile
from io import RawIOBase

from chappe.words.exchange import Stream

MOST = (1 << 31) - (1 << 24)  # octets of the file; what can't be deflated takes a little more
_ANY_DATE = (1980, 1, 1, 0, 0, 0)  # the same file is the same ZIP
_LEVEL = 6


async def zipped(name: str, pieces: Stream) -> Stream:
    """One deflated file. Its size and its CRC stand behind it, as nobody knows them before. Raises
    OverflowError where the file is longer than MOST: who reads half a ZIP is told by its end."""
    out = _Out()
    about = zipfile.ZipInfo(name, _ANY_DATE)
    about.compress_type = zipfile.ZIP_DEFLATED
    about.external_attr = 0o644 << 16
    size = 0
    async with contextlib.aclosing(pieces):
        with (
            zipfile.ZipFile(out, "w", allowZip64=False, compresslevel=_LEVEL) as whole,
            whole.open(about, "w") as file,
        ):
            async for piece in pieces:
                size += len(piece)
                if size > MOST:
                    raise OverflowError(f"a file of a ZIP has more than {MOST} octets")
                await asyncio.to_thread(file.write, piece)
                del piece  # before the next one is made
                if made := out.taken():
                    yield made
        yield out.taken()


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
