"""JSON decoded in steps, so that none of them keeps other threads waiting for long.

In: octets, of which `json_in` has found that they are not too much. Out: what the decoder makes of
them. Promise: the same as in one step, or a fault as there.

The decoder passes over what it does not build at some ten times the speed, so a large object is cut
into its members, a large list into its elements, and some of these are built at a time.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

_AT_ONCE = 1 << 14  # octets that are built in one step, as elements go in the mean
_LARGE = 4 * _AT_ONCE  # less than that is not worth to be cut
_SMALL = 16  # octets: to cut a list of smaller elements takes longer than to build it
_HEAD = 64  # octets, among which the first is that is no blank
_BUILT = msgspec.json.Decoder()
_MEMBERS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ELEMENTS = msgspec.json.Decoder(list[msgspec.Raw])


def decoded(raw: bytes | msgspec.Raw) -> Any:
    """The document, or a value in it."""
    octets = memoryview(raw)
    if len(octets) <= _LARGE:
        return _BUILT.decode(raw)
    head = bytes(octets[:_HEAD]).lstrip()[:1]
    if head == b"{":
        return {name: decoded(member) for name, member in _MEMBERS.decode(raw).items()}
    if head == b"[" and bytes(octets).count(b",") * _SMALL < len(octets):
        return _listed(_ELEMENTS.decode(raw), len(octets))
    return _BUILT.decode(raw)


def _listed(elements: Sequence[msgspec.Raw], octets: int) -> list[Any]:
    """All of them, where they take so many octets together."""
    many = max(1, _AT_ONCE * len(elements) // octets)
    built: list[Any] = []
    for at in range(0, len(elements), many):
        some = elements[at : at + many]
        inside = b",".join(some)
        built += _BUILT.decode(b"[%b]" % inside) if len(inside) <= _LARGE else map(decoded, some)
    return built
