"""Short URLs: where each message's leads, who followed it, and how often.

In: drafts whose letters have short URLs, clicks, questions. Out: rows, counts, and the news that
clicks are. Promise: a click and what is owed of it become durable together; a message's news stay
in their order.
"""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from typing import Any, NamedTuple

from chappe.store.contract import NEVER, Draft
from chappe.store.lookup import newest
from chappe.store.recent import Recent
from chappe.store.rows import NEWS_OF_CLICK, NewsRow
from chappe.store.script import Add, Ask, Into, Run, Script
from chappe.words.found import Clicked
from chappe.words.lane import lane_of
from chappe.words.lifecycle import Event, Reason, State
from chappe.words.news import Message

_TINY = Into("tiny", ("message", "account", "at", "short", "target"))
_CLICKED = list[tuple[Message, str, str, int, int]]
_BEARING_MOST = 100_000  # orders, and messages, of one reference: the newest
_UNHELD = 0  # whoever claims news of its lane finds it

Click = tuple[int, int]  # (message, at)


def tinies(kept: Sequence[Draft]) -> Iterator[Add]:
    """The short URLs of orders that are kept; one that leads nowhere is none."""
    rows = [
        (letter.first + index, draft.account, letter.due, short, target)
        for draft in kept
        for letter in draft.letters
        for index, (short, target) in enumerate(letter.tinies)
        if target
    ]
    if rows:
        yield Add(_TINY, rows)


def follow(clicks: Sequence[Click], recent: Recent) -> Generator[Any, Any, list[int]]:
    """Count them, and owe each to the customers who want to hear of it; the lanes by which some
    may be told now."""
    times = Counter([message for message, _ in clicks])
    last = dict(sorted(clicks, key=lambda click: click[1]))
    rows = [(message, count, last[message]) for message, count in times.items()]
    yield Run("count_clicks", (rows,))
    found = yield Ask("clicked_messages", (sorted(times),))
    owing = {row[0]: _Owing(*row[1:]) for row in found if row[2] & Event.click}
    if not owing:
        return []
    recent.forget(owing)  # their counts of news are changed past what is remembered
    lanes = {message: lane_of(one.url, one.account) or one.lane for message, one in owing.items()}
    free = {lanes[message] for message, one in owing.items() if not one.behind}
    news: list[tuple[Any, ...]] = []
    for message, at in sorted(clicks):
        if message in owing:
            one = owing[message]._replace(news=owing[message].news + 1)
            news.append((*_news_row(message, one, at, lanes[message]), one.url))
            owing[message] = one._replace(behind=True)
    yield Add(NEWS_OF_CLICK, news)
    for message, one in owing.items():
        yield Run("count_news", (one.news, message))
    return sorted(free)


class _Owing(NamedTuple):
    """Whoever is to hear of a message's clicks: a row of query `clicked_messages`."""

    account: int
    events: int
    lane: int  # of its letter
    news: int  # how many there are
    behind: bool | int  # some of them are owed
    url: str  # for clicks alone; '': they go where statuses go


def _news_row(message: int, one: _Owing, at: int, lane: int) -> NewsRow:
    return NewsRow(
        subject=message,
        seq=one.news,
        event=int(Event.click),
        state=int(State.new),
        reason=int(Reason.none),
        at=at,
        operator="",
        lane=lane,
        due=NEVER if one.behind else at,
        since=at,
        holder=_UNHELD,
        account=one.account,
    )


class TinyIntents(ABC):
    """What a store does for short URLs, on top of what all of it stands on."""

    _recent: Recent

    @abstractmethod
    async def read(self, script: Callable[[], Script]) -> Any: ...

    @abstractmethod
    async def _do(self, script: Callable[[], Script], *, is_past_us: bool = True) -> Any: ...

    @abstractmethod
    async def _ask(self, name: str, *args: Any, type: Any = None) -> Any: ...

    async def tiny(self, numbers: Sequence[int]) -> tuple[int, str, str] | None:
        """(message, short URL, target) of the newest of these messages whose URL leads anywhere."""
        found = await self._ask("tiny", list(numbers))
        return tuple(found) if found else None

    async def followed(self, clicks: Sequence[Click]) -> Sequence[int]:
        """Count clicks, and owe their news: by which lanes some may be told now."""
        lanes: list[int] = await self._do(lambda: follow(clicks, self._recent), is_past_us=False)
        return lanes

    async def clicks_counted(self, account: int, first: int, last: int) -> tuple[int, int]:
        """Of a stretch of an account's messages, how many had their short URL followed, and how
        often in all."""
        messages, clicks = await self._ask("clicks_counted", account, first, last)
        return messages, clicks

    async def clicks(
        self,
        account: int,
        dialect: str,
        reference: str,
        name_fact: str,
        since: int,
        until: int,
        after: int,
        limit: int,
    ) -> Sequence[Clicked]:
        """Messages behind number `after` that left in that time and whose short URL was followed,
        in the order of their numbers. `reference` is an order's, or that of a recipient who is
        alone in their order or whose order has none; where nothing bears it, the fact of an order.
        '' is all."""

        def script() -> Script:
            if reference:
                stretches = yield from _bearing(account, dialect, reference)
                if stretches:
                    args = (stretches, account, since, until, after, limit)
                    return (yield Ask("clicks_in", args, _CLICKED))
            whole = (account, dialect, reference, name_fact, since, until, after, limit)
            return (yield Ask("clicks", whole, _CLICKED))

        return [Clicked(*row) for row in await self.read(script)]


def _bearing(account: int, dialect: str, reference: str) -> Generator[Any, Any, list[list[int]]]:
    """Stretches of messages that a reference stands for, none of them twice. They are found by
    indexes: of an account's clicks there may be millions."""
    args = (account, reference, dialect)
    low, high = yield Ask("order_stretches")
    orders = yield from newest("orders_by_ref", low, high, args, _BEARING_MOST)
    low, high = yield Ask("stretches")
    alone = yield from newest("own_refs", low, high, args, _BEARING_MOST)
    found = [[one["first"], one["first"] + one["total"] - 1] for one in orders]
    found += [[ident, ident] for ident in alone]
    stretches: list[list[int]] = []
    for first, last in sorted(found):
        if stretches and first <= stretches[-1][1] + 1:
            stretches[-1][1] = max(stretches[-1][1], last)
        else:
            stretches.append([first, last])
    return stretches
