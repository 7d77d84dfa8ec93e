"""Waiting: who waits is woken by commits, and does not keep looking."""

import asyncio
from collections import Counter
from types import SimpleNamespace
from typing import Any

from chappe.console.sandbox.waiting import Waiters
from chappe.engine.commits import Commits
from chappe.store.contract import Batch, Move, Settled
from chappe.words.lifecycle import Happening

SOON_S = 0.5  # less than it takes until somebody looks by themselves


class Looks:
    """Somebody who looks, and finds what they want at the second look."""

    def __init__(self) -> None:
        self.commits = Commits(Counter())
        node: Any = SimpleNamespace(commits=self.commits)
        self.waiting = Waiters(node)
        self.count = 0

    async def look(self) -> int | None:
        self.count += 1
        return self.count if self.count > 1 else None

    def wait(self, timeout_s: float = 60) -> asyncio.Task[int | None]:
        return asyncio.create_task(self.waiting.until(7, self.look, timeout_s))

    async def commit(self, batch: Batch) -> None:
        self.commits.settled(batch, Settled())


async def test_who_waits_is_woken_by_what_may_have_changed_it() -> None:
    """E64"""
    looks = Looks()
    waiting = looks.wait()
    await asyncio.wait({waiting}, timeout=0)
    batch = Batch()
    batch.moves.append(Move(1, Happening.was_delivered))
    await looks.commit(batch)
    async with asyncio.timeout(SOON_S):
        assert await waiting == 2


async def test_what_changes_nothing_wakes_nobody() -> None:
    """A hundred commits of claims and calls to customers, say."""
    looks = Looks()
    waiting = looks.wait()
    for _ in range(100):
        await looks.commit(Batch())
        await asyncio.wait({waiting}, timeout=0.001)
    assert looks.count == 1
    looks.waiting.stop()
    assert await waiting == 2


async def test_who_waits_looks_once_more_by_and_by() -> None:
    """What another node brought about, nobody here is told of."""
    looks = Looks()
    async with asyncio.timeout(30):
        assert await looks.wait() == 2


async def test_time_is_up_after_a_last_look() -> None:
    looks = Looks()
    assert await looks.wait(0) is None
    assert looks.count == 1
    assert not looks.waiting.is_full(7)
