"""Centres that nobody of us wrote, each a process of its own, for our client side to be tried on.

In: nothing. Out: a port on 127.0.0.1, what the centre saw, and a hand on it. The last two digits of
a number decide, as far as the foreign software can:

| row | what becomes of a submit                                             |
|-----|----------------------------------------------------------------------|
| 11  | taken; the receipt says UNDELIV, error 001                           |
| 31  | taken; the receipt comes twice                                       |
| 32  | the receipt comes before the answer                                  |
| 33  | taken; no receipt                                                    |
| 34  | refused: ESME_RSUBMITFAIL                                            |
| 35  | ESME_RTHROTTLED three times for a number, then taken                 |
| 36  | never answered                                                       |
| 41  | taken; then the handset replies `OUI` to the sender                  |
| 42  | taken; then it replies in Japanese, as UCS-2                         |
| 43  | taken; then it replies LONG_REPLY, in parts with a header            |
| any | taken; the receipt says DELIVRD                                      |

Both write receipts as text and as TLVs. With `ids="mixed"` answers have ids in hexadecimal, and
receipts the same in decimal, as many operators do.
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, Literal, TypeVar

from tests.links.foreign import node
from tests.tidy.tree import ROOT

DEADLINE_S = 20.0
LONG_REPLY = "Merci pour votre message. " * 9
JAPANESE = "はい、お願いします"

Ids = Literal["same", "mixed"]


class ForeignServer:
    """One process. `seen` holds what it told: binds, submits, and how receipts were answered."""

    def __init__(self, command: list[str], environment: dict[str, str] | None = None) -> None:
        self.port = 0
        self.seen: list[dict[str, Any]] = []
        self._command = command
        self._environment = environment
        self._process: asyncio.subprocess.Process | None = None
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env=self._environment,
        )
        self._task = asyncio.create_task(self._read())
        await self.until(lambda: self.port > 0, "its port")

    async def stop(self) -> None:
        """It ends when its stdin does, so it also ends with us."""
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.close()
        with suppress(ConnectionError):
            await self._process.stdin.wait_closed()
        try:
            await asyncio.wait_for(self._process.wait(), DEADLINE_S)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
        if self._task is not None:
            await self._task

    def of_kind(self, kind: str) -> list[dict[str, Any]]:
        """`bound`, `submit` or `answered`: what it saw of these."""
        return [told[kind] for told in self.seen if kind in told]

    def reply(self, number: int, code: str, text: str) -> None:
        """A handset writes to whoever is bound."""
        self._tell({"reply": {"from": str(number), "to": code, "text": text}})

    def drop(self) -> None:
        """Cut all connections, where the foreign software can."""
        self._tell({"drop": True})

    async def until(self, seen: Callable[[], bool], what: str) -> None:
        end = asyncio.get_running_loop().time() + DEADLINE_S
        while not seen():
            assert asyncio.get_running_loop().time() < end, f"waited in vain for {what}"
            assert self._process is not None
            assert self._process.returncode is None, "the foreign server is gone"
            await asyncio.sleep(0.005)

    def _tell(self, what: dict[str, Any]) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(what).encode() + b"\n")

    async def _read(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            told = json.loads(line)
            if "port" in told:
                self.port = told["port"]
            else:
                self.seen.append(told)


class NodeServer(ForeignServer):
    """npm's `smpp` (MIT): its own codec and session, in JavaScript. It wants a password.

    With `pem`, a file with a key and its certificate, it speaks TLS.
    """

    SYSTEM_ID, PASSWORD = "chappe", "secret"

    def __init__(self, ids: Ids = "same", pem: str = "") -> None:
        options = {
            "password": self.PASSWORD,
            "ids": ids,
            "long": LONG_REPLY,
            "wide": JAPANESE,
            "pem": pem,
        }
        super().__init__(node.command("server.js", json.dumps(options)), node.environment())


class RustServer(ForeignServer):
    """PyPI's `smpp34` (MIT): codec and session in Rust. It admits every bind, and cuts nobody."""

    SYSTEM_ID, PASSWORD = "chappe", "any"

    def __init__(self, ids: Ids = "same") -> None:
        options = {"ids": ids, "long": LONG_REPLY, "wide": JAPANESE}
        script = str(ROOT / "tests" / "links" / "foreign" / "rust_server.py")
        super().__init__([sys.executable, script, json.dumps(options)])


SERVERS: tuple[type[NodeServer | RustServer], ...] = (NodeServer, RustServer)


Server = TypeVar("Server", bound=ForeignServer)


@asynccontextmanager
async def serving(kind: Callable[..., Server], **options: str) -> AsyncIterator[Server]:
    """A running server, stopped at the end. Options are those of its kind."""
    server = kind(**options)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()
