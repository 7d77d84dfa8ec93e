"""What is too much of JSON, found out before anything is built of it.

In: octets. Out: why they are too much, '' where they are not. Promise: time is in proportion to the
octets, and no step of it keeps other threads waiting for long.

What stands in texts does not count. Whether it is JSON at all is the decoder's to say.
"""

from collections.abc import Iterator
from itertools import accumulate
from typing import NamedTuple

_WINDOW = 1 << 16  # octets that are looked at together
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_STEPS = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}


class JsonBounds(NamedTuple):
    """What a document may be made of. Each value takes many times its octets once it is built."""

    depth: int
    containers: int  # objects and lists
    values: int
    text: int = 1 << 20  # octets; a longer one may be told to be too long, and twice as long is


TOO_LONG = "a text is too long"


def excess(raw: bytes, bounds: JsonBounds) -> str:
    """Why it is not to be built."""
    if len(raw) <= _WINDOW and raw.count(b"{") + raw.count(b"[") <= bounds.depth:
        return ""
    depth = containers = values = inside = text = quotes = 0
    most_quotes = 4 * (bounds.values + bounds.containers + 1)  # a name and a text for each
    for window in _windows(raw):
        parts = window.replace(b"\\\\", b"").replace(b'\\"', b"").split(b'"')
        outside = b"".join(parts[inside::2])
        text = text + len(window) if inside and len(parts) == 1 else 0
        inside = (inside + len(parts) - 1) % 2
        quotes += len(parts) - 1
        values += outside.count(b",")
        brackets = outside.translate(None, _NO_BRACKETS)
        containers += brackets.count(b"{") + brackets.count(b"[")
        depths = [*accumulate(map(_STEPS.__getitem__, brackets), initial=depth)]
        depth = depths[-1]
        if max(depths) > bounds.depth:
            return "too deep"
        if min(depths) < 0:
            return ""  # more ends than beginnings: no decoder comes further than this
        if values > bounds.values or containers > bounds.containers or quotes > most_quotes:
            return "too many values"
        if text > bounds.text:
            return TOO_LONG
    return ""


def _windows(raw: bytes) -> Iterator[bytes]:
    """None of them ends within an escape."""
    at = 0
    while at < len(raw):
        window = raw[at : at + _WINDOW]
        if (len(window) - len(window.rstrip(b"\\"))) % 2:
            window = raw[at : at + _WINDOW + 1]
        at += len(window)
        yield window
