"""A promise that did not hold.

In: what was seen. Out: an exception, which ends the run; the seed is printed beside it.
"""

from collections.abc import Collection
from typing import Any

_SHOWN = 5


class Broken(Exception):
    """What was promised, and what was seen instead."""


def demand(holds: bool, promise: str, *seen: object) -> None:
    """Raise Broken unless it holds."""
    if not holds:
        raise Broken(": ".join([promise, *map(str, seen)]))


def none_of(culprits: Collection[Any], promise: str) -> None:
    """Raise Broken if there are any: how many, and the first of them."""
    if culprits:
        shown = [str(one) for one, _ in zip(culprits, range(_SHOWN), strict=False)]
        raise Broken(f"{promise}: {len(culprits)} did not, among them {'; '.join(shown)}")
