"""The outbox: how calls to customers ended, and what is to be told next.

In: outcomes. Out: the keys of news that may be told now because the one before them is over.
Promise: a message's news is told in its order; each failed try is kept and can be seen.
"""

from collections.abc import Generator, Sequence
from typing import Any

from chappe.store.contract import Told
from chappe.store.recent import Recent
from chappe.store.rows import ATTEMPT, Key, WritingNode
from chappe.store.script import Add, Ask, Run
from chappe.words.lifecycle import State

OWED, HEARD, GIVEN_UP, UNWANTED = range(4)
_DELIVERED = int(State.delivered)


def told(
    outcomes: Sequence[Told], node: WritingNode, recent: Recent
) -> Generator[Any, Any, list[Key]]:
    """Write the outcomes; free what stood behind those that are over."""
    if not outcomes:
        return []
    tries: list[tuple[Any, ...]] = []
    again: list[tuple[Any, ...]] = []
    over: list[tuple[Any, ...]] = []
    for one in outcomes:
        subject, seq, answer, called = one.subject, one.seq, one.answer, 1 if one.wanted else 0
        if called and not one.heard:
            tries.append((subject, seq, one.at, answer, one.took))
        if one.due:
            again.append((subject, seq, one.due, answer, called, one.took))
            continue
        done = HEARD if one.heard else GIVEN_UP if called else UNWANTED
        over.append((subject, seq, done, answer, called, one.took))
    now = max([one.at for one in outcomes])
    if tries:
        yield Add(ATTEMPT, tries)
    if again:
        yield Run("tell_again", (again, now))
    if over:
        yield Run("told", (over, now))
    ended = [(one.subject, one.seq) for one in outcomes if not one.due]
    behind = _behind(ended, recent)
    if recent.is_shared:  # another node may have written what stands behind
        behind = [(subject, seq + 1) for subject, seq in ended]
    if not behind:
        return []
    found = yield Ask("news_behind", (behind,))
    freed = [(subject, seq, now, node.hold(lane)) for subject, seq, lane in found]
    if freed:
        yield Run("free_news", (freed,))
    return [(subject, seq) for subject, seq, _, holder in freed if holder]


def _behind(over: Sequence[Key], recent: Recent) -> list[Key]:
    """What may stand behind those that are over: nothing, where that was the last one."""
    behind: list[Key] = []
    final: list[int] = []
    rows = recent.rows([subject for subject, _ in over])
    for subject, seq in over:
        row = rows.get(subject)
        if row is None or row.news != seq:
            behind.append((subject, seq + 1))
            continue
        row.behind = False
        if row.state >= _DELIVERED:
            final.append(subject)
    recent.forget(final)
    return behind
