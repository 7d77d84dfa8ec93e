"""Strangers take all places of the database: a node lives on, and goes on as before."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.cli.running import fetch, running
from tests.store.server import Server
from tests.torture.broken import Broken
from tests.torture.crowding import STRANGER, at_full_rate, crowd_out, rate

_FILE = """
[http]
listen = "127.0.0.1:0"

[store]
url = "{url}"

[[account]]
login = "fred"
password = "word-of-fred"
balance = "1000.00"
hours = "any"
"""
_ASKED = "/api?accountid=fred&password=word-of-fred&text=Bonjour&to=%2B336{number:08}"
_CROWDED_S = 5.0  # longer than a node lives without a beat
_BACK_S = 10.0


class _Customer:
    """Sends one message after the other; `taken` are those whose answer is an id."""

    def __init__(self, door: str) -> None:
        self.taken = 0
        self.refused = 0
        self._door = door

    async def send(self) -> None:
        number = 0
        while True:
            number += 1
            asked = self._door + _ASKED.format(number=number)
            status, said = await asyncio.to_thread(fetch, asked)
            if status == 200 and said.isdigit():
                self.taken += 1
            else:
                self.refused += 1


@contextlib.asynccontextmanager
async def _sending(door: str) -> AsyncIterator[_Customer]:
    customer = _Customer(door)
    task = asyncio.create_task(customer.send())
    try:
        yield customer
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_node_outlives_a_crowd_that_takes_every_session(
    tmp_path: Path, postgres: Server
) -> None:
    """E52: for longer than its lease it can say neither that it lives nor anything else: it refuses
    for now, and afterwards takes what it took before, by itself."""
    url = postgres.fresh()
    file = tmp_path / "chappe.toml"
    file.write_text(_FILE.format(url=url))
    with running(tmp_path, "serve", "--config", str(file), "--data", str(tmp_path / "a")) as node:
        async with _sending(f"http://127.0.0.1:{node.port}") as customer:
            before = await rate(lambda: customer.taken)
            refused = customer.refused
            await crowd_out(url, _CROWDED_S)
            assert customer.refused > refused
            await at_full_rate(lambda: customer.taken, before, _BACK_S)
        assert node.process.poll() is None, node.err
        kept = int(postgres.psql("SELECT count(*) FROM message", url))
        assert kept >= customer.taken
        node.signal(signal.SIGTERM)
        assert node.process.wait(10) == 0


async def test_nobody_is_left_of_a_crowd(postgres: Server) -> None:
    url = postgres.fresh()
    assert await crowd_out(url, 0) > 10
    left = f"SELECT count(*) FROM pg_stat_activity WHERE application_name = '{STRANGER}'"
    assert postgres.psql(left) == "0"


async def test_what_is_never_taken_again_is_told() -> None:
    with pytest.raises(Broken, match="5 a second are taken again within 1 s: 0 are"):
        await at_full_rate(lambda: 0, 5, 1)
