"""Group commit, without a database: who waits decides when, and a fault stays where it belongs."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import pytest

from chappe.store import writer as writing
from chappe.store.contract import Batch, Doubted, Draft, Move, PartRef, Settled, StoreAway, Told
from chappe.store.script import Ask, Script
from chappe.store.writer import Free, Outcome, Writer
from chappe.words.answer import Receipt, Refusal, Trouble
from chappe.words.lifecycle import Happening, Reason
from chappe.words.report import Arrival, Report

NOT_NOW = Refusal((Trouble.not_now,))
FAULT = Refusal((Trouble.fault,))
AWAY = StoreAway("the disk is full")


class Disk:
    """Holds what was handed over until a test says how it went."""

    def __init__(self) -> None:
        self.handed: list[tuple[Any, Outcome]] = []
        self.came = asyncio.Event()
        self.settled: list[Settled] = []
        self.writer = Writer(
            self.take, lambda batch: None, lambda batch, settled: self.settled.append(settled)
        )

    def take(self, work: Any, outcome: Outcome, free: Free) -> None:
        def end(value: Any, fault: BaseException | None) -> None:
            outcome(value, fault)
            free()

        self.handed.append((work, end))
        self.came.set()

    async def turn(self) -> None:
        for _ in range(3):
            await asyncio.sleep(0)

    def succeed(self) -> Batch:
        batch, outcome = self._next()
        answers: list[Receipt | Refusal] = [receipt(draft) for draft in batch.drafts]
        outcome(Settled(answers=answers), None)
        return batch

    def fail(self, fault: BaseException) -> None:
        _, outcome = self._next()
        outcome(None, fault)

    def _next(self) -> tuple[Batch, Outcome]:
        self.came.clear()
        return self.handed.pop(0)

    def end(self, bad: Callable[[Batch], bool]) -> list[list[Draft]]:
        """Go on until nothing is handed over; batches with something bad in them fail."""
        seen = []
        while self.handed:
            batch = self.handed[0][0]
            seen.append(batch.drafts)
            if bad(batch):
                self.fail(ValueError("poison"))
            else:
                self.succeed()
        return seen


def draft(ident: int) -> Draft:
    return Draft(
        id=ident,
        account=1,
        dialect="",
        at=0,
        reference="",
        request_id="",
        facts="",
        first=ident,
        total=1,
        cost={},
        origin="",
        trace="",
        letters=(),
    )


def receipt(of: Draft) -> Receipt:
    return Receipt(order=of.id, at=0, first=of.first, total=1, cost=0, balance=0)


def keep(disk: Disk, *idents: int) -> list[Any]:
    answers: list[Any] = []
    for ident in idents:
        disk.writer.keep(draft(ident), answers.append)
    return answers


def move(message: int) -> Move:
    return Move(message, Happening.acknowledged)


@pytest.fixture
async def disk() -> Disk:
    return Disk()


async def test_an_order_alone_does_not_wait_for_company(disk: Disk) -> None:
    answers = keep(disk, 1)
    await disk.turn()
    disk.succeed()
    assert answers == [receipt(draft(1))]


async def test_orders_of_one_moment_share_a_commit(disk: Disk) -> None:
    """E1: and each is answered with its own receipt, after it."""
    answers = keep(disk, 1, 2, 3)
    await disk.turn()
    assert answers == []
    assert [d.id for d in disk.succeed().drafts] == [1, 2, 3]
    assert answers == [receipt(draft(n)) for n in (1, 2, 3)]
    assert disk.handed == []


async def test_what_comes_during_a_commit_is_in_the_next(disk: Disk) -> None:
    keep(disk, 1)
    await disk.turn()
    answers = keep(disk, *range(2, 62))
    await disk.turn()
    assert len(disk.handed) == 1
    disk.succeed()
    await disk.turn()
    assert len(disk.succeed().drafts) == 60
    assert len(answers) == 60


async def test_orders_close_together_wait_for_one_another_a_moment(disk: Disk) -> None:
    keep(disk, 1, 2)
    await disk.turn()
    disk.succeed()
    keep(disk, 3)
    await disk.turn()
    assert disk.handed == []
    keep(disk, *range(4, 60))  # so many need not wait any longer
    await disk.turn()
    assert len(disk.succeed().drafts) == 57


async def test_whoever_comes_alone_waits_for_nobody(disk: Disk) -> None:
    """One request after the other: each comes once the last is answered."""
    for number in range(1, 5):
        keep(disk, number)
        await disk.turn()
        assert [d.id for d in disk.succeed().drafts] == [number]


async def test_a_paced_order_is_committed_when_its_moment_is_over(disk: Disk) -> None:
    keep(disk, 1, 2)
    await disk.turn()
    disk.succeed()
    keep(disk, 3)
    await asyncio.wait_for(disk.came.wait(), 5)
    assert [d.id for d in disk.succeed().drafts] == [3]


async def test_the_shortest_patience_decides(disk: Disk) -> None:
    disk.writer.batch.moves.append(move(1))
    disk.writer.flush(60_000)
    disk.writer.batch.moves.append(move(2))
    disk.writer.flush(0)
    disk.writer.flush(30_000)
    await disk.turn()
    assert [m.message for m in disk.succeed().moves] == [1, 2]


async def test_an_empty_batch_costs_no_commit(disk: Disk) -> None:
    disk.writer.flush(0)
    await disk.turn()
    assert disk.handed == []


async def test_scripts_and_batches_take_turns(disk: Disk) -> None:
    """However many scripts wait, an order waits for one of them."""
    scripts: list[Any] = [lambda n=n: n for n in range(3)]
    runs = [asyncio.ensure_future(disk.writer.run(script)) for script in scripts]
    await disk.turn()
    keep(disk, 1)
    order = []
    while disk.handed:
        work, outcome = disk.handed.pop(0)
        if isinstance(work, Batch):
            order.append("batch")
            outcome(Settled(answers=[receipt(d) for d in work.drafts]), None)
        else:
            order.append("script")
            outcome(work(), None)
        await disk.turn()
    assert order == ["script", "batch", "script", "script"]
    assert await asyncio.gather(*runs) == [0, 1, 2]


async def test_a_scripts_fault_is_its_callers(disk: Disk) -> None:
    def script() -> Script:
        yield Ask("purses")

    run = asyncio.ensure_future(disk.writer.run(script))
    await disk.turn()
    disk.fail(ValueError("no such account"))
    with pytest.raises(ValueError, match="no such account"):
        await run


async def test_settled_waits_for_all_that_was_appended_before(disk: Disk) -> None:
    disk.writer.batch.moves.append(move(1))
    waiting = asyncio.ensure_future(disk.writer.settled())
    await disk.turn()
    assert not waiting.done()
    assert [m.message for m in disk.succeed().moves] == [1]
    await waiting


# the store is away


async def test_a_store_that_is_away_refuses_orders_and_forgets_nothing(
    disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E4: who waits is told 'not now'; what happened already is written when the store is back."""
    monkeypatch.setattr(writing, "_RETRY_S", 0.001)
    batch = disk.writer.batch
    kept: list[bool] = []
    batch.moves.append(move(1))
    batch.refs.append(PartRef("sim", "A1", 1, 1))
    batch.told.append(Told(1, 1, True, 0, "", 0))
    batch.doubts.append(Doubted(1, 0, "held"))
    batch.reports.append(("sim", Report("A0", Happening.was_delivered, Reason.none, 0)))
    batch.arrivals.append(("sim", Arrival(1, "36105", "OUI", 0)))
    batch.afterwards.append(kept.append)
    answers = keep(disk, 1)
    await disk.turn()
    disk.writer.batch.moves.append(move(2))
    disk.fail(AWAY)
    assert (answers, kept, disk.settled) == ([NOT_NOW], [False], [Settled()])
    await asyncio.wait_for(disk.came.wait(), 5)
    again = disk.succeed()
    assert [m.message for m in again.moves] == [1, 2]
    assert (len(again.refs), len(again.told), len(again.doubts)) == (1, 1, 1)
    # Who sent these was told that they were not kept, and sends them again.
    assert (again.drafts, again.reports, again.arrivals) == ([], [], [])


