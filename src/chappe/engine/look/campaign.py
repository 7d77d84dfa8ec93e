"""Looking at an order with its messages, and at a single message.

In: a number or a reference. Out: the order with all its messages, or that there is none. Promise:
an order that was called off shows no message that still waits.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from chappe.engine.decline import or_not_now
from chappe.engine.desk import Desk
from chappe.engine.look.pages import campaign_of, pages_of, shown_state, stretch_of
from chappe.words.account import Account
from chappe.words.answer import Refusal, Trouble
from chappe.words.asked import CampaignPaged, CampaignWanted
from chappe.words.found import Campaign, CampaignPages
from chappe.words.lifecycle import Reason, State
from chappe.words.news import Message

_NOT_FOUND = Refusal((Trouble.not_found,))
_WHOLE = 1_000  # messages; an order of more is answered page by page, by whoever can word that


@or_not_now
async def campaign(
    desk: Desk, account: Account, dialect: str, wanted: CampaignWanted
) -> Campaign | Refusal:
    """One order with all its messages: by its number, or the last one of a reference."""
    row = await _order(desk, account, dialect, wanted)
    return _NOT_FOUND if row is None else await _whole(desk, row)


@or_not_now
async def campaign_paged(
    desk: Desk, account: Account, dialect: str, asked: CampaignPaged
) -> Campaign | CampaignPages | Refusal:
    """The same. What is counted is counted before the first page is read: what happens while pages
    are read stands in the pages alone."""
    row = await _order(desk, account, dialect, asked.wanted)
    if row is None:
        return _NOT_FOUND
    if int(row["total"]) <= _WHOLE:
        return await _whole(desk, row)
    tally: Counter[tuple[State, Reason]] = Counter()
    partly = 0
    for state, reason, count, part in await desk.store.tally(*stretch_of(row)):
        tally[shown_state(row, State(state)), Reason(reason)] += count
        partly += part
    pages = pages_of(desk, row)
    return CampaignPages(campaign=campaign_of(row, ()), tally=tally, partly=partly, pages=pages)


async def _order(
    desk: Desk, account: Account, dialect: str, wanted: CampaignWanted
) -> Mapping[str, Any] | None:
    row = None
    if wanted.order:
        row = await desk.store.order(account.id, wanted.order)
    elif wanted.reference:
        rows = await desk.store.orders_by_ref(account.id, dialect, wanted.reference, 1)
        row = rows[0] if rows else None
    if row is None or row["dialect"] != dialect:
        return None
    if wanted.since and await desk.store.to_leave(stretch_of(row)[0]) < wanted.since:
        return None
    return row


async def _whole(desk: Desk, row: Mapping[str, Any]) -> Campaign:
    messages: list[Message] = []
    async for page in pages_of(desk, row):
        messages += page.messages
    return campaign_of(row, messages)


async def message(desk: Desk, ident: int) -> Message | None:
    """One message by its number, of whichever account."""
    found: Sequence[Message] = await desk.store.messages(ident, ident, 1)
    return found[0] if found else None
