"""What just happened at this node, for whoever watches.

In: what commits bring. Out: events of a stream, a few times a second. Promise: where nobody
watches it costs nothing; what is shown is made once for all who see the same; whoever reads too
slowly misses some, and slows nobody down.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import msgspec

from chappe.console.states import badge
from chappe.console.tongue import Tongue
from chappe.engine.look.seen import Seen
from chappe.node import Node
from chappe.store.contract import Batch, Draft, Settled
from chappe.words.answer import Receipt
from chappe.words.exchange import Response, Stream
from chappe.words.lifecycle import FINAL, State

TICK_S: Final = 0.15
LASTS_S: Final = 600.0  # then whoever watches comes again, and is asked who they are
ROWS_MOST: Final = 200  # of a tick, to one watcher; as many are shown
_FRESH_MOST = 2_000
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


Fits = Callable[[Glimpse], bool]
Written = Callable[[Glimpse], str]


class Watcher:
    """Somebody who watches. `written` makes a row of a message; what it is made by is its `manner`,
    and those of one manner are shown the same."""

    def __init__(self, seen: Seen, fits: Fits, manner: str, written: Written, say: Tongue) -> None:
        self.seen = seen
        self.fits = fits
        self.manner = manner
        self.written = written
        self.say = say
        self.events: asyncio.Queue[bytes] = asyncio.Queue(_WAITING_MOST)

    def is_for(self, one: Glimpse) -> bool:
        """Whether they may see it, and want to."""
        return (self.seen is None or one.account in self.seen) and self.fits(one)

    def tell(self, event: str, data: str) -> None:
        """Where there is no room they miss it."""
        if not self.events.full():
            lines = "".join([f"data: {line}\n" for line in data.split("\n")])
            self.events.put_nowait(f"event: {event}\n{lines}\n".encode("utf-8", "replace"))


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
        self._fresh: list[tuple[Draft, int]] = []
        self._count = 0  # messages in them
        self._missed = 0
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
        if self._count >= _FRESH_MOST:
            self._missed += draft.total
            return
        self._fresh.append((draft, draft.total))
        self._count += draft.total

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
            watcher.tell("over", "")
        if self._ticking is not None:
            self._ticking.cancel()

    # a few times a second

    async def _tick_forever(self) -> None:
        ticks = 0
        began = asyncio.get_running_loop().time()
        while self._watchers:
            await asyncio.sleep(TICK_S)
            ticks += 1
            self._show_fresh()
            if ticks % _STATES_EVERY == 0:
                await self._show_states()
            passed = asyncio.get_running_loop().time() - began
            if passed >= 1.0:
                self._show_figures(passed)
                began += passed
        self._fresh, self._count, self._missed = [], 0, 0
        self._states.clear()

    def _show_fresh(self) -> None:
        fresh, self._fresh, self._count, self._missed = self._fresh, [], 0, 0
        if not fresh:
            return
        passing = list(_passing(fresh))[-_FRESH_MOST:]
        made: dict[tuple[str, int], str] = {}
        for watcher in self._watchers:
            mine = [one for one in passing if watcher.is_for(one)]
            rows = []
            for one in reversed(mine[-ROWS_MOST:]):
                row = made.get((watcher.manner, one.message))
                if row is None:
                    row = made[watcher.manner, one.message] = watcher.written(one)
                rows.append(row)
            if rows:
                watcher.tell("rows", "\n".join(rows))
        for one in passing[-_FOLLOWED_MOST:]:
            self._states[one.message] = one.account, one.state
        while len(self._states) > _FOLLOWED_MOST:
            del self._states[next(iter(self._states))]

    async def _show_states(self) -> None:
        """What became of those that were shown last."""
        changed: list[tuple[int, int, State, str]] = []
        for first, last in _stretches(sorted(self._states, reverse=True)):
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
            seen = watcher.seen
            told = {
                ident: str(badge(watcher.say, state, reason))
                for ident, account, state, reason in changed
                if seen is None or account in seen
            }
            if told:
                watcher.tell("states", msgspec.json.encode(told).decode())

    def _show_figures(self, passed: float) -> None:
        figures, self._figures = self._figures, Throughput()
        accepted, self._accepted = self._accepted, {}
        for watcher in self._watchers:
            watcher.tell(
                "figures",
                msgspec.json.encode(_seen(figures, accepted, watcher.seen, passed)).decode(),
            )


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


def _passing(fresh: Sequence[tuple[Draft, int]]) -> Iterator[Glimpse]:
    for draft, _ in fresh:
        left = ROWS_MOST
        for letter in draft.letters:
            for place, number in enumerate(letter.numbers[:left]):
                yield Glimpse(
                    letter.first + place,
                    draft.id,
                    draft.at,
                    draft.account,
                    draft.dialect,
                    number,
                    letter.asked.sender or letter.asked.code,
                    letter.texts[place] if letter.texts else letter.text,
                    letter.parts[place],
                    State.refused if place in letter.bad else State.queued,
                    letter.bad[place].name if place in letter.bad else "",
                )
            left -= len(letter.numbers)
            if left <= 0:
                break


def _stretches(newest_first: Sequence[int]) -> Iterator[tuple[int, int]]:
    """As few stretches of numbers as hold them, and not many."""
    made = 0
    high = low = 0
    for ident in newest_first:
        if low and low - ident <= _GAP:
            low = ident
            continue
        if low:
            yield low, high
            made += 1
            if made >= _STRETCHES_MOST:
                return
        high = low = ident
    if low:
        yield low, high
