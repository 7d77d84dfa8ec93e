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

    def __init__(self, takes_s: float = 0, finds_at: int = 2) -> None:
        self._takes_s, self._finds_at = takes_s, finds_at
        self.commits = Commits(Counter())
        node: Any = SimpleNamespace(commits=self.commits)
        self.waiting = Waiters(node)
        self.count = 0

    async def look(self) -> int | None:
        self.count += 1
        count = self.count
        if self._takes_s:
            await asyncio.wait({asyncio.ensure_future(asyncio.sleep(self._takes_s))})
        return count if count >= self._finds_at else None

    def wait(self, timeout_s: float = 60) -> asyncio.Task[int | None]:
        return asyncio.create_task(self.waiting.until(7, self.look, timeout_s))

    async def commit(self, batch: Batch) -> None:
        self.commits.settled(batch, Settled())


def moved() -> Batch:
    """A commit by which something happened to some message."""
    batch = Batch()
    batch.moves.append(Move(1, Happening.was_delivered))
    return batch


async def test_who_waits_is_woken_by_what_may_have_changed_it() -> None:
    """E64"""
    looks = Looks()
    waiting = looks.wait()
    await asyncio.wait({waiting}, timeout=0)
    await looks.commit(moved())
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


async def test_who_takes_long_to_look_looks_less_often() -> None:
    """So that those who wait take no more than a part of the time, however much happens."""
    looks = Looks(takes_s=0.02, finds_at=1_000)
    waiting = [looks.wait(0.6) for _ in range(3)]
    while not all(one.done() for one in waiting):
        await looks.commit(moved())
        await asyncio.wait(waiting, timeout=0.005)
    assert looks.count <= 3 * 5  # at rest for a quarter of a second after each


async def test_time_is_up_after_a_last_look() -> None:
    looks = Looks()
    assert await looks.wait(0) is None
    assert looks.count == 1
    assert not looks.waiting.is_full(7)
