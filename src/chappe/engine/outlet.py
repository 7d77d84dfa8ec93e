"""A noun, since it is what dispatch works at: one link, its window, its pace, what is on its way.

In: messages that leave and answers that come. Out: how much room there is, what leaves now, and
which messages are answered for. It changes no message's state. Its times are steady ones.
"""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from chappe.engine.leave import refit
from chappe.engine.postpone import Window, is_open
from chappe.engine.throttle import Throttle
from chappe.links.contract import (
    Answer,
    Carriage,
    Condition,
    HasStanding,
    Link,
    Standing,
    Verdict,
)
from chappe.store.contract import Leaving
from chappe.words.clock import Clock
from chappe.words.lifecycle import Reason

# A member of an enum that is looked up costs as much as the rest of a loop.
_UP = Condition.up
_USUAL = Carriage.usual
_TAKEN = Verdict.taken
_THROTTLED = Reason.throttled


class Landing(msgspec.Struct):
    """The messages that a batch of answers completes."""

    taken: list[Answer] = []  # of messages of one part, as nearly all are
    others: list[tuple[Leaving, list[Answer]]] = []
    parts: int = 0


class Outlet:
    """A link with its window and its pace."""

    def __init__(self, link: Link, clock: Clock) -> None:
        self.link = link
        self._clock = clock
        self._hours = Window(*link.hours) if link.hours else None
        self.held: deque[Leaving] = deque()  # ours to send, once the window takes it
        self.aloft = 0  # parts whose answer is not on disk
        self.parts = 0  # unanswered, held, or promised to an order that is being kept
        self.claiming = False
        self.resting = False  # a timer will look again once the pace lets something leave
        self.last = 0  # the account served last
        self._throttle = Throttle(link.rate, link.window, clock.steady())
        self._flying: dict[int, Leaving] = {}
        self._answers: dict[int, list[Answer]] = {}  # so far, of what is on its way in parts

    @property
    def up(self) -> bool:
        """Whether anything may leave by this link now."""
        if self.link.condition is not _UP:
            return False
        hours = self._hours
        return hours is None or all(is_open(date, hours) for date in self._clock.dates())

    def pace(self, now: int) -> float:
        """How many parts a second the link is given at most; 0 is no bound."""
        return self._throttle.pace(now)

    def figures(self, now: int) -> Mapping[str, float]:
        """The state of the link as figures."""
        link = self.link
        standing = link.standing if isinstance(link, HasStanding) else Standing()
        return {
            "up": int(link.condition is _UP),
            "window": link.window,
            "unanswered": self.aloft,
            "pace": self.pace(now),
            "reconnects": standing.reconnects,
            "odd": sum(standing.odd.values()),
        }

    def room(self, now: int) -> int:
        """How many parts may leave now."""
        room = self.link.window - self.parts
        if self._throttle.bounds:
            room = min(room, self._throttle.room(now))
        return max(0, room)

    def most(self, now: int) -> int:
        """How many could leave now if nothing had left before."""
        return min(self.link.window, self._throttle.burst(now))

    def wait_ms(self, parts: int, now: int) -> int:
        """How long until the pace lets so many leave; 0 where it is the window that does not."""
        return self._throttle.wait_ms(parts, now) if self.link.window - self.parts >= parts else 0

    def reserve(self, parts: int) -> None:
        """Count parts that are about to leave against window and pace."""
        self.parts += parts
        self._throttle.spend(parts)

    def unreserve(self, parts: int) -> None:
        """Give back the room of parts that do not leave after all."""
        self.parts -= parts
        self._throttle.spend(-parts)

    def hold(self, messages: Iterable[Leaving]) -> None:
        """Queue messages whose room is reserved, cut into parts as this link cuts them."""
        if self.link.carriage is _USUAL:
            self.held.extend(messages)
            return
        for message in messages:
            self.held.append(fitted := refit(message, self.link.carriage))
            self.parts += fitted.sending - message.sending

    def take_off(self) -> list[Leaving]:
        """Let go of as many held messages as the window takes; one longer than the window goes
        alone."""
        held, aloft, window = self.held, self.aloft, self.link.window
        leaving: list[Leaving] = []
        while held and (aloft + held[0].sending <= window or not aloft):
            message = held.popleft()
            aloft += message.sending
            leaving.append(message)
        self.aloft = aloft
        self._flying.update([(message.id, message) for message in leaving])
        return leaving

    def let_go(self, first: int, last: int) -> list[Leaving]:
        """Give up the held messages of a stretch, with their room."""
        gone = [message for message in self.held if first <= message.id <= last]
        if gone:
            self.held = deque([one for one in self.held if not first <= one.id <= last])
            self.unreserve(sum([message.sending for message in gone]))
        return gone

    def land(self, answers: Sequence[Answer], now: int) -> Landing:
        """Take answers, and give back the messages of which every part has one now."""
        landing = Landing()
        flying, taken = self._flying, landing.taken
        throttled = 0
        for answer in answers:
            message = flying.pop(answer.message, None)
            if message is None:
                continue
            if message.sending == 1 and answer.verdict is _TAKEN and not message.refitted:
                taken.append(answer)
                continue
            throttled += answer.reason is _THROTTLED
            self._land(message, answer, landing)
        landing.parts += len(taken)
        self.parts -= landing.parts
        self._throttle.heard(len(answers), throttled, now)
        return landing

    def _land(self, message: Leaving, answer: Answer, landing: Landing) -> None:
        answers = self._answers.setdefault(message.id, [])
        answers.append(answer)
        if len(answers) < message.sending:
            # Its parts are settled together: until then a kill brings all of it into doubt.
            self._flying[message.id] = message
            return
        del self._answers[message.id]
        landing.others.append((message, answers))
        landing.parts += message.sending


def verdict_of(answers: Sequence[Answer]) -> Verdict:
    """What the parts' answers mean for the whole message.

    Something taken and something not is no message: it is refused, unless it is in doubt.
    """
    verdicts = {answer.verdict for answer in answers}
    if len(verdicts) == 1:
        return verdicts.pop()
    if Verdict.unanswered in verdicts:
        return Verdict.unanswered
    return Verdict.refused if Verdict.refused in verdicts else Verdict.later
