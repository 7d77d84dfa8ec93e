"""Centres that nobody of us wrote, each a process of its own, for our client side to be tried on.

In: nothing. Out: a port on 127.0.0.1, what the centre saw, and a hand on it. The last two digits of
a number decide, as far as the foreign software can:

| row | what becomes of a submit                                             |
|-----|----------------------------------------------------------------------|
| 11  | taken; the receipt says UNDELIV, error 001                           |
| 17  | taken; a receipt says ENROUTE, and one 10 s later DELIVRD            |
| 30  | taken; the receipt comes 30 s later                                  |
| 31  | taken; the receipt comes twice                                       |
| 32  | the receipt comes before the answer                                  |
| 33  | taken; no receipt                                                    |
| 34  | refused: ESME_RSUBMITFAIL                                            |
| 35  | ESME_RTHROTTLED three times for a number, then taken                 |
| 36  | never answered                                                       |
| 37  | taken; of the last part of a long message the receipt says UNDELIV   |
| 40  | taken; then the handset replies `STOP`                               |
| 41  | taken; then it replies `OUI`                                         |
| 42  | taken; then it replies in Japanese, as UCS-2                         |
| 43  | taken; then it replies LONG_REPLY, in parts with a header            |
| any | taken; the receipt says DELIVRD                                      |

A long message is replied to once, when all its parts are there. A reply goes to the sender; to one
of letters only STOP is written, to the code that the whole text names. What was answered with an
error, or lost with its connection, is delivered again.

Both write receipts as text and as TLVs. With `ids="mixed"` answers have ids in hexadecimal, and
receipts the same in decimal, as many operators do. With `clock`, the time at the centre is that,
and moves when it is told to; else it is the real one.
"""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, Literal, TypeVar

import msgspec

from tests.links.foreign import node
from tests.tidy.tree import ROOT

DEADLINE_S = 20.0
LONG_REPLY = "Merci pour votre message. " * 9
JAPANESE = "はい、お願いします"

Ids = Literal["same", "mixed"]

# Of each receipt the state, the error, and by how many milliseconds it comes later than others.
RECEIPTS = {
    "11": [("UNDELIV", "001", 0)],
    "17": [("ENROUTE", "000", 0), ("DELIVRD", "000", 10_000)],
    "30": [("DELIVRD", "000", 30_000)],
    "31": [("DELIVRD", "000", 0)] * 2,
    "33": [],
    "37": [("UNDELIV", "034", 0)],
    "any": [("DELIVRD", "000", 0)],
}
REPLIES = {"40": "STOP", "41": "OUI", "42": JAPANESE, "43": LONG_REPLY}


class State(msgspec.Struct, frozen=True):
    """What a centre has done up to an instant."""

    asked: int  # the number of the question
    bound: int  # who is
    busy: int  # submits that are being thought about
    submits: int  # that were read
    answers: int  # to submits, that were written
    delivers: int  # that were written
    acks: int  # to those, that were read
    due: int | None  # when the next thing happens on a clock that is moved by hand


class ForeignServer:
    """One process. `seen` holds what it told: binds, submits, and how receipts were answered."""

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        self.port = 0
        self.seen: list[dict[str, Any]] = []
        self._asked = 0
        self._state: State | None = None
        self._command = command
        self._environment = environment | {"TZ": "Europe/Paris"}
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

    def set_clock(self, to_ms: int) -> None:
        """Let all happen that is due by then."""
        self._tell({"clock": to_ms})

    async def state(self) -> State:
        """How far it is, with all behind it that it was told before."""
        self._asked += 1
        self._tell({"ask": self._asked})
        asked = self._asked
        await self.until(lambda: self._state is not None and self._state.asked == asked, "a state")
        assert self._state is not None
        return self._state

    def drop(self) -> None:
        """Cut all connections, where the foreign software can."""
        self._tell({"drop": True})

    async def until(self, seen: Callable[[], bool], what: str) -> None:
        end = asyncio.get_running_loop().time() + DEADLINE_S
        while not seen():
            assert asyncio.get_running_loop().time() < end, f"waited in vain for {what}"
            assert self._process is not None
            assert self._process.returncode is None, "the foreign server is gone"
            await asyncio.sleep(0.001)

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
            elif "state" in told:
                self._state = msgspec.convert(told["state"], State)
            else:
                self.seen.append(told)


class NodeServer(ForeignServer):
    """npm's `smpp` (MIT): its own codec and session, in JavaScript. It wants a password.

    With `pem`, a file with a key and its certificate, it speaks TLS.
    """

    SYSTEM_ID, PASSWORD = "chappe", "secret"

    def __init__(self, ids: Ids = "same", pem: str = "", clock: int = 0) -> None:
        options = _options(ids, clock) | {"password": self.PASSWORD, "pem": pem}
        super().__init__(node.command("server.js", json.dumps(options)), node.environment())


class RustServer(ForeignServer):
    """PyPI's `smpp34` (MIT): codec and session in Rust. It admits every bind, and cuts nobody."""

    SYSTEM_ID, PASSWORD = "chappe", "any"

    def __init__(self, ids: Ids = "same", clock: int = 0) -> None:
        script = str(ROOT / "tests" / "links" / "foreign" / "rust_server.py")
        options = json.dumps(_options(ids, clock))
        super().__init__([sys.executable, script, options], dict(os.environ))


def _options(ids: Ids, clock: int) -> dict[str, Any]:
    return {"ids": ids, "clock": clock, "receipts": RECEIPTS, "replies": REPLIES}


SERVERS: tuple[type[NodeServer | RustServer], ...] = (NodeServer, RustServer)


Server = TypeVar("Server", bound=ForeignServer)


@asynccontextmanager
async def serving(kind: Callable[..., Server], **options: Any) -> AsyncIterator[Server]:
    """A running server, stopped at the end. Options are those of its kind."""
    server = kind(**options)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()
