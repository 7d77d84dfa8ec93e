"""Taking turns: which calls may be made now, where more are owed than may be under way.

In: lanes that have something to tell, and calls that ended. Out: what leaves. Promise: the calls
under way are bounded, in all and for each account; accounts take turns, and so do an account's
lanes. Half of each bound is kept for lanes whose last call was heard, so that endpoints which hang,
however many, keep no living one waiting; an eighth is kept for the others, so that they can show
that they live. What nobody paid for leaves at a slow pace.
"""

from collections import deque
from collections.abc import Callable, Sequence

import msgspec

from chappe.words.clock import SECOND, Clock
from chappe.words.lane import FREE, account_of
from chappe.words.news import News

SICK = 8  # calls in a row that were not heard
_SICK_IN_FLIGHT = 2
_TURN = 8  # calls that one lane makes before the next account's turn
_REST_MS = 1 * SECOND  # where we could not call at all

_WELL, _WARY = False, True


class CallBounds(msgspec.Struct, frozen=True):
    """How many calls may be under way, and how many may begin in a second. As many as in a second
    may begin at once, and of what is free five times as many."""

    all: int = 256
    of_account: int = 64
    of_lane: int = 32
    rate: int = 50_000  # of an account
    free_rate: int = 20  # ... for news that costs nothing


