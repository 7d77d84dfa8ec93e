"""How long whoever looks for something now and then rests between two looks.

In: how long the machine was at each. Out: milliseconds of the node's clock. Promise: looks that
take long take a thirtieth of the time at most, though the pause is never longer than a minute; one
that took long by chance changes nothing.
In a database of which somebody holds a snapshot each look passes over all that is over since.
"""

import time
from collections.abc import Callable
from typing import Final

from chappe.words.clock import MINUTE

SHARE: Final = 30  # of the time, one part for looks
_LONG_S: Final = 0.2


def machine_s() -> float:
    """How long the machine has run, whatever clock a node goes by."""
    return time.monotonic()


class Rests:
    """Those of one who looks."""

    def __init__(self, least_ms: int, seconds: Callable[[], float] | None = None) -> None:
        self._least_ms = least_ms
        self._seconds = seconds or machine_s
        self._began = 0.0
        self._took = 0.0  # the look before

    def begin(self) -> None:
        """A look begins."""
        self._began = self._seconds()

    def over(self) -> int:
        """It is over: until the next one."""
        took = self._seconds() - self._began
        usual, self._took = min(self._took, took), took
        long_ms = int(SHARE * usual * 1000) if usual >= _LONG_S else 0
        return max(self._least_ms, min(long_ms, MINUTE))
