"""Memory goes back to the system once a crowd is gone."""

import asyncio
import gc
import mmap
from collections.abc import Iterator

import pytest

from chappe.node import memory
from chappe.node.memory import Tidying

_MIB = 1 << 20


async def test_what_a_crowd_left_behind_goes_back_and_nothing_is_done_without_need(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """E23: a process that grew is tidied, and once more when it grows no longer: the crowd may
    have been there still; one that stays as it is, or grows a little, is not."""
    held: Iterator[int] = iter([100, 100, 109, 190, 120, 121, 111, 112, 122])
    looked, tidied = asyncio.Event(), list[int]()
    now = 0

    def resident() -> int:
        nonlocal now
        now = next(held, 0)
        if not now:
            looked.set()
        return now * _MIB

    monkeypatch.setattr(memory, "_LOOK_EVERY_S", 0.001)
    monkeypatch.setattr(memory, "resident", resident)
    monkeypatch.setattr(memory, "give_back", lambda: tidied.append(now))
    unloaded = list[int]()
    tidying = Tidying(lambda: unloaded.append(now))
    await tidying.start()
    async with asyncio.timeout(10):
        await looked.wait()
    await tidying.stop()
    # 190 is what it had grown to; 120 what was left of that, and then 111; 122 is no tenth more.
    assert tidied == unloaded == [190, 121]


async def test_what_was_pinned_while_much_was_here_goes_back_once_it_is_gone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """E23: whoever takes much again and again grows a process once; when they have gone it is
    tidied all the same, and what is remembered goes too, unless it holds hardly more than it ever
    did."""
    held: Iterator[int] = iter([100, 190, 180, 181, 180, 181, 110, 109, 109])
    looked, tidied, forgot = asyncio.Event(), list[int](), list[int]()
    now = count = 0

    def resident() -> int:
        nonlocal now, count
        now, count = next(held, 0), count + 1
        if count in (6, 8):  # a look at what is held comes after what was left
            tidying.crowded()
        if not now:
            looked.set()
        return now * _MIB

    monkeypatch.setattr(memory, "_LOOK_EVERY_S", 0.001)
    monkeypatch.setattr(memory, "resident", resident)
    monkeypatch.setattr(memory, "give_back", lambda: tidied.append(now))
    monkeypatch.setattr(memory, "forget_all", lambda: forgot.append(now))
    tidying = Tidying(lambda: None)
    await tidying.start()
    async with asyncio.timeout(10):
        await looked.wait()
    await tidying.stop()
    assert tidied == forgot == [190, 181, 181]


def test_garbage_is_looked_for_in_small_steps() -> None:
    """E23: a look among 50,000 young objects is one of 50 ms, in which nobody else is served."""
    thresholds = gc.get_threshold()
    try:
        memory.settle()
        assert gc.get_threshold()[:2] == (5_000, 40)
    finally:
        gc.set_threshold(*thresholds)
        gc.unfreeze()


def test_a_process_knows_what_it_holds() -> None:
    before = memory.resident()
    with mmap.mmap(-1, 64 * _MIB) as block:  # memory that nobody in this process had before
        for page in range(0, len(block), mmap.PAGESIZE):
            block[page] = 1
        assert 60 * _MIB < memory.resident() - before < 80 * _MIB
