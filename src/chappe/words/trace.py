"""The trace that a request belongs to, by W3C's Trace Context: what its sender calls it.

In: a `traceparent` as it came. Out: the same, or '' where it is none. Promise: what is kept and
sent on has a fixed length and no letter but hexadecimal ones, whatever came.
"""

import re

_TRACE = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
_LENGTH = 55


def read_trace(said: str) -> str:
    """What follows in versions that have yet to come is left out, as the standard wants it."""
    said = said.strip()
    if len(said) > _LENGTH and (said[:2] == "00" or said[_LENGTH] != "-"):
        return ""
    found = _TRACE.fullmatch(said[:_LENGTH])
    return found[0] if found else ""
