"""A page to point callbacks at: each call is printed as it comes.

In: an address, what to answer, how to print. Out: lines. Promise: whatever comes is answered so
that it counts as heard, unless another answer is asked for; it is shown in the order in which it
came, and nothing of it can move the cursor of a terminal.
"""

import json
import time
from collections.abc import Callable, Mapping

from chappe.demo.calls import answer_to, told
from chappe.doors.http.door import HttpDoor, Limits
from chappe.logs import one_line
from chappe.words import paris
from chappe.words.exchange import Request, Response

_BODY_MAX = 1 << 20
_TEXT_MAX = 60
_SHOWN_MAX = 16 * 1024  # of a body, and of a query
_LINES_MAX = 200
_DRAIN_S = 1.0


class Page:
    """Listens from `open` to `close`."""

    def __init__(
        self,
        say: Callable[[str], None],
        answer: bytes | None = None,  # None: as each call wants to be answered
        status: int = 200,
        form: str = "short",
    ) -> None:
        self._say = say
        self._shown = FORMS[form]
        self._answer = answer
        self._status = status
        self._door = HttpDoor(self._heard, limits=Limits(body=_BODY_MAX))

    async def open(self, host: str, port: int) -> tuple[str, int]:
        return await self._door.listen(host, port)

    async def close(self) -> None:
        await self._door.drain(_DRAIN_S)

    async def _heard(self, request: Request) -> Response:
        self._say(self._shown(request, time.time_ns() // 1_000_000))
        answer = answer_to(request) if self._answer is None else self._answer
        return Response(answer, status=self._status)


def line_of(request: Request, at: int) -> str:
    """`16:03:01  callback  highsms DLR  +33639980001  RECEIVED  Bonjour`"""
    said = told(request)
    words = (f"{said.dialect} {said.kind}", said.number, said.status, said.text)
    return "  ".join(
        [_when(at), "callback", *(one_line(word, _TEXT_MAX) for word in words if word)]
    )


def raw_of(request: Request, at: int) -> str:
    """`16:03:01  POST /highsms?a=b`, and the body below it as it came, line for line."""
    query = _text(request.query)
    target = f"{request.path}?{query}" if query else request.path
    head = f"{_when(at)}  {request.method} {one_line(target, _SHOWN_MAX)}"
    lines = _text(request.body).splitlines()
    shown = [f"    {one_line(line)}" for line in lines[:_LINES_MAX]]
    return "\n".join([head, *shown, *(["    ..."] if len(lines) > _LINES_MAX else [])])


def json_of(request: Request, at: int) -> str:
    """The same as one object on one line."""
    words = {
        "at": paris.stamp(at, paris.DASHED),
        "method": request.method,
        "path": request.path,
        "query": _text(request.query),
        "type": request.headers.get("content-type", ""),
        "body": _text(request.body),
    }
    return json.dumps(words)  # in plain ASCII


FORMS: Mapping[str, Callable[[Request, int], str]] = {
    "short": line_of,
    "raw": raw_of,
    "json": json_of,
}


def _when(at: int) -> str:
    return paris.stamp(at, paris.DASHED)[11:]


def _text(octets: bytes) -> str:
    """As much of it as is shown."""
    cut = b"..." if len(octets) > _SHOWN_MAX else b""
    return (octets[:_SHOWN_MAX] + cut).decode("utf-8", "replace")
