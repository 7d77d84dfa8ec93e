"""The callback target: runs `sink`, counts what it got, and reads when.

In: requests of the server. Out: their number at any time; after the end, when each came. Promise:
every request is answered at once, so that every dialect takes it to be heard.
"""

import re
import struct
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

_COUNTER = struct.Struct("=Q")
_HEARD = "validation"
"""To iSendPro nothing else is heard; the others look at the status."""
_NUMBER = re.compile(r'"sms_msisdn"\s*:\s*"\+?(\d+)"')


class Told(NamedTuple):
    """One callback: when it came, on the monotonic clock, and whom it is about."""

    ns: int
    number: int


def command(program: Path, port: int, counters: Path, log: Path | None) -> list[str]:
    words = [str(program), "-p", str(port), "-b", _HEARD, "-s", str(counters)]
    return words if log is None else [*words, "-l", str(log)]


def counted(counters: Path) -> int:
    """How many requests the sink has answered so far."""
    with counters.open("rb") as file:
        found = file.read(_COUNTER.size)
    return int(_COUNTER.unpack(found)[0]) if len(found) == _COUNTER.size else 0


def read_told(lines: Iterable[str]) -> Iterator[Told]:
    """The log of sink: nanoseconds, the target and, after `?`, the body."""
    for line in lines:
        ns, _, rest = line.partition(" ")
        found = _NUMBER.search(rest)
        if found and line.endswith("\n"):
            yield Told(int(ns), int(found[1]))
