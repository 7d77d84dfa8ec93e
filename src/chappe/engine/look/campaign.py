"""Looking at an order with its messages, and at a single message.

In: a number or a reference. Out: the order with all its messages, or that there is none. Promise:
an order that was called off shows no message that still waits.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from chappe.engine.decline import or_not_now
from chappe.engine.desk import Desk
from chappe.words.account import Account
from chappe.words.answer import Refusal, Trouble
from chappe.words.asked import CampaignWanted
from chappe.words.found import Campaign
from chappe.words.lifecycle import State
from chappe.words.news import Message
from chappe.words.stage import Stage

_MOST_MESSAGES = 1_000_000
_PAGE = 10_000


@or_not_now
async def campaign(
    desk: Desk, account: Account, dialect: str, wanted: CampaignWanted
) -> Campaign | Refusal:
    """One order with all its messages: by its number, or the last one of a reference."""
    row = None
    if wanted.order:
        row = await desk.store.order(account.id, wanted.order)
    elif wanted.reference:
        rows = await desk.store.orders_by_ref(account.id, dialect, wanted.reference, 1)
        row = rows[0] if rows else None
    if row is None or row["dialect"] != dialect:
        return Refusal((Trouble.not_found,))
    return Campaign(
        id=row["id"],
        at=row["at"],
        reference=row["ref"] or "",
        facts=_facts(row["facts"]),
        messages=await _messages(desk, row),
    )


async def _messages(desk: Desk, row: Mapping[str, Any]) -> Sequence[Message]:
    messages: list[Message] = []
    first, last = int(row["first"]), int(row["first"]) + int(row["total"]) - 1
    last = min(last, first + _MOST_MESSAGES - 1)
    for begin in range(first, last + 1, _PAGE):
        messages += await desk.store.stretch(begin, min(last, begin + _PAGE - 1))
    if row["stage"] == Stage.called_off:
        return [_called_off(one) if one.state is State.scheduled else one for one in messages]
    return messages


def _called_off(message: Message) -> Message:
    return msgspec.structs.replace(message, state=State.cancelled)


def _facts(text: str) -> dict[str, str]:
    return msgspec.json.decode(text, type=dict[str, str])


async def message(desk: Desk, ident: int) -> Message | None:
    """One message by its number, of whichever account."""
    found: Sequence[Message] = await desk.store.messages(ident, ident, 1)
    return found[0] if found else None
