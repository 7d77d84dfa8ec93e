"""Dispatching: what may leave goes out over links with room, the foremost first.

In: what each commit launched, claimed or queued, and links' answers. Out: parts to links, moves to
the store. Promise: never more unanswered parts than a link's window, nothing leaves before it is
on disk, and what left is answered for: taken, refused, put back, or in doubt.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from itertools import zip_longest

from chappe.engine.desk import Desk
from chappe.engine.leave import messages_of, parts_of
from chappe.engine.outlet import Outlet, verdict_of
from chappe.links.contract import Answer, Link, Verdict
from chappe.store.contract import (
    Batch,
    Claimed,
    ClaimWish,
    DraftLetter,
    Leaving,
    Move,
    PartRef,
    Settled,
)
from chappe.words.answer import Receipt
from chappe.words.clock import SECOND
from chappe.words.lifecycle import Happening, Reason
from chappe.words.order import Channel

_CLAIM_WITHIN_MS = 0.5
_ANSWER_WITHIN_MS = 20  # an acknowledgement may wait for company, its customer does not see it
_HUNGRY_WITHIN_MS = 2  # ... but its room is wanted where something waits
_PAUSE_MS = 1 * SECOND  # before a message that was put back is tried again
_POLL_MS = 5 * SECOND  # wake-ups make it instant; this is the safety net
_REST_MAX_MS = 1 * SECOND  # however far away the pace says that room is
_FEW = 16
_NO_CHANNEL = max(Channel) + 1  # where nothing waits, the foremost that does is behind all

# A member of an enum that is looked up costs as much as the rest of a loop.
_ACCEPTED, _LAUNCHED = Happening.accepted, Happening.launched
_ACKNOWLEDGED = Happening.acknowledged
_NO_REASON = Reason.none


class Dispatch:
    """The way out of one node."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._wires: dict[str, Outlet] = {}
        self._waiting: set[tuple[int, int]] = set()  # (route, channel) where something may wait
        self._promised: dict[int, Outlet] = {}  # a letter's first message -> who has room for it
        self._asked: dict[
            int, Outlet
        ] = {}  # id of an open wish -> whose it is; names may come again
        self._stopped = False
        desk.launch = self.launch
        desk.listen(self)

    async def start(self, links: Iterable[Link]) -> None:
        """Take links on; what waits in the store begins to leave."""
        for link in links:
            self._wires[link.name] = Outlet(link, self._desk.clock)
        await self._poll()

    async def _poll(self) -> None:
        if self._stopped:
            return
        try:
            self._waiting |= set(await self._desk.store.waiting())
            self.wake_all()
        finally:
            self._desk.clock.later(_POLL_MS, self._poll_again)

    def _poll_again(self) -> None:
        self._desk.background(self._poll())

    def stop(self) -> None:
        """Nothing new leaves; answers are still taken."""
        self._stopped = True
        for wire in self._wires.values():
            self._ground(wire)

    @property
    def flying(self) -> int:
        """How many parts are unanswered, or promised to something that is just being kept."""
        return sum(wire.parts for wire in self._wires.values())

    def paces(self) -> Mapping[str, float]:
        """Link -> parts per second that it is served with at most, 0 is no bound."""
        now = self._desk.clock.steady()
        return {name: wire.pace(now) for name, wire in self._wires.items()}

    def standings(self) -> Mapping[str, Mapping[str, float]]:
        """Link -> figure -> number, for machines."""
        now = self._desk.clock.steady()
        return {name: wire.figures(now) for name, wire in self._wires.items()}

    def add(self, link: Link) -> None:
        """One link more."""
        self._wires[link.name] = Outlet(link, self._desk.clock)

    def remove(self, name: str) -> None:
        """A link that has stopped, and with that has answered for all that it got."""
        wire = self._wires.pop(name, None)
        if wire is not None:
            self._ground(wire)

    # launching

    def _wire_of(self, route: int) -> Outlet | None:
        """The first link of a route that is up."""
        for name in self._desk.routes.links(route):
            wire = self._wires.get(name)
            if wire is not None and wire.up:
                return wire
        return None

    def launch(self, letters: Iterable[DraftLetter]) -> None:
        """Those that may leave are to be born on their way: room, nothing as important waiting."""
        clock = self._desk.clock
        if self._stopped or clock.doubt:
            return  # where the date is in doubt, the claim looks at the hours by both
        now = clock.steady()
        foremost = min([channel for _, channel in self._waiting], default=_NO_CHANNEL)
        wires: dict[int, Outlet | None] = {}
        for letter in letters:
            if letter.happening is not _ACCEPTED or letter.routes or letter.bad:
                continue
            if letter.route not in wires:
                wires[letter.route] = self._wire_of(letter.route)
            wire, parts = wires[letter.route], sum(letter.sending)
            if wire is None or letter.asked.channel >= foremost or wire.room(now) < parts:
                continue
            wire.reserve(parts)
            self._promised[letter.first] = wire
            letter.happening = _LAUNCHED

    # after each commit

    def settled(self, batch: Batch, settled: Settled) -> None:
        """Send what may leave now."""
        if self._promised and batch.drafts:
            self._launched(batch, settled)
        for wish, claim in zip_longest(batch.claims, settled.claimed):
            self._claimed(wish, claim)
        if settled.queued:
            self._waiting |= settled.queued
        if self._waiting:
            self.wake_all()

    def _launched(self, batch: Batch, settled: Settled) -> None:
        """What this commit launched leaves together."""
        promised = self._promised
        loads: dict[Outlet, list[tuple[DraftLetter, int]]] = {}
        for draft, answer in zip_longest(batch.drafts, settled.answers):
            kept = isinstance(answer, Receipt)
            for letter in draft.letters:
                wire = promised.pop(letter.first, None)
                if wire is None:
                    continue
                if kept:
                    loads.setdefault(wire, []).append((letter, draft.account))
                else:
                    wire.unreserve(sum(letter.sending))
        for wire, letters in loads.items():
            wire.hold(messages_of(letters))
            self._lift(wire)

    def _claimed(self, wish: ClaimWish, claim: Claimed | None) -> None:
        wire = self._asked.pop(id(wish), None)
        if wire is None:
            return
        wire.unreserve(wish.room)
        if claim is None:
            # The store is away: who asks it again at once only keeps it busy.
            self._desk.clock.later(_PAUSE_MS, lambda: self._claim_again(wire))
            return
        wire.claiming = False
        wire.last = claim.last
        self._waiting -= set(claim.dry)
        if claim.leaving:
            wire.reserve(sum(message.sending for message in claim.leaving))
            # They are counted in messages; long ones may be more parts than the window.
            wire.hold(claim.leaving)
            self._lift(wire)

    def _claim_again(self, wire: Outlet) -> None:
        wire.claiming = False
        self._claim(wire)

    def _lift(self, wire: Outlet) -> None:
        """Submit as much of what is held as the window takes."""
        if self._stopped or not wire.up:
            self._ground(wire)
            return
        leaving = wire.take_off()
        if leaving:
            parts = parts_of(leaving, wire.link.carriage)
            self._desk.counts["submitted"] += len(parts)
            wire.link.submit(parts)

    def _ground(self, wire: Outlet) -> None:
        """The link went down, or all stops, while these were being kept: they never left."""
        never_left = list(wire.held)
        wire.held.clear()
        wire.unreserve(sum([message.sending for message in never_left]))
        self._put_back(wire, never_left)

    # claiming

    def wake(self, link: str) -> None:
        """Something about a link changed: see whether it can take more."""
        wire = self._wires.get(link)
        if wire is not None:
            self._claim(wire)

    def wake_all(self) -> None:
        for wire in self._wires.values():
            self._claim(wire)

    def _claim(self, wire: Outlet) -> None:
        """Ask by halves of what may leave at once, or for less where a foremost one waits."""
        if wire.claiming or self._stopped or not self._waiting or not wire.up:
            return
        now = self._desk.clock.steady()
        room = wire.room(now)
        if not room:
            self._rest(wire, wire.wait_ms(1, now))
            return
        routes = self._routes_of(wire)
        if not routes:
            return
        hurried = routes[0][1] <= Channel.voice
        half = wire.most(now) // 2
        if room < half and wire.parts > _FEW and not hurried:
            self._rest(wire, wire.wait_ms(half, now))
            return
        wire.claiming = True
        wire.reserve(room)
        store = self._desk.store
        wish = ClaimWish(wire.link.name, routes, room, wire.last, self._desk.clock.now())
        self._asked[id(wish)] = wire
        store.batch.claims.append(wish)
        store.flush(_CLAIM_WITHIN_MS)

    def _rest(self, wire: Outlet, wait_ms: int) -> None:
        """Its pace holds it up: look again then."""
        if wait_ms and not wire.resting:
            wire.resting = True
            rest_ms = min(wait_ms, _REST_MAX_MS)
            self._desk.clock.later(rest_ms, lambda: self._rested(wire))

    def _rested(self, wire: Outlet) -> None:
        wire.resting = False
        self._claim(wire)

    def _routes_of(self, wire: Outlet) -> list[tuple[int, int]]:
        """The queues this link serves now, the foremost channel first."""
        found = [pair for pair in self._waiting if self._wire_of(pair[0]) is wire]
        return sorted(found, key=lambda pair: (pair[1], pair[0]))

    # answers

    def answered(self, link: str, answers: Sequence[Answer]) -> None:
        """Operators' answers become moves; room becomes claims."""
        wire = self._wires.get(link)
        if wire is None:
            return
        store, now = self._desk.store, self._desk.clock.now()
        landing, batch = wire.land(answers, self._desk.clock.steady()), store.batch
        batch.refs += [
            PartRef(link, answer.ref, answer.message, 1, answer.forms) for answer in landing.taken
        ]
        batch.moves += [
            Move(answer.message, _ACKNOWLEDGED, _NO_REASON, now) for answer in landing.taken
        ]
        if landing.others:
            self._landed(wire, landing.others, now)
        batch.afterwards.append(partial(self._freed, wire, landing.parts))
        hungry = _HUNGRY_WITHIN_MS if self._waiting else _ANSWER_WITHIN_MS
        store.flush(0 if wire.held else hungry)
        if self._waiting:
            self._claim(wire)

    def _freed(self, wire: Outlet, parts: int, kept: bool) -> None:
        """A part is aloft until its answer is on disk: a kill may put no more than that in doubt.

        What is claimed or launched comes with the commit that holds these answers, or after it.
        """
        if kept:
            wire.aloft -= parts
            self._lift(wire)
        else:
            # Answers that could not be kept now are tried again with the next batch.
            self._desk.store.batch.afterwards.append(partial(self._freed, wire, parts))

    def _landed(
        self, wire: Outlet, landed: Sequence[tuple[Leaving, Sequence[Answer]]], now: int
    ) -> None:
        """Messages of several parts, and those that were not taken."""
        batch, back = self._desk.store.batch, []
        for message, answers in landed:
            taken = [answer for answer in answers if answer.verdict is Verdict.taken]
            batch.refs += [
                PartRef(wire.link.name, one.ref, message.id, one.no, one.forms) for one in taken
            ]
            verdict = verdict_of(answers)
            reason = next((answer.reason for answer in answers if answer.reason), Reason.rejected)
            if verdict is Verdict.taken:
                # Some operators have one id for all parts, and then one receipt.
                parts = message.sending if len({one.ref for one in taken}) > 1 else 1
                batch.moves.append(Move(message.id, _ACKNOWLEDGED, _NO_REASON, now, parts=parts))
            elif verdict is Verdict.refused:
                how = Happening.broken_off if taken else Happening.turned_down
                batch.moves.append(Move(message.id, how, reason, now))
            elif verdict is Verdict.later and not taken:
                back.append(message)
            else:
                self._desk.in_doubt(message.id, message.account, message.channel)
        self._put_back(wire, back)

    def _put_back(self, wire: Outlet, messages: Sequence[Leaving]) -> None:
        """They never left, or the operator wants them later: the next link of the route, or a
        pause."""
        if not messages:
            return
        desk, name = self._desk, wire.link.name
        desk.counts["put_back"] += len(messages)
        now, pairs = desk.clock.now(), set()
        for message in messages:
            route = desk.routes.after(message.route, name)
            due = now + (0 if self._wire_of(route) not in (None, wire) else _PAUSE_MS)
            desk.store.batch.moves.append(
                Move(message.id, Happening.put_back, _NO_REASON, now, due=due, route=route)
            )
            pairs.add((route, message.channel))
        desk.store.flush(_ANSWER_WITHIN_MS)
        desk.clock.later(_PAUSE_MS, lambda: self._look_again(pairs))

    def _look_again(self, pairs: set[tuple[int, int]]) -> None:
        self._waiting |= pairs
        self.wake_all()
