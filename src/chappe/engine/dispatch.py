"""Dispatching: what may leave goes out over links with room, the foremost first.

In: what each commit launched, claimed or queued, and links' answers. Out: parts to links, moves to
the store. Promise: never more unanswered parts than a link's window, nothing leaves before it is
on disk, and what left is answered for: taken, refused, put back, or in doubt.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from chappe.engine.desk import Desk
from chappe.engine.encode import split
from chappe.engine.wire import Flight, Wire, verdict_of
from chappe.links.contract import Answer, Link, Part, Verdict
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
from chappe.words.alphabet import Alphabet
from chappe.words.answer import Receipt
from chappe.words.clock import SECOND
from chappe.words.lifecycle import Happening, Reason
from chappe.words.order import Channel

_CLAIM_WITHIN_MS = 0.5
_ANSWER_WITHIN_MS = 20  # an acknowledgement may wait for company, its customer does not see it
_HUNGRY_WITHIN_MS = 2  # ... but its room is wanted where something waits
_PAUSE_MS = 1 * SECOND  # before a message that was put back is tried again
_POLL_MS = 5 * SECOND  # wake-ups make it instant; this is the safety net
_FEW = 16


class Dispatch:
    """The way out of one node."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._wires: dict[str, Wire] = {}
        self._waiting: set[tuple[int, int]] = set()  # (route, channel) where something may wait
        self._promised: dict[int, Wire] = {}  # a letter's first message -> who has room for it
        self._asked: dict[int, Wire] = {}  # id of an open wish -> whose it is; names may come again
        self._stopped = False
        desk.launch = self._launch
        desk.listen(self)

    async def start(self, links: Iterable[Link]) -> None:
        """Take links on; what waits in the store begins to leave."""
        for link in links:
            self._wires[link.name] = Wire(link, self._desk.clock.now())
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

    def add(self, link: Link) -> None:
        """One link more."""
        self._wires[link.name] = Wire(link, self._desk.clock.now())

    def remove(self, name: str) -> None:
        """A link that has stopped, and with that has answered for all that it got."""
        wire = self._wires.pop(name, None)
        if wire is not None:
            self._ground(wire)

    # launching

    def _wire_of(self, route: int) -> Wire | None:
        """The first link of a route that is up."""
        for name in self._desk.routes.links(route):
            wire = self._wires.get(name)
            if wire is not None and wire.up:
                return wire
        return None

    def _launch(self, letter: DraftLetter) -> bool:
        """Whether a letter may be born on its way: room, and nothing as important waiting."""
        if self._stopped or (self._waiting and self._must_wait(letter.asked.channel)):
            return False
        wire = self._wire_of(letter.route)
        parts = sum(letter.sending)
        if wire is None or wire.room(self._desk.clock.now()) < parts:
            return False
        wire.reserve(parts)
        self._promised[letter.first] = wire
        return True

    def _must_wait(self, channel: int) -> bool:
        return any(waiting <= channel for _, waiting in self._waiting)

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
        loaded: dict[Wire, None] = {}
        for draft, answer in zip_longest(batch.drafts, settled.answers):
            for letter in draft.letters:
                wire = self._promised.pop(letter.first, None)
                if wire is None:
                    continue
                if isinstance(answer, Receipt):
                    wire.held.extend(_leaving(letter, draft.account))
                    loaded[wire] = None
                else:
                    wire.unreserve(sum(letter.sending))
        for wire in loaded:
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
            wire.held.extend(claim.leaving)
            self._lift(wire)

    def _claim_again(self, wire: Wire) -> None:
        wire.claiming = False
        self._claim(wire)

    def _lift(self, wire: Wire) -> None:
        """Submit as much of what is held as the window takes; a longer message goes alone."""
        if self._stopped or not wire.up:
            self._ground(wire)
            return
        parts: list[Part] = []
        held, window = wire.held, wire.link.window
        while held and (wire.aloft + held[0].sending <= window or not wire.aloft):
            message = held.popleft()
            wire.aloft += message.sending
            wire.flying[message.id] = Flight(
                message.sending, message.account, message.route, message.channel, []
            )
            parts += _parts(message)
        if parts:
            self._desk.counts["submitted"] += len(parts)
            wire.link.submit(parts)

    def _ground(self, wire: Wire) -> None:
        """The link went down, or all stops, while these were being kept: they never left."""
        while wire.held:
            message = wire.held.popleft()
            wire.unreserve(message.sending)
            self._put_back(wire, message.id, message.route, message.channel)

    # claiming

    def wake(self, link: str) -> None:
        """Something about a link changed: see whether it can take more."""
        wire = self._wires.get(link)
        if wire is not None:
            self._claim(wire)

    def wake_all(self) -> None:
        for wire in self._wires.values():
            self._claim(wire)

    def _claim(self, wire: Wire) -> None:
        """Ask for messages by half windows, or at once where a foremost one waits."""
        if wire.claiming or self._stopped or not self._waiting or not wire.up:
            return
        now = self._desk.clock.now()
        room = wire.room(now)
        if not room:
            wait = wire.wait_ms(now)
            if wait:
                self._desk.clock.later(wait, lambda: self._claim(wire))
            return
        routes = self._routes_of(wire)
        if not routes:
            return
        hurried = routes[0][1] <= Channel.voice
        if room < wire.link.window // 2 and wire.parts > _FEW and not hurried:
            return
        wire.claiming = True
        wire.reserve(room)
        store = self._desk.store
        wish = ClaimWish(wire.link.name, routes, room, wire.last, now)
        self._asked[id(wish)] = wire
        store.batch.claims.append(wish)
        store.flush(_CLAIM_WITHIN_MS)

    def _routes_of(self, wire: Wire) -> list[tuple[int, int]]:
        """The queues this link serves now, the foremost channel first."""
        found = [pair for pair in self._waiting if self._wire_of(pair[0]) is wire]
        return sorted(found, key=lambda pair: (pair[1], pair[0]))

    # answers

    def answered(self, link: str, answers: Sequence[Answer]) -> None:
        """Operators' answers become moves; room becomes claims."""
        wire = self._wires.get(link)
        if wire is None:
            return
        store, before = self._desk.store, wire.parts
        for answer in answers:
            landed = wire.landed(answer)
            if landed is not None:
                self._landed(wire, answer.message, *landed)
        parts = before - wire.parts
        store.batch.afterwards.append(lambda kept: self._freed(wire, parts, kept))
        hungry = _HUNGRY_WITHIN_MS if self._waiting else _ANSWER_WITHIN_MS
        store.flush(0 if wire.held else hungry)
        if self._waiting:
            self._claim(wire)

    def _freed(self, wire: Wire, parts: int, kept: bool) -> None:
        """A part is aloft until its answer is on disk: a kill may put no more than that in doubt.

        What is claimed or launched comes with the commit that holds these answers, or after it.
        """
        if kept:
            wire.aloft -= parts
            self._lift(wire)
        else:
            # Answers that could not be kept now are tried again with the next batch.
            again = self._desk.store.batch.afterwards
            again.append(lambda later: self._freed(wire, parts, later))

    def _landed(self, wire: Wire, message: int, flight: Flight, answers: list[Answer]) -> None:
        batch, now = self._desk.store.batch, self._desk.clock.now()
        taken = [answer for answer in answers if answer.verdict is Verdict.taken]
        for answer in taken:
            batch.refs.append(PartRef(wire.link.name, answer.ref, message, answer.no))
        verdict = verdict_of(answers)
        reason = next((answer.reason for answer in answers if answer.reason), Reason.none)
        if verdict is Verdict.taken:
            batch.moves.append(Move(message, Happening.acknowledged, Reason.none, now))
        elif verdict is Verdict.refused:
            how = Happening.broken_off if taken else Happening.turned_down
            batch.moves.append(Move(message, how, reason or Reason.rejected, now))
        elif verdict is Verdict.later and not taken:
            self._put_back(wire, message, flight.route, flight.channel)
        else:
            self._desk.in_doubt(message, flight.account, flight.channel)

    def _put_back(self, wire: Wire, message: int, came_by: int, channel: int) -> None:
        """It never left, or the operator wants it later: the next link of the route, or a pause."""
        desk = self._desk
        self._desk.counts["put_back"] += 1
        route = desk.routes.after(came_by, wire.link.name)
        other = self._wire_of(route)
        due = desk.clock.now() + (0 if other not in (None, wire) else _PAUSE_MS)
        self._move(message, Happening.put_back, Reason.none, due, route)
        pair = (route, channel)
        desk.clock.later(_PAUSE_MS, lambda: self._look_again(pair))

    def _look_again(self, pair: tuple[int, int]) -> None:
        self._waiting.add(pair)
        self.wake_all()

    def _move(
        self, message: int, happening: Happening, reason: Reason, due: int = 0, route: int = 0
    ) -> None:
        store = self._desk.store
        now = self._desk.clock.now()
        store.batch.moves.append(Move(message, happening, reason, now, due=due, route=route))
        store.flush(_ANSWER_WITHIN_MS)


def _leaving(letter: DraftLetter, account: int) -> list[Leaving]:
    asked = letter.asked
    return [
        Leaving(
            letter.first + index,
            number,
            letter.texts[index] if letter.texts else letter.text,
            asked.sender or asked.code,
            int(asked.alphabet),
            asked.udh,
            int(asked.flash),
            asked.validity_h,
            letter.sending[index],
            account,
            letter.route,
            int(asked.channel),
        )
        for index, number in enumerate(letter.numbers)
    ]


def _parts(message: Leaving) -> Iterator[Part]:
    total, udh = message.sending, message.udh
    alphabet = Alphabet(message.alphabet)
    texts = [message.text] if total == 1 else split(message.text, alphabet, len(udh) // 2)
    for no, text in enumerate(texts, 1):
        yield Part(
            message.id,
            no,
            total,
            message.number,
            message.sender,
            text,
            alphabet,
            udh,
            bool(message.flash),
            message.validity_h,
        )
