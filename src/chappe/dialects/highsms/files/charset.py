"""What a file is written in, found out a piece at a time.

In: an open file. Out: whether it is UTF-8, or the file as UTF-8.
"""

from functools import partial
from typing import BinaryIO

from chappe.dialects.craft import octets

_OCTETS = 1 << 20
_BOM = b"\xef\xbb\xbf"


def is_utf_8(source: BinaryIO) -> bool:
    """Whether all of it is; where it is, the file stands at its end afterwards."""
    source.seek(0)
    return octets.is_utf_8(iter(partial(source.read, _OCTETS), b""))


def read_utf_8(source: BinaryIO) -> bytes:
    """The whole file; where it is not valid UTF-8 it is ISO-8859-1, which anything can be."""
    as_it_is = is_utf_8(source)
    source.seek(0)
    if as_it_is:
        return source.read().removeprefix(_BOM)
    whole = bytearray()
    while piece := source.read(_OCTETS):
        whole += piece.decode("iso-8859-1").encode()
    return bytes(whole)
