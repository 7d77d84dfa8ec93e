"""The ground a run stands on: a directory, a port, a settings file, a database.

In: which database, which accounts. Out: servers on the same ground, one after another. Promise: no
two run at a time, and none is left when the ground is given up.
"""

import contextlib
import resource
import shutil
import tempfile
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from tests.torture.children import Server
from tests.torture.cluster import free_port
from tests.torture.listener import Listener

WINDOW = 20
PASSWORD = "torture-password"
OPENING = 1_000_000 * 10_000
"""What each account has to begin with, in 1/10,000 euro."""


class Ground:
    """Where one run takes place."""

    def __init__(self, place: Path, listener: Listener, url: str, accounts: Sequence[str]) -> None:
        self.place = place / "kept"
        self.url = url
        self.port = free_port()
        self.starts: list[int] = []
        self._server: Server | None = None
        self._settings = place / "chappe.toml"
        self._settings.write_text(_settings(self.port, url, listener.url, accounts), "utf-8")

    @property
    def file(self) -> Path | None:
        """The SQLite file, where it is one."""
        return self.place / "chappe.db" if self.url.startswith("sqlite") else None

    @property
    def journal(self) -> Path:
        return self.place / "operator.log"

    async def serve(
        self, *more: str, file_max: int = resource.RLIM_INFINITY, wait: bool = True
    ) -> Server:
        """The next server on this ground."""
        server = self._server = Server(self._settings, self.place)
        self.starts.append(server.started_ms)
        await server.spawn(*more, file_max=file_max)
        if wait:
            await server.ready()
        return server

    @property
    def server(self) -> Server:
        """The one that runs, or ran last."""
        assert self._server is not None
        return self._server

    async def clear(self) -> None:
        if self._server is not None:
            await self._server.end()


@contextlib.asynccontextmanager
async def ground(url: str, accounts: Sequence[str], listener: Listener) -> AsyncIterator[Ground]:
    """Ground for one run. `accounts` are their logins, and how each wants doubts decided."""
    place = Path(tempfile.mkdtemp(prefix="chappe-torture-"))
    made = Ground(place, listener, url, accounts)
    try:
        yield made
    except BaseException:  # however it ends, what was seen can be looked at again
        await made.clear()
        print(f"The ground is left at {place}.", flush=True)
        raise
    await made.clear()
    shutil.rmtree(place, ignore_errors=True)


def _settings(port: int, url: str, callbacks: str, accounts: Sequence[str]) -> str:
    head = f"""
[http]
listen = "127.0.0.1:{port}"

[store]
url = "{url}"

[callbacks]
allow_private = true

[[link]]
name = "sim"
kind = "operator"
window = {WINDOW}
"""
    return head + "".join(_account(choice, callbacks) for choice in accounts)


def _account(choice: str, callbacks: str) -> str:
    return f"""
[[account]]
login = "{choice}"
password = "{PASSWORD}"
api_keys = ["{PASSWORD}-{choice}"]
balance = "{OPENING // 10_000}.00"
hours = "any"
in_doubt = "{choice}"

[account.highsms]
routes = ["B", "S"]
webhook_url = "{callbacks}"
webhook_events = ["MT", "DLR"]
"""