async def test_pauses_grow_while_the_store_is_away_and_are_forgotten_after(
    disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    flush = disk.writer.flush

    def watched(within_ms: float) -> None:
        pauses.append(within_ms)
        flush(0)

    disk.writer.batch.moves.append(move(1))
    flush(0)
    monkeypatch.setattr(disk.writer, "flush", watched)
    for _ in range(6):
        await disk.turn()
        disk.fail(AWAY)
    await disk.turn()
    disk.succeed()
    disk.writer.batch.moves.append(move(2))
    flush(0)
    await disk.turn()
    disk.fail(AWAY)
    assert pauses == [250, 500, 1000, 2000, 2000, 2000, 250]


# poison


async def test_a_poisoned_order_takes_no_other_with_it(disk: Disk) -> None:
    """E4: it alone is refused, found by halves; the others are answered as ever."""
    answers: list[list[Any]] = [keep(disk, n) for n in range(8)]
    await disk.turn()
    tries = disk.end(lambda batch: any(d.id == 5 for d in batch.drafts))
    assert answers == [[FAULT if n == 5 else receipt(draft(n))] for n in range(8)]
    assert [[d.id for d in drafts] for drafts in tries] == [
        [0, 1, 2, 3, 4, 5, 6, 7],
        [0, 1, 2, 3],
        [4, 5, 6, 7],
        [4, 5],
        [4],
        [5],
        [6, 7],
    ]


async def test_a_poisoned_move_is_dropped_and_the_others_keep_their_order(disk: Disk) -> None:
    batch = disk.writer.batch
    batch.moves += [move(n) for n in range(5)]
    batch.told.append(Told(9, 1, True, 0, "", 0))
    disk.writer.flush(0)
    await disk.turn()
    written: list[int] = []
    told = 0
    while disk.handed:
        if any(m.message == 2 for m in disk.handed[0][0].moves):
            disk.fail(ValueError("poison"))
            continue
        done = disk.succeed()
        written += [m.message for m in done.moves]
        told += len(done.told)
    assert (written, told) == ([0, 1, 3, 4], 1)


async def test_a_poisoned_report_is_handed_back_and_nothing_else_is_lost(disk: Disk) -> None:
    kept: list[bool] = []
    batch = disk.writer.batch
    batch.moves.append(move(1))
    batch.reports.append(("sim", Report("\0", Happening.was_delivered, Reason.none, 0)))
    batch.afterwards.append(kept.append)
    disk.writer.flush(0)
    await disk.turn()
    disk.fail(ValueError("poison"))
    assert kept == [False]
    assert [m.message for m in disk.succeed().moves] == [1]
    assert disk.handed == []


async def test_parts_of_a_poisoned_batch_outlive_a_store_that_goes_away(disk: Disk) -> None:
    answers = keep(disk, 1, 2)
    disk.writer.batch.moves += [move(1), move(2)]
    await disk.turn()
    disk.fail(ValueError("poison"))
    disk.fail(AWAY)
    assert answers == [NOT_NOW, NOT_NOW]
    disk.writer.flush(0)
    await disk.turn()
    assert [m.message for m in disk.succeed().moves] == [1, 2]
    assert disk.handed == []


async def test_a_listener_that_fails_keeps_no_answer_from_the_others(
    disk: Disk, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_: Receipt | Refusal) -> None:
        raise asyncio.InvalidStateError

    disk.writer.keep(draft(1), broken)
    answers = keep(disk, 2)
    await disk.turn()
    with caplog.at_level(logging.CRITICAL, "chappe.store"):
        disk.succeed()
    assert answers == [receipt(draft(2))]
    keep(disk, *range(60))
    await disk.turn()
    assert len(disk.handed) == 1


async def test_a_crowd_waits_twice_as_long_to_share_a_commit(disk: Disk) -> None:
    """A commit costs as much as ten orders: where many come, more of them share one."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    keep(disk, *range(1, 10))
    await disk.turn()
    disk.succeed()
    keep(disk, 10)
    await disk.came.wait()
    assert loop.time() - began > 0.0055  # few would have waited for 3 ms


async def test_what_comes_once_it_is_closed_goes_nowhere() -> None:
    """Whatever was to be looked at a moment later finds no database any more."""
    disk = Disk()
    disk.writer.closed = True
    disk.writer.batch.moves.append(Move(1, Happening.acknowledged, Reason.none, 0))
    disk.writer.flush(0)
    await disk.turn()
    assert disk.handed == []
