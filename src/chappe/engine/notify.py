"""Notifying: who is owed which news, when to try again, when to give up. An outbox, never a socket.

In: news that commits brought, and how calls ended. Out: news that may be told now. Promise: at
least once, in order per message; a dead endpoint holds up its own lane alone; memory is bounded.
"""

from collections import deque
from collections.abc import Callable, Sequence

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


class Lane:
    """News for one origin."""

    __slots__ = ("claiming", "flying", "queue", "sick", "telling")

    def __init__(self) -> None:
        self.queue: deque[News] = deque()
        self.flying = 0
        self.sick = 0
        self.claiming = False
        self.telling = False

    def may_fly(self) -> bool:
        return self.flying < (_SLOW_IN_FLIGHT if self.sick >= _SICK else _IN_FLIGHT)


class Notify:
    """The outbox of one node."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._lanes: dict[int, Lane] = {}
        self._held = 0
        self._stopped = False
        self._looking = False
        self.tell: Callable[[News], None] = lambda news: None  # the outgoing door
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
        self._owe(settled.news)
        for key in settled.held_back:
            # More waits in the store: what comes from now on goes behind it.
            self._desk.store.lanes_full.add(key)
            self._fly(key, self._lanes.setdefault(key, Lane()))

    def _owe(self, owed: Sequence[News]) -> None:
        for news in owed:
            key = lane_of(news.url)
            lane = self._lanes.get(key)
            if lane is None:
                lane = self._lanes[key] = Lane()
            lane.queue.append(news)
            self._held += 1
            if len(lane.queue) >= _HELD or (self._held >= _HELD_ALL and len(lane.queue) > _CLAIM):
                self._desk.store.lanes_full.add(key)
            self._fly(key, lane)

    def _fly(self, key: int, lane: Lane) -> None:
        if self._stopped or lane.telling:
            return  # a call that ended within `tell`: the loop that it came from goes on
        lane.telling = True
        while lane.queue and lane.may_fly():
            lane.flying += 1
            self._held -= 1
            self.tell(lane.queue.popleft())
        lane.telling = False
        if len(lane.queue) <= _HELD_LOW and key in self._desk.store.lanes_full:
            self._desk.store.lanes_full.discard(key)
            self._claim(key, lane)

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
                lane = self._lanes.setdefault(key, Lane())
                if due <= now and len(lane.queue) <= _HELD_LOW:
                    self._claim(key, lane)
            self._forget_idle()
        finally:
            self._look_later(_LOOK_MS)

    def _claim(self, key: int, lane: Lane) -> None:
        if not lane.claiming and not self._stopped:
            lane.claiming = True
            self._desk.background(self._claim_now(key, lane))

    async def _claim_now(self, key: int, lane: Lane) -> None:
        try:
            now = self._desk.clock.now()
            owed = await self._desk.store.claim_news(key, now, _CLAIM)
        finally:
            lane.claiming = False
        self._owe(owed)
        if len(owed) == _CLAIM:
            self._desk.store.lanes_full.add(key)
            self._fly(key, lane)

    def _forget_idle(self) -> None:
        idle = [key for key, lane in self._lanes.items() if not (lane.queue or lane.flying)]
        if len(self._lanes) > 1_000:
            for key in idle:
                del self._lanes[key]

    # how it went

    def unwanted(self, news: News) -> None:
        """The dialect has no words for it: it is over."""
        self._over(news, Told(news.subject, news.seq, True, self._now(), "", 0, wanted=False))

    def heard(self, news: News, answer: str) -> None:
        """The customer's side took it."""
        lane = self._lanes.get(lane_of(news.url))
        if lane is not None:
            lane.sick = 0
        self._desk.counts["calls heard"] += 1
        self._over(news, Told(news.subject, news.seq, True, self._now(), answer, 0))

    def missed(self, news: News, answer: str, wait_ms: int | None) -> None:
        """It did not: try again after a while, or give up where `wait_ms` is None."""
        lane = self._lanes.get(lane_of(news.url))
        if lane is not None:
            lane.sick += 1
        now = self._now()
        self._desk.counts["calls missed" if wait_ms is not None else "calls given up"] += 1
        due = now + max(1, wait_ms) if wait_ms is not None else 0
        self._over(news, Told(news.subject, news.seq, False, now, answer, due))

    def _over(self, news: News, told: Told) -> None:
        store = self._desk.store
        store.batch.told.append(told)
        store.flush(_TOLD_WITHIN_MS)
        key = lane_of(news.url)
        lane = self._lanes.get(key)
        if lane is not None:
            lane.flying -= 1
            self._fly(key, lane)

    def _now(self) -> int:
        return self._desk.clock.now()
