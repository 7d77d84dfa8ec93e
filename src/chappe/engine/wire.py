"""One link as dispatch sees it: its window, its pace, and what is on its way.

In: parts that leave and answers that come. Out: how much room there is. It moves nothing itself.
"""

from collections import deque
from typing import NamedTuple

from chappe.links.contract import Answer, Condition, Link, Verdict
from chappe.store.contract import Leaving
from chappe.words.clock import SECOND

_BURST_S = 0.1  # how much of a second's rate may leave at once


class Flight(NamedTuple):
    """A message on its way: what a doubt about it needs to know."""

    total: int
    account: int
    route: int
    channel: int
    answers: list[Answer]  # of the parts answered so far


class Wire:
    """A link, its window and its pace."""

    def __init__(self, link: Link, now: int) -> None:
        self.link = link
        self.flying: dict[int, Flight] = {}
        self.held: deque[Leaving] = deque()  # ours to send, once the window takes it
        self.aloft = 0  # parts whose answer is not on disk
        self.parts = 0  # unanswered, held, or promised to something that is being kept
        self.claiming = False
        self.last = 0  # the account served last
        self._tokens = 0.0
        self._filled = now

    @property
    def up(self) -> bool:
        return self.link.condition is Condition.up

    def room(self, now: int) -> int:
        """How many parts may leave now."""
        room = self.link.window - self.parts
        if self.link.rate <= 0:
            return max(0, room)
        burst = max(1.0, self.link.rate * _BURST_S)
        self._tokens = min(burst, self._tokens + (now - self._filled) * self.link.rate / SECOND)
        self._filled = now
        return max(0, min(room, int(self._tokens)))

    def reserve(self, parts: int) -> None:
        """Count parts that are about to leave against window and pace."""
        self.parts += parts
        self._tokens -= parts

    def unreserve(self, parts: int) -> None:
        """They do not leave after all."""
        self.parts -= parts
        self._tokens += parts

    def wait_ms(self, now: int) -> int:
        """How long until the pace lets something leave; 0 where the pace does not hold it up."""
        if self.link.rate <= 0 or self.room(now) or self.parts >= self.link.window:
            return 0
        return max(1, int((1.0 - self._tokens) * SECOND / self.link.rate) + 1)

    def landed(self, answer: Answer) -> tuple[Flight, list[Answer]] | None:
        """Take an answer; the flight and all its answers once every part has one."""
        flight = self.flying.get(answer.message)
        if flight is None:
            return None
        answers = flight.answers
        answers.append(answer)
        if len(answers) < flight.total:
            return None
        # All at once: until then a kill brings the whole message into doubt.
        del self.flying[answer.message]
        self.parts -= flight.total
        return flight, answers


def verdict_of(answers: list[Answer]) -> Verdict:
    """What the parts' answers mean for the whole message.

    Something taken and something not is no message: it is refused, unless it is in doubt.
    """
    verdicts = {answer.verdict for answer in answers}
    if len(verdicts) == 1:
        return verdicts.pop()
    if Verdict.unanswered in verdicts:
        return Verdict.unanswered
    return Verdict.refused if Verdict.refused in verdicts else Verdict.later
