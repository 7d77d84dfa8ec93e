"""What is worked out again and again, and remembered; and how all of it is forgotten.

In: functions that depend on nothing but what they are given. Out: the same, quicker the second
time. Promise: no more is remembered than was said, and whatever is forgotten is worked out anew.

What comes while there is a crowd is remembered in the midst of the crowd's own memory, none of
which can go back to the system before it is forgotten.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import ParamSpec, TypeVar, cast

P = ParamSpec("P")
T = TypeVar("T")

_FORGETTING: list[Callable[[], None]] = []


def remembered(most: int) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """The last results, so many of them, of a function that strangers and customers feed."""

    def kept(work_out: Callable[P, T]) -> Callable[P, T]:
        quick = lru_cache(most)(work_out)
        _FORGETTING.append(quick.cache_clear)
        return cast("Callable[P, T]", quick)

    return kept


def forget_all() -> None:
    """Everything that is remembered."""
    for forget in _FORGETTING:
        forget()