def _part(whole: int, is_wary: bool) -> int:
    """How much of a bound lanes that are well may take, or the others."""
    return max(1, whole // 2 if is_wary else whole - whole // 8)


class Pace:
    """A bound on how many may begin in a second, and how many at once after a rest."""

    __slots__ = ("_at", "_burst", "_left", "_rate")

    def __init__(self, rate: int, burst: int, now: int) -> None:
        self._rate, self._burst, self._left, self._at = rate, burst, float(burst), now

    def room(self, now: int) -> int:
        earned = max(0, now - self._at) * self._rate / SECOND
        self._left, self._at = min(self._burst, self._left + earned), now
        return int(self._left)

    def spend(self, count: int) -> None:
        self._left -= count

    def wait_ms(self) -> int:
        """How long until there is room for one more, counted from the last call of `room`."""
        return max(1, int((1 - self._left) * SECOND / self._rate) + 1)


class Share:
    """One account's share of all calls: its lanes, its calls under way, and its paces."""

    __slots__ = (
        "account", "flying", "free", "held", "held_free", "listed", "pace", "paced", "ready",
        "resting",
    )  # fmt: skip

    def __init__(self, account: int, bounds: CallBounds, now: int) -> None:
        self.account = account
        self.flying = [0, 0]  # by wariness, as what follows
        self.held = 0  # news in memory
        self.held_free = 0  # ... that cost nothing
        self.pace = Pace(bounds.rate, bounds.rate, now)
        self.free = Pace(bounds.free_rate, 5 * bounds.free_rate, now)
        self.paced: deque[Lane] = deque()  # lanes that wait for the pace of what is free
        self.ready: tuple[deque[Lane], deque[Lane]] = (deque(), deque())  # lanes that may go on
        self.listed = [False, False]  # whether it stands in the round
        self.resting = False  # until its pace allows more


class Lane:
    """The news of one account for one origin, in order. What is told in one call has one place in
    the queue."""

    __slots__ = (
        "answer", "claiming", "flying", "heard", "heard_at", "held", "is_free", "key", "listed",
        "queue", "resting", "share", "sick",
    )  # fmt: skip

    def __init__(self, key: int, share: Share) -> None:
        self.key = key
        self.share = share
        self.is_free = bool(key & FREE)
        self.queue: deque[Sequence[News]] = deque()
        self.held = 0  # news in the queue, and what waits for company to get there
        self.flying = 0
        self.sick = 0
        self.heard = False  # whether any call ever was
        self.heard_at = 0  # ... and when the last of them was
        self.answer = ""  # to the last call
        self.claiming = False
        self.listed = False  # it waits for its turn, or for its pace
        self.resting = False

    def hold(self, count: int) -> None:
        """Note that so much more of its news is in memory, or less."""
        self.held += count
        self.share.held += count
        if self.is_free:
            self.share.held_free += count

    def note(self, answer: str, heard_at: int) -> None:
        """How its last call ended; `heard_at` is 0 where that was in vain."""
        self.answer = answer
        self.heard_at = heard_at or self.heard_at

    @property
    def is_idle(self) -> bool:
        return not (self.held or self.flying or self.claiming or self.listed or self.resting)


class Telling(msgspec.Struct, frozen=True):
    """One call: the news that it tells, nearly always a single piece, and the lane it goes by."""

    told: Sequence[News]
    lane: Lane
    is_wary: bool
    at: int  # when, by the steady clock

    @property
    def news(self) -> News:
        """The first piece of the news that this call tells."""
        return self.told[0]


class Turns:
    """All lanes of one node."""

    def __init__(
        self,
        bounds: CallBounds,
        clock: Clock,
        woken: Callable[[], None],
        crowded: Callable[[int], None],
    ) -> None:
        self.bounds = bounds
        self._flying = [0, 0]  # by wariness
        self._clock = clock
        self._woken = woken  # something may leave, though nothing came and nothing ended
        self._crowded = crowded  # an account waits for endpoints of its own that do not answer
        self._lanes: dict[int, Lane] = {}
        self._shares: dict[int, Share] = {}
        self._rings: tuple[deque[Share], deque[Share]] = (deque(), deque())

    @property
    def flying(self) -> int:
        return sum(self._flying)

    @property
    def held(self) -> int:
        """How much news waits in memory."""
        return sum(share.held for share in self._shares.values())

    def lane(self, key: int) -> Lane:
        lane = self._lanes.get(key)
        if lane is None:
            lane = self._lanes[key] = Lane(key, self.share(account_of(key)))
        return lane

    def known(self, key: int) -> Lane | None:
        """A lane, if it is remembered."""
        return self._lanes.get(key)

    def share(self, account: int) -> Share:
        share = self._shares.get(account)
        if share is None:
            share = Share(account, self.bounds, self._clock.steady())
            self._shares[account] = share
        return share

    def forget_idle(self, most: int) -> None:
        """Forget idle lanes above so many. Those that are well are remembered for longer, since
        they have a good name to lose."""
        if len(self._lanes) > most:
            kept = len(self._lanes) <= 10 * most
            self._lanes = {
                key: lane
                for key, lane in self._lanes.items()
                if not lane.is_idle or (kept and lane.heard and not lane.sick)
            }

    def file(self, lane: Lane) -> None:
        """Put a lane into the round, if it has something to tell and may tell it."""
        if lane.listed or lane.resting or not lane.queue or self._room(lane) <= 0:
            return
        lane.listed = True
        share = lane.share
        if lane.is_free and share.free.room(self._clock.steady()) < 1:
            share.paced.append(lane)
            if len(share.paced) == 1:
                self._clock.later(share.free.wait_ms(), lambda: self._go_on(share))
            return
        is_wary = lane.sick > 0 or not lane.heard
        share.ready[is_wary].append(lane)
        self._list(share, is_wary)

    def take(self) -> list[Telling]:
        """The calls that leave now; from here on they count as under way."""
        leaving: list[Telling] = []
        now = self._clock.steady()
        for is_wary in (_WELL, _WARY):
            ring = self._rings[is_wary]
            while ring and (room := self._room_for(is_wary)) > 0:
                self._serve(ring.popleft(), is_wary, room, leaving, now)
        return leaving

    def _room_for(self, is_wary: bool) -> int:
        whole = self.bounds.all
        return min(whole - sum(self._flying), _part(whole, is_wary) - self._flying[is_wary])

    def _serve(
        self, share: Share, is_wary: bool, room: int, leaving: list[Telling], now: int
    ) -> None:
        """Give an account one turn, and its next place in the round if it may go on."""
        share.listed[is_wary] = False
        ready, whole = share.ready[is_wary], self.bounds.of_account
        if not ready:
            return
        own = min(whole - sum(share.flying), _part(whole, is_wary) - share.flying[is_wary])
        if own <= 0:  # it is listed again when a call of its own ends
            if is_wary:
                self._crowded(share.account)
            return
        paced = share.pace.room(now)
        if not paced:
            share.resting = True
            self._clock.later(share.pace.wait_ms(), lambda: self._unpaced(share))
            return
        lane = ready.popleft()
        lane.listed = False
        room = min(_TURN, room, own, paced, self._room(lane), len(lane.queue))
        if lane.is_free:
            room = min(room, share.free.room(now))
        if room > 0:
            self._fly(lane, room, is_wary, leaving, now)
        self.file(lane)
        if ready:
            self._list(share, is_wary)

    def _fly(self, lane: Lane, count: int, is_wary: bool, leaving: list[Telling], now: int) -> None:
        share, queue = lane.share, lane.queue
        told = [queue.popleft() for _ in range(count)]
        leaving += [Telling(news, lane, is_wary, now) for news in told]
        lane.hold(-sum([len(news) for news in told]))
        lane.flying += count
        share.flying[is_wary] += count
        self._flying[is_wary] += count
        share.pace.spend(count)
        if lane.is_free:
            share.free.spend(count)

    def landed(self, lane: Lane, is_wary: bool, was_heard: bool | None, count: int = 1) -> None:
        """So many calls have ended one after the other, all heard or none of them, or were never
        made (None): their room is free again."""
        share = lane.share
        lane.flying -= count
        share.flying[is_wary] -= count
        self._flying[is_wary] -= count
        if was_heard is False:
            lane.sick += count
        elif (lane.sick or not lane.heard) and was_heard:
            lane.sick, lane.heard = 0, True
            if lane in share.ready[_WARY]:  # from now on it does not wait with those that hang
                share.ready[_WARY].remove(lane)
                lane.listed = False
        if lane.queue:
            self.file(lane)
        well, wary = share.ready
        if well or wary:
            self._relist(share)

    def back(self, telling: Telling) -> None:
        """A call could not be made, for a reason of ours: its news keeps its place, and its lane
        rests."""
        lane = telling.lane
        lane.queue.appendleft(telling.told)
        lane.hold(len(telling.told))
        if not lane.resting:
            lane.resting = True
            self._clock.later(_REST_MS, lambda: self._rested(lane))
        self.landed(lane, telling.is_wary, None)

    def _rested(self, lane: Lane) -> None:
        lane.resting = False
        self.file(lane)
        self._woken()

    def _go_on(self, share: Share) -> None:
        """The pace of an account's free news allows more: put the lanes back that waited for it."""
        paced, share.paced = share.paced, deque()
        for lane in paced:
            lane.listed = False
            self.file(lane)
        self._woken()

    def _unpaced(self, share: Share) -> None:
        share.resting = False
        self._relist(share)
        self._woken()

    def _relist(self, share: Share) -> None:
        for is_wary in (_WELL, _WARY):
            if share.ready[is_wary]:
                self._list(share, is_wary)

    def _list(self, share: Share, is_wary: bool) -> None:
        if not (share.listed[is_wary] or share.resting):
            share.listed[is_wary] = True
            self._rings[is_wary].append(share)

    def _room(self, lane: Lane) -> int:
        return (_SICK_IN_FLIGHT if lane.sick >= SICK else self.bounds.of_lane) - lane.flying
