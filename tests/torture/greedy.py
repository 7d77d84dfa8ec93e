"""A greedy customer: one request that names thousands of origins, each of which takes calls and
never answers; beside them a customer whose endpoint lives.

In: how many origins, how many descriptors a server may have, a seed. Out: what was seen. Promise:
the neighbour's requests are all taken and all told of, and the server's owner is answered; calls to
the dead are as few as they may be.
"""

import asyncio
import random
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Self

import msgspec

from chappe.node.descriptors import DescriptorShares, share_out
from tests.torture.broken import demand
from tests.torture.children import Server
from tests.torture.cluster import free_port
from tests.torture.line import Line
from tests.torture.run import until

_FIRST = 33_612_000_000
_ASKED_AT_ONCE = 10  # one address has an eighth of the connections of a door, however small


class Tarpit:
    """Every address of this machine's loopback, at one port; or, where it `answers`, a customer."""

    def __init__(self, *, answers: bool) -> None:
        self.open = self.most = self.calls = 0
        self.answers = answers
        self.port = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._talk, "0.0.0.0", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open += 1
        self.most = max(self.most, self.open)
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                self.calls += 1
                if self.answers:
                    writer.write(b"HTTP/1.1 204 So\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self.open -= 1
            writer.close()


async def greedy_callbacks(
    origins: int, asked: int, bounds: Sequence[int], seed: str, *, paid: bool
) -> str:
    """With each bound on descriptors once; the greedy customer pays for their messages, or not."""
    chance = random.Random(seed)
    told = []
    for bound in bounds:
        async with Tarpit(answers=False) as dead, Tarpit(answers=True) as living:
            with tempfile.TemporaryDirectory(prefix="chappe-greedy-") as place:
                await _one(Path(place), origins, asked, bound, dead, living, paid, chance)
        told.append(f"{bound}: {dead.most} calls hung, {asked} of {asked} told")
    return f"{origins:,} dead origins; descriptors " + "; ".join(told)


async def _one(
    place: Path,
    origins: int,
    asked: int,
    bound: int,
    dead: Tarpit,
    living: Tarpit,
    paid: bool,
    chance: random.Random,
) -> None:
    port = free_port()
    settings = place / "chappe.toml"
    settings.write_text(_settings(port, "10000.00" if paid else "0.00"), "utf-8")
    server = Server(settings, place / "kept")
    await server.spawn(descriptors=bound)
    try:
        await server.ready()
        taken = await _ask(port, "POST /api", _push(origins, dead.port, paid, chance))
        demand(taken == 200, "the greedy request is taken", taken)
        await until(lambda: dead.open > 0, "the dead are called")
        url = f"http://127.0.0.1:{living.port}/"
        for first in range(0, asked, _ASKED_AT_ONCE):
            numbers = range(first, min(asked, first + _ASKED_AT_ONCE))
            statuses = await asyncio.gather(*[_sms(port, url, _FIRST + n) for n in numbers])
            demand(set(statuses) == {200}, "a neighbour's requests are taken", statuses)
        # The last events may still be under way; they are told all the same.
        await until(lambda: living.calls >= asked, "a neighbour's news is told")
        shown = await _doctor(settings, place / "kept")
        demand("store" in shown and "went away" not in shown, "the owner is answered", shown)
        most = share_out(bound, DescriptorShares(4096), 1, beside=0).calls
        demand(dead.most <= max(1, most // 8), "an account has its share of calls", dead.most)
    finally:
        await server.end()


async def _sms(port: int, url: str, number: int) -> int:
    call = f"accountid=alice&password=pw-of-alice&text=Bonjour&to={number}&webhook_url={url}"
    return await _ask(port, f"GET /api?{call}", b"")


async def _ask(port: int, line: str, body: bytes) -> int:
    """The status; each request has a connection of its own."""
    head = f"{line} HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
    talk = await Line.open(port)
    try:
        answer = await talk.ask(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
    finally:
        talk.close()
    return answer.status


def _push(origins: int, port: int, paid: bool, chance: random.Random) -> bytes:
    low = chance.randrange(1, 200)
    messages = [
        {
            "text": "Bonjour",
            "webhook_url": f"http://127.{low + (n >> 16)}.{n >> 8 & 255}.{n & 255}:{port}/",
            "to": [{"value": str(33_613_000_000 + n) if paid else "9"}],
        }
        for n in range(origins)
    ]
    asked = {"accountid": "greedy", "password": "pw-of-greedy", "message": messages}
    return msgspec.json.encode({"push": asked})


async def _doctor(settings: Path, kept: Path) -> str:
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "chappe",
        *("doctor", "--config", str(settings), "--data", str(kept)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    shown, _ = await child.communicate()
    return shown.decode()


def _settings(port: int, balance: str) -> str:
    return f"""
[http]
listen = "127.0.0.1:{port}"

[callbacks]
allow_private = true

[[account]]
login = "greedy"
password = "pw-of-greedy"
hours = "any"
balance = "{balance}"

[[account]]
login = "alice"
password = "pw-of-alice"
hours = "any"
balance = "1000.00"
"""
