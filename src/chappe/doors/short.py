"""The door behind short URLs: `GET /CODE` leads on, on whatever host name.

In: requests for paths that are nobody's. Out: redirects, or that there is nothing. Promise: no path
raises; only what an order named is led to; no cache between us and the customer hides a click. A
HEAD asks where a short URL leads, and is no click. Whoever guesses is told to wait, whatever
they guessed, and costs no look-up meanwhile.
"""

import math
from collections.abc import Awaitable

from chappe.doors.guesses import Guesses
from chappe.engine.follow import Follow
from chappe.words.answer import Refusal
from chappe.words.clock import SECOND, Clock
from chappe.words.exchange import Request, Response

_NOWHERE = Response(b"Not found", status=404)
_NOT_NOW = Response(b"Not now", status=503, headers=(("Retry-After", "2"),))
_UNCACHED = ("Cache-Control", "no-store")


class Short:
    """The door that leads those on who open a short URL."""

    def __init__(self, follow: Follow, clock: Clock) -> None:
        self._follow = follow
        self._clock = clock
        self._guesses = Guesses()

    def answer(self, request: Request) -> Awaitable[Response] | None:
        """The answer, to be awaited; None where the path is no code."""
        code = request.path[1:]
        if request.method not in ("GET", "HEAD") or not self._follow.known(code):
            return None
        return self._led_on(code, request)

    async def _led_on(self, code: str, request: Request) -> Response:
        wait_s = self._guesses.wait_s(request.peer, self._now_s())
        if wait_s:
            return _too_many(wait_s)
        target = await self._follow.follow(code, counts=request.method == "GET")
        if isinstance(target, Refusal):
            return _NOT_NOW
        if not target:
            self._guesses.missed(request.peer, self._now_s())
            return _NOWHERE
        return Response(target.encode(), status=302, headers=(("Location", target), _UNCACHED))

    def _now_s(self) -> float:
        return self._clock.steady() / SECOND


def _too_many(wait_s: float) -> Response:
    headers = (("Retry-After", str(math.ceil(wait_s))), _UNCACHED)
    return Response(b"Too many tries", status=429, headers=headers)
