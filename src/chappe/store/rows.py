"""Rows that several scripts write or read, and who writes them.

In: values. Out: tuples in the schema's column order.
"""

from typing import Any

Key = tuple[int, int]  # (subject, seq) of a piece of news

HOLDER = 12  # column of `news`
HELD_AT_ONCE = 1_000  # news of one lane that one commit brings into memory; the rest is claimed


class Node:
    """Who is writing: its number, and the lanes whose news it can't hold in memory now."""

    __slots__ = ("_held", "full", "held_back", "holder")

    def __init__(self, holder: int, full: set[int]) -> None:
        self.holder = holder
        self.full = full
        self.held_back: set[int] = set()  # lanes that got news which nobody holds
        self._held: dict[int, int] = {}

    def hold(self, lane: int) -> int:
        """The holder of a new piece of news in this lane; 0 leaves it for a later claim."""
        held = self._held.get(lane, 0)
        if lane in self.full or held >= HELD_AT_ONCE:
            self.held_back.add(lane)
            return 0
        self._held[lane] = held + 1
        return self.holder


def news_row(
    subject: int,
    seq: int,
    event: int,
    state: int,
    reason: int,
    at: int,
    lane: int,
    due: int,
    holder: int,
    account: int,
    operator: str = "",
    reply: int = 0,
    dialect: str = "",
    url: str = "",
    form: str = "",
) -> tuple[Any, ...]:
    """A row of `news`, owed."""
    owed, untried, unanswered = 0, 0, ""
    return (
        subject,
        seq,
        event,
        state,
        reason,
        at,
        operator,
        lane,
        due,
        at,
        untried,
        owed,
        holder,
        unanswered,
        reply,
        account,
        dialect,
        url,
        form,
    )
