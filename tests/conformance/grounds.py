"""What a case stands on: a data directory, and a database, in which its page's accounts are known.

In: accounts, as a page has them. Out: a copy for one case. Promise: each set of accounts is
prepared once, under hashes that cost nothing; no case sees what another left behind.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import argon2
import msgspec
import pytest

from chappe.config import Config, StoreConfig, read_config
from chappe.node import Node
from chappe.words.clock import HandClock
from tests.conformance.runner import CUSTOMER
from tests.conformance.scenes import NOW, SETTINGS
from tests.store.server import Server


class Ground(msgspec.Struct, frozen=True):
    """A data directory, and the URL of its database where that is one of PostgreSQL."""

    accounts: str
    data: Path
    url: str = ""

    def config(self, customer: str) -> Config:
        """The settings, with the customer listening there."""
        said = read_config(SETTINGS + self.accounts.replace(CUSTOMER, customer))
        return msgspec.structs.replace(said, store=StoreConfig(url=self.url)) if self.url else said


class Grounds:
    """All that were prepared so far, in SQLite, or on a server."""

    def __init__(self, folder: Path, server: Server | None = None) -> None:
        self._folder = folder
        self._server = server
        self._prepared: dict[str, Ground] = {}
        self._copies = 0

    async def prepare(self, accounts: str) -> None:
        """Unless that was done before."""
        if accounts in self._prepared:
            return
        data = self._folder / f"prepared-{len(self._prepared)}"
        ground = Ground(accounts, data, self._server.fresh() if self._server else "")
        cheap = argon2.PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("chappe.engine.declare.HASHER", cheap)
            node = Node(ground.config(CUSTOMER), data, HandClock(NOW))
            await node.start()
            await node.stop()
        self._prepared[accounts] = ground

    @contextmanager
    def copied(self, accounts: str) -> Iterator[Ground]:
        """A ground of one's own, that is gone afterwards."""
        prepared = self._prepared[accounts]
        self._copies += 1
        data = self._folder / f"copy-{self._copies}"
        shutil.copytree(prepared.data, data)
        url = self._server.fresh(prepared.url) if self._server else ""
        try:
            yield Ground(accounts, data, url)
        finally:
            shutil.rmtree(data)
            if self._server:
                self._server.drop(url)
