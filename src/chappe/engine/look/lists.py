"""Looking up orders and messages of an account or of a reference, replies of a stretch of time.

In: a question. Out: a page of what there is, or all of it, read from the store page by page.
"""

import msgspec

from chappe.engine.decline import or_not_now
from chappe.engine.desk import Desk
from chappe.engine.look.pages import shown
from chappe.store.contract import NEVER, AnswersAsked
from chappe.store.contract.listing import OrderHead
from chappe.words.account import Account
from chappe.words.answer import Refusal
from chappe.words.asked import AccountMessagesWanted, MessagesWanted, OrdersWanted, RepliesWanted
from chappe.words.found import Answered, Messages, Orders, Replies, Summary

_MOST_REPLIES = 1_000_000
_PAGE = 10_000


@or_not_now
async def messages(
    desk: Desk, account: Account, dialect: str, wanted: MessagesWanted
) -> Messages | Refusal:
    """The messages of a reference, the newest first."""
    found = await desk.store.messages_by_ref(account.id, dialect, wanted.reference, wanted.most)
    return Messages(found)


@or_not_now
async def account_messages(
    desk: Desk, account: Account, dialect: str, wanted: AccountMessagesWanted
) -> Messages | Refusal:
    """The newest order's first."""
    page = wanted.page.bounded()
    asked = (account.id, dialect, page.before, page.most, page.skip)
    found = await desk.store.account_messages(*asked)
    return Messages([shown({"stage": stage}, message) for message, stage in found])


@or_not_now
async def orders(
    desk: Desk, account: Account, dialect: str, wanted: OrdersWanted
) -> Orders | Refusal:
    """The newest first."""
    page = wanted.page.bounded()
    begun_by = NEVER if wanted.waiting else desk.clock.now()
    stretch = (page.before, page.most, begun_by, page.skip)
    heads = await desk.store.orders(account.id, dialect, *stretch)
    one = wanted.counted_in
    price = desk.tariff.price(one.channel, one.country, one.quality) if one is not None else None
    return Orders([summary_of(head) for head in heads], price)


def summary_of(head: OrderHead) -> Summary:
    """An order with its first message, as its order makes that look."""
    return Summary(
        id=head.id,
        at=head.at,
        reference=head.reference,
        facts=msgspec.json.decode(head.facts, type=dict[str, str]),
        total=head.total,
        cost=head.cost,
        start=head.start,
        message=shown({"stage": head.stage}, head.message),
    )


@or_not_now
async def replies(
    desk: Desk, account: Account, dialect: str, wanted: RepliesWanted
) -> Replies | Refusal:
    """The oldest first; a page of them the newest first."""
    if wanted.page is not None:
        page = wanted.page.bounded()
        stretch = (account.id, wanted.since, wanted.until)
        some = await desk.store.answers_before(*stretch, page.before, page.most, page.skip)
        return Replies([Answered(reply, message) for reply, message in some])
    found: list[Answered] = []
    since, after = wanted.since, 0
    while len(found) < _MOST_REPLIES:
        asked = AnswersAsked(
            account=account.id,
            since=since,
            after=after,
            until=wanted.until,
            dialect=dialect,
            ref=wanted.reference,
            fact=wanted.name_fact,
            limit=_PAGE,
        )
        read = await desk.store.answers(asked)
        found += [Answered(reply, message) for reply, message in read]
        if len(read) < _PAGE:
            break
        since, after = read[-1][0].at, read[-1][0].id
    return Replies(found)
