"""Forgetting: old texts are erased, then old records dropped, a bounded number at a time.

In: three instants, and how many rows may be looked at. Out: how much was found old; 0: all is done.
Promise: what still waits, moves or is to be told stays, and holds up nothing that is behind it.
"""

from collections.abc import Generator, Sequence
from typing import Any

from chappe.store.born import TERMS_FOR
from chappe.store.recent import Recent
from chappe.store.script import Ask, Run
from chappe.store.usage import count_dropped

_OF_MESSAGES = (
    "drop_parts",
    "drop_news",
    "drop_attempts",
    "drop_doubts",
    "drop_tinies",
    "drop_messages",
)


class Sweep:
    """A walk over all old orders, from the oldest on; the next begins where there is none left."""

    def __init__(self, recent: Recent) -> None:
        self._recent = recent
        self._after = 0  # the last order that this walk is done with

    def some(
        self, texts_before: int, records_before: int, strangers_before: int, limit: int
    ) -> Generator[Any, Any, int]:
        """One step in one transaction."""
        count: int = 0
        for name in ("forget_texts", "forget_letters", "forget_targets", "forget_replies"):
            count += yield Run(name, (texts_before, limit), counted=True)
        count += yield from self._orders(records_before, limit)
        count += yield Run("drop_strangers", (strangers_before, limit), counted=True)
        for name in ("drop_old_fragments", "drop_reply_news", "drop_replies"):
            count += yield Run(name, (records_before, limit), counted=True)
        return count

    def _orders(self, before: int, limit: int) -> Generator[Any, Any, int]:
        """An order goes when all its messages went. One that stays is left behind until the next
        walk: the oldest orders are not always the first that may go."""
        found = yield Ask("orders_after", (self._after, limit))
        old = [(order, first, last) for order, first, last, at in found if at < before]
        if not old:
            self._after = 0
            return 0
        stretches = [(first, last) for _, first, last in old]
        messages: Sequence[int] = yield Ask("old_messages", (stretches, before, limit))
        if messages:
            yield from count_dropped(messages, self._recent)
            for name in _OF_MESSAGES:
                yield Run(name, (messages,))
        letters = yield Run("drop_letters", (stretches, limit), counted=True)
        if letters:
            yield Run("drop_terms", (2 * TERMS_FOR, limit))  # letters may be kept out of order
        orders = [order for order, _, _ in old]
        yield Run("drop_orders", (orders,))
        yield Run("drop_group_orders", (orders, before))
        if len(messages) < limit and letters < limit:
            self._after = old[-1][0]
        return len(old)
