"""A file of XML, read a few recipients at a time.

In: an open file. Out: chunks of messages, or what is wrong and in which line. Promise: memory stays
bounded whatever the file holds; what it means is what the same document means in a call.
"""

from collections.abc import Iterator, Sequence
from typing import BinaryIO

from chappe.dialects.craft.xml_in import Reading
from chappe.dialects.highsms.files.charset import is_utf_8
from chappe.dialects.highsms.read.call import Push
from chappe.dialects.highsms.read.elements import Chunk, Elements
from chappe.dialects.highsms.read.xml import (
    HEAD,
    NO_PUSH,
    TOO_LONG,
    UNKNOWN_ENCODING,
    declared_in,
    encoding_of,
    refusal_of,
)
from chappe.dialects.highsms.tables import FILE_BOUNDS, LIMITS
from chappe.words.answer import Refusal

_OCTETS = 1 << 16
_BOM = b"\xef\xbb\xbf"
_ANY_NUMBER = 1 << 62


class XmlFile:
    """One reading of a file."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._elements = Elements(_ANY_NUMBER, _ANY_NUMBER)

    @property
    def push(self) -> Push:
        """Its fields are known as soon as the first chunk is."""
        return self._elements.push

    def chunks(self, size: int) -> Iterator[Sequence[Chunk] | Refusal]:
        """Some `size` recipients at a time. Two readings of one file are cut at the same places."""
        head = self._beginning()
        declared = declared_in(head)
        if declared is None:
            yield UNKNOWN_ENCODING
            return
        at = self._source.tell()
        encoding = encoding_of(declared, is_utf_8(self._source))
        self._source.seek(at)
        reading = Reading(self._elements, FILE_BOUNDS, encoding)
        since = 0
        for piece in self._pieces(declared.prologue + head[declared.begins :]):
            refusal = refusal_of(reading.feed(piece, not piece))
            if refusal is not None:
                yield refusal
                return
            if self._elements.root not in ("", "push"):
                yield NO_PUSH
                return
            since += len(piece)
            if piece and self._elements.held < size and since < LIMITS["value_octets"]:
                continue
            chunks = self._elements.take()
            if chunks:
                yield chunks
            elif piece and since >= LIMITS["value_octets"]:
                yield TOO_LONG
                return
            since = 0

    def _beginning(self) -> bytes:
        """The first octets, without marks and blanks before them."""
        self._source.seek(0)
        head = self._source.read(_OCTETS).removeprefix(_BOM).lstrip()
        while len(head) < HEAD and (more := self._source.read(_OCTETS)):
            head = (head + more).lstrip()
        return head

    def _pieces(self, first: bytes) -> Iterator[bytes]:
        """The empty one is the end."""
        yield first
        while piece := self._source.read(_OCTETS):
            yield piece
        yield b""
