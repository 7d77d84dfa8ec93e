"""A store that takes nothing is loud, and only as long as it takes nothing; on both databases."""

import asyncio
import re
import resource
from collections.abc import Awaitable, Callable
from pathlib import Path

from tests.cli.running import Running, fetch, running, until
from tests.torture.cluster import Cluster

FILE = """
[http]
listen = "127.0.0.1:0"

[metrics]
listen = "127.0.0.1:0"

[[account]]
login = "fred"
password = "word-of-fred"
balance = "10.00"
"""
SEND = "/api?accountid=fred&password=word-of-fred&to=0639980001&text="
READY = (200, "ready; nothing leaves this machine: only the simulated network sends\n")


class Server:
    """What a watchman and a customer see of one."""

    def __init__(self, process: Running) -> None:
        self.process = process
        self._url = f"http://127.0.0.1:{process.port}"
        process.prints("/metrics")
        self._figures = process.out.partition("Figures are shown at ")[2].split()[0]

    def ready(self) -> tuple[int, str]:
        return fetch(f"{self._url}/readyz")

    def lives(self) -> bool:
        return fetch(f"{self._url}/healthz") == (200, "ok\n")

    def sends(self, text: str = "Bonjour") -> int:
        return fetch(f"{self._url}{SEND}{text}")[0]

    def away(self) -> str:
        found = re.search(r"^chappe_store_away (\S+)$", fetch(self._figures)[1], re.M)
        assert found is not None
        return found[1]

    def lines(self) -> list[str]:
        """What its log says of the store, without the time."""
        return [line[20:] for line in self.process.err.splitlines() if "the store" in line]


def begun(folder: Path, url: str = "") -> tuple[str, ...]:
    text = FILE + (f'[store]\nurl = "{url}"\n' if url else "")
    (folder / "chappe.toml").write_text(text)
    return ("serve", "--config", "chappe.toml", "--data", "kept")


async def loud(
    server: Server, leave: Callable[[], Awaitable[None]], come: Callable[[], Awaitable[None]]
) -> str:
    """Take the store away and bring it back; what readyz says meanwhile."""
    assert (server.ready(), server.away(), await asyncio.to_thread(server.sends)) == (
        READY,
        "0",
        200,
    )
    await leave()
    assert await asyncio.to_thread(server.sends, "x" * 9_000) == 503
    for _ in range(20):
        await asyncio.to_thread(server.sends, "x" * 9_000)
    status, words = server.ready()
    assert (status, server.lives(), server.away(), len(server.lines())) == (503, True, "1", 1)
    await come()
    # Nobody sends: it is asked all the same, since who balances loads sends nothing to it now.
    await asyncio.to_thread(until, lambda: server.ready() == READY, lambda: server.process.err)
    assert (server.away(), await asyncio.to_thread(server.sends)) == ("0", 200)
    assert [line.split(":")[0] for line in server.lines()] == [
        "ERROR chappe.store",
        "ERROR chappe.store",
    ]
    assert "the store is back after" in server.lines()[1]
    return words


async def test_a_full_disk_is_loud_until_there_is_room_again(tmp_path: Path) -> None:
    with running(tmp_path, *begun(tmp_path)) as process:
        server = Server(process)
        pid = process.process.pid

        async def limit(size: int) -> None:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

        async def fill() -> None:
            await limit(4096)

        words = await loud(server, fill, lambda: limit(resource.RLIM_INFINITY))
    assert words in (
        "the store takes nothing: its disk is full\n",
        "the store takes nothing: its disk fails\n",
    )


async def test_a_database_that_is_away_is_loud_until_it_is_back(
    tmp_path: Path, postgres: Cluster
) -> None:
    url = await postgres.fresh()
    with running(tmp_path, *begun(tmp_path, url)) as process:
        words = await loud(Server(process), postgres.stop_at_once, postgres.start)
    assert words == "the store takes nothing: it does not answer\n"
