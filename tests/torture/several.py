"""Several nodes of one database, those who send to them, and what became of all that.

In: a database's URL, how many nodes, an account's choice. Out: what was counted. Promise:
every message that was answered is kept and with an operator, or in doubt and listed; each link is
held by one node at a time; what is sent twice was in doubt, at most a window a blow, and under
`hold` nothing is; each message's end is told.
"""

import asyncio
import contextlib
import os
import random
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from itertools import count
from pathlib import Path
from urllib.parse import urlencode

import asyncpg
from asyncpg.connect_utils import SessionAttribute

from chappe.links.contract import Verdict
from chappe.links.operator.mind.journal import logs, read_submits
from chappe.words.lifecycle import FINAL, State
from tests.torture.broken import Broken, demand, none_of
from tests.torture.children import Server, start_smsc
from tests.torture.cluster import free_port
from tests.torture.listener import Listener

WINDOW = 20
BACK_S = 10.0
_LINKS = ("orange", "sfr")
_LOGIN, _PASSWORD = "fred", "torture-password"
_QUIET_S = 120.0
_CUSTOMERS = 6
_TEXTS = ("Bonjour", "x" * 300)
_KEY_BYTES = 32
_SETTINGS = """
[http]
listen = "127.0.0.1:{http}"

[store]
url = "{url}"

[callbacks]
allow_private = true

[[route]]
links = ["orange"]
channel = "marketing"

[[route]]
links = ["sfr"]

[[account]]
login = "{login}"
password = "{password}"
balance = "100000.00"
hours = "any"
in_doubt = "{choice}"

[account.highsms]
routes = ["B", "S"]
webhook_url = "{callbacks}"
webhook_events = ["MT", "DLR"]
"""
_LINK = """
[[link]]
name = "{name}"
kind = "smpp"
host = "127.0.0.1"
port = {port}
window = {window}
answer_s = 5
enquire_s = 5
"""
_HOLDERS = """
SELECT t.what, n.name FROM tenure t JOIN node n ON n.id = t.node WHERE n.over = 0 ORDER BY 1
"""


class _Customer:
    """Sends one message after the other to any of the nodes, and keeps the number of each that was
    answered."""

    def __init__(self, ports: Sequence[int], chance: random.Random) -> None:
        self.taken: list[int] = []
        self._ports = ports
        self._chance = chance
        self._next = 33_612_000_000
        self._goes_home = False
        self._sending: list[asyncio.Task[None]] = []

    def begin(self) -> None:
        self._sending = [asyncio.create_task(self._send()) for _ in range(_CUSTOMERS)]

    async def go_home(self) -> None:
        """The last requests are answered too, or they would be kept afterwards."""
        self._goes_home = True
        await asyncio.gather(*self._sending)

    def leave(self) -> None:
        """Whatever is not answered yet."""
        for one in self._sending:
            one.cancel()

    async def _send(self) -> None:
        while not self._goes_home:
            self._next += 1
            number = self._next
            with contextlib.suppress(OSError, TimeoutError):
                async with asyncio.timeout(5):
                    if await self.send_one(number, self._chance.choice(_TEXTS)):
                        self.taken.append(number)
            await asyncio.sleep(0.005)

    async def send_one(self, number: int, text: str) -> bool:
        asked = {"accountid": _LOGIN, "password": _PASSWORD, "to": f"+{number}", "text": text}
        asked["route_type"] = self._chance.choice("BS")
        port = self._chance.choice(self._ports)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            head = f"GET /api?{urlencode(asked)} HTTP/1.1\r\nHost: h\r\n"
            writer.write(f"{head}Connection: close\r\n\r\n".encode())
            answer = await reader.read()
        finally:
            writer.close()
        return answer.startswith(b"HTTP/1.1 200") and answer[-1:].isdigit()


