"""Notifying: who is owed which news, when to try again, when to give up. An outbox, never a socket.

In: news that commits brought, and how calls ended, many at a time. Out: news that may be told now,
in lists, to the door that asks for them; replies that a dialect gathers, together. Promise: at
least once, in order per message; a dead endpoint holds up its own lane alone; what is held in
memory is bounded, for each lane, each account and in all, and the rest waits in the store.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

import msgspec

from chappe.engine.office import Office
from chappe.engine.recall import chosen
from chappe.engine.take_turns import SICK, CallBounds, Lane, Telling, Turns
from chappe.store.contract import LANES_AT_ONCE, Batch, Settled, Told
from chappe.words.clock import MINUTE, SECOND
from chappe.words.lane import FREE, account_of, free_of, lane_of
from chappe.words.lifecycle import State
from chappe.words.news import News
from chappe.words.rests import Rests

log = logging.getLogger("chappe.callbacks")

_HELD = 2_000  # news of one lane in memory; the others stay in the store
_HELD_SICK = 500  # ... where it does not answer
_HELD_LOW = 200
_HELD_OF_ACCOUNT = 5_000
_HELD_OF_ACCOUNT_LOW = 1_000
_HELD_ALL = 50_000
_HELD_FREE = 200  # of an account, that cost nothing: ten seconds' worth
_HELD_FREE_LOW = 100
_CLAIM = 500
_CLAIM_LEAST = 8  # of each of many lanes
_TOLD_WITHIN_MS = 30
_LOOK_MS = 1 * SECOND
_LANES = 1_000  # that have nothing to do and are remembered
_WARN_MS = 1 * MINUTE
_REFUSED = State.refused


class Gathering(NamedTuple):
    """How a dialect tells replies that come close together in one call."""

    most: int  # of them in a call
    wait_ms: int  # for company


_Company = tuple[str, int, str, int]  # dialect, account, address, tries so far


class Outcome(msgspec.Struct, frozen=True):
    """How a telling ended."""

    telling: Telling
    heard: bool  # the customer's side took it
    answer: str
    wait_ms: int | None = None  # until the next try, where it was not heard; None: given up
    wanted: bool = True  # False: the dialect has no words for it, nothing was called
    tried: bool = True  # False: we could not call, which the customer's side has no part in
    took: int = 0  # milliseconds, from when there was room for it


class Notify:
    """The outbox of one node."""

    def __init__(
        self, office: Office, bounds: CallBounds, together: Mapping[str, Gathering]
    ) -> None:
        self._office = office
        self._together = together  # dialect -> how it gathers replies
        self.turns = Turns(bounds, office.clock, self._wake, self._crowded)
        self._due = asyncio.Event()  # something may be told, though nobody has looked yet
        self._held = 0
        self._stopped = False
        self._begins: dict[int, int] = {}  # account -> the lane to look on from
        self._looked_at = -1  # the last account of the last look
        self._warned: dict[int, int] = {}  # account -> when
        self._gathered: dict[_Company, list[News]] = {}  # what waits for company
        self._rests = Rests(_LOOK_MS)
        office.commits.listen(self)

    def start(self) -> None:
        """Look for what is due now and then."""
        self._look_later(0)

    def stop(self) -> None:
        """Nothing more is told; calls under way may still end."""
        self._stopped = True
        self._due.set()

    @property
    def flying(self) -> int:
        return self.turns.flying

    @property
    def is_due(self) -> bool:
        """Whether something may be told that nobody has asked for yet."""
        return self._due.is_set() and not self._stopped

    # what is owed

    def settled(self, batch: Batch, settled: Settled) -> None:
        lanes = self._queue(settled.news)
        store = self._office.store
        for key in settled.held_back:
            # More waits in the store: what comes from now on goes behind it. Of a full account all
            # does.
            if account_of(key) not in store.accounts_full:
                store.lanes_full.add(key)
                lanes[key] = self.turns.lane(key)
        self._fly(lanes.values())

    def _queue(self, owed: Sequence[News]) -> dict[int, Lane]:
        """Put each in its lane; the lanes that got some."""
        lanes: dict[int, Lane] = {}
        keys = [_lane_of(news) for news in owed]
        for key, count in Counter(keys).items():
            lane = lanes[key] = self.turns.lane(key)
            lane.hold(count)
        for key, news in zip(keys, owed, strict=True):
            lane = lanes[key]
            if news.reply is not None and news.dialect in self._together:
                self._gather(news, lane, self._together[news.dialect])
            else:
                lane.queue.append((news,))
        self._held += len(owed)
        store = self._office.store
        for key, lane in lanes.items():
            share = lane.share
            if lane.held >= (_HELD_SICK if lane.sick >= SICK else _HELD):
                store.lanes_full.add(key)
            if share.held_free >= _HELD_FREE:
                store.lanes_full.add(free_of(key))
            if share.held >= (_CLAIM if self._held >= _HELD_ALL else _HELD_OF_ACCOUNT):
                store.accounts_full.add(share.account)
        return lanes

    def _gather(self, news: News, lane: Lane, how: Gathering) -> None:
        """Let a reply wait for others to the same address, for a moment. What was told in vain
        together comes again together, so that none is given up for the age of another."""
        key = (news.dialect, news.account, news.url, news.tries)
        waiting = self._gathered.setdefault(key, [])
        waiting.append(news)
        if len(waiting) == how.most:
            lane.queue.append(self._gathered.pop(key))
        elif len(waiting) == 1:
            self._office.clock.later(how.wait_ms, lambda: self._waited(key, lane, waiting))

    def _waited(self, key: _Company, lane: Lane, waiting: Sequence[News]) -> None:
        """Long enough: they are told, if they were not enough before."""
        if self._gathered.get(key) is waiting:
            lane.queue.append(self._gathered.pop(key))
            self._fly([lane])

    def _fly(self, lanes: Collection[Lane]) -> None:
        """These lanes have something to tell; more is claimed for those that ran low."""
        for lane in lanes:
            self.turns.file(lane)
        self._wake()
        self._refill(lanes)

    def _wake(self) -> None:
        self._due.set()

    def _refill(self, lanes: Iterable[Lane]) -> None:
        """Claim what waits in the store of lanes that have little left."""
        full, full_accounts = self._office.store.lanes_full, self._office.store.accounts_full
        for lane in lanes:
            share = lane.share
            if share.account in full_accounts and share.held <= _HELD_OF_ACCOUNT_LOW:
                full_accounts.discard(share.account)
            if lane.is_free and share.held_free <= _HELD_FREE_LOW:
                full.discard(free_of(lane.key))
            if lane.key in full and lane.held <= _HELD_LOW:
                full.discard(lane.key)
                self._claim([lane])

    async def owed(self) -> AsyncIterator[Sequence[Telling]]:
        """What there is room for, in lists, as it comes to be told. It ends when all stops. Each is
        under way from here on, until `over` hears how it ended."""
        while not self._stopped:
            self._due.clear()
            if leaving := self.turns.take():
                self._held -= sum([len(telling.told) for telling in leaving])
                self._refill({telling.lane: None for telling in leaving})
                yield leaving
            else:
                await self._due.wait()

    def _crowded(self, account: int) -> None:
        """An account has as many calls under way to endpoints that do not answer as it may."""
        self._office.counts["calls held up"] += 1
        now = self._office.clock.steady()
        if now < self._warned.get(account, now):
            return
        if len(self._warned) > _LANES:
            self._warned.clear()
        self._warned[account] = now + _WARN_MS
        known = self._office.accounts.by_id(account)
        log.warning(
            "callbacks of account %s wait: it has as many under way as it may have to endpoints "
            "that do not answer",
            known.login if known else account,
        )

    # what is in the store alone

    def _look_later(self, wait_ms: int) -> None:
        self._office.clock.later(wait_ms, self._look)

    def _look(self) -> None:
        if not self._stopped:
            self._office.background(self._look_now())

    async def _look_now(self) -> None:
        self._rests.begin()
        try:
            now = self._office.clock.now()
            found = await self._office.store.lanes(self._looked_at, self._begins)
            for account, owing in found.items():
                share = self.turns.share(account)
                if share.held < _HELD_OF_ACCOUNT:
                    self._look_at([key for key, due in owing if due <= now])
                if len(owing) == LANES_AT_ONCE:
                    self._begins[account] = owing[-1][0] + 1
                else:
                    self._begins.pop(account, None)
            self._looked_at = max(found, default=-1)
            self.turns.forget_idle(_LANES)
        finally:
            self._look_later(self._rests.over())

    def _look_at(self, keys: Iterable[int]) -> None:
        """Claim what is due in these lanes of an account, where little of it is held yet."""
        lanes = [lane for key in keys if (lane := self.turns.lane(key)).held <= _HELD_LOW]
        self._claim([lane for lane in lanes if not lane.is_free])
        free = [lane for lane in lanes if lane.is_free]
        if free:
            room = _HELD_FREE - free[0].share.held_free
            self._claim(free[: room // _CLAIM_LEAST if room > 0 else 0])

    def claim(self, keys: Iterable[int]) -> None:
        """Tell what was written down past us, where nothing stands before it."""
        store = self._office.store
        self._claim(
            [
                self.turns.lane(key)
                for key in keys
                if key not in store.lanes_full and account_of(key) not in store.accounts_full
            ]
        )

    def _claim(self, lanes: Iterable[Lane]) -> None:
        lanes = [lane for lane in lanes if not lane.claiming]
        if not lanes or self._stopped:
            return
        for lane in lanes:
            lane.claiming = True
        self._office.background(self._claim_now(lanes))

    async def _claim_now(self, claiming: Sequence[Lane]) -> None:
        store, now = self._office.store, self._office.clock.now()
        limit = max(_CLAIM_LEAST, _CLAIM // len(claiming))
        try:
            owed = await store.claim_news([lane.key for lane in claiming], now, limit)
        finally:
            for lane in claiming:
                lane.claiming = False
        lanes = self._queue(owed)
        for lane in claiming:
            if lane.held >= limit:  # there may be more
                store.lanes_full.add(lane.key)
                lanes[lane.key] = lane
        self._fly(lanes.values())

    # how it went

    def over(self, outcomes: Sequence[Outcome]) -> None:
        """How calls ended: heard, to be tried again after a while, or given up."""
        self._note([outcome for outcome in outcomes if outcome.tried])
        for outcome in [outcome for outcome in reversed(outcomes) if not outcome.tried]:
            self._held += len(outcome.telling.told)
            self.turns.back(outcome.telling)
        self._fly({outcome.telling.lane: None for outcome in outcomes})

    def _note(self, outcomes: Sequence[Outcome]) -> None:
        """Write down how calls ended, and whether their lane is well."""
        store, now = self._office.store, self._office.clock.now()
        told = store.batch.told
        # Nearly all go by few lanes, and end alike.
        for landing, alike in groupby(outcomes, _landing):
            ended = list(alike)
            self.turns.landed(*landing, len(ended))
            lane, _, was_heard = landing
            if was_heard is not None:
                lane.note(ended[-1].answer, now if was_heard else 0)
            self._count(ended, now)
            told += [
                Told(
                    news.subject,
                    news.seq,
                    outcome.heard,
                    now,
                    outcome.answer,
                    0 if outcome.heard else _again_at(outcome, now),
                    outcome.wanted,
                    outcome.took,
                )
                for outcome in ended
                for news in outcome.telling.told
            ]
        store.flush(_TOLD_WITHIN_MS)

    def _count(self, alike: Sequence[Outcome], now: int) -> None:
        """Outcomes of which all were heard, or none."""
        measures = self._office.measures
        if alike[0].heard:
            measures.told(len(alike), chosen(alike, now).telling.news, now)
            return
        for outcome in alike:
            if outcome.wanted:
                measures.not_told(again=outcome.wait_ms is not None)


def _landing(outcome: Outcome) -> tuple[Lane, bool, bool | None]:
    """What its lane hears of it."""
    telling = outcome.telling
    return telling.lane, telling.is_wary, outcome.heard if outcome.wanted else None


def _again_at(outcome: Outcome, now: int) -> int:
    """When one that was not heard is tried again; 0 where it is given up."""
    return 0 if outcome.wait_ms is None else now + max(1, outcome.wait_ms)


def _lane_of(news: News) -> int:
    """As the store has it: what was refused at once cost nothing."""
    lane = lane_of(news.url, news.account)
    if news.state is not _REFUSED or news.message is None:
        return lane
    return lane if news.message.price or news.seq > 1 else lane | FREE
