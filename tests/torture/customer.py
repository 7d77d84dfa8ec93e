"""The customers: several connections that send without pause, through kills and refusals.

In: a port, accounts, a seed. Out: the book of what was asked and what was answered. Promise: only
an answer read whole from the socket counts as answered; every message can be found again by its
token and its number.
"""

import asyncio
import contextlib
import json
import random
from collections.abc import Callable, Sequence
from typing import NamedTuple
from urllib.parse import urlencode

import msgspec

from tests.torture.ground import PASSWORD
from tests.torture.line import Answer, Line

FICTION = 33_639_980_000
"""The first number of those by whose last two digits the simulated network decides."""

# Outcomes that are over within seconds, each as often as it stands here.
_FATES = (0, 3, 11, 12, 13, 14, 15, 16, 19, 20, 21, 22, 23, 24, 25, 26, 29, 31, 32, 34, 35)
# The operator never answers: where doubts are sent again this would go on for days.
_HELD_FATES = (*_FATES, 36)
_FICTION_SHARE = 0.2
_LONG_SHARE = 0.15
_SINGLES, _BULKS = 8, 2
_BULK_MAX = 500
_PAUSE_S = 0.02
_BULK_PAUSE_S = 0.25
_BACK_S = 0.02
_SENTENCE = "Votre commande est prête, retirez-la avant samedi au magasin. "


class Asked(NamedTuple):
    """One request: an order of one text to some numbers."""

    token: str
    account: str
    route: str
    numbers: tuple[int, ...]


Ask = Callable[[], tuple[Asked, bytes, float]]
"""Draws a request: what it is, its octets, and the mean pause after it."""


class Refused(NamedTuple):
    """An answer that was no success."""

    token: str
    answer: Answer


class Customer:
    """All that send."""

    def __init__(self, port: int, accounts: Sequence[str], chance: random.Random) -> None:
        self.asked: dict[str, Asked] = {}
        self.answered: dict[str, int] = {}  # token -> the order's number
        self.refused: list[Refused] = []
        self._port = port
        self._accounts = accounts
        self._chance = chance
        self._number = 33_600_000_000
        self._resting = False
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def messages(self) -> int:
        """How many messages were answered."""
        return sum(len(self.asked[token].numbers) for token in self.answered)

    def send(self) -> None:
        """Begin to send, and go on until `rest`."""
        self._resting = False
        self._tasks += [asyncio.create_task(self._work(self._single)) for _ in range(_SINGLES)]
        self._tasks += [asyncio.create_task(self._work(self._bulk)) for _ in range(_BULKS)]

    async def rest(self) -> None:
        """Send nothing more; what is under way is waited for."""
        self._resting = True
        await asyncio.gather(*self._tasks)
        self._tasks.clear()

    async def leave(self) -> None:
        """Hang up."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()

    async def _work(self, ask: Ask) -> None:
        line: Line | None = None
        try:
            while not self._resting:
                if line is None:
                    line = await self._connected()
                    continue
                asked, request, pause = ask()
                self.asked[asked.token] = asked
                try:
                    self._note(asked, await line.ask(request))
                except (OSError, EOFError):
                    # It may have been taken or not: nobody will ever tell us.
                    line.close()
                    line = None
                    continue
                await asyncio.sleep(self._chance.expovariate(1 / pause))
        finally:
            if line is not None:
                line.close()

    async def _connected(self) -> Line | None:
        with contextlib.suppress(OSError):
            return await Line.open(self._port)
        await asyncio.sleep(_BACK_S)
        return None

    def _note(self, asked: Asked, answer: Answer) -> None:
        order = _order_of(answer) if answer.status == 200 else 0
        if order:
            self.answered[asked.token] = order
        else:
            self.refused.append(Refused(asked.token, answer))

    # what is asked

    def _single(self) -> tuple[Asked, bytes, float]:
        asked = self._draw(1)
        fields = {
            "accountid": asked.account,
            "password": PASSWORD,
            "route_type": asked.route,
            "text": self._text(asked.token),
            "to": f"+{asked.numbers[0]}",
        }
        request = f"GET /api?{urlencode(fields)} HTTP/1.1\r\nHost: localhost\r\n\r\n"
        return asked, request.encode(), _PAUSE_S

    def _bulk(self) -> tuple[Asked, bytes, float]:
        asked = self._draw(self._chance.randint(1, self._chance.randint(1, _BULK_MAX)))
        message = {
            "text": self._text(asked.token),
            "to": [{"value": f"+{number}"} for number in asked.numbers],
        }
        push = {"accountid": asked.account, "password": PASSWORD, "route_type": asked.route}
        body = json.dumps({"push": {**push, "noone": 1, "message": [message]}}).encode()
        head = "POST /campaign HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        request = f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
        return asked, request, _BULK_PAUSE_S

    def _draw(self, count: int) -> Asked:
        chance = self._chance
        token = f"T{len(self.asked):07d}"
        account = chance.choice(self._accounts)
        fates = _HELD_FATES if account == "hold" else _FATES
        numbers = tuple(self._recipient(index, fates) for index in range(count))
        return Asked(token, account, chance.choice("BS"), numbers)

    def _recipient(self, index: int, fates: Sequence[int]) -> int:
        """No number stands twice in one request, so that token and number name one message."""
        if self._chance.random() < _FICTION_SHARE and index < 100:
            return FICTION + index * 100 + self._chance.choice(fates)
        self._number += 1
        return self._number

    def _text(self, token: str) -> str:
        times = self._chance.randint(3, 6) if self._chance.random() < _LONG_SHARE else 1
        return f"{token} {_SENTENCE * times}".rstrip()


def _order_of(answer: Answer) -> int:
    """The number that a success is answered with; 0: it is no success."""
    if answer.body.isdigit():
        return int(answer.body)
    try:
        told = msgspec.json.decode(answer.body)
        return int(told["data"]["id"]) if told["status"] == "success" else 0
    except (msgspec.DecodeError, KeyError, TypeError, ValueError):
        return 0