class Several:
    """Nodes of one database: each has a directory, a port and a life at a time."""

    def __init__(
        self, place: Path, url: str, size: int, choice: str, callbacks: str, chance: random.Random
    ) -> None:
        self.homes = [place / f"node{number}" for number in range(size)]
        self.servers: list[Server] = []
        self._place = place
        self._url = url
        self._choice = choice
        self._centres = {name: free_port() for name in _LINKS}
        self._children: list[asyncio.subprocess.Process] = []
        self._ports = [free_port() for _ in self.homes]
        self._fresh: Iterator[int] = count(33_698_000_000)
        self._customer = _Customer(self._ports, chance)
        self._settle(callbacks)

    def _settle(self, callbacks: str) -> None:
        key = os.urandom(_KEY_BYTES)
        links = "".join(
            _LINK.format(name=name, port=port, window=WINDOW)
            for name, port in self._centres.items()
        )
        facts = {"login": _LOGIN, "password": _PASSWORD, "url": self._url, "choice": self._choice}
        for home, port in zip(self.homes, self._ports, strict=True):
            (home / "kept").mkdir(parents=True)
            (home / "kept" / "chappe.key").write_bytes(key)
            said = _SETTINGS.format(http=port, callbacks=callbacks, **facts)
            (home / "chappe.toml").write_text(said + links, "utf-8")
            self.servers.append(Server(home / "chappe.toml", home / "kept"))

    async def start(self) -> None:
        """All at once, on a database that is empty; and everybody sends."""
        for name, port in self._centres.items():
            self._children.append(await start_smsc(self._place / name, port))
        for server in self.servers:
            await server.spawn()
        for server in self.servers:
            await server.ready()
        self._customer.begin()

    def taken(self) -> int:
        """How many orders were answered so far."""
        return len(self._customer.taken)

    async def taken_again(self, begun: float) -> float:
        """How long after `begun` every node has taken an order again."""
        for port in self._ports:
            one = _Customer([port], random.Random())
            while time.monotonic() - begun < BACK_S:
                with contextlib.suppress(OSError, TimeoutError):
                    async with asyncio.timeout(2):
                        if await one.send_one(next(self._fresh), _TEXTS[0]):
                            break
                await asyncio.sleep(0.05)
            else:
                raise Broken(f"the node at port {port} takes orders again within {BACK_S:.0f} s")
        return time.monotonic() - begun

    async def verdict(self, blows: int, listener: Listener) -> str:
        """Everybody goes home, all settles and stops, and is judged."""
        await self._customer.go_home()
        await _at_rest(self._url)
        await self._all_held()
        stops = [await server.stop() for server in self.servers]
        for centre in self._children:
            centre.terminate()
            await centre.wait()
        found = await _judge(
            self._place, self._url, self._customer.taken, self._choice, blows, listener
        )
        return f"stop {max(stops):.1f} s; {found}"

    async def _all_held(self) -> None:
        """Each link and the upkeep has its node; one that was given up for another has it soon."""
        deadline = time.monotonic() + BACK_S
        while len(held := await asked(self._url, _HOLDERS)) != len(_LINKS) + 1:
            demand(time.monotonic() < deadline, "each link and the upkeep has its node", held)
            await asyncio.sleep(0.1)

    async def end(self) -> None:
        """However they stand, they are gone afterwards."""
        self._customer.leave()
        for server in self.servers:
            await server.end()
        for centre in self._children:
            with contextlib.suppress(ProcessLookupError):
                centre.kill()


@contextlib.asynccontextmanager
async def several(
    url: str, size: int, choice: str, listener: Listener, chance: random.Random
) -> AsyncIterator[Several]:
    """So many nodes, and customers that send to them already."""
    place = Path(tempfile.mkdtemp(prefix="chappe-torture-nodes-"))
    made = Several(place, url, size, choice, listener.url, chance)
    try:
        await made.start()
        yield made
    except BaseException:  # however it ends, what was seen can be looked at again
        print(f"The ground is left at {place}.", flush=True)
        raise
    finally:
        await made.end()
    shutil.rmtree(place, ignore_errors=True)


async def asked(url: str, question: str) -> list[asyncpg.Record]:
    """What the database answers."""
    connection = await asyncpg.connect(url, target_session_attrs=SessionAttribute.read_write)
    try:
        found: list[asyncpg.Record] = await connection.fetch(question)
        return found
    finally:
        await connection.close()


async def _at_rest(url: str) -> None:
    """Every message has come to its end, and all of its news is told."""
    over = ", ".join(str(int(state)) for state in (*FINAL, State.unknown))
    question = f"""
        SELECT (SELECT count(*) FROM message WHERE state NOT IN ({over})),
               (SELECT count(*) FROM news WHERE done = 0)
    """
    deadline = time.monotonic() + _QUIET_S
    while True:
        ((moving, owed),) = await asked(url, question)
        if not moving and not owed:
            return
        if time.monotonic() > deadline:
            raise Broken(f"all settles: {moving} messages are on their way, {owed} calls are owed")
        await asyncio.sleep(0.2)


async def _judge(
    place: Path, url: str, taken: list[int], choice: str, blows: int, listener: Listener
) -> str:
    """What was answered, against what was kept, told, and what the centres have in their logs."""
    rows = await asked(url, "SELECT number, state, id FROM message")
    kept = {row["number"] for row in rows}
    none_of([one for one in taken if one not in kept], "what was answered is kept")
    times: Counter[tuple[int, int]] = Counter()
    for name in _LINKS:
        submits = read_submits(logs(place / name / "operator.log"))
        times.update((one.number, one.no) for one in submits if one.verdict is Verdict.taken)
    there = {number for number, _ in times}
    doubtful = {row["number"] for row in rows if row["state"] == State.unknown}
    none_of([one for one in taken if one not in there | doubtful], "nothing is lost")
    doubles = sum(each - 1 for each in times.values() if each > 1)
    ends = {row["id"]: row["state"] for row in rows if row["state"] in (State.delivered,)}
    untold = [ident for ident in ends if not any(e.kind == "DLR" for e in listener.heard[ident])]
    none_of(untold, "the end of each message is told")
    twice = sum(len(events) - len(set(events)) for events in listener.heard.values())
    audit = await asked(
        url,
        "SELECT p.id FROM purse p WHERE p.balance <> "
        "(SELECT coalesce(sum(amount), 0) FROM ledger WHERE purse = p.id)",
    )
    none_of(audit, "each balance is the sum of its ledger")
    if choice == "resend":
        left = [row["number"] for row in rows if row["state"] != State.delivered]
        none_of(left, "sent again, all are delivered")
        demand(doubles <= WINDOW * 2 * blows, "at most two windows of doubles a blow", doubles)
    else:
        demand(doubles == 0, "held, nothing is taken twice", doubles)
        demand(len(doubtful) <= WINDOW * 2 * blows, "two windows a blow", len(doubtful))
    return (
        f"{len(taken):,} answered, {doubles} doubles, {len(doubtful)} in doubt, {twice} told "
        "twice, 0 lost"
    )
