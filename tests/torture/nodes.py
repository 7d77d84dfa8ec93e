"""Several nodes on one PostgreSQL, and whatever may befall each of them, or the database.

In: how many nodes, an account's choice, how many blows, a seed. Out: what was counted. Promise:
every message that was answered is kept and with an operator, or in doubt and listed; each link is
held by one node at a time; what is sent twice was in doubt, at most a window a blow, and under
`hold` nothing is; each message's end is told; every node takes
orders again soon after each blow.
"""

import asyncio
import contextlib
import os
import random
import shutil
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from itertools import count
from pathlib import Path
from urllib.parse import urlencode

import asyncpg

from chappe.links.contract import Verdict
from chappe.links.operator.mind.journal import logs, read_submits
from chappe.words.lifecycle import FINAL, State
from tests.torture.broken import Broken, demand, none_of
from tests.torture.children import Server, start_smsc
from tests.torture.cluster import Cluster, free_port
from tests.torture.listener import Listener

WINDOW = 20
_LINKS = ("orange", "sfr")
_LOGIN, _PASSWORD = "fred", "torture-password"
_CALM_S = (1.0, 3.0)  # between two blows
_LAPSED_S = 7.0  # a node that stands still for so long is over
_BACK_S = 10.0
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


class _Nodes:
    """Those of one database: each has a directory, a port and a life at a time."""

    def __init__(self, place: Path, count: int, facts: dict[str, object], links: str) -> None:
        key = os.urandom(_KEY_BYTES)
        self.ports = [free_port() for _ in range(count)]
        self.servers: list[Server] = []
        for number, port in enumerate(self.ports):
            home = place / f"node{number}"
            (home / "kept").mkdir(parents=True)
            (home / "kept" / "chappe.key").write_bytes(key)
            settings = home / "chappe.toml"
            settings.write_text(_SETTINGS.format(http=port, **facts) + links, "utf-8")
            self.servers.append(Server(settings, home / "kept"))

    async def start(self) -> None:
        """All at once, on a database that is empty."""
        for server in self.servers:
            await server.spawn()
        for server in self.servers:
            await server.ready()

    async def end(self) -> None:
        for server in self.servers:
            await server.end()


class _Customer:
    """Sends one message after the other to any of the nodes, and keeps the number of each that was
    answered."""

    def __init__(self, ports: Sequence[int], chance: random.Random) -> None:
        self.taken: list[int] = []
        self.goes_home = False
        self._ports = ports
        self._chance = chance
        self._next = 33_612_000_000

    async def send(self) -> None:
        """Until it goes home: its last request is answered too, or it would be kept afterwards."""
        while not self.goes_home:
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


async def nodes(here: Cluster, size: int, choice: str, blows: int, seed: str) -> str:
    """So many nodes, and so many blows."""
    chance = random.Random(seed)
    place = Path(tempfile.mkdtemp(prefix="chappe-torture-nodes-"))
    url = await here.fresh()
    ports = {name: free_port() for name in _LINKS}
    links = "".join(
        _LINK.format(name=name, port=port, window=WINDOW) for name, port in ports.items()
    )
    centres: list[asyncio.subprocess.Process] = []
    async with Listener(chance, fails=False) as listener:
        facts = {"login": _LOGIN, "password": _PASSWORD, "choice": choice, "url": url}
        alive = _Nodes(place, size, {**facts, "callbacks": listener.url}, links)
        try:
            for name, port in ports.items():
                centres.append(await start_smsc(place / name, port))
            await alive.start()
            customer = _Customer(alive.ports, chance)
            sending = [asyncio.create_task(customer.send()) for _ in range(_CUSTOMERS)]
            struck, slowest = await _strike(_Blows(here, url, chance), alive, blows, chance)
            customer.goes_home = True
            await asyncio.gather(*sending)
            await _at_rest(url)
            held = await _asked(url, _HOLDERS)
            demand(len(held) == len(_LINKS) + 1, "each link and the upkeep has its node", held)
            stops = [await server.stop() for server in alive.servers]
            for centre in centres:
                centre.terminate()
                await centre.wait()
            verdict = await _judge(place, url, customer.taken, choice, blows, listener)
            took = f"taken again after {slowest:.1f} s, stop {max(stops):.1f} s"
            return f"{struck}; {took}; {verdict}"
        except BaseException:  # however it ends, what was seen can be looked at again
            print(f"The ground is left at {place}.", flush=True)
            raise
        finally:
            await alive.end()
            for centre in centres:
                with contextlib.suppress(ProcessLookupError):
                    centre.kill()


