"""Transfers of sMsmode in all directions of a family of ten, over servers that are killed.

In: a database, a seed, how many lives. Out: what was seen. Promise: what was answered 0 stands in
both ledgers once, what was answered 33 in none, and what was not answered in both or in none, once
at the most; nobody falls below zero, and what all have together stays the same.
"""

import asyncio
import contextlib
import random
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

from tests.torture.broken import demand, none_of
from tests.torture.children import Server
from tests.torture.cluster import free_port
from tests.torture.eye import asked
from tests.torture.line import Line
from tests.torture.run import SQLITE, until

FAMILY = ("fred", *(f"child-{n}" for n in range(9)))
_CROWD = 200
_CREDITS, _MILLS = 25, 400  # what each begins with, and what one is
_MOST = 9
_DONE, _SHORT = "0 | Transfert effectué\n", "33 | Crédits insuffisants\n"
_CREDIT = re.compile(r"([0-9]+)\.0\n")
_SETTINGS = """
[http]
listen = "127.0.0.1:{port}"

[store]
url = "{url}"

[[link]]
name = "sim"
kind = "operator"
"""
_MEMBER = """
[[account]]
login = "{login}"
api_keys = ["key-of-{login}"]
balance = "1.00"
"""
_MOVED = """
SELECT a.login, l.amount, l.note FROM ledger l JOIN purse p ON p.id = l.purse
JOIN account a ON a.id = p.account WHERE l.kind = 'moved'
"""
_HELD = """
SELECT a.login, p.balance, (SELECT sum(amount) FROM ledger WHERE purse = p.id)
FROM purse p JOIN account a ON a.id = p.account
"""


class _Gift(NamedTuple):
    """One transfer; its reference is nobody else's."""

    giver: str
    taker: str
    credits: int
    reference: str

    @property
    def booked(self) -> Counter[tuple[str, int, str]]:
        """How it stands in both ledgers."""
        amount = self.credits * _MILLS
        return Counter(
            (
                (self.giver, -amount, f"to {self.taker}: {self.reference}"),
                (self.taker, amount, f"from {self.giver}: {self.reference}"),
            )
        )


class _Crowd:
    """Who gives, and what was said to each."""

    def __init__(self, port: int, chance: random.Random) -> None:
        self.done: list[_Gift] = []
        self.short: list[_Gift] = []
        self.unanswered: dict[str, _Gift] = {}
        self._port = port
        self._chance = chance
        self._count = 0

    async def give(self) -> None:
        """One transfer after another, until the server is gone."""
        with contextlib.suppress(OSError, EOFError):
            line = await Line.open(self._port)
            try:
                while True:
                    await self._give(line)
            finally:
                line.close()

    async def _give(self, line: Line) -> None:
        gift = self._drawn()
        self.unanswered[gift.reference] = gift
        said = (await line.ask(_request(gift))).body.decode("iso-8859-15")
        del self.unanswered[gift.reference]
        demand(said in (_DONE, _SHORT), "a transfer is answered", said)
        (self.done if said == _DONE else self.short).append(gift)

    def _drawn(self) -> _Gift:
        self._count += 1
        giver, taker = self._chance.sample(FAMILY, 2)
        return _Gift(giver, taker, self._chance.randint(1, _MOST), f"T-{self._count}")


async def smsmode_transfers(seed: str, lives: int, url: str = SQLITE) -> str:
    """Kill so many servers in the midst of two hundred transfers at a time, then look."""
    place = Path(tempfile.mkdtemp(prefix="chappe-torture-transfers-"))
    port, chance = free_port(), random.Random(seed)
    settings = place / "chappe.toml"
    settings.write_text(_settings(port, url), "utf-8")
    server, crowd = Server(settings, place / "kept"), _Crowd(port, chance)
    try:
        for _ in range(lives):
            await server.spawn()
            await server.ready()
            await _one_life(server, crowd, chance)
        await server.spawn()
        await server.ready()
        shown = {login: await _shown(port, login) for login in FAMILY}
        await server.stop()
        file = place / "kept" / "chappe.db" if url == SQLITE else None
        moved, held = await asked(file, url, _MOVED, _HELD)
        kept = Counter((str(login), int(amount), str(note)) for login, amount, note in moved)
        found = _judged(crowd, kept)
        _added_up(held, shown, kept)
    finally:
        await server.end()
        shutil.rmtree(place, ignore_errors=True)
    return (
        f"{lives} kills in the midst of {_CROWD} transfers at a time: {len(crowd.done):,} were "
        f"answered 0 and are booked once, {len(crowd.short):,} were answered 33; of "
        f"{len(crowd.unanswered):,} without an answer {found:,} are booked"
    )


