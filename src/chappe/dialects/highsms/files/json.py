"""A file of JSON, read a few recipients at a time.

In: an open file. Out: chunks of messages, or why they can't be any. Promise: the file is held but
once; what is built of it at a time is bounded, whatever it holds; what it means is what the same
document means in a call.
"""

from collections.abc import Iterator, Sequence
from typing import BinaryIO

from chappe.dialects.highsms.files.charset import read_utf_8
from chappe.dialects.highsms.read.call import Push
from chappe.dialects.highsms.read.elements import Chunk
from chappe.dialects.highsms.read.json_pieces import Pieces
from chappe.words.answer import Refusal


class JsonFile:
    """One reading of a file."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._pieces = Pieces(b"")

    @property
    def push(self) -> Push:
        """Its fields are known as soon as the first chunk is."""
        return self._pieces.push

    def chunks(self, size: int) -> Iterator[Sequence[Chunk] | Refusal]:
        """Some `size` recipients at a time. Two readings of one file are cut at the same places."""
        self._pieces = Pieces(read_utf_8(self._source))
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
