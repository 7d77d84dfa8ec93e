"""The field: a real server with every door open, and the operator that it is linked to.

In: for how many newcomers there must be room. Out: a `Field` that serves. Promise: it starts with
the soft bound on descriptors that machines have, and nothing of it is left afterwards.
"""

import asyncio
import contextlib
import os
import resource
import shutil
import signal
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import Final

from chappe.words.lifecycle import FINAL, Money, State
from tests.torture.attack.cast import (
    FILLER,
    GOOD,
    NEW_OPENING,
    OPENING,
    PASSWORD,
    POOR,
    POOR_KEY,
    POOR_MAIL,
    newcomer,
)
from tests.torture.children import Server, start_smsc
from tests.torture.cluster import free_port

_SOFT_DESCRIPTORS: Final = 1_024
_DOORS: Final = ("http", "tls", "sftp", "smsc", "evil")
_CERTIFICATE: Final = Path(__file__).parents[2] / "doors" / "localhost.pem"
_RESTING: Final = (*map(int, sorted(FINAL)), int(State.unknown))
_PAID: Final = (int(Money.held), int(Money.spent))

_SETTINGS: Final = """
[http]
listen = "127.0.0.1:{http}"
listen_tls = "127.0.0.1:{tls}"

[sftp]
listen = "127.0.0.1:{sftp}"

[tls]
cert = "{certificate}"
key = "{certificate}"

[callbacks]
allow_private = true

[[link]]
name = "honest"
kind = "smpp"
host = "127.0.0.1"
port = {smsc}
"""
_EVIL_LINK: Final = """
[[link]]
name = "{evil_name}"
kind = "smpp"
host = "127.0.0.1"
port = {evil}
"""
_ACCOUNT: Final = """
[[account]]
login = "{login}"
password = "{password}"
balance = "{euros}.00"
hours = "any"
"""
_KEYED: Final = f"""
email = "{POOR_MAIL}"
api_keys = ["{POOR_KEY}"]
"""

_NUMBERS = "SELECT number FROM message m JOIN account a ON a.id = m.account WHERE a.login = ?"
_UNTOLD = f"""
SELECT count(*) FROM message m JOIN account a ON a.id = m.account
WHERE a.login = ? AND m.state NOT IN {_RESTING}
"""
_PURSES = f"""
SELECT a.login, p.balance, (SELECT coalesce(sum(m.price), 0) FROM message m
  WHERE m.account = a.id AND m.money IN {_PAID})
FROM purse p JOIN account a ON a.id = p.account
"""


class Field:
    """Where one attack takes place, or several."""

    def __init__(self, place: Path, newcomers: int) -> None:
        self.place = place / "kept"
        self.ports = {door: free_port() for door in _DOORS}
        self.server = Server(place / "chappe.toml", self.place)
        self._root = place
        self._seen = 0  # octets of the server's log that were looked at
        self._opening = {**OPENING} | {newcomer(n): NEW_OPENING for n in range(newcomers)}
        self._centre: asyncio.subprocess.Process | None = None
        self._declare(_SETTINGS)

    async def start(self) -> None:
        """The operator first, so that the link is up at once."""
        place, port = self._root / "smsc", self.ports["smsc"]
        self._centre = await start_smsc(place, port, is_heard=False)
        with _few_descriptors():
            await self.server.spawn()
        await self.server.ready()

    async def end(self) -> None:
        await self.server.end()
        if self._centre is not None and self._centre.returncode is None:
            self._centre.kill()
            await self._centre.wait()

    def link_to_evil(self, name: str) -> None:
        """Let the server link to the centre that floods, by a link that never was there."""
        self._declare(_SETTINGS + _EVIL_LINK.replace("{evil_name}", name))
        os.kill(self.server.pid, signal.SIGHUP)

    # What can be seen from outside.

    def resident_mb(self) -> float:
        return self.server.memory_mb() if self.server.alive else 0.0

    def descriptors(self) -> int:
        with contextlib.suppress(OSError):
            return len(os.listdir(f"/proc/{self.server.pid}/fd"))
        return 0

    def disk_mb(self) -> float:
        """What its directory holds."""
        total = 0
        for place, _, names in os.walk(self.place):
            for name in names:
                with contextlib.suppress(OSError):
                    total += os.stat(os.path.join(place, name)).st_blocks * 512
        return total / 1e6

    def new_words(self) -> str:
        """What the server's log says since it was last looked at."""
        with (self._root / "complaints.txt").open("rb") as complaints:
            complaints.seek(self._seen)
            words = complaints.read()
            self._seen += len(words)
        return words.decode("utf-8", "replace")

    def kept_numbers(self) -> set[int]:
        """Whom the honest customer's messages go to."""
        with self._reader() as reader:
            return {number for (number,) in reader.execute(_NUMBERS, (GOOD,))}

    def filled(self) -> bool:
        """Whether all that the filler sent has come to its end."""
        with self._reader() as reader:
            return not reader.execute(_UNTOLD, (FILLER,)).fetchone()[0]

    def wrong_purses(self) -> list[str]:
        """Those that hold anything but their opening less what was kept."""
        with self._reader() as reader:
            purses = list(reader.execute(_PURSES))
        return [
            f"{login} has {balance}, not {due}"
            for login, balance, paid in purses
            if balance != (due := self._opening[login] * 10_000 - paid)
        ]

    @contextlib.contextmanager
    def _reader(self) -> Iterator[sqlite3.Connection]:
        url = f"file:{self.place / 'chappe.db'}?mode=ro"
        with contextlib.closing(sqlite3.connect(url, uri=True)) as reader:
            reader.execute("BEGIN")
            yield reader

    def _declare(self, form: str) -> None:
        facts: Mapping[str, object] = {**self.ports, "certificate": _CERTIFICATE}
        accounts = [
            _ACCOUNT.format(login=login, password=PASSWORD, euros=euros)
            + (_KEYED if login == POOR else "")
            for login, euros in self._opening.items()
        ]
        settings = form.format(**facts) + "".join(accounts)
        (self._root / "chappe.toml").write_text(settings, "utf-8")


@contextlib.asynccontextmanager
async def field(newcomers: int) -> AsyncIterator[Field]:
    """A field that serves."""
    place = Path(tempfile.mkdtemp(prefix="chappe-attack-"))
    made = Field(place, newcomers)
    try:
        await made.start()
        yield made
    finally:
        await made.end()
        shutil.rmtree(place, ignore_errors=True)


@contextlib.contextmanager
def _few_descriptors() -> Iterator[None]:
    """A child that is born in here has the usual soft bound, and may raise it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(_SOFT_DESCRIPTORS, hard), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
