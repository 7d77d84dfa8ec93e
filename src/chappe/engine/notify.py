"""Notifying: who is owed which news, when to try again, when to give up. An outbox, never a socket.

In: news that commits brought, and how calls ended, many at a time. Out: news that may be told now,
in lists; replies that a dialect gathers, together. Promise: at least once, in order per message; a
dead endpoint holds up its own lane alone; memory is bounded.
"""

from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple

import msgspec

from chappe.engine.desk import Desk
from chappe.store.contract import Batch, Settled, Told
from chappe.words.clock import SECOND
from chappe.words.lane import lane_of
from chappe.words.news import News

_IN_FLIGHT = 32  # calls at a time to one origin
_SLOW_IN_FLIGHT = 2  # ... where the last ones went wrong
_HELD = 2_000  # news of one lane in memory; the others stay in the store
_HELD_LOW = 200
_HELD_ALL = 50_000
_CLAIM = 500
_TOLD_WITHIN_MS = 30
_LOOK_MS = 1 * SECOND
_SICK = 8  # calls in a row that were not heard


class Together(NamedTuple):
    """How a dialect tells replies that come close together in one call."""

    most: int  # of them in a call
    wait_ms: int  # for company


_Company = tuple[str, int, str, int]  # dialect, account, address, tries so far


class Lane:
    """News for one origin. What is told together stands in one place of the queue."""

    __slots__ = ("claiming", "flying", "held", "key", "queue", "sick")

    def __init__(self, key: int) -> None:
        self.key = key
        self.queue: deque[Sequence[News]] = deque()
        self.held = 0  # news in the queue
        self.flying = 0
        self.sick = 0
        self.claiming = False

    def put(self, told: Sequence[News]) -> None:
        self.queue.append(told)
        self.held += len(told)

    def take(self) -> list["Telling"]:
        """The foremost news, as many as may fly now; they do from here on."""
        room = (_SLOW_IN_FLIGHT if self.sick >= _SICK else _IN_FLIGHT) - self.flying
        count = max(0, min(room, len(self.queue)))
        self.flying += count
        tellings = [Telling(self.queue.popleft(), self) for _ in range(count)]
        self.held -= sum([len(telling.told) for telling in tellings])
        return tellings


class Telling(msgspec.Struct, frozen=True):
    """News under way in one call, and the lane that it goes by. Nearly always it is one."""

    told: Sequence[News]
    lane: Lane

    @property
    def news(self) -> News:
        """The first of them."""
        return self.told[0]


class Outcome(msgspec.Struct, frozen=True):
    """How a telling ended."""

    telling: Telling
    heard: bool  # the customer's side took it
    answer: str
    wait_ms: int | None = None  # until the next try, where it was not heard; None: given up
    wanted: bool = True  # False: the dialect has no words for it, nothing was called


