"""A node and its operator over SMPP, and either dies at any moment.

In: an account's choice, how many blows, a seed. Out: what was counted. Promise: every message that
was answered is with the operator, or in doubt and listed. Under `resend` all are delivered, with at
most a window of doubles a blow; under `hold` nothing is taken twice, and at most a window a blow is
in doubt.
"""

import asyncio
import contextlib
import random
import shutil
import signal
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import urlencode

from chappe.links.contract import Verdict
from chappe.links.operator.mind.journal import logs, read_submits
from chappe.words.lifecycle import FINAL, State
from tests.torture.broken import demand, none_of
from tests.torture.children import Server, start_smsc
from tests.torture.cluster import free_port
from tests.torture.run import until

WINDOW = 20
_LOGIN, _PASSWORD = "fred", "torture-password"
_CALM_S = (0.3, 1.5)  # between two blows
_QUIET_S = 180.0
_TEXTS = ("Bonjour", "x" * 300)
_SETTINGS = """
[http]
listen = "127.0.0.1:{http}"

[[link]]
name = "orange"
kind = "smpp"
host = "127.0.0.1"
port = {smpp}
window = {window}
answer_s = 5
enquire_s = 5

[[account]]
login = "{login}"
password = "{password}"
balance = "100000.00"
hours = "any"
in_doubt = "{choice}"
"""


class _Centre:
    """One life after the other of `chappe smsc`."""

    def __init__(self, place: Path, port: int) -> None:
        self._place = place
        self._port = port
        self._child: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        # Its receipts write ids otherwise than its answers, as some operators do.
        otherwise = ("--receipt-id-form", "hexadecimal")
        self._child = await start_smsc(self._place, self._port, *otherwise)

    async def end(self, how: signal.Signals) -> None:
        assert self._child is not None
        with contextlib.suppress(ProcessLookupError):
            self._child.send_signal(how)
        await self._child.wait()

    async def freeze(self, seconds: float) -> None:
        """It neither reads nor answers, and its connections stand."""
        assert self._child is not None
        self._child.send_signal(signal.SIGSTOP)
        await asyncio.sleep(seconds)
        self._child.send_signal(signal.SIGCONT)


class _Customer:
    """Sends one message after the other, and keeps the number of each that was answered."""

    def __init__(self, port: int, chance: random.Random) -> None:
        self.taken: list[int] = []
        self.goes_home = False
        self._port = port
        self._chance = chance
        self._next = 33_612_000_000

    async def send(self) -> None:
        """Until it goes home: its last request is answered too, or it would be kept afterwards."""
        while not self.goes_home:
            self._next += 1
            with contextlib.suppress(OSError, TimeoutError):
                async with asyncio.timeout(5):
                    if await self._send(self._next, self._chance.choice(_TEXTS)):
                        self.taken.append(self._next)
            await asyncio.sleep(0.005)

    async def _send(self, number: int, text: str) -> bool:
        asked = {"accountid": _LOGIN, "password": _PASSWORD, "to": f"+{number}", "text": text}
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            head = f"GET /api?{urlencode(asked)}&route_type=S HTTP/1.1\r\nHost: h\r\n"
            writer.write(f"{head}Connection: close\r\n\r\n".encode())
            answer = await reader.read()
        finally:
            writer.close()
        return answer.startswith(b"HTTP/1.1 200") and answer[-1:].isdigit()


async def smpp_kills(choice: str, blows: int, seed: str) -> str:
    """So many blows, each to the node or to the centre."""
    chance = random.Random(seed)
    place = Path(tempfile.mkdtemp(prefix="chappe-torture-smpp-"))
    ports = {"http": free_port(), "smpp": free_port()}
    settings = place / "chappe.toml"
    facts = {"login": _LOGIN, "password": _PASSWORD, "choice": choice, "window": WINDOW}
    settings.write_text(_SETTINGS.format(**facts, **ports), "utf-8")
    centre, server = _Centre(place / "centre", ports["smpp"]), Server(settings, place / "kept")
    customer = _Customer(ports["http"], chance)
    try:
        await centre.start()
        await server.spawn()
        await server.ready()
        sending = asyncio.create_task(customer.send())
        struck = await _strike(server, centre, blows, chance)
        customer.goes_home = True
        await sending
        database = place / "kept" / "chappe.db"
        await until(lambda: _at_rest(database), "every message comes to its end", _QUIET_S)
        stopped = await server.stop()
        await centre.end(signal.SIGTERM)
        return f"{struck}, stop {stopped:.1f} s; {_judge(place, customer.taken, choice, blows)}"
    finally:
        await server.end()
        with contextlib.suppress(AssertionError):
            await centre.end(signal.SIGKILL)
        shutil.rmtree(place, ignore_errors=True)


async def _strike(server: Server, centre: _Centre, blows: int, chance: random.Random) -> str:
    async def node_killed() -> None:
        await server.kill()
        await server.spawn()
        await server.ready()

    async def centre_killed() -> None:
        await centre.end(signal.SIGKILL)
        await asyncio.sleep(chance.uniform(0, 1))
        await centre.start()

    async def centre_restarted() -> None:
        await centre.end(signal.SIGTERM)
        await centre.start()

    async def centre_frozen() -> None:
        await centre.freeze(chance.uniform(0.1, 8))

    ways: tuple[Callable[[], Awaitable[None]], ...] = (
        node_killed,
        centre_killed,
        centre_restarted,
        centre_frozen,
    )
    struck: Counter[str] = Counter()
    for _ in range(blows):
        await asyncio.sleep(chance.uniform(*_CALM_S))
        way = chance.choice(ways)
        struck[way.__name__.replace("_", " ")] += 1
        await way()
    return ", ".join(f"{name} {times}" for name, times in sorted(struck.items()))


def _states(database: Path) -> list[tuple[int, int, int]]:
    """(number, state, message) of all."""
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as reader:
        return list(reader.execute("SELECT number, state, id FROM message"))


def _at_rest(database: Path) -> bool:
    over = {*map(int, FINAL), int(State.unknown)}
    return all(state in over for _, state, _ in _states(database))


def _judge(place: Path, taken: list[int], choice: str, blows: int) -> str:
    """What was answered, against what was kept and what the centre has in its log."""
    rows = _states(place / "kept" / "chappe.db")
    kept = {number for number, _, _ in rows}
    none_of([one for one in taken if one not in kept], "what was answered is kept")
    submits = read_submits(logs(place / "centre" / "operator.log"))
    times = Counter((one.number, one.no) for one in submits if one.verdict is Verdict.taken)
    there = {number for number, _ in times}
    doubtful = {number for number, state, _ in rows if state == State.unknown}
    none_of([one for one in taken if one not in there | doubtful], "nothing is lost")
    doubles = sum(count - 1 for count in times.values())
    if choice == "resend":
        left = [number for number, state, _ in rows if state != State.delivered]
        none_of(left, "sent again, all are delivered")
        demand(doubles <= WINDOW * blows, "at most a window of doubles a blow", doubles)
    else:
        demand(doubles == 0, "held, nothing is taken twice", doubles)
        demand(len(doubtful) <= WINDOW * blows, "a window a blow is in doubt", len(doubtful))
    return f"{len(taken):,} answered, {doubles} doubles, {len(doubtful)} in doubt, 0 lost"
