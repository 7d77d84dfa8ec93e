"""A page to point callbacks at: each call is printed as it comes, and handed on where asked.

In: an address, what to answer, how to print, which calls, whom to hand them on to. Out: lines.
Promise: whatever comes is answered so that it counts as heard, unless another answer is asked for,
or whoever it is handed on to answers; it is shown in the order in which it came, and nothing of it
can move the cursor of a terminal.
"""

import asyncio
import http.client
import json
import time
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from chappe.demo.calls import answer_to, event_of, told
from chappe.doors.http.door import HttpDoor, Limits
from chappe.logs import one_line
from chappe.words import paris
from chappe.words.exchange import Request, Response
from chappe.words.lifecycle import Event

_BODY_MAX = 1 << 20
_TEXT_MAX = 60
_SHOWN_MAX = 16 * 1024  # of a body, and of a query
_LINES_MAX = 200
_DRAIN_S = 1.0
_FORWARD_S = 30.0
_ANSWER_MAX = 1 << 20
_STATUSES: Final = (
    Event.created | Event.sent | Event.passing | Event.final | Event.silent | Event.late
)
ONLY: Final[Mapping[str, Event]] = {
    "receipt": _STATUSES,
    "reply": Event.reply,
    "stop": Event.stop,
    "click": Event.click,
}
# What a call is made of anew on its next stretch, or is this stretch's own.
_OURS: Final = frozenset(("connection", "content-length", "expect", "host", "transfer-encoding"))


class ChosenCalls(NamedTuple):
    """Which calls are shown and handed on; the others are answered, and that is all."""

    events: Event | None = None  # None: all, also what nobody knows
    dialect: str = ""

    def fits(self, request: Request) -> bool:
        if self.dialect and told(request).dialect != self.dialect:
            return False
        return self.events is None or bool(event_of(request) & self.events)


EVERYTHING: Final = ChosenCalls()


class Page:
    """Listens from `open` to `close`."""

    def __init__(
        self,
        say: Callable[[str], None],
        answer: bytes | None = None,  # None: as each call wants to be answered
        status: int = 200,
        form: str = "short",
        choice: ChosenCalls = EVERYTHING,
        forward_to: str = "",
    ) -> None:
        self._say = say
        self._choice = choice
        self._forward_to = forward_to
        self._shown = FORMS[form]
        self._answer = answer
        self._status = status
        self._door = HttpDoor(self._heard, limits=Limits(body=_BODY_MAX))

    async def open(self, host: str, port: int) -> tuple[str, int]:
        return await self._door.listen(host, port)

    async def close(self) -> None:
        await self._door.drain(_DRAIN_S)

    async def _heard(self, request: Request) -> Response:
        chosen = self._choice.fits(request)
        if chosen:
            self._say(self._shown(request, _now()))
        if chosen and self._forward_to:
            return await self._forwarded(request)
        answer = answer_to(request) if self._answer is None else self._answer
        return Response(answer, status=self._status)

    async def _forwarded(self, request: Request) -> Response:
        """What whoever it is handed on to answers. Whoever can't be reached did not hear it."""
        began = time.monotonic()
        try:
            answered = await asyncio.to_thread(forwarded, request, self._forward_to)
            came = f"{answered.status}"
        except (OSError, http.client.HTTPException) as fault:
            answered = Response(b"502 Bad Gateway\n", status=502)
            came = f"unreachable ({type(fault).__name__})"
        took_ms = int((time.monotonic() - began) * 1_000)
        self._say(f"{_when(_now())}  forward   {came} after {took_ms} ms")
        return answered


def forwarded(request: Request, url: str) -> Response:
    """Make the same call to this URL, with the same query, and give back its answer. OSError,
    HTTPException."""
    parts = urlsplit(url)
    made = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    line = made(parts.hostname or "", parts.port, timeout=_FORWARD_S)
    query = "&".join(filter(None, [parts.query, request.query.decode("latin-1")]))
    target = f"{parts.path or '/'}?{query}" if query else parts.path or "/"
    headers = {name: value for name, value in request.headers.items() if name not in _OURS}
    try:
        line.request(request.method, target, request.body or None, headers)
        answer = line.getresponse()
        kind = answer.headers.get("Content-Type", "")
        return Response(answer.read(_ANSWER_MAX), kind, answer.status)
    finally:
        line.close()


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


def _now() -> int:
    return time.time_ns() // 1_000_000


def _when(at: int) -> str:
    return paris.stamp(at, paris.DASHED)[11:]


def _text(octets: bytes) -> str:
    """As much of it as is shown."""
    cut = b"..." if len(octets) > _SHOWN_MAX else b""
    return (octets[:_SHOWN_MAX] + cut).decode("utf-8", "replace")
