"""A request and its turn to be answered; who answers.

In: a request. Out: its answer, to the connection that it came over. Promise: whatever an answerer
does, each turn ends once.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Protocol

from msgspec.structs import replace

from chappe.doors.http.answer import refusal
from chappe.doors.http.parcel import Parcel
from chappe.doors.turn import report
from chappe.words.exchange import Request, Response

Answer = Callable[[Request], Awaitable[Response]]
_WITH_S = 1.0  # after a long request was whole, what comes still came with it


class Awaiting(Protocol):
    """A connection, as its turns see it."""

    def answered(self, turn: "HttpTurn", response: Response) -> None: ...

    def abandoned(self, turn: "HttpTurn") -> None: ...

    def awaits(self, turn: "HttpTurn") -> bool:
        """Whether this turn is still to be answered."""


class HttpTurn:
    """A request that waits for its answer. `task` is what works on it, where that is one; `size`
    is that of its body, which may still be in its parcel; `is_left`: its client has given up."""

    __slots__ = (
        *("_parcel", "_whole_at", "connection", "is_left", "keep", "modern", "request", "size"),
        "task",
    )

    def __init__(
        self,
        connection: Awaiting,
        request: Request,
        modern: bool,
        keep: bool,
        parcel: Parcel | None = None,
    ) -> None:
        self.connection = connection
        self.request = request
        self.modern = modern
        self.keep = keep
        self.size = len(request.body) if parcel is None else parcel.size
        self.task: asyncio.Task[None] | None = None
        self.is_left = False
        self._parcel = parcel
        self._whole_at = 0.0 if parcel is None else asyncio.get_running_loop().time()

    @property
    def is_packed(self) -> bool:
        """Whether its body is still to be joined."""
        return self._parcel is not None

    def unpack(self, then: Callable[["HttpTurn"], None]) -> None:
        """Join its body, beside the loop."""
        self.task = asyncio.get_running_loop().create_task(self._unpack(then))

    async def _unpack(self, then: Callable[["HttpTurn"], None]) -> None:
        parcel, self._parcel = self._parcel, None
        try:
            body = await asyncio.to_thread(parcel.whole) if parcel is not None else b""
        except asyncio.CancelledError:
            self.connection.abandoned(self)
            raise
        except MemoryError as fault:
            report(fault)
            self.answer(refusal(500))
            return
        self.request = replace(self.request, body=body)
        self.task = None
        then(self)

    def said_all(self) -> None:
        """The client sends nothing more. One that says so with its request waits for the answer;
        one that lets time go by first hangs up, and looks the same."""
        if self._whole_at and asyncio.get_running_loop().time() - self._whole_at > _WITH_S:
            self.is_left = True

    def leave(self) -> None:
        """The client is gone."""
        self.is_left = True

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
