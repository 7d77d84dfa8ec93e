"""A request and its turn to be answered; who answers; what all connections of a door share.

In: connections that have something to read. Out: the requests of one turn of the loop, together,
to the caller's `Answerer`. Promises: whatever an answerer does, each turn ends once; whatever one
request makes of the code, the hall goes on with all the others.

Requests that come together are worked off together: the same step for all of them, then the next.
A processor that does one thing thirty times is two to three times as fast at it as one that does
thirty things in turn.
"""

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from chappe.doors.http.answer import refusal
from chappe.doors.http.intake import Bodies
from chappe.doors.http.limits import Limits
from chappe.doors.http.peer import Networks
from chappe.words.exchange import Request, Response

Answer = Callable[[Request], Awaitable[Response]]

_LOG = logging.getLogger(__name__)


class Held(Protocol):
    """A connection, as its hall sees it."""

    def take_up(self) -> None:
        """Make turns of what has come. Never raises."""

    def answered(self, turn: "Turn", response: Response) -> None: ...

    def abandoned(self, turn: "Turn") -> None: ...

    def awaits(self, turn: "Turn") -> bool:
        """Whether this turn is still to be answered."""

    def close_if_overdue(self) -> None: ...

    def leave(self) -> None: ...

    def cut(self) -> asyncio.Task[None] | None: ...


class Turn:
    """A request that waits for its answer. `task` is what works on it, where that is one."""

    __slots__ = ("connection", "keep", "modern", "request", "task")

    def __init__(self, connection: Held, request: Request, modern: bool, keep: bool) -> None:
        self.connection = connection
        self.request = request
        self.modern = modern
        self.keep = keep
        self.task: asyncio.Task[None] | None = None

    def answer(self, response: Response) -> None:
        """The answer; there is one."""
        self.connection.answered(self, response)

    def answer_later(self, work: Awaitable[Response]) -> None:
        """The answer is whatever comes of this, which runs beside the loop's other work."""
        self.task = asyncio.get_running_loop().create_task(self._see_through(work))

    async def _see_through(self, work: Awaitable[Response]) -> None:
        try:
            response = await work
        except asyncio.CancelledError:
            # The door closes, or the work was cancelled inside: there will be no answer.
            self.connection.abandoned(self)
            raise
        except Exception as fault:  # whatever it is, this client alone may notice
            report(fault)
            response = refusal(500)
        self.answer(response)


class Answerer(Protocol):
    """Who answers."""

    def take(self, turns: Sequence[Turn]) -> None:
        """Answer each of them, now or later."""


class Each:
    """Answers every request by itself."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def take(self, turns: Sequence[Turn]) -> None:
        for turn in turns:
            turn.answer_later(self._answer(turn.request))


class Hall:
    """What all connections of one door share: limits, counts, the one clock, the next step."""

    def __init__(self, answerer: Answerer, limits: Limits, trusted: Networks) -> None:
        self.answerer = answerer
        self.limits = limits
        self.trusted = trusted
        self.connections: set[Held] = set()
        self.bodies = Bodies()
        self.in_flight = 0
        self.answered = [0] * 6  # by the first digit of the status
        self.now = 0.0
        self.draining = False
        self._emptied: asyncio.Future[None] | None = None
        self._spoken: list[Held] = []  # connections with something to take up
        self._turns: list[Turn] = []
        self._step: asyncio.Handle | None = None

    def has_spoken(self, connection: Held) -> None:
        """Something came over a connection."""
        self._spoken.append(connection)
        self._work_soon()

    def line_up(self, turn: Turn) -> None:
        """A turn has come."""
        self._turns.append(turn)
        self._work_soon()

    def _work_soon(self) -> None:
        if self._step is None:
            self._step = asyncio.get_running_loop().call_soon(self._work)

    def _work(self) -> None:
        """One step: everything that came since the last one, together."""
        # The next step is planned by whoever speaks next, so this one must not stand in the way,
        # not even where it fails.
        self._step = None
        spoken, self._spoken = self._spoken, []
        for connection in spoken:
            connection.take_up()
        turns, self._turns = self._turns, []
        if turns:
            self._hand_over(turns)

    def _hand_over(self, turns: list[Turn]) -> None:
        """Let the answerer answer. Where it fails as a whole, whoever it left out hears so."""
        try:
            self.answerer.take(turns)
        except Exception as fault:  # whatever it is, the door stays open
            report(fault)
            for turn in turns:
                if turn.task is None and turn.connection.awaits(turn):
                    turn.answer(refusal(500))

    def sweep(self, now: float) -> None:
        """Close whoever is overdue. `now` is the clock of every deadline until the next sweep."""
        self.now = now
        for connection in tuple(self.connections):
            connection.close_if_overdue()

    def forget(self, connection: Held) -> None:
        """The connection is gone, and its last answer made."""
        self.connections.discard(connection)
        if not self.connections and self._emptied is not None and not self._emptied.done():
            self._emptied.set_result(None)

    async def emptied(self) -> None:
        """Until no connection is left."""
        if self.connections:
            self._emptied = asyncio.get_running_loop().create_future()
            await self._emptied


def report(fault: Exception) -> None:
    """A fault of ours in the log, without what it says."""
    # Its message may quote the request, secrets and all: the places tell enough.
    places = "".join(traceback.format_tb(fault.__traceback__))
    _LOG.error("A request could not be answered: %s\n%s", type(fault).__name__, places)
