"""A page to point callbacks at: each call prints one line.

In: an address, what to answer. Out: lines. Promise: whatever comes is answered and shown on one
line of bounded length, in the order in which it came.
"""

import time
from collections.abc import Callable

from chappe.demo.calls import told
from chappe.doors.http.door import HttpDoor, Limits
from chappe.logs import one_line
from chappe.words import paris
from chappe.words.exchange import Request, Response

_BODY_MAX = 1 << 20
_TEXT_MAX = 60
_DRAIN_S = 1.0


class Page:
    """Listens from `open` to `close`."""

    def __init__(
        self, say: Callable[[str], None], answer: bytes = b"OK", status: int = 200
    ) -> None:
        self._say = say
        self._response = Response(answer, status=status)
        self._door = HttpDoor(self._heard, limits=Limits(body=_BODY_MAX))

    async def open(self, host: str, port: int) -> tuple[str, int]:
        return await self._door.listen(host, port)

    async def close(self) -> None:
        await self._door.drain(_DRAIN_S)

    async def _heard(self, request: Request) -> Response:
        self._say(line_of(request, time.time_ns() // 1_000_000))
        return self._response


def line_of(request: Request, at: int) -> str:
    """`16:03:01  callback  highsms DLR  +33639980001  RECEIVED  Bonjour`"""
    said = told(request)
    words = (f"{said.dialect} {said.kind}", said.number, said.status, said.text)
    when = paris.stamp(at, paris.DASHED)[11:]
    return "  ".join([when, "callback", *(one_line(word, _TEXT_MAX) for word in words if word)])
