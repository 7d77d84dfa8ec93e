"""One commit: everything that a batch holds, in the order that makes early reports meet their part.

In: a batch. Out: `Settled`. Promise: one transaction; the order of the steps is part of it.
"""

from collections.abc import Generator, Sequence
from typing import Any

import msgspec

from chappe.store.arrive import arrive
from chappe.store.claim import LeaveAt, claim
from chappe.store.contract import NEVER, Batch, Doubted, Move, Settled
from chappe.store.keep import keep
from chappe.store.move import move
from chappe.store.rows import Key, Node
from chappe.store.script import Ask, Run
from chappe.store.told import told
from chappe.words.lifecycle import Happening
from chappe.words.news import News


class Settings(msgspec.Struct):
    """What scripts need to know of the engine."""

    leave_at: LeaveAt
    stop_everywhere: bool = False


def settle(batch: Batch, node: Node, settings: Settings) -> Generator[Any, Any, Settled]:
    """Do it all."""
    result = Settled()
    keys: list[Key] = []
    if batch.drafts:
        result.answers, keys = yield from keep(batch.drafts, node)
        result.queued |= _queued(batch)
    moves: list[Move] = list(batch.moves)
    moved = yield from move(moves, batch.refs, batch.reports, node)
    keys += moved.news
    result.idle, result.strange = moved.idle, moved.strange
    result.queued |= moved.queued
    for wish in batch.claims:
        claimed, others = yield from claim(wish, node.holder, settings.leave_at)
        result.claimed.append(claimed)
        if others:
            moved = yield from move(others, (), (), node)
            keys += moved.news
            result.put_off = min(result.put_off, _put_off(others))
    if batch.arrivals:
        keys += yield from arrive(batch.arrivals, node, settings.stop_everywhere)
    keys += yield from told(batch.told, node)
    yield from _noted(batch.doubts)
    result.held_back = node.held_back
    if keys:
        result.news = yield from news_of(keys)
    return result


def _put_off(moves: Sequence[Move]) -> int:
    return min((one.due for one in moves if one.happening is Happening.put_off), default=NEVER)


def _noted(doubts: Sequence[Doubted]) -> Generator[Any, Any, None]:
    """With the moves that were decided on, so that whatever came into doubt is listed."""
    for choice in sorted({doubt.choice for doubt in doubts}):
        found = [doubt for doubt in doubts if doubt.choice == choice]
        ids = sorted({doubt.message for doubt in found})
        yield Run("doubt", (ids, max(doubt.at for doubt in found), choice))


def _queued(batch: Batch) -> set[tuple[int, int]]:
    return {
        (route, int(letter.asked.channel))
        for draft in batch.drafts
        for letter in draft.letters
        for route in set(letter.routes) or (letter.route,)
        if letter.happening is Happening.accepted
    }


def news_of(keys: Sequence[Key]) -> Generator[Any, Any, list[News]]:
    """News with all that a dialect needs to word them."""
    news: list[News] = yield Ask("news", (keys,), list[News])
    return news
