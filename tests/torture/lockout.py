"""Strangers that guess by the hundred while owners log in for the first time.

In: how many connections, from how many addresses. Out: what was measured. Promise: every owner is
heard within seconds, each with a cold cache; no guess is ever right, and none is answered otherwise
than "wrong password" or "not now"; the log stays short.
"""

import asyncio
import contextlib
import itertools
import resource
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

from tests.torture.broken import demand, none_of
from tests.torture.children import Server
from tests.torture.cluster import free_port
from tests.torture.ground import PASSWORD
from tests.torture.line import Answer, Line
from tests.torture.run import until

HEARD_S = 8.0
"""Within so much an owner is heard: one hash of each address that has not guessed yet."""

_OWNERS = 12
_OWN_ADDRESS = "127.0.0.2"
_OWNER_PAUSE_S = 0.3
_BACK_S = 0.05  # a guesser that was hung up on comes again
_GUESSED = 20  # guesses that were answered before the first owner comes
_LINES_MAX = 2  # of the log, per address, in a run of less than two minutes
_DESCRIPTORS = 200  # beside one for each connection

Port = int


class Seen(NamedTuple):
    """What owners and guessers got."""

    waits: list[float]
    guesses: Counter[str]


async def lockout(connections: int, addresses: int, owners: int = _OWNERS) -> str:
    """`connections` guess the passwords of all owners, who come from elsewhere."""
    _make_room(connections)
    place = Path(tempfile.mkdtemp(prefix="chappe-lockout-"))
    port, settings = free_port(), place / "chappe.toml"
    settings.write_text(_settings(port, owners), "utf-8")
    server = Server(settings, place / "kept")
    try:
        await server.spawn()
        await server.ready()
        seen = await _besieged(port, connections, addresses, owners)
        told = (place / "complaints.txt").read_text("utf-8", "replace").count("chappe.logins")
    finally:
        await server.end()
        shutil.rmtree(place, ignore_errors=True)
    demand(max(seen.waits) < HEARD_S, f"each owner is heard within {HEARD_S} s", seen.waits)
    odd = [answer for answer in seen.guesses if answer not in ("200 BAD PASSWORD", "503 UNKNOWN")]
    none_of(odd, "a guess is wrong, or there is no time for it now")
    demand(told <= _LINES_MAX * addresses + 1, "the log has a line a minute and address", told)
    demand(told >= 1, "the log tells of guesses")
    return (
        f"{connections} connections from {addresses} addresses made "
        f"{seen.guesses.total():,} guesses; {owners} of {owners} owners heard, "
        f"after {_median(seen.waits):.2f} s, {max(seen.waits):.2f} s at most; {told} lines of log"
    )


async def _besieged(port: Port, connections: int, addresses: int, owners: int) -> Seen:
    seen = Seen([], Counter())
    numbers = itertools.count()

    def guess() -> bytes:
        number = next(numbers)
        return _request(f"owner{number % owners}", f"guess-{number}")

    peers = [f"127.0.{1 + one // 250}.{1 + one % 250}" for one in range(addresses)]
    guessers = [
        asyncio.create_task(_guess(port, peers[one % addresses], guess, seen.guesses))
        for one in range(connections)
    ]
    try:
        await until(lambda: seen.guesses.total() >= _GUESSED, "guesses are answered")
        for owner in range(owners):
            seen.waits.append(await _log_in(port, f"owner{owner}"))
            await asyncio.sleep(_OWNER_PAUSE_S)
    finally:
        for task in guessers:
            task.cancel()
        ended = await asyncio.gather(*guessers, return_exceptions=True)
    none_of(
        [fault for fault in ended if not isinstance(fault, asyncio.CancelledError)],
        "guessers go on to the end",
    )
    return seen


async def _guess(port: Port, peer: str, guess: Callable[[], bytes], got: Counter[str]) -> None:
    while True:
        with contextlib.suppress(OSError, EOFError):
            line = await _connected(port, peer)
            try:
                while True:
                    got[_told(await line.ask(guess()))] += 1
            finally:
                line.close()
        await asyncio.sleep(_BACK_S)


async def _log_in(port: Port, login: str) -> float:
    """How long it took, whether at the first try or after some that there was no time for."""
    begun = time.monotonic()
    line = await _connected(port, _OWN_ADDRESS)
    try:
        while (told := _told(await line.ask(_request(login, PASSWORD)))) == "503 UNKNOWN":
            demand(time.monotonic() - begun < HEARD_S, f"{login} is heard in {HEARD_S} s")
            await asyncio.sleep(_BACK_S)
    finally:
        line.close()
    demand(told == "200 TAKEN", f"{login} is taken with the right password", told)
    return time.monotonic() - begun


async def _connected(port: Port, peer: str) -> Line:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(peer, 0))
    return Line(reader, writer)


def _request(login: str, password: str) -> bytes:
    fields = {"accountid": login, "password": password, "to": "+33639980001", "text": "Bonjour"}
    return f"GET /api?{urlencode(fields)} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()


def _told(answer: Answer) -> str:
    """Status and word; an order's number means that it was taken."""
    body = answer.body.decode("latin-1")
    if body.strip().isdigit():
        return f"{answer.status} TAKEN"
    word = next((word for word in ("BAD PASSWORD", "UNKNOWN") if word in body), body[:60])
    return f"{answer.status} {word}"


def _median(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]


def _make_room(connections: int) -> None:
    """Ours and the server's, which inherits it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + _DESCRIPTORS
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard), hard))


def _settings(port: Port, owners: int) -> str:
    head = f'[http]\nlisten = "127.0.0.1:{port}"\n\n[[link]]\nname = "sim"\nkind = "operator"\n'
    return head + "".join(
        f'\n[[account]]\nlogin = "owner{one}"\npassword = "{PASSWORD}"\nbalance = "10.00"\n'
        'hours = "any"\n'
        for one in range(owners)
    )