async def _one_life(server: Server, crowd: _Crowd, chance: random.Random) -> None:
    """Killed at a moment when a transfer was just answered."""
    enough = len(crowd.done) + chance.randint(1, 3 * _CROWD)
    giving = [asyncio.create_task(crowd.give()) for _ in range(_CROWD)]
    await until(lambda: len(crowd.done) >= enough, "transfers are answered")
    await server.kill()
    await asyncio.gather(*giving)


def _judged(crowd: _Crowd, kept: Counter[tuple[str, int, str]]) -> int:
    """How many without an answer are booked."""
    rest = Counter(kept)
    lost = [gift for gift in crowd.done if gift.booked - rest]
    none_of(lost, "what was answered is in both ledgers")
    for gift in crowd.done:
        rest -= gift.booked
    halves = [gift for gift in crowd.unanswered.values() if 0 < (gift.booked & rest).total() < 2]
    none_of(halves, "what was not answered is in both ledgers or in none")
    there = [gift for gift in crowd.unanswered.values() if not gift.booked - rest]
    for gift in there:
        rest -= gift.booked
    none_of(list(rest.elements()), "nothing else is booked, and nothing twice")
    return len(there)


def _added_up(
    held: Sequence[tuple[str, int, int]],
    shown: dict[str, int],
    kept: Counter[tuple[str, int, str]],
) -> None:
    """Balances are what the ledgers say, and what the door says."""
    expected = dict.fromkeys(FAMILY, _CREDITS * _MILLS)
    for (login, amount, _), times in kept.items():
        expected[login] += amount * times
    balances = {login: int(balance) for login, balance, _ in held}
    demand(balances == expected, "balances are what was moved", balances, expected)
    ledgers = {login: int(ledger) for login, _, ledger in held}
    demand(ledgers == expected, "ledgers add up to balances", ledgers, expected)
    of_door = {login: credits * _MILLS for login, credits in shown.items()}
    demand(of_door == expected, "the door says so", of_door, expected)
    demand(min(expected.values()) >= 0, "nobody falls below zero", expected)
    together = len(FAMILY) * _CREDITS * _MILLS
    demand(sum(expected.values()) == together, "nothing is made or lost", expected)


async def _shown(port: int, login: str) -> int:
    line = await Line.open(port)
    try:
        query = urlencode({"accessToken": f"key-of-{login}"})
        request = f"GET /http/1.6/credit.do?{query} HTTP/1.1\r\nHost: h\r\n\r\n"
        said = (await line.ask(request.encode())).body.decode()
    finally:
        line.close()
    found = _CREDIT.fullmatch(said)
    demand(found is not None, "credit is told", said)
    return int(found[1]) if found else 0


def _request(gift: _Gift) -> bytes:
    asked = {
        "accessToken": f"key-of-{gift.giver}",
        "targetPseudo": gift.taker,
        "creditAmount": gift.credits,
        "reference": gift.reference,
    }
    query = urlencode(asked)
    return f"GET /http/1.6/creditTransfert.do?{query} HTTP/1.1\r\nHost: h\r\n\r\n".encode()


def _settings(port: int, url: str) -> str:
    members = [_MEMBER.format(login=login) for login in FAMILY]
    members[1:] = [f'{member}parent = "{FAMILY[0]}"\n' for member in members[1:]]
    return _SETTINGS.format(port=port, url=url) + "".join(members)
