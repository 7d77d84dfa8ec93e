"""The elements of a JSON list, some at a time, without building any.

In: the inside of a list. Out: stretches of it, each with whole elements and the commas between.
Promise: time is in proportion to the octets; nothing is built that grows with the list.
"""

import re
from collections.abc import Iterator

# What a list is made of, as far as its commas are concerned: a small object that holds lists of
# flat objects at most is one piece. Nothing here goes back on what it matched, and nesting and
# number are bounded: an octet is looked at but a few times, and no match keeps other threads
# waiting for long.
_TEXT = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_PLAIN = rb"[^{}\[\]\"]++|" + _TEXT
_FLAT = rb"\{(?:%b){0,64}+\}" % _PLAIN
_LIST = rb"\[(?:%b|%b){0,64}+\]" % (_PLAIN, _FLAT)
_OBJECT = rb"\{(?:%b|%b|%b){0,64}+\}" % (_PLAIN, _FLAT, _LIST)
_PIECE = re.compile(rb"%b|%b|%b|[\[\]{},]" % (_OBJECT, _LIST, _TEXT), re.DOTALL)
_OPENING, _CLOSING, _COMMA = b"[{", b"]}", ord(",")
ANY_SIZE = 1 << 62
_BLANK = 4_096  # octets: who writes more of them than that gets an empty stretch


def elements(inside: memoryview, least: int, most: int = ANY_SIZE) -> Iterator[memoryview]:
    """`inside` is what stands between the brackets of a sound list. An element of more than `least`
    octets comes alone; others come together, in stretches of `least` to twice as much. One of more
    than `most` is the last that comes, with all that follows it."""
    start = last = depth = 0
    before = -1  # where the comma before `last` stands
    for piece in _PIECE.finditer(inside):
        begin, end = piece.span()
        mark = inside[begin] if end - begin == 1 else 0
        if mark == _COMMA and not depth:
            if begin - last > least and start < before:
                yield inside[start:before]
                start = last
            if begin - start >= least:
                yield inside[start:begin]
                start = end
            last, before = end, begin
        elif mark in _OPENING:
            depth += 1
        elif mark in _CLOSING:
            depth -= 1
        elif end - last > most:
            break
    if len(inside) - last > least and start < before:
        yield inside[start:before]
        start = last
    rest = inside[start:]
    if len(rest) > _BLANK or bytes(rest).strip():
        yield rest
