"""A request and its turn to be answered; who answers.

In: a request. Out: its answer, to the connection that it came over. Promise: whatever an answerer
does, each turn ends once.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Protocol

from chappe.doors.http.answer import refusal
from chappe.doors.turn import report
from chappe.words.exchange import Request, Response

Answer = Callable[[Request], Awaitable[Response]]


class Awaiting(Protocol):
    """A connection, as its turns see it."""

    def answered(self, turn: "HttpTurn", response: Response) -> None: ...

    def abandoned(self, turn: "HttpTurn") -> None: ...

    def awaits(self, turn: "HttpTurn") -> bool:
        """Whether this turn is still to be answered."""


class HttpTurn:
    """A request that waits for its answer. `task` is what works on it, where that is one."""

    __slots__ = ("connection", "keep", "modern", "request", "task")

    def __init__(self, connection: Awaiting, request: Request, modern: bool, keep: bool) -> None:
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

    def goes_on(self, work: Coroutine[None, None, None], *, keep: bool) -> None:
        """Its answer has begun, and this makes the rest; then the connection is kept, or not."""
        self.keep = keep
        self.task = asyncio.get_running_loop().create_task(work)

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

    def take(self, turns: Sequence[HttpTurn]) -> None:
        """Answer each of them, now or later."""


class Each:
    """Answers every request by itself."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def take(self, turns: Sequence[HttpTurn]) -> None:
        for turn in turns:
            turn.answer_later(self._answer(turn.request))
