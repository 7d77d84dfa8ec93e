"""How long single messages took, from one log to another.

In: the log of hload, and when each number was seen elsewhere. Out: milliseconds. Promise: a message
that was never seen makes the run void, rather than better.
"""

from collections.abc import Mapping
from pathlib import Path

from bench.load import number_of, read_asked
from bench.trouble import Broken

_NS_PER_MS = 1e6


def sent_times(log: Path) -> dict[int, int]:
    """number -> when its request left; for requests of one recipient."""
    with log.open(encoding="ascii") as file:
        return {number_of(asked.first): asked.sent_ns for asked in read_asked(file)}


def delays_ms(sent: Mapping[int, int], seen: Mapping[int, int], where: str) -> list[float]:
    missing = len(sent.keys() - seen.keys())
    if missing or not sent:
        raise Broken(f"{missing} of {len(sent)} messages were not seen {where}.")
    return [(seen[number] - ns) / _NS_PER_MS for number, ns in sent.items()]
