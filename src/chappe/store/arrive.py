"""Messages from handsets: kept, tied to what they answer, opted out by them, and told.

In: arrivals. Out: the keys of the news that came of it, and whether a STOP is to be confirmed.
Promise: none is lost; one that answers nothing of ours is kept and shown all the same; a STOP is
to be confirmed once, in the transaction in which it is heeded.
"""

from collections.abc import Generator, Sequence
from typing import Any

import msgspec

from chappe.store.contract import NEVER
from chappe.store.recent import Recent
from chappe.store.rows import (
    FRAGMENT,
    NEWS_OF_NOBODY,
    NEWS_OF_REPLY,
    REPLY,
    Key,
    NewsRow,
    WritingNode,
)
from chappe.store.script import Add, Ask, Into, Run
from chappe.store.settings import Settings
from chappe.words.clock import DAY
from chappe.words.lane import lane_of
from chappe.words.lifecycle import Event, Reason, State
from chappe.words.order import Lists, NewsKind, Urls
from chappe.words.report import Arrival, Fragment
from chappe.words.stop import Wish, wish_of

_LOOK_BACK = 40 * DAY
_STOP_LOOK_BACK = 90 * DAY

_CONFIRMATION = Into(
    "confirmation", ("reply", "account", "dialect", "number", "code", "at", "text")
)


def arrive(
    arrivals: Sequence[tuple[str, Arrival]], node: WritingNode, recent: Recent, settings: Settings
) -> Generator[Any, Any, tuple[list[Key], bool]]:
    """Keep them all; the news keys are those this node is to tell."""
    keys: list[Key] = []
    confirming: list[tuple[Any, ...]] = []
    for link, arrival in arrivals:
        keys += yield from _one(link, arrival, node, recent, settings, confirming)
    if confirming:
        yield Add(_CONFIRMATION, confirming)
    return keys, bool(confirming)


def pieced(fragments: Sequence[tuple[str, Fragment]]) -> Generator[Any, Any, None]:
    """Keep pieces until their message is whole; one that comes twice is kept once."""
    yield Add(FRAGMENT, [(link, *msgspec.structs.astuple(piece)) for link, piece in fragments])


def _one(
    link: str,
    arrival: Arrival,
    node: WritingNode,
    recent: Recent,
    settings: Settings,
    confirming: list[tuple[Any, ...]],
) -> Generator[Any, Any, list[Key]]:
    ident = yield Ask("draw", ("reply", 1))
    since = arrival.at - _LOOK_BACK
    tied = yield from _tie(arrival, since)
    owner = None if tied else (yield Ask("code_owner", (arrival.code,)))
    account = tied[0] if tied else owner or 0
    wish = wish_of(arrival.text)
    row = (ident, arrival.at, arrival.number, arrival.code, arrival.text, arrival.operator)
    message = tied[1] if tied else 0
    yield Add(REPLY, [(*row, account, message, int(wish is Wish.stop), link)])
    if arrival.pieces:
        yield Run("drop_fragments", (link, arrival.pieces))
    is_new = yield from _heed(wish, arrival, account, bool(tied), settings.stop_everywhere())
    if is_new and tied and (text := settings.confirm_stop(account, tied[2])):
        to = (arrival.number, arrival.code)
        confirming.append((ident, account, tied[2], *to, arrival.at, text))
    if not tied:
        return (yield from _tell_owner(ident, arrival, wish, account, node, settings))
    recent.forget([message])  # its count of news is changed past what is remembered
    return (yield from _tell(ident, arrival, wish, tied, node))


def _tie(arrival: Arrival, since: int) -> Generator[Any, Any, list[Any] | None]:
    """The last message to that number from that code, or under a name with that reply code."""
    low, high = yield Ask("stretches")
    width = 64
    while high >= low:
        begin = max(low, high - width + 1)
        found = yield Ask("tie", (begin, high, arrival.number, arrival.code, since))
        if found:
            return list(found)
        if (yield Ask("stretch_at", (begin,))) < since:
            return None
        high, width = begin - 1, width * 4
    return None


def _heed(
    wish: Wish, arrival: Arrival, account: int, tied: bool, everywhere: bool
) -> Generator[Any, Any, bool]:
    """STOP and START work at once, in the same transaction as the reply itself; whether it is a
    STOP of a number that was not on the list."""
    if wish is Wish.none:
        return False
    if everywhere:
        accounts = [0]
    elif account and tied:
        accounts = [account]
    else:
        since = arrival.at - _STOP_LOOK_BACK
        low, high = yield Ask("stretches")
        found = yield Ask("senders", (low, high, arrival.number, arrival.code, since))
        accounts = sorted({*found, *([account] if account else [])})
    pairs = [(account, arrival.number) for account in accounts]
    if wish is Wish.stop:
        source = f"reply to {arrival.code}"
        return bool(
            (yield Run("opt_out", (pairs, arrival.at, source, int(Lists.stop)), counted=True))
        )
    yield Run("opt_in", (pairs, int(Lists.stop)))
    return False


def _tell(
    ident: int, arrival: Arrival, wish: Wish, tied: Sequence[Any], node: WritingNode
) -> Generator[Any, Any, list[Key]]:
    account, message, _, events, news, behind, *urls = tied
    is_stop = wish is Wish.stop
    event = Event.stop if is_stop and events & Event.stop else Event.reply
    url = Urls(*urls).of(NewsKind.stop if is_stop else NewsKind.reply)
    if not (events & event and url):
        return []
    lane = lane_of(url, account)
    holder = 0 if behind else node.hold(lane)
    row = NewsRow(
        subject=message,
        seq=news + 1,
        event=int(event),
        state=int(State.new),
        reason=int(Reason.none),
        at=arrival.at,
        operator=arrival.operator,
        lane=lane,
        due=NEVER if behind else arrival.at,
        since=arrival.at,
        holder=holder,
        account=account,
    )
    yield Add(NEWS_OF_REPLY, [(*row, url, ident)])
    yield Run("count_news", (news + 1, message))
    return [(message, news + 1)] if holder else []


def _tell_owner(
    ident: int, arrival: Arrival, wish: Wish, account: int, node: WritingNode, settings: Settings
) -> Generator[Any, Any, list[Key]]:
    """What answers nothing goes to whoever has the code as their own, by each dialect of theirs."""
    rows: list[tuple[Any, ...]] = []
    held: list[Key] = []
    for tell in settings.reply_tells(account) if account else ():
        is_stop = wish is Wish.stop
        event, url = (tell.stop_event, tell.stop_url) if is_stop else (tell.event, tell.url)
        if not (event and url):
            continue
        lane = lane_of(url, account)
        row = NewsRow(
            subject=-ident,
            seq=len(rows) + 1,
            event=event,
            state=int(State.new),
            reason=int(Reason.none),
            at=arrival.at,
            operator=arrival.operator,
            lane=lane,
            due=arrival.at,
            since=arrival.at,
            holder=node.hold(lane),
            account=account,
        )
        if row.holder:
            held.append((row.subject, row.seq))
        rows.append((*row, url, ident, tell.dialect, tell.form))
    if rows:
        yield Add(NEWS_OF_NOBODY, rows)
    return held
