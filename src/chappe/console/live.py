"""What just happened at this node, for whoever watches.

In: what commits bring. Out: events of a stream, a few times a second. Promise: where nobody
watches it costs nothing; what is shown is made once for all who see the same; whoever reads too
slowly misses some, and slows nobody down.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Final, NamedTuple

import msgspec

from chappe.console.states import badge
from chappe.console.tongue import Tongue
from chappe.doors.turn import report
from chappe.engine.look.seen import Seen
from chappe.node import Node
from chappe.store.contract import Batch, Draft, DraftLetter, Settled, StoreAway
from chappe.words.answer import Receipt
from chappe.words.exchange import Response, Stream
from chappe.words.lifecycle import FINAL, State
from chappe.words.stretches import stretches

TICK_S: Final = 0.15
LASTS_S: Final = 600.0  # then whoever watches comes again, and is asked who they are
ROWS_MOST: Final = 200  # of a tick, to one watcher; as many are shown
_FRESH_MOST, _ORDERS_MOST = 20_000, 1_000  # of a tick; then the oldest orders are not shown
_FOLLOWED_MOST = 200  # messages whose states are looked at again
_STATES_EVERY = 3  # ticks
_STRETCHES_MOST = 20  # in which they are looked for
_GAP = 16  # numbers that a stretch may pass over
_WAITING_MOST = 16  # events that a slow watcher may be behind
_STILL_S = 15.0  # after which a word is said all the same, so that nobody takes it for dead
_STILL: Final = b": still here\n\n"


class Glimpse(NamedTuple):
    """A message as it is accepted."""

    message: int
    order: int
    at: int
    account: int
    dialect: str
    number: int
    sender: str
    text: str
    parts: int
    state: State
    reason: str = ""


Written = Callable[[Glimpse], str]


class Watched(NamedTuple):
    """What somebody wants to see, and how it is written; those who wish the same are shown the
    same, which is made once."""

    seen: Seen
    number: int  # 0: any; -1: none
    account: int  # 0: any; -1: none
    manner: str  # what a row looks like by

    def is_for(self, account: int) -> bool:
        """Whether they may see what is this account's, and want to."""
        is_seen = self.seen is None or account in self.seen
        return is_seen and (not self.account or self.account == account)


class Watcher:
    """Somebody who watches. `written` makes a row of a message."""

    def __init__(self, wish: Watched, written: Written, say: Tongue) -> None:
        self.wish = wish
        self.written = written
        self.say = say
        self.events: asyncio.Queue[bytes] = asyncio.Queue(_WAITING_MOST)

    def tell(self, event: bytes) -> None:
        """Where there is no room they miss it."""
        if not self.events.full():
            self.events.put_nowait(event)


def event_of(name: str, data: str) -> bytes:
    lines = "".join([f"data: {line}\n" for line in data.split("\n")])
    return f"event: {name}\n{lines}\n".encode("utf-8", "replace")


class Throughput(msgspec.Struct):
    """What went through this node, a second."""

    accepted: int = 0
    left: int = 0
    receipts: int = 0
    told: int = 0

    def accept(self, messages: int) -> None:
        self.accepted += messages

    def count(self, batch: Batch) -> None:
        """What else a commit brought."""
        self.left += len(batch.refs)
        self.receipts += len(batch.reports)
        self.told += len(batch.told)


