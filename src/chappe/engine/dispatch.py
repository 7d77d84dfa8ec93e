"""Dispatching: what may leave goes out over links with room, the foremost first.

In: what each commit launched, claimed or queued, and links' answers. Out: parts to links, moves to
the store. Promise: never more unanswered parts than a link's window, nothing leaves before it is
on disk, and what left is answered for: taken, refused, put back, or in doubt.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from functools import partial
from itertools import zip_longest

from chappe.engine.doubt import Doubt
from chappe.engine.leave import messages_of, parts_of
from chappe.engine.office import Office
from chappe.engine.outlet import Outlet, verdict_of
from chappe.engine.outlets import Outlets
from chappe.links.contract import Answer, EndsCalls, Link, Verdict
from chappe.store.contract import (
    Batch,
    Claimed,
    ClaimWish,
    Draft,
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
from chappe.words.rests import Rests

_CLAIM_WITHIN_MS = 0.5
_ANSWER_WITHIN_MS = 20  # an acknowledgement may wait for company, its customer does not see it
_HUNGRY_WITHIN_MS = 2  # ... but its room is wanted where something waits
_PAUSE_MS = 1 * SECOND  # before a message that was put back is tried again
_POLL_MS = 5 * SECOND  # wake-ups make it instant; this is the safety net
_POLL_SHARED_MS = 1 * SECOND  # ... where other nodes queue, whose wake-up may be lost
_REST_MAX_MS = 1 * SECOND  # however far away the pace says that room is
_FEW = 16
_NO_CHANNEL = max(Channel) + 1  # where nothing waits, the foremost that does is behind all

# A member of an enum that is looked up costs as much as the rest of a loop.
_ACCEPTED, _ACKNOWLEDGED = Happening.accepted, Happening.acknowledged
_LAUNCHED = Happening.launched
_NO_REASON = Reason.none


class Dispatch:
    """The way out of one node."""

    def __init__(self, office: Office, doubt: Doubt) -> None:
        self._office = office
        self._doubt = doubt
        self._outlets = Outlets(office.clock, office.routes.links)
        self._waiting: set[tuple[int, int]] = set()  # (route, channel) where something may wait
        self._promised: dict[int, Outlet] = {}  # a letter's first message -> who has room for it
        # The id of an open wish -> whose it is; names may come again.
        self._asked: dict[int, Outlet] = {}
        self._stopped = False
        self._rests = Rests(_POLL_SHARED_MS if office.store.is_shared else _POLL_MS)
        office.commits.begin_with(self.launch)
        office.commits.listen(self)

    async def start(self) -> None:
        """What waits in the store leaves by whatever links there are."""
        await self._poll()

    async def _poll(self) -> None:
        if self._stopped:
            return
        self._rests.begin()
        try:
            await self._look()
        finally:
            self._office.clock.later(self._rests.over(), self._poll_again)

    async def _look(self) -> None:
        """What another node serves is none of ours."""
        found = await self._office.store.waiting()
        self._waiting = {pair for pair in (*self._waiting, *found) if self.is_served_here(pair[0])}
        self.wake_all()

    def _poll_again(self) -> None:
        self._office.background(self._poll())

    def stop(self) -> None:
        """Nothing new leaves; answers are still taken."""
        self._stopped = True
        for outlet in self._outlets.all():
            self._ground(outlet)

    @property
    def flying(self) -> int:
        """How many parts are unanswered, or promised to something that is just being kept."""
        return sum(outlet.parts for outlet in self._outlets.all())

    def paces(self) -> Mapping[str, float]:
        """Link -> parts per second that it is served with at most, 0 is no bound."""
        now = self._office.clock.steady()
        return {outlet.link.name: outlet.pace(now) for outlet in self._outlets.all()}

    def standings(self) -> Mapping[str, Mapping[str, float]]:
        """Link -> figure -> number, for machines."""
        now = self._office.clock.steady()
        return {outlet.link.name: outlet.figures(now) for outlet in self._outlets.all()}

    def add(self, link: Link) -> None:
        """One link more."""
        self._outlets.add(link)
        self._office.background(self._look())

    def remove(self, name: str) -> None:
        """A link that has stopped, and with that has answered for all that it got."""
        outlet = self._outlets.remove(name)
        if outlet is not None:
            self._ground(outlet)
            self._office.measures.forget(name)

    # launching

    def is_up(self, route: int) -> bool:
        """Whether a link of this route is up, here or elsewhere."""
        return self._outlets.is_up(route)

    @property
    def all_down(self) -> bool:
        return self._outlets.all_down

    def is_served_here(self, route: int) -> bool:
        return self._outlets.is_served_here(route)

    def is_link_up(self, name: str) -> bool:
        return self._outlets.is_link_up(name)

    def hear_of(self, up: Set[str]) -> None:
        """Which links other nodes have and are up."""
        if self._outlets.hear_of(up):
            self._office.background(self._look())

    def launch(self, batch: Batch) -> None:
        """Letters that leave with the commit that keeps them: a link has room, which is theirs from
        now on, and nothing as important waits. They need no queue, no claim, no second update."""
        clock = self._office.clock
        if self._stopped or clock.doubt:
            return  # where the date is in doubt, the claim looks at the hours by both
        now = clock.steady()
        foremost = min([channel for _, channel in self._waiting], default=_NO_CHANNEL)
        outlets: dict[int, Outlet | None] = {}
        for letter in [letter for draft in batch.drafts for letter in draft.letters]:
            if letter.happening is not _ACCEPTED or letter.routes or letter.bad:
                continue
            if letter.route not in outlets:
                outlets[letter.route] = self._outlets.of(letter.route)
            outlet, parts = outlets[letter.route], sum(letter.sending)
            if outlet is None or letter.asked.channel >= foremost or outlet.room(now) < parts:
                continue
            outlet.reserve(parts)
            self._promised[letter.first] = outlet
            letter.happening = _LAUNCHED

    # after each commit

    def settled(self, batch: Batch, settled: Settled) -> None:
        """Send what may leave now."""
        if self._promised and batch.drafts:
            self._launched(batch, settled)
        for wish, claim in zip_longest(batch.claims, settled.claimed):
            self._claimed(wish, claim)
        if settled.queued:
            here = settled.queued
            if self._outlets.elsewhere:
                here = {pair for pair in here if self.is_served_here(pair[0])}
            self._waiting |= here
        if self._waiting:
            self.wake_all()

    def _launched(self, batch: Batch, settled: Settled) -> None:
        """What this commit launched leaves together."""
        promised = self._promised
        loads: dict[Outlet, list[tuple[DraftLetter, Draft]]] = {}
        for draft, answer in zip_longest(batch.drafts, settled.answers):
            kept = isinstance(answer, Receipt)
            for letter in draft.letters:
                outlet = promised.pop(letter.first, None)
                if outlet is None:
                    continue
                if kept:
                    loads.setdefault(outlet, []).append((letter, draft))
                else:
                    outlet.unreserve(sum(letter.sending))
        for outlet, letters in loads.items():
            outlet.hold(messages_of(letters))
            self._lift(outlet)

    def _claimed(self, wish: ClaimWish, claim: Claimed | None) -> None:
        outlet = self._asked.pop(id(wish), None)
        if outlet is None:
            return
        outlet.unreserve(wish.room)
        if claim is None:
            # The store is away: who asks it again at once only keeps it busy.
            self._office.clock.later(_PAUSE_MS, lambda: self._claim_again(outlet))
            return
        outlet.claiming = False
        outlet.last = claim.last
        self._waiting -= set(claim.dry)
        if claim.leaving:
            outlet.reserve(sum(message.sending for message in claim.leaving))
            # They are counted in messages; long ones may be more parts than the window.
            outlet.hold(claim.leaving)
            self._lift(outlet)

    def _claim_again(self, outlet: Outlet) -> None:
        outlet.claiming = False
        self._claim(outlet)

    def _lift(self, outlet: Outlet) -> None:
        """Submit as much of what is held as the window takes."""
        if self._stopped or not outlet.up:
            self._ground(outlet)
            return
        leaving = outlet.take_off()
        if leaving:
            parts = parts_of(leaving, outlet.link.carriage)
            self._office.measures.left(outlet.link.name, leaving, len(parts))
            if self._office.trace is not None:
                self._office.trace.left(leaving)
            if self._office.disturbing.is_on:
                self._office.disturbing.befall(outlet.link, leaving)
            outlet.link.submit(parts)

    def _ground(self, outlet: Outlet) -> None:
        """The link went down, or all stops, while these were being kept: they never left."""
        never_left = list(outlet.held)
        outlet.held.clear()
        outlet.unreserve(sum([message.sending for message in never_left]))
        self._put_back(outlet, never_left)

    def end(self, stretches: Iterable[tuple[int, int]]) -> None:
        """The messages of these stretches are no more: whatever can be ended of them ends."""
        for outlet in self._outlets.all():
            if isinstance(outlet.link, EndsCalls):
                for first, last in stretches:
                    self._drop(outlet.let_go(first, last))
                    outlet.link.end(first, last)

    def _drop(self, never_left: Sequence[Leaving]) -> None:
        store, now = self._office.store, self._office.clock.now()
        for message in never_left:
            store.batch.moves.append(Move(message.id, Happening.turned_down, Reason.deleted, now))
        store.flush(_ANSWER_WITHIN_MS)

    # claiming

    def lined_up(self, queues: Iterable[tuple[int, int]]) -> None:
        """Something waits in these (route, channel) that no commit told of."""
        self._waiting.update(queues)
        self.wake_all()

    def wake(self, link: str) -> None:
        """Something about a link changed: see whether it can take more."""
        outlet = self._outlets.get(link)
        if outlet is not None:
            self._claim(outlet)

    def wake_all(self) -> None:
        for outlet in self._outlets.all():
            self._claim(outlet)

    def _claim(self, outlet: Outlet) -> None:
        """Ask by halves of what may leave at once, or for less where a foremost one waits."""
        if outlet.claiming or self._stopped or not self._waiting or not outlet.up:
            return
        now = self._office.clock.steady()
        room = outlet.room(now)
        if not room:
            self._rest(outlet, outlet.wait_ms(1, now))
            return
        routes = self._routes_of(outlet)
        if not routes:
            return
        hurried = routes[0][1] <= Channel.voice
        half = outlet.most(now) // 2
        if room < half and outlet.parts > _FEW and not hurried:
            self._rest(outlet, outlet.wait_ms(half, now))
            return
        outlet.claiming = True
        outlet.reserve(room)
        store = self._office.store
        wish = ClaimWish(outlet.link.name, routes, room, outlet.last, self._office.clock.now())
        self._asked[id(wish)] = outlet
        store.batch.claims.append(wish)
        store.flush(_CLAIM_WITHIN_MS)

    def _rest(self, outlet: Outlet, wait_ms: int) -> None:
        """Its pace holds it up: look again then."""
        if wait_ms and not outlet.resting:
            outlet.resting = True
            rest_ms = min(wait_ms, _REST_MAX_MS)
            self._office.clock.later(rest_ms, lambda: self._rested(outlet))

    def _rested(self, outlet: Outlet) -> None:
        outlet.resting = False
        self._claim(outlet)

    def _routes_of(self, outlet: Outlet) -> list[tuple[int, int]]:
        """The queues this link serves now, the foremost channel first."""
        found = [pair for pair in self._waiting if self._outlets.of(pair[0]) is outlet]
        return sorted(found, key=lambda pair: (pair[1], pair[0]))

    # answers

    def answered(self, link: str, answers: Sequence[Answer]) -> None:
        """Operators' answers become moves; room becomes claims."""
        outlet = self._outlets.get(link)
        if outlet is None:
            return
        store, now = self._office.store, self._office.clock.now()
        steady, batch = self._office.clock.steady(), store.batch
        landing = outlet.land(answers, steady)
        all_taken = len(landing.taken) == len(answers)
        self._office.measures.answered(link, answers, steady, all_taken=all_taken)
        if self._office.trace is not None:
            self._office.trace.acknowledged(link, answers)
        centre = self._office.routes.centre_of(link)
        batch.refs += [
            PartRef(centre, answer.ref, answer.message, 1, answer.forms) for answer in landing.taken
        ]
        batch.moves += [
            Move(answer.message, _ACKNOWLEDGED, _NO_REASON, now) for answer in landing.taken
        ]
        if landing.others:
            self._landed(outlet, landing.others, now)
        batch.afterwards.append(partial(self._freed, outlet, landing.parts))
        hungry = _HUNGRY_WITHIN_MS if self._waiting else _ANSWER_WITHIN_MS
        store.flush(0 if outlet.held else hungry)
        if self._waiting:
            self._claim(outlet)

    def _freed(self, outlet: Outlet, parts: int, kept: bool) -> None:
        """A part is aloft until its answer is on disk: a kill may put no more than that in doubt.

        What is claimed or launched comes with the commit that holds these answers, or after it.
        """
        if kept:
            outlet.aloft -= parts
            self._lift(outlet)
        else:
            # Answers that could not be kept now are tried again with the next batch.
            self._office.store.batch.afterwards.append(partial(self._freed, outlet, parts))

    def _landed(
        self, outlet: Outlet, landed: Sequence[tuple[Leaving, Sequence[Answer]]], now: int
    ) -> None:
        """Messages of several parts, and those that were not taken."""
        batch, back = self._office.store.batch, []
        centre = self._office.routes.centre_of(outlet.link.name)
        for message, answers in landed:
            taken = [answer for answer in answers if answer.verdict is Verdict.taken]
            batch.refs += [PartRef(centre, one.ref, message.id, one.no, one.forms) for one in taken]
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
                self._doubt.arose(message.id, message.account, message.channel)
        self._put_back(outlet, back)

    def _put_back(self, outlet: Outlet, messages: Sequence[Leaving]) -> None:
        """They never left, or the operator wants them later: the next link of the route, or a
        pause."""
        if not messages:
            return
        office, name = self._office, outlet.link.name
        office.counts["put_back"] += len(messages)
        now, pairs = office.clock.now(), set()
        for message in messages:
            route = office.routes.after(message.route, name)
            due = now + (0 if self._outlets.of(route) not in (None, outlet) else _PAUSE_MS)
            office.store.batch.moves.append(
                Move(message.id, Happening.put_back, _NO_REASON, now, due=due, route=route)
            )
            pairs.add((route, message.channel))
        office.store.flush(_ANSWER_WITHIN_MS)
        office.clock.later(_PAUSE_MS, lambda: self._look_again(pairs))

    def _look_again(self, pairs: set[tuple[int, int]]) -> None:
        self._waiting |= pairs
        self.wake_all()
