"""Replays of what befell in some time, which go on by themselves: counted, then told at a pace.

In: an account, a stretch of time, an end. Out: how far it came. Promise: one at a time per account;
it goes on whoever looks, until it is done or stopped; what it owes anew is never more than a second
ahead of its pace. It ends with the server: what was owed anew until then stays owed.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any, Final, Literal

import msgspec

from chappe.doors.turn import report
from chappe.hands import perform
from chappe.hands.deeds import note
from chappe.hands.replays import RATE_MOST, ReplayStretch
from chappe.hands.shown import CannotDo
from chappe.node import Node
from chappe.store.contract import StoreAway
from chappe.words.account import Account
from chappe.words.clock import SECOND

KEPT_MOST: Final = 1_000  # runs that are over and may still be looked at
DEED: Final = "callbacks replay some"

Phase = Literal["counting", "counted", "telling", "done", "stopped", "failed"]
UNDER_WAY: Final = ("counting", "telling")


class ReplayProgress(msgspec.Struct, kw_only=True):
    """One replay, and how far it is."""

    account: Account
    asked: ReplayStretch
    who: str
    phase: Phase = "counting"
    heard: int = 0
    given_up: int = 0
    told: int = 0
    why: str = ""  # it failed

    @property
    def total(self) -> int:
        return self.heard + self.given_up

    @property
    def is_under_way(self) -> bool:
        return self.phase in UNDER_WAY

    @property
    def is_ready(self) -> bool:
        """Whether it is counted and not done: to be begun, or to go on where it ended."""
        return not self.is_under_way and bool(self.asked.after) and self.total > 0

    def count(self, heard: int, given_up: int) -> None:
        """So many more would be told."""
        self.heard += heard
        self.given_up += given_up

    def begin(self, who: str) -> None:
        """Somebody wants them to be told."""
        self.who, self.phase, self.why = who, "telling", ""

    def go(self, told: int, after: str, begin: int) -> None:
        """So many more are owed again; where and when it goes on."""
        self.told += told
        self.asked = msgspec.structs.replace(self.asked, after=after, begin=begin)

    def end(self, phase: Phase, why: str = "") -> None:
        """It goes on no more, for now or for good."""
        self.phase, self.why = phase, why


class _Work:
    """What goes on for a run. `stirred` ends its rest, whatever it rests for."""

    def __init__(self) -> None:
        self.is_stopped = False
        self.stirred = asyncio.Event()

    def stop(self) -> None:
        self.is_stopped = True
        self.stirred.set()


class Replaying:
    """Lives beside a node, with its console."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._runs: dict[int, ReplayProgress] = {}
        self._works: dict[int, _Work] = {}
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._resting = 0

    def of(self, account: int) -> ReplayProgress | None:
        """The last replay of an account."""
        return self._runs.get(account)

    @property
    def is_at_work(self) -> bool:
        """Whether any goes on, and does not wait for its pace."""
        return len(self._tasks) > self._resting

    def count(self, account: Account, asked: ReplayStretch, who: str) -> ReplayProgress | None:
        """Count what would be told; None while another one of this account is under way."""
        known = self._runs.get(account.id)
        if known is not None and known.is_under_way:
            return None
        self._runs.pop(account.id, None)
        for ident in [one.account.id for one in self._runs.values() if not one.is_under_way]:
            if len(self._runs) >= KEPT_MOST:
                del self._runs[ident]
        run = self._runs[account.id] = ReplayProgress(account=account, asked=asked, who=who)
        self._begin(run)
        return run

    def tell(self, account: int, who: str) -> bool:
        """Do what was counted, or go on with it; False: there is no such run."""
        run = self._runs.get(account)
        if run is None or not run.is_ready:
            return False
        run.begin(who)
        self._begin(run)
        return True

    def stop(self, account: int) -> bool:
        """End what is under way; False: nothing is."""
        work = self._works.get(account)
        if work is not None:
            work.stop()
        return work is not None

    async def settled(self, account: int, within_s: float) -> None:
        """Wait a moment for what goes on, so that whoever asked sees its end at once."""
        if task := self._tasks.get(account):
            await asyncio.wait([task], timeout=within_s)

    async def close(self) -> None:
        """The node is about to stop."""
        tasks = [*self._tasks.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # at work

    def _begin(self, run: ReplayProgress) -> None:
        ident, work = run.account.id, _Work()
        self._works[ident] = work
        doing = self._count(run, work) if run.phase == "counting" else self._tell(run, work)
        task = asyncio.get_running_loop().create_task(self._see_to(run, doing))
        self._tasks[ident] = task
        task.add_done_callback(lambda _: self._over(ident))

    def _over(self, ident: int) -> None:
        del self._tasks[ident], self._works[ident]

    async def _see_to(self, run: ReplayProgress, doing: Coroutine[Any, Any, None]) -> None:
        try:
            await doing
        except (CannotDo, StoreAway) as fault:
            run.end("failed", str(fault))
        except Exception as fault:  # of ours; the run says that it failed, and nobody waits for it
            report(fault)
            run.end("failed")

    async def _count(self, run: ReplayProgress, work: _Work) -> None:
        """Page by page; the cursor that it begins with is the one to tell from, so that what
        befalls meanwhile is in neither."""
        asked, begin = run.asked, ""
        while not work.is_stopped:
            found = (await perform(self._node, "callbacks count", asked)).value
            run.count(found["heard"], found["given_up"])
            begin = begin or found["here"]
            if not found["after"]:
                run.go(0, begin, 0)
                run.end("counted")
                return
            asked = msgspec.structs.replace(asked, after=found["after"])
        run.end("stopped")

    async def _tell(self, run: ReplayProgress, work: _Work) -> None:
        node, already = self._node, run.told
        await self._note(run)
        began = node.clock.steady()
        while run.asked.after and not work.is_stopped:
            done = (await perform(node, DEED, run.asked)).value
            run.go(done["replayed"], done["after"], done["next_at"])
            if run.asked.after:
                due = began + (run.told - already) * SECOND // run.asked.rate
                await self._rest(work, due - node.clock.steady())
        run.end("stopped" if run.asked.after else "done")
        await self._note(run)

    async def _rest(self, work: _Work, wait_ms: int) -> None:
        """Until it is time for the next ones, or nobody wants them any more."""
        if wait_ms <= 0 or work.is_stopped:
            return
        work.stirred.clear()
        timer = self._node.clock.later(wait_ms, work.stirred.set)
        self._resting += 1
        try:
            await work.stirred.wait()
        finally:
            self._resting -= 1
            timer.cancel()

    async def _note(self, run: ReplayProgress) -> None:
        """Who did it, before and after: it may never come to its end."""
        facts = {"login": run.account.login, "total": run.told or run.total, "note": run.phase}
        await note(self._node, run.who, DEED, facts, run.account.id)


def asked_of(login: str, since: str, until: str, only: str, rate: int) -> ReplayStretch:
    """What is asked of the hand; each step owes a second's worth."""
    rate = max(1, min(rate, RATE_MOST))
    facts = {"login": login, "since": since, "until": until, "only": only}
    return msgspec.convert({**facts, "rate": rate, "most": rate}, ReplayStretch)
