"""Talks: replies by whose and from whom they are, the newest first.

In: accounts, a place. Out: the last reply of each talk, a page at a time. Promise: each talk is
found once, where its last reply stands; no page looks at more than so many replies. Of several
accounts some replies each are looked at, and what lies before all of these is left for later.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Sequence
from typing import Any

from chappe.store.contract import NEVER
from chappe.store.contract.talks import TalkPlace, Talks, TalksAsked
from chappe.store.script import Ask, Script
from chappe.words.news import Reply

_LOT = 256  # replies that are looked at together
_LOOKED = 4_096  # that a page looks at

_REPLIES = list[Reply]
_END = TalkPlace(NEVER, NEVER)


class TalkIntents(ABC):
    """What a store does for whoever reads what was written."""

    @abstractmethod
    async def read(self, script: Callable[[], Script]) -> Any: ...

    async def talks(self, asked: TalksAsked) -> Talks:
        """A page of talks."""
        found: Talks = await self.read(lambda: _talks(asked))
        return found

    async def written_by(
        self, account: int, number: int, before: int, most: int
    ) -> Sequence[Reply]:
        """A page of what a number wrote to an account."""

        def script() -> Script:
            return (yield Ask("heard_from", (number, before, [account], most), _REPLIES))

        replies: list[Reply] = await self.read(script)
        return replies


def _talks(asked: TalksAsked) -> Script:
    place, left = asked.before or _END, _LOOKED
    found: list[Reply] = []
    talks = set[tuple[int, int]]()
    while left > 0:
        replies, is_all = yield from _lot(asked, place)
        last = yield from _last(replies, talks, is_first=asked.before is None)
        for reply in replies:
            if reply.id in last:
                if len(found) == asked.most:
                    return Talks(found, TalkPlace(found[-1].at, found[-1].id))
                found.append(reply)
            place = TalkPlace(reply.at, reply.id)
        if is_all:
            return Talks(found, None)
        left -= max(_LOT, len(asked.accounts or ()))
    return Talks(found, place)


def _last(
    replies: Sequence[Reply], talks: set[tuple[int, int]], *, is_first: bool
) -> Generator[Any, Any, set[int]]:
    """Those of them that are the last of their talks. Of a talk that this page came by already none
    is; on the first page every other one is."""
    fresh: list[Reply] = []
    for reply in replies:
        talk = (reply.account, reply.number)
        if reply.number and talk not in talks:
            talks.add(talk)
            fresh.append(reply)
    later = set[int]()
    if fresh and not is_first:
        asked = [(reply.account, reply.number, reply.at, reply.id) for reply in fresh]
        later |= set((yield Ask("heard_later", (asked,))))
    return {reply.id for place, reply in enumerate(fresh) if place not in later}


def _lot(asked: TalksAsked, place: TalkPlace) -> Generator[Any, Any, tuple[list[Reply], bool]]:
    """The next replies, and whether these are all."""
    accounts = None if asked.accounts is None else list(asked.accounts)
    if asked.number:
        args = (asked.number, place.reply, accounts, _LOT)
        replies = yield Ask("heard_from", args, _REPLIES)
        return replies, len(replies) < _LOT
    if accounts is None:
        replies = yield Ask("heard_by_all", (*place, _LOT), _REPLIES)
        return replies, len(replies) < _LOT
    each = max(1, _LOT // max(1, len(accounts)))
    replies = yield Ask("heard_by", (accounts, *place, each), _REPLIES)
    return _merged(replies, each)


def _merged(replies: Sequence[Reply], each: int) -> tuple[list[Reply], bool]:
    """In order; an account of which there may be more hides whatever lies behind what is seen of
    it."""
    count: dict[int, int] = {}
    seen_to = (-1, -1)
    for reply in replies:
        count[reply.account] = count.get(reply.account, 0) + 1
        if count[reply.account] == each:
            seen_to = max(seen_to, (reply.at, reply.id))
    kept = [reply for reply in replies if (reply.at, reply.id) >= seen_to]
    kept.sort(key=lambda reply: (reply.at, reply.id), reverse=True)
    return kept, seen_to == (-1, -1)
