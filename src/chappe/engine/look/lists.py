"""Looking for the messages of a reference, and for the replies of a stretch of time.

In: a question. Out: all that there is, read from the store page by page.
"""

from chappe.engine.decline import or_not_now
from chappe.engine.desk import Desk
from chappe.store.contract import AnswersAsked
from chappe.words.account import Account
from chappe.words.answer import Refusal
from chappe.words.asked import MessagesWanted, RepliesWanted
from chappe.words.found import Answered, Messages, Replies

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
async def replies(
    desk: Desk, account: Account, dialect: str, wanted: RepliesWanted
) -> Replies | Refusal:
    """The replies of a stretch of time, the oldest first."""
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
        page = await desk.store.answers(asked)
        found += [Answered(reply, message) for reply, message in page]
        if len(page) < _PAGE:
            break
        since, after = page[-1][0].at, page[-1][0].id
    return Replies(found)
