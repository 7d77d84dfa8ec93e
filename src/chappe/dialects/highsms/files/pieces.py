"""An open file, read a few recipients at a time.

In: an open file. Out: chunks of messages, or why they can't be any, with the line in XML. Promise:
memory stays bounded whatever the file holds; one of JSON is held but once, and never built whole.
What it means is what the same document means in a call.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import BinaryIO

from chappe.dialects.craft import octets
from chappe.dialects.craft.xml_in import Reading
from chappe.dialects.highsms.read.call import TOO_LONG, Chunk, Push
from chappe.dialects.highsms.read.json import JsonPieces
from chappe.dialects.highsms.read.xml import (
    HEAD,
    NO_PUSH,
    UNKNOWN_ENCODING,
    Elements,
    declared_in,
    encoding_of,
    refusal_of,
)
from chappe.dialects.highsms.tables.limits import FILE_BOUNDS, LIMITS
from chappe.words.answer import Refusal

_OCTETS = 1 << 16  # of XML, that are parsed at a time
_LARGE = 1 << 20  # that are looked through at a time
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


class JsonFile:
    """One reading of a file."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._pieces = JsonPieces(b"")

    @property
    def push(self) -> Push:
        """Its fields are known as soon as the first chunk is."""
        return self._pieces.push

    def chunks(self, size: int) -> Iterator[Sequence[Chunk] | Refusal]:
        """Some `size` recipients at a time. Two readings of one file are cut at the same places."""
        self._pieces = JsonPieces(read_utf_8(self._source))
        held: list[Chunk] = []
        count = 0
        for chunk in self._pieces.chunks(size):
            if isinstance(chunk, Refusal):
                yield chunk
                return
            held.append(chunk)
            count += len(chunk.said.numbers) or 1
            if count >= size:
                yield held
                held, count = [], 0
        if held:
            yield held


def is_utf_8(source: BinaryIO) -> bool:
    """Whether all of it is; where it is, the file stands at its end afterwards."""
    source.seek(0)
    return octets.is_utf_8(iter(partial(source.read, _LARGE), b""))


def read_utf_8(source: BinaryIO) -> bytes:
    """The whole file; where it is not valid UTF-8 it is ISO-8859-1, which anything can be."""
    as_it_is = is_utf_8(source)
    source.seek(0)
    if as_it_is:
        return source.read().removeprefix(_BOM)
    whole = bytearray()
    while piece := source.read(_LARGE):
        whole += piece.decode("iso-8859-1").encode()
    return bytes(whole)
