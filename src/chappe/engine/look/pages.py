"""Looking at a large order, a page at a time.

In: an order's number, or the stretch of its messages. Out: what a look at the whole would bring, in
pages of a bounded size. Raises StoreAway.
"""

from collections.abc import AsyncIterator

import msgspec

from chappe.engine.desk import Desk
from chappe.words.account import Account
from chappe.words.found import Campaign
from chappe.words.lifecycle import State

_PAGE = 2_000
_STILL_HERE = frozenset((State.scheduled, State.queued, State.sending))


async def has_left(desk: Desk, first: int, last: int) -> bool:
    """Whether no message of a stretch waits for an operator any more."""
    rows = await desk.store.tally(first, last)
    return _STILL_HERE.isdisjoint([state for state, *_ in rows])


async def pages(desk: Desk, account: Account, order: int) -> AsyncIterator[Campaign]:
    """All messages of an order, in their sequence; no page where there is no such order."""
    row = await desk.store.order(account.id, order)
    if row is None:
        return
    end = row["first"] + row["total"]
    for begin in range(row["first"], end, _PAGE):
        yield Campaign(
            id=row["id"],
            at=row["at"],
            reference=row["ref"] or "",
            facts=msgspec.json.decode(row["facts"], type=dict[str, str]),
            messages=await desk.store.stretch(begin, min(end, begin + _PAGE) - 1),
        )
