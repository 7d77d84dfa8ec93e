"""What a store asks of the engine, and whom it tells of each commit.

In: given when the store is made. Out: asked by scripts, at the moment when they need it.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from chappe.store.contract import Batch, ReplyTell, Settled

# (now, hours, opens, closes) -> the first instant from now at which such a letter may leave
LeaveAt = Callable[[int, int, int, int], int]
# An account -> whom to tell of a reply that answers nothing.
ReplyTells = Callable[[int], Sequence[ReplyTell]]
# An account and a dialect -> what confirms a STOP to one of its messages; '' where nothing does.
ConfirmStop = Callable[[int, str], str]


class Settings(NamedTuple):
    """The engine, as far as a store knows it."""

    begins: Callable[[Batch], None]  # hears of orders just before their commit
    settled: Callable[[Batch, Settled], None]  # hears of every commit
    leave_at: LeaveAt
    stop_everywhere: Callable[[], bool]  # whether a STOP holds for all accounts
    reply_tells: ReplyTells
    confirm_stop: ConfirmStop


def _nothing(*told: object) -> None:
    """Nobody wants to know."""


# Of a store without an engine: it is only looked at, or only its own rows matter.
ALONE = Settings(
    _nothing,
    _nothing,
    lambda now, *_: now,
    lambda: False,
    lambda account: (),
    lambda account, dialect: "",
)
