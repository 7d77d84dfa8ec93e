"""Looking at talks: what a number and an account wrote to each other, with the rights of who asks.

In: whose, which number, where a page begins. Out: a page, the newest first. Promise: of other
accounts nothing is seen, whatever is asked for. Raises StoreAway.
"""

from collections.abc import Sequence
from heapq import merge
from itertools import islice
from typing import Final, NamedTuple

from chappe.engine.desk import Desk
from chappe.engine.look.search import search
from chappe.engine.look.seen import Seen
from chappe.store.contract import NEVER
from chappe.store.contract.search import PageStart, Sought
from chappe.store.contract.talks import Talks, TalksAsked
from chappe.words.account import Account
from chappe.words.news import Message, Reply


class TalkStart(NamedTuple):
    """Where a page of a talk begins: before a message, and before a reply."""

    message: int = NEVER
    reply: int = NEVER


NEWEST: Final = TalkStart()
_NONE_BEFORE: Final = 1  # the first number of all


class Utterance(NamedTuple):
    """One of the two: what an account sent, or what was written to it."""

    at: int
    message: Message | None = None
    reply: Reply | None = None


class Talk(NamedTuple):
    """A page of a talk."""

    said: Sequence[Utterance]  # the newest first
    next: TalkStart | None  # None: there is nothing older


async def talks(desk: Desk, seen: Seen, asked: TalksAsked) -> Talks:
    """The talks in which somebody wrote, each by their last reply. `seen` None: all may be seen."""
    if seen is not None:
        accounts = seen if asked.accounts is None else set(seen).intersection(asked.accounts)
        asked = asked._replace(accounts=sorted(accounts))
    return await desk.store.talks(asked)


async def talk(
    desk: Desk, seen: Seen, account: Account, number: int, most: int, start: TalkStart = NEWEST
) -> Talk:
    """A page of one, whose account may be seen."""
    before = PageStart(0, start.message) if start.message < NEVER else None
    sought = Sought(most, accounts=[account.id], number=number, place=before)
    found = await search(desk, seen, sought)
    sightings = found.found if found is not None else ()
    behind = found.next if found is not None else None
    replies = await desk.store.written_by(account.id, number, start.reply, most + 1)
    sent = [Utterance(one.message.order_at, one.message) for one in sightings]
    heard = [Utterance(reply.at, None, reply) for reply in replies]
    said = list(islice(merge(heard, sent, key=lambda one: -one.at), most))
    last = TalkStart(
        _last([one.message.id for one in said if one.message], len(sent), start.message, behind),
        _last([one.reply.id for one in said if one.reply], len(heard), start.reply, None),
    )
    return Talk(said, None if last == (_NONE_BEFORE, _NONE_BEFORE) else last)


def _last(shown: Sequence[int], count: int, start: int, behind: PageStart | None) -> int:
    """Before which to go on: where all that were found are shown, behind them."""
    if len(shown) < count:
        return shown[-1] if shown else start
    return behind.message if behind is not None else _NONE_BEFORE
