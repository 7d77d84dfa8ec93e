"""What scripts need to know of the engine.

In: set from outside, before the store is opened or while it works. Out: asked by scripts.
"""

from collections.abc import Callable, Sequence

import msgspec

from chappe.store.contract import ReplyTell

# (now, hours, opens, closes) -> the first instant from now at which such a letter may leave
LeaveAt = Callable[[int, int, int, int], int]
# An account -> whom to tell of a reply that answers nothing.
ReplyTells = Callable[[int], Sequence[ReplyTell]]


class Settings(msgspec.Struct):
    """As they are while one transaction is made."""

    leave_at: LeaveAt
    stop_everywhere: bool = False
    reply_tells: ReplyTells = lambda account: ()
