"""Callbacks: what an account is or was to be told, the newest first.

In: calls of the engine. Out: words, a page at a time.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import msgspec

ANY_END = (1 << 4) - 1

# Behind which callback a page begins: an order, a message of it, a seq; of replies that answer
# nothing it is (0, when one came, its number).
CallbackPlace = tuple[int, int, int]


class CallbacksAsked(NamedTuple):
    """Callbacks of an account: of its messages or of one of them, or of replies that answer
    nothing. `ends` has a bit for each of those that `store.told` names."""

    account: int
    most: int
    ends: int = ANY_END
    message: int = 0  # 0: of all messages
    of_replies: bool = False
    place: CallbackPlace | None = None  # None: from the newest on


class Callback(msgspec.Struct, frozen=True, array_like=True):
    """A piece of news and how it was told. The field order is the store's."""

    subject: int  # a message; or a reply that answers nothing, negative
    seq: int
    event: int
    at: int
    due: int
    tries: int
    done: int
    answer: str
    told_at: int  # when the last call ended
    took: int  # ... and how many milliseconds it took
    url: str
    missed: list[tuple[int, str, int]]  # at, answer, milliseconds


class CallbackPage(NamedTuple):
    """Some of them. Where it came short because so much was looked at in vain, `looked_to` says
    when that was taken which was looked at last."""

    found: Sequence[Callback]
    place: CallbackPlace | None  # None: there is nothing more
    looked_to: int = 0


class CallbackPages(Protocol):
    """What customers are or were to be told."""

    async def callbacks(self, asked: CallbacksAsked) -> CallbackPage:
        """A page: order by order, and within one from the last message to the first; of orders that
        were deleted there is none. Or reply by reply."""