class Live:
    """Begins to look as soon as somebody watches."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._watchers: set[Watcher] = set()
        self._fresh: list[Draft] = []
        self._count = 0  # messages in them
        self._accepted: dict[int, int] = {}  # account -> messages, since the last figures
        self._figures = Throughput()
        self._states: dict[int, tuple[int, State]] = {}  # message -> account, state
        self._ticking: asyncio.Task[None] | None = None
        self._over = False
        node.commits.listen(self)

    def settled(self, batch: Batch, settled: Settled) -> None:
        if not self._watchers:
            return
        self._figures.count(batch)
        for draft, answer in zip(batch.drafts, settled.answers, strict=False):
            if type(answer) is Receipt:
                self._keep(draft)

    def _keep(self, draft: Draft) -> None:
        self._figures.accept(draft.total)
        self._accepted[draft.account] = self._accepted.get(draft.account, 0) + draft.total
        self._fresh.append(draft)
        self._count += draft.total
        if self._count > _FRESH_MOST and len(self._fresh) > _ORDERS_MOST:
            self._count -= sum([one.total for one in self._fresh[:_ORDERS_MOST]])
            del self._fresh[:_ORDERS_MOST]

    def watch(self, watcher: Watcher) -> Response:
        """A stream of events to whoever watches."""
        return Response(type="text/event-stream; charset=utf-8", stream=self._stream(watcher))

    async def _stream(self, watcher: Watcher) -> Stream:
        if self._over:
            return
        loop = asyncio.get_running_loop()
        until = loop.time() + LASTS_S
        self._watchers.add(watcher)
        if self._ticking is None or self._ticking.done():
            self._ticking = loop.create_task(self._tick_forever())
        try:
            yield _STILL
            while not self._over and (left := until - loop.time()) > 0:
                try:
                    event = await asyncio.wait_for(watcher.events.get(), min(left, _STILL_S))
                except TimeoutError:
                    event = _STILL
                yield event
        finally:
            self._watchers.discard(watcher)

    def stop(self) -> None:
        """Nobody watches any more."""
        self._over = True
        for watcher in self._watchers:
            watcher.tell(event_of("over", ""))
        if self._ticking is not None:
            self._ticking.cancel()

    # a few times a second

    async def _tick_forever(self) -> None:
        ticks, began = 0, asyncio.get_running_loop().time()
        while self._watchers:
            await asyncio.sleep(TICK_S)
            ticks += 1
            try:
                self._show_fresh()
                if ticks % _STATES_EVERY == 0:
                    await self._show_states()
            except StoreAway:
                continue  # the states are looked at again with the next tick
            except Exception as fault:  # of ours: whoever watches goes on watching
                report(fault)
                self._node.desk.counts["faults"] += 1
            passed = asyncio.get_running_loop().time() - began
            if passed >= 1.0:
                self._show_figures(passed)
                began += passed
        self._fresh, self._count = [], 0
        self._states.clear()

    def _show_fresh(self) -> None:
        fresh, self._fresh, self._count = self._fresh, [], 0
        if not fresh:
            return
        by_wish: dict[Watched, list[Watcher]] = {}
        for watcher in self._watchers:
            by_wish.setdefault(watcher.wish, []).append(watcher)
        made: dict[tuple[str, int], str] = {}
        for wish, watchers in by_wish.items():
            rows = []
            for one in islice(_glimpses(fresh, wish), ROWS_MOST):
                row = made.get((wish.manner, one.message))
                if row is None:
                    row = made[wish.manner, one.message] = watchers[0].written(one)
                rows.append(row)
                self._states.setdefault(one.message, (one.account, one.state))
            event = event_of("rows", "\n".join(rows)) if rows else b""
            for watcher in watchers if rows else ():
                watcher.tell(event)
        for ident in sorted(self._states)[: -_FOLLOWED_MOST or None]:
            del self._states[ident]

    async def _show_states(self) -> None:
        """What became of those that were shown last."""
        changed: list[tuple[int, int, State, str]] = []
        for first, last in [*stretches(sorted(self._states), _GAP)][-_STRETCHES_MOST:]:
            for message in await self._node.store.messages(first, last, last - first + 1):
                known = self._states.get(message.id)
                if known is None or known[1] == message.state:
                    continue
                changed.append((message.id, known[0], message.state, message.reason.name))
                if message.state in FINAL:
                    del self._states[message.id]
                else:
                    self._states[message.id] = known[0], message.state
        for watcher in self._watchers if changed else ():
            told = {
                ident: str(badge(watcher.say, state, reason))
                for ident, account, state, reason in changed
                if watcher.wish.is_for(account)
            }
            if told:
                watcher.tell(event_of("states", msgspec.json.encode(told).decode()))

    def _show_figures(self, passed: float) -> None:
        figures, self._figures = self._figures, Throughput()
        accepted, self._accepted = self._accepted, {}
        for watcher in self._watchers:
            told = _seen(figures, accepted, watcher.wish.seen, passed)
            watcher.tell(event_of("figures", msgspec.json.encode(told).decode()))


def _seen(
    figures: Throughput, accepted: Mapping[int, int], seen: Seen, passed: float
) -> Mapping[str, float]:
    """What may be seen of it: of some accounts, what was accepted alone."""
    if seen is not None:
        mine = sum([count for account, count in accepted.items() if account in seen])
        return {"accepted": round(mine / passed, 1)}
    return {
        name: round(count / passed, 1) for name, count in msgspec.structs.asdict(figures).items()
    }


def _glimpses(fresh: Sequence[Draft], wish: Watched) -> Iterator[Glimpse]:
    """Those that are wished for, the newest first."""
    for draft in reversed(fresh):
        if not wish.is_for(draft.account):
            continue
        for letter in reversed(draft.letters):
            if wish.number and wish.number not in letter.numbers:
                continue
            for place in range(len(letter.numbers) - 1, -1, -1):
                if not wish.number or letter.numbers[place] == wish.number:
                    yield _glimpse(draft, letter, place)


def _glimpse(draft: Draft, letter: DraftLetter, place: int) -> Glimpse:
    bad = letter.bad.get(place)
    return Glimpse(
        letter.first + place,
        draft.id,
        draft.at,
        draft.account,
        draft.dialect,
        letter.numbers[place],
        letter.asked.sender or letter.asked.code,
        letter.texts[place] if letter.texts else letter.text,
        letter.parts[place],
        State.queued if bad is None else State.refused,
        "" if bad is None else bad.name,
    )
