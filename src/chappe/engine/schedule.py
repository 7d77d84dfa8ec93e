"""Scheduling: what is due is queued, what lapsed expires, what no receipt came for is unknown.

In: the clock. Out: moves, in bounded steps. Promise: all this happens to the second, whatever else
goes on, and a restart changes nothing. The timers sleep a minute at most and look again, so that a
clock which is set makes nothing late for longer; while the date is in doubt, nothing ends by it.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence

from chappe.engine.office import Office
from chappe.engine.postpone import Window, next_leave
from chappe.store.contract import NEVER, Batch, Move, Settled
from chappe.words.answer import Receipt
from chappe.words.clock import DAY, DOUBT_MS, HOUR, MINUTE, SECOND, Clock, Timer
from chappe.words.lifecycle import Happening, Reason
from chappe.words.order import Hours

log = logging.getLogger("chappe.engine")

_AT_ONCE = 1_000
_HASTENED_AT_ONCE = 10_000
_SILENCE_EVERY_MS = 1 * MINUTE
_LAPSE_EVERY_MS = 10 * MINUTE
_FORGET_EVERY_MS = 1 * HOUR
_LOOK_EVERY_MS = 1 * MINUTE  # for what somebody else put into the store
_WATCH_EVERY_MS = 5 * SECOND  # whether somebody has set the clock
_STEP_MS = 2 * SECOND  # no clock is that far off by itself
_SLEEP_MAX_MS = 1 * MINUTE
_STRANGERS_MS = 7 * DAY  # reports that no part of ours answered to
_CALLED_OFF_MS = 1 * SECOND
_POSTPONED = Happening.postponed


class Schedule:
    """The timers of one node."""

    def __init__(self, office: Office, texts_days: int, records_days: int) -> None:
        self._office = office
        self._texts_ms, self._records_ms = texts_days * DAY, records_days * DAY
        self._timer: Timer | None = None
        self._next = NEVER
        self._stopped = False
        self._seen = (0, 0)  # the date and the steady time of the last watch
        self._doubt = 0
        office.commits.listen(self)

    async def start(self) -> None:
        clock = self._office.clock
        self._seen = clock.now(), clock.steady()
        await self._hasten()
        for every_ms, work in (
            (_SILENCE_EVERY_MS, self._fall_silent),
            (_LAPSE_EVERY_MS, self._lapse),
            (_FORGET_EVERY_MS, self._forget),
            (_LOOK_EVERY_MS, self._look),
            (_WATCH_EVERY_MS, self._watch),
        ):
            self._again(every_ms, work)
        await self._look()

    def stop(self) -> None:
        self._stopped = True
        if self._timer is not None:
            self._timer.cancel()

    def _again(self, every_ms: int, work: Callable[[], Awaitable[None]]) -> None:
        async def run() -> None:
            try:
                await work()
            finally:
                self._again(every_ms, work)

        def ring() -> None:
            if not self._stopped:
                self._office.background(run())

        self._office.clock.later(every_ms, ring)

    # what comes due

    def settled(self, batch: Batch, settled: Settled) -> None:
        """Set the timer for what was just scheduled, or put off when it was to leave."""
        postponed = [
            (letter.due, answer)
            for draft, answer in zip(batch.drafts, settled.answers, strict=False)
            for letter in draft.letters
            if letter.happening is _POSTPONED
        ]
        for due, answer in postponed:
            if isinstance(answer, Receipt):
                self.expect(due)
        self.expect(settled.put_off)

    def expect(self, due: int) -> None:
        """See to it that the timer wakes at this instant: something is scheduled for it."""
        if due >= self._next or self._stopped:
            return
        self._next = due
        if self._timer is not None:
            self._timer.cancel()
        wait_ms = min(due - self._office.clock.now(), _SLEEP_MAX_MS)
        self._timer = self._office.clock.later(wait_ms, self._ring)

    def _ring(self) -> None:
        self._timer, self._next = None, NEVER
        if not self._stopped:
            self._office.background(self._come_due())

    async def _come_due(self) -> None:
        now = self._office.clock.now()
        await self._move_all(lambda: self._office.store.due_scheduled(now, _AT_ONCE), _CAME_DUE)
        await self._call_again(now)
        due = await self._office.store.next_scheduled()
        if due:
            # What is still due now belongs to an order that was called off and is being emptied.
            self.expect(due if due > now else now + _CALLED_OFF_MS)
        await self._look_for_calls()

    async def _call_again(self, now: int) -> None:
        """Who took no call, unless its order was deleted meanwhile."""
        store = self._office.store
        while not self._stopped and (found := await store.due_again(now, _AT_ONCE)):
            at = self._office.clock.now()
            store.batch.moves += [
                Move(ident, Happening.cancelled if deleted else Happening.called_again, at=at)
                for ident, deleted in found
            ]
            await store.kept()

    async def _look(self) -> None:
        due = await self._office.store.next_scheduled()
        if due:
            self.expect(due)
        await self._look_for_calls()

    async def _look_for_calls(self) -> None:
        due = await self._office.store.next_again()
        if due:
            self.expect(due)

    # what ran out

    async def _fall_silent(self) -> None:
        now = self._office.clock.now()
        await self._move_all(lambda: self._office.store.fallen_silent(now, _AT_ONCE), _FELL_SILENT)

    async def _lapse(self) -> None:
        now = self._office.clock.now()
        await self._move_all(lambda: self._office.store.lapsed(now, _AT_ONCE), _LAPSED)

    async def _move_all(
        self,
        find: Callable[[], Awaitable[Sequence[int]]],
        what: tuple[Happening, Reason],
    ) -> None:
        """A bounded number at a time, each on disk before the next are looked for."""
        store = self._office.store
        while not self._stopped and (found := await find()):
            now = self._office.clock.now()
            store.batch.moves += [Move(ident, what[0], what[1], now) for ident in found]
            await store.kept()

    async def _forget(self) -> None:
        now = self._office.clock.now()
        while not self._stopped:
            texts, records = now - self._texts_ms, now - self._records_ms
            strangers = max(records, now - _STRANGERS_MS)
            if not await self._office.store.forget(texts, records, strangers, _AT_ONCE):
                break
        while not self._stopped:
            if not await self._office.store.forget_staff(now - self._records_ms, now, _AT_ONCE):
                break

    # a clock that was set

    async def _watch(self) -> None:
        clock, (date, steady) = self._office.clock, self._seen
        self._seen = now, passed = clock.now(), clock.steady()
        doubt, before = clock.doubt, self._doubt
        self._doubt = doubt
        stepped = now - date - (passed - steady)
        if doubt and not before:
            log.warning(_JUMPED, doubt / SECOND, DOUBT_MS // MINUTE)
        elif before and not doubt and abs(stepped) < _STEP_MS:
            log.warning("the machine's date is back where it was")
        if abs(stepped) >= _STEP_MS:
            log.warning("the date was set by %+.0f s", stepped / SECOND)
            await self._hasten()
            if self._timer is not None:
                self._timer.cancel()
            self._timer, self._next = None, NEVER
            await self._look()

    async def _hasten(self) -> None:
        """What was queued by a clock that was fast would wait until that date comes again."""
        store, now = self._office.store, self._office.clock.now()
        while not self._stopped and (count := await store.hasten(now, _HASTENED_AT_ONCE)):
            log.warning("%d messages were queued at a date that has yet to come", count)


_JUMPED = (
    "the machine's date jumped by %+.0f s: the old one goes on until that has stood for %d minutes,"
    " or until the next start"
)
_CAME_DUE = (Happening.came_due, Reason.none)
_FELL_SILENT = (Happening.fell_silent, Reason.none)
_LAPSED = (Happening.lapsed, Reason.validity)


def leave_at(clock: Clock, now: int, hours: int, opens: int, closes: int) -> int:
    """When a letter with these hours may leave, from `now` on. Where the date is in doubt it may by
    both dates, or else it waits a minute."""
    at, doubt = _first_leave(now, hours, opens, closes), clock.doubt
    if at > now or not doubt:
        return at
    other = now + doubt
    return now if _first_leave(other, hours, opens, closes) == other else now + MINUTE


def _first_leave(now: int, hours: int, opens: int, closes: int) -> int:
    """The first instant from `now` on that is within these hours."""
    window = Window(opens, closes) if opens >= 0 else None
    found = next_leave(now, legal=hours != Hours.any, window=window)
    return now + DAY if found is None else found
