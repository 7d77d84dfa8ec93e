"""The honest customer: one message after the other, at a steady pace, whatever the server does.

In: a field. Out: how long each answer took, and the number of each message that was answered.
Promise: a request is due at its moment, and what it waits from then on counts, so that a silent
server cannot hide behind the questions that it kept from being asked.
"""

import asyncio
import json
import time
from collections import deque
from typing import Final, NamedTuple
from urllib.parse import urlencode

from tests.torture.attack.cast import FILLER, GOOD, GOOD_ADDRESS, PASSWORD
from tests.torture.broken import demand
from tests.torture.line import Line

_FIRST, _FILLING, _ABROAD = 33_600_000_001, 33_650_000_000, 4_915_100_000_000
_PERIOD_S: Final = 0.02
_PATIENCE_S: Final = 30.0  # for an answer
_FRESH_EVERY: Final = 10  # of so many requests one comes over a line of its own
_LINES: Final = 4  # kept open
_AT_ONCE: Final = 500
_ROUNDS: Final = 3
_NOBODY: Final = 9_009  # a port that is never called: nobody replies


class Answered(NamedTuple):
    """One request, over."""

    due: float
    took_s: float
    number: int
    refused: str  # how it was refused, or that it never was answered; empty: it was taken


class Good:
    """Sends from the moment that it is begun until it rests."""

    def __init__(self, port: int) -> None:
        self.over: list[Answered] = []
        self._port = port
        self._lines: deque[Line] = deque()
        self._room = asyncio.Semaphore(_AT_ONCE)
        self._asks: set[asyncio.Task[None]] = set()
        self._waiting: dict[int, float] = {}  # number -> when it was due
        self._sender: asyncio.Task[None] | None = None
        self._due = time.monotonic()  # when the next request is

    def begin(self) -> None:
        self._sender = asyncio.create_task(self._send())

    async def rest(self) -> None:
        """Ask nothing more, and wait for what was asked."""
        if self._sender is not None:
            self._sender.cancel()
            await asyncio.gather(self._sender, *self._asks, return_exceptions=True)
        while self._lines:
            self._lines.pop().close()

    def between(self, begun: float, ended: float) -> list[Answered]:
        """Those that were due in this time; what still waits has waited until now."""
        now = time.monotonic()
        waiting = [Answered(due, now - due, n, "no word") for n, due in self._waiting.items()]
        return [one for one in (*self.over, *waiting) if begun <= one.due < ended]

    async def hear(self, ended: float, patience_s: float) -> None:
        """Wait until all that was due until then is asked and answered, or for so long."""
        until = time.monotonic() + patience_s
        while time.monotonic() < until:
            if self._due >= ended and min(self._waiting.values(), default=ended) >= ended:
                break
            await asyncio.sleep(_PERIOD_S)

    async def _send(self) -> None:
        self._due, number = time.monotonic(), _FIRST
        while True:
            number += 1
            await asyncio.sleep(max(0.0, self._due - time.monotonic()))
            due, self._due = self._due, self._due + _PERIOD_S
            if self._room.locked():
                continue  # those who wait already say how bad it is
            await self._room.acquire()
            self._waiting[number] = due
            ask = asyncio.create_task(self._ask(due, number))
            self._asks.add(ask)
            ask.add_done_callback(self._asks.discard)

    async def _ask(self, due: float, number: int) -> None:
        refused = ""
        try:
            async with asyncio.timeout(_PATIENCE_S):
                refused = await self._asked(number)
        except (OSError, EOFError, TimeoutError) as fault:
            refused = type(fault).__name__
        finally:
            self._room.release()
            del self._waiting[number]
        self.over.append(Answered(due, time.monotonic() - due, number, refused))

    async def _asked(self, number: int) -> str:
        kept = self._lines and number % _FRESH_EVERY
        line = self._lines.popleft() if kept else await opened(self._port, GOOD_ADDRESS)
        try:
            answer = await line.ask(push(GOOD, number))
        except BaseException:  # however it ends, nobody else may hear what comes too late
            line.close()
            raise
        if len(self._lines) < _LINES:
            self._lines.append(line)
        else:
            line.close()
        taken = answer.status == 200 and answer.body.isdigit()
        return "" if taken else f"{answer.status} {answer.body[:40].decode('latin-1')}"


async def fill(port: int, messages: int) -> None:
    """One campaign of so many, and one of as many with everything of their own that a message may
    have, some of them abroad; three times: what the server holds, and has for its pages, for the
    largest of its ordinary customers is not the attackers' doing."""
    numbers = [f"+{_FILLING + place}" for place in range(2 * messages)]
    abroad = [f"+{_ABROAD + place}" for place in range(messages // 100)]
    alike = [{"text": "Bonjour", "to": _values(numbers[:messages])}]
    apart = [
        {
            "text": f"Bonjour {number}",
            "sender": "Filler",
            "ret_id": f"filler {number}",
            "ret_mo_url": f"http://127.0.0.1:{_NOBODY}/?to={number[1:]}",
            "to": _values([number]),
        }
        for number in (numbers[messages:] + abroad)[-messages:]
    ]
    for said in (alike, apart) * _ROUNDS:
        told = {"push": {"accountid": FILLER, "password": PASSWORD, "message": said}}
        await _fill_with(port, json.dumps(told).encode())


def _values(numbers: list[str]) -> list[dict[str, str]]:
    return [{"value": number} for number in numbers]


async def _fill_with(port: int, body: bytes) -> None:
    head = "POST /campaign HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
    line = await opened(port, GOOD_ADDRESS)
    try:
        answer = await line.ask(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
    finally:
        line.close()
    demand(b"success" in answer.body, "a campaign is taken", answer)


async def opened(port: int, address: str) -> Line:
    """A line from an address of one's own."""
    return Line(*await asyncio.open_connection("127.0.0.1", port, local_addr=(address, 0)))


def push(login: str, number: int) -> bytes:
    """One message."""
    told = {"accountid": login, "password": PASSWORD, "text": "Bonjour", "to": f"+{number}"}
    return f"GET /api?{urlencode(told)} HTTP/1.1\r\nHost: h\r\n\r\n".encode()