class _Blows:
    """What may befall a node, or all of them."""

    def __init__(self, here: Cluster, url: str, chance: random.Random) -> None:
        self._here = here
        self._url = url
        self._chance = chance
        self.all: tuple[Callable[[Server], Awaitable[None]], ...] = (
            self.killed,
            self.frozen_past_its_lease,
            self.frozen,
            self.stopped,
            self.backends_ended,
            self.database_restarted,
        )

    async def killed(self, server: Server) -> None:
        await server.kill()
        await server.spawn()
        await server.ready()

    async def frozen_past_its_lease(self, server: Server) -> None:
        await _freeze(server, _LAPSED_S)

    async def frozen(self, server: Server) -> None:
        await _freeze(server, self._chance.uniform(0.1, 2))

    async def stopped(self, server: Server) -> None:
        await server.stop()
        await server.spawn()
        await server.ready()

    async def backends_ended(self, _: Server) -> None:
        await _asked(
            self._url,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()",
        )

    async def database_restarted(self, _: Server) -> None:
        await self._here.stop_at_once()
        await self._here.start()


async def _freeze(server: Server, seconds: float) -> None:
    """It does nothing, and its connections stand."""
    os.kill(server.pid, signal.SIGSTOP)
    await asyncio.sleep(seconds)
    os.kill(server.pid, signal.SIGCONT)


async def _strike(
    may: _Blows, alive: _Nodes, blows: int, chance: random.Random
) -> tuple[str, float]:
    """What befell them, each of all things first; and how long it took at most until all nodes took
    orders again."""
    struck: Counter[str] = Counter()
    slowest = 0.0
    fresh = count(33_698_000_000)
    for blow in range(blows):
        await asyncio.sleep(chance.uniform(*_CALM_S))
        way = may.all[blow] if blow < len(may.all) else chance.choice(may.all)
        struck[way.__name__.replace("_", " ")] += 1
        await way(chance.choice(alive.servers))
        slowest = max(slowest, await _back(alive, fresh))
    return ", ".join(f"{name} {times}" for name, times in sorted(struck.items())), slowest


async def _back(alive: _Nodes, fresh: Iterator[int]) -> float:
    """How long until every node has taken an order again."""
    begun = time.monotonic()
    for port in alive.ports:
        one = _Customer([port], random.Random())
        while time.monotonic() - begun < _BACK_S:
            with contextlib.suppress(OSError, TimeoutError):
                async with asyncio.timeout(2):
                    if await one.send_one(next(fresh), _TEXTS[0]):
                        break
            await asyncio.sleep(0.05)
        else:
            raise Broken(f"the node at port {port} takes orders again within {_BACK_S:.0f} s")
    return time.monotonic() - begun


async def _asked(url: str, question: str) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(url)
    try:
        found: list[asyncpg.Record] = await connection.fetch(question)
        return found
    finally:
        await connection.close()


async def _states(url: str) -> list[asyncpg.Record]:
    return await _asked(url, "SELECT number, state, id FROM message")


async def _at_rest(url: str) -> None:
    """Every message has come to its end, and all of its news is told."""
    over = ", ".join(str(int(state)) for state in (*FINAL, State.unknown))
    question = f"""
        SELECT (SELECT count(*) FROM message WHERE state NOT IN ({over})),
               (SELECT count(*) FROM news WHERE done = 0)
    """
    deadline = time.monotonic() + _QUIET_S
    while True:
        ((moving, owed),) = await _asked(url, question)
        if not moving and not owed:
            return
        if time.monotonic() > deadline:
            raise Broken(f"all settles: {moving} messages are on their way, {owed} calls are owed")
        await asyncio.sleep(0.2)


async def _judge(
    place: Path, url: str, taken: list[int], choice: str, blows: int, listener: Listener
) -> str:
    """What was answered, against what was kept, told, and what the centres have in their logs."""
    rows = await _states(url)
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
    audit = await _asked(
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
    shutil.rmtree(place, ignore_errors=True)
    return (
        f"{len(taken):,} answered, {doubles} doubles, {len(doubtful)} in doubt, {twice} told "
        "twice, 0 lost"
    )
