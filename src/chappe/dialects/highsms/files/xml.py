"""A file of XML, read a few recipients at a time.

In: an open file. Out: chunks of messages, or what is wrong and in which line. Promise: memory stays
bounded whatever the file holds; what it means is what the same document means in a call.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import chain
from typing import BinaryIO
from xml.parsers import expat

from chappe.dialects.highsms.files.charset import is_utf_8
from chappe.dialects.highsms.read.call import Push
from chappe.dialects.highsms.read.elements import Chunk, Elements, NotTaken
from chappe.dialects.highsms.read.xml import (
    BARE_LOOK_BACK,
    NO_PUSH,
    UNKNOWN_ENCODING,
    broken_at,
    encoding_of,
    not_taken_at,
    under_ours,
)
from chappe.dialects.highsms.tables import LIMITS
from chappe.dialects.highsms.tables.refusals import Error
from chappe.words.answer import Refusal

_OCTETS = 1 << 16
_BOM = b"\xef\xbb\xbf"
_HEAD = 4_096  # octets: a declaration is shorter
_ANY_NUMBER = 1 << 62
TOO_LONG = Refusal(wrong={Error.bad_value: "a value is too long"})


class XmlFile:
    """One reading of a file."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._elements = Elements(_ANY_NUMBER)

    @property
    def push(self) -> Push:
        """Its fields are known as soon as the first chunk is."""
        return self._elements.push

    def chunks(self, size: int) -> Iterator[Sequence[Chunk] | Refusal]:
        """Some `size` recipients at a time. Two readings of one file are cut at the same places."""
        found = under_ours(self._beginning())
        if found is None:
            yield UNKNOWN_ENCODING
            return
        name, first = found
        at = self._source.tell()
        encoding = encoding_of(name, is_utf_8(self._source))
        self._source.seek(at)
        parser = self._elements.listen(expat.ParserCreate(encoding))
        rest = iter(partial(self._source.read, _OCTETS), b"")
        since = 0
        for piece, faults in _parsed(parser, chain((first,), rest, (b"",))):
            if faults is not None:
                yield faults
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
        while len(head) < _HEAD and (more := self._source.read(_OCTETS)):
            head = (head + more).lstrip()
        return head


def _parsed(
    parser: "expat.XMLParserType", pieces: Iterator[bytes]
) -> Iterator[tuple[bytes, Refusal | None]]:
    """Each piece once it is parsed; the empty one is the end."""
    fed, last = 0, b""
    for piece in pieces:
        try:
            parser.Parse(piece, not piece)
        except expat.ExpatError as fault:
            window = last + piece
            end = parser.ErrorByteIndex - (fed - len(last))
            yield piece, broken_at(fault, window[max(0, end - BARE_LOOK_BACK) : max(0, end)])
            return
        except NotTaken:
            yield piece, not_taken_at(parser.CurrentLineNumber)
            return
        fed, last = fed + len(piece), piece
        yield piece, None
