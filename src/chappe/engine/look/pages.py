"""Looking at a large order, a page at a time.

In: an order's number, or the stretch of its messages. Out: what a look at the whole would bring, in
pieces of a bounded size. Promise: an order that was called off shows no message that still waits.
Raises StoreAway.
"""

from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any

import msgspec

from chappe.engine.desk import Desk
from chappe.words.account import Account
from chappe.words.found import Campaign
from chappe.words.lifecycle import State
from chappe.words.news import Message
from chappe.words.stage import Stage

_PAGE = 2_000
_MOST_MESSAGES = 1_000_000
_STILL_HERE = frozenset((State.scheduled, State.queued, State.sending))


async def has_left(desk: Desk, first: int, last: int) -> bool:
    """Whether no message of a stretch waits for an operator any more."""
    rows = await desk.store.tally(first, last)
    return _STILL_HERE.isdisjoint([state for state, *_ in rows])


async def pages(desk: Desk, account: Account, order: int) -> AsyncGenerator[Campaign, None]:
    """All messages of an order, in their sequence; no page where there is no such order."""
    row = await desk.store.order(account.id, order)
    if row is None:
        return
    async for page in pages_of(desk, row):
        yield page


async def pages_of(desk: Desk, row: Mapping[str, Any]) -> AsyncGenerator[Campaign, None]:
    """The same of an order that was looked up."""
    first, last = stretch_of(row)
    for begin in range(first, last + 1, _PAGE):
        found = await desk.store.stretch(begin, min(last, begin + _PAGE - 1))
        if row["stage"] == Stage.called_off:  # the others look as they are
            found = [shown(row, message) for message in found]
        yield campaign_of(row, found)


def stretch_of(row: Mapping[str, Any]) -> tuple[int, int]:
    """The first and the last number of an order's messages, as far as they are shown."""
    first, last = int(row["first"]), int(row["first"]) + int(row["total"]) - 1
    return first, min(last, first + _MOST_MESSAGES - 1)


def campaign_of(row: Mapping[str, Any], messages: Sequence[Message]) -> Campaign:
    """An order with some of its messages."""
    return Campaign(
        id=row["id"],
        at=row["at"],
        reference=row["ref"] or "",
        facts=msgspec.json.decode(row["facts"], type=dict[str, str]),
        messages=messages,
    )


def shown(row: Mapping[str, Any], message: Message) -> Message:
    """A message as its order makes it look."""
    state = shown_state(row, message.state)
    return message if state is message.state else msgspec.structs.replace(message, state=state)


def shown_state(row: Mapping[str, Any], state: State) -> State:
    """What waits in an order that was called off is about to be cancelled."""
    is_off = row["stage"] == Stage.called_off and state is State.scheduled
    return State.cancelled if is_off else state
