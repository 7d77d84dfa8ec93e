"""A mail's turn to be answered.

In: a request. Out: whether it could be kept, to the session that it came by. Promise: whatever an
answerer does, each turn ends once. Nothing is mailed back, so nobody reads what the answer says:
what is refused for good need not come again, what only could not be kept now must.
"""

import asyncio
from collections.abc import Awaitable, Callable

from chappe.doors.turn import report
from chappe.words.answer import Trouble
from chappe.words.exchange import Request, Response

# What refuses a mail for now.
_PASSING = frozenset({Trouble.not_now, Trouble.draining, Trouble.fault})
_WRONG = 400


class MailTurn:
    """A mail that waits for its answer. `task` is what works on it, where that is one."""

    __slots__ = ("_ended", "request", "task")
    is_left = False  # mail is not so large that it waits for room

    def __init__(self, request: Request, ended: Callable[[bool], None]) -> None:
        self.request = request
        self.task: asyncio.Task[None] | None = None
        self._ended: Callable[[bool], None] | None = ended

    @property
    def waits(self) -> bool:
        """Whether nobody has answered yet."""
        return self._ended is not None

    def answer(self, response: Response) -> None:
        """The answer; there is one."""
        refusal = response.refusal
        if refusal is None:
            self._end(kept=response.status < _WRONG)
        else:
            self._end(kept=_PASSING.isdisjoint(refusal.troubles))

    def answer_later(self, work: Awaitable[Response]) -> None:
        """The answer is whatever comes of this, which runs beside the loop's other work."""
        self.task = asyncio.get_running_loop().create_task(self._see_through(work))

    def give_up(self) -> None:
        """There will be no answer."""
        self._end(kept=False)

    async def _see_through(self, work: Awaitable[Response]) -> None:
        try:
            response = await work
        except asyncio.CancelledError:
            self.give_up()
            raise
        except Exception as fault:  # whatever it is, this client alone may notice
            report(fault)
            self.give_up()
        else:
            self.answer(response)

    def _end(self, *, kept: bool) -> None:
        ended, self._ended = self._ended, None
        if ended is not None:
            ended(kept)
