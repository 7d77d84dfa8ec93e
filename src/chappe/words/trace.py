"""The trace that a request belongs to, by W3C's Trace Context: what its sender calls it.

In: a `traceparent` as it came. Out: the same, or '' where it is none. Promise: what is kept and
sent on has a fixed length and no letter but hexadecimal ones, whatever came.
"""

import re

_TRACE = re.compile(
    r"(?!ff)([0-9a-f]{2})-((?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16})-([0-9a-f]{2})"
)
_LENGTH = 55
_KNOWN = "00"  # the version that we know
_SAMPLED = 1


def read_trace(said: str) -> str:
    """One of a version to come is written as one of ours, as the standard wants it: without what
    follows, and with the one flag alone whose meaning is known."""
    said = said.strip()
    if len(said) > _LENGTH and (said[:2] == _KNOWN or said[_LENGTH] != "-"):
        return ""
    found = _TRACE.fullmatch(said[:_LENGTH])
    if found is None or found[1] == _KNOWN:
        return found[0] if found else ""
    return f"{_KNOWN}-{found[2]}-{int(found[3], 16) & _SAMPLED:02x}"


def is_sampled(trace: str) -> bool:
    """Whether its sender writes it down, and wants everybody else to."""
    return bool(trace) and bool(int(trace[-2:], 16) & _SAMPLED)