class Notify:
    """The outbox of one node."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._lanes: dict[int, Lane] = {}
        self._held = 0
        self._stopped = False
        self.together: Mapping[str, Together] = {}  # dialect -> how it gathers replies
        self._gathered: dict[_Company, list[News]] = {}  # what waits for company
        # The outgoing door. What is over without a call it gives back at once, the rest to `over`.
        self.tell: Callable[[Sequence[Telling]], Sequence[Outcome]] = lambda tellings: ()
        desk.listen(self)

    async def start(self) -> None:
        """What a dead node held is owed again; then look for what is due now and then."""
        await self._desk.store.release_news()
        self._look_later(0)

    def stop(self) -> None:
        self._stopped = True

    @property
    def flying(self) -> int:
        return sum(lane.flying for lane in self._lanes.values())

    # what is owed

    def settled(self, batch: Batch, settled: Settled) -> None:
        lanes = self._queue(settled.news)
        for key in settled.held_back:
            # More waits in the store: what comes from now on goes behind it.
            self._desk.store.lanes_full.add(key)
            lanes[key] = self._lane(key)
        self._fly(lanes.values())

    def _queue(self, owed: Sequence[News]) -> dict[int, Lane]:
        """Put each in its lane; the lanes that got some."""
        lanes: dict[int, Lane] = {}
        for news in owed:
            if news.reply is not None and news.dialect in self.together:
                self._gather(news, self.together[news.dialect])
                continue
            key = lane_of(news.url)
            lane = lanes.get(key)
            if lane is None:
                lane = lanes[key] = self._lane(key)
            lane.put((news,))
        self._held += len(owed)
        for lane in lanes.values():
            self._bound(lane)
        return lanes

    def _bound(self, lane: Lane) -> None:
        """What comes from now on for a lane that holds much stays in the store."""
        if lane.held >= _HELD or (self._held >= _HELD_ALL and lane.held > _CLAIM):
            self._desk.store.lanes_full.add(lane.key)

    def _gather(self, news: News, how: Together) -> None:
        """Let a reply wait for others to the same address, for a moment. What was told in vain
        together comes again together, so that none is given up for the age of another."""
        key = (news.dialect, news.account, news.url, news.tries)
        waiting = self._gathered.setdefault(key, [])
        waiting.append(news)
        if len(waiting) == 1:
            self._desk.clock.later(how.wait_ms, lambda: self._gathered_long(key, waiting))
        elif len(waiting) == how.most:
            self._gathered_long(key, waiting)

    def _gathered_long(self, key: _Company, waiting: Sequence[News]) -> None:
        """Long enough, or enough of them: they are told, if they were not already."""
        if self._gathered.get(key) is waiting:
            del self._gathered[key]
            lane = self._lane(lane_of(key[2]))
            lane.put(waiting)
            self._bound(lane)
            self._fly([lane])

    def _lane(self, key: int) -> Lane:
        lane = self._lanes.get(key)
        if lane is None:
            lane = self._lanes[key] = Lane(key)
        return lane

    def _fly(self, lanes: Collection[Lane]) -> None:
        """Tell what these lanes have room for, and claim more for those that ran low."""
        if self._stopped:
            return
        while leaving := [telling for lane in lanes for telling in lane.take()]:
            self._held -= sum([len(telling.told) for telling in leaving])
            over = self.tell(leaving)
            if not over:
                break
            self._note(over)  # their room is free again
        full = self._desk.store.lanes_full
        for lane in lanes:
            if lane.key in full and lane.held <= _HELD_LOW:
                full.discard(lane.key)
                self._claim(lane)

    # what is in the store alone

    def _look_later(self, wait_ms: int) -> None:
        self._desk.clock.later(wait_ms, self._look)

    def _look(self) -> None:
        if not self._stopped:
            self._desk.background(self._look_now())

    async def _look_now(self) -> None:
        try:
            now = self._desk.clock.now()
            for key, due in await self._desk.store.lanes(now):
                lane = self._lane(key)
                if due <= now and lane.held <= _HELD_LOW:
                    self._claim(lane)
            self._forget_idle()
        finally:
            self._look_later(_LOOK_MS)

    def _claim(self, lane: Lane) -> None:
        if not lane.claiming and not self._stopped:
            lane.claiming = True
            self._desk.background(self._claim_now(lane))

    async def _claim_now(self, lane: Lane) -> None:
        try:
            now = self._desk.clock.now()
            owed = await self._desk.store.claim_news(lane.key, now, _CLAIM)
        finally:
            lane.claiming = False
        lanes = self._queue(owed)
        if len(owed) == _CLAIM:
            self._desk.store.lanes_full.add(lane.key)
            lanes[lane.key] = lane
        self._fly(lanes.values())

    def _forget_idle(self) -> None:
        if len(self._lanes) > 1_000:
            self._lanes = {
                key: lane
                for key, lane in self._lanes.items()
                if lane.queue or lane.flying or lane.claiming
            }

    # how it went

    def over(self, outcomes: Sequence[Outcome]) -> None:
        """How calls ended: heard, to be tried again after a while, or given up."""
        self._note(outcomes)
        self._fly({outcome.telling.lane: None for outcome in outcomes})

    def _note(self, outcomes: Sequence[Outcome]) -> None:
        """Write down how calls ended, and whether their lane is well."""
        store, counts, now = self._desk.store, self._desk.counts, self._desk.clock.now()
        told = store.batch.told
        for outcome in outcomes:
            lane = outcome.telling.lane
            lane.flying -= 1
            due = 0
            if outcome.heard:
                counts["calls heard"] += 1
                lane.sick = 0
            elif outcome.wait_ms is not None:
                counts["calls missed"] += 1
                lane.sick += 1
                due = now + max(1, outcome.wait_ms)
            elif outcome.wanted:
                counts["calls given up"] += 1
                lane.sick += 1
            told += [
                Told(
                    news.subject,
                    news.seq,
                    outcome.heard,
                    now,
                    outcome.answer,
                    due,
                    outcome.wanted,
                )
                for news in outcome.telling.told
            ]
        store.flush(_TOLD_WITHIN_MS)
