"""One commit: everything that a batch holds, in the order that makes early reports meet their part.

In: a batch. Out: `Settled`. Promise: one transaction; the order of the steps is part of it.
"""

from collections.abc import Generator, Sequence
from typing import Any

from chappe.store.arrive import arrive, pieced
from chappe.store.claim import claim
from chappe.store.contract import NEVER, Batch, Doubted, Move, Settled
from chappe.store.keep import keep
from chappe.store.move import move
from chappe.store.owed import owed
from chappe.store.recent import Recent
from chappe.store.resolve import met, parked_as
from chappe.store.rows import Key, NewsRow, WritingNode
from chappe.store.script import Run
from chappe.store.settings import Settings
from chappe.store.told import told
from chappe.store.usage import stretches_of, uncount
from chappe.words.lifecycle import Happening


def settle(
    batch: Batch, node: WritingNode, recent: Recent, settings: Settings
) -> Generator[Any, Any, Settled]:
    """Do it all."""
    result = Settled()
    fresh: list[NewsRow] = []
    keys: list[Key] = []
    if batch.drafts:
        result.answers, fresh = yield from keep(batch.drafts, node, recent)
        fresh = [one for one in fresh if one.holder]
        result.queued |= _queued(batch)
    if batch.moves or batch.refs or batch.reports or batch.parked:
        again = (yield from met(batch.parked, recent)) if batch.parked else []
        moved = yield from move(batch.moves, batch.refs, [*again, *batch.reports], node, recent)
        fresh += moved.news
        result.idle, result.strange = moved.idle, len(moved.strange)
        if moved.strange and recent.is_shared:
            known = {id(report) for _, report in again}  # these were looked for already
            result.parked = parked_as([one for one in moved.strange if id(one[1]) not in known])
        result.crowded_out = moved.crowded_out
        result.queued |= moved.queued
        result.put_off = moved.again
    for wish in batch.claims:
        claimed, others = yield from claim(wish, node.holder, recent, settings.leave_at)
        result.claimed.append(claimed)
        node.changed.update(stretches_of([one.id for one in claimed.leaving]))
        if others:
            moved = yield from move(others, (), (), node, recent)
            fresh += moved.news
            recent.forget([one.message for one in others])  # their letter may have begun anew
            result.put_off = min(result.put_off, _put_off(others))
    if batch.fragments:
        yield from pieced(batch.fragments)
    if batch.arrivals:
        told_of, result.to_confirm = yield from arrive(batch.arrivals, node, recent, settings)
        keys += told_of
    if batch.told:
        keys += yield from told(batch.told, node, recent)
    if batch.doubts:
        yield from _noted(batch.doubts)
    yield from uncount(node.changed, recent)
    result.held_back = node.held_back
    if fresh or keys:
        result.news = yield from owed(fresh, keys, recent)
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
