"""The outbox: how calls to customers ended, and what is to be told next.

In: outcomes. Out: the keys of news that may be told now because the one before them is over.
Promise: a message's news are told in their order; each failed try is kept and can be seen.
"""

from collections.abc import Generator, Sequence
from typing import Any

from chappe.store.contract import Told
from chappe.store.rows import Key, Node
from chappe.store.script import Add, Ask, Run

OWED, HEARD, GIVEN_UP, UNWANTED = range(4)


def told(outcomes: Sequence[Told], node: Node) -> Generator[Any, Any, list[Key]]:
    """Write the outcomes; free what stood behind those that are over."""
    if not outcomes:
        return []
    tries = [(t.subject, t.seq, t.at, t.answer) for t in outcomes if t.wanted and not t.heard]
    if tries:
        yield Add("attempt", tries)
    yield Run("told", ([_values(outcome) for outcome in outcomes],))
    over = [(t.subject, t.seq + 1) for t in outcomes if not t.due]
    if not over:
        return []
    at = max(outcome.at for outcome in outcomes)
    found = yield Ask("news_behind", (over,))
    freed = [(subject, seq, at, node.hold(lane)) for subject, seq, lane in found]
    if freed:
        yield Run("free_news", (freed,))
    return [(subject, seq) for subject, seq, _, holder in freed if holder]


def _values(outcome: Told) -> tuple[Any, ...]:
    done = OWED
    if not outcome.due:
        done = HEARD if outcome.heard else GIVEN_UP if outcome.wanted else UNWANTED
    return (
        outcome.subject,
        outcome.seq,
        done,
        outcome.due or outcome.at,
        outcome.answer,
        int(outcome.wanted),
    )
