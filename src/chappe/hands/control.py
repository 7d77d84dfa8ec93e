"""The control socket of a serving node: DIR/control.sock, one hand at a time.

In: a line of JSON per connection, {"hand": ..., "asked": ...}. Out: a line, {"shown": ...} or
{"wrong": "one sentence"}; of `tail`, such lines as long as the caller stays. Promise: only the
owner of the directory gets in (0600); lines, waits and connections are bounded; a fault in a hand
harms nobody else.
"""

import asyncio
import contextlib
import logging
import os
import socket
import tempfile
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path
from typing import Any

import msgspec

from chappe.hands import HANDS, perform
from chappe.hands.shown import CannotDo, Shown
from chappe.hands.tail import HAND as TAIL
from chappe.hands.tail import Tail, TailAsked
from chappe.node import Node
from chappe.store.contract import StoreAway

log = logging.getLogger("chappe.hands")

SOCKET = "control.sock"
ASKED_MAX = 1 << 20
SHOWN_MAX = 64 << 20
_PATH_MAX = 100  # a socket's path may have some 107 bytes, on other systems 103
_CONNECTIONS_MAX = 16
_ASK_S = 10.0


class HandAsked(msgspec.Struct, kw_only=True):
    hand: str
    asked: Any = None


class HandAnswered(msgspec.Struct, kw_only=True, omit_defaults=True):
    shown: Shown | None = None
    wrong: str = ""


class Control:
    """Listens from `start` to `stop`."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._tail = Tail(node)
        self._turn = asyncio.Lock()  # hands read and write accounts: one after the other
        self._talks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        path = self._node.data / SOCKET
        path.unlink(missing_ok=True)  # the lock on the directory is ours: what is there is stale
        listening = _bound(path)
        self._server = await asyncio.start_unix_server(self._met, sock=listening, limit=ASKED_MAX)

    async def stop(self) -> None:
        if self._server is None:
            return
        self._server.close()
        self._server = None
        (self._node.data / SOCKET).unlink(missing_ok=True)
        for talk in self._talks:
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)

    async def _met(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._talks.add(task)
        try:
            await self._talk(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            log.info("a caller of the control socket went away")
        except asyncio.CancelledError:
            pass  # the node stops; the caller sees the connection end
        finally:
            self._talks.discard(task)
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._talks) > _CONNECTIONS_MAX:
            answered = HandAnswered(wrong="Too many commands at a time: try again.")
        else:
            line = await asyncio.wait_for(reader.readuntil(b"\n"), _ASK_S)
            answered = await self._followed(line, reader, writer) or await self._answer(line)
        writer.write(msgspec.json.encode(answered) + b"\n")
        await asyncio.wait_for(writer.drain(), _ASK_S)

    async def _followed(
        self, line: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> HandAnswered | None:
        """Tell a caller of `tail` what happens for as long as they stay; None where they asked for
        something else, or are gone."""
        try:
            asked = msgspec.json.decode(line, type=HandAsked)
            if asked.hand != TAIL:
                return None
            rows = self._tail.follow(msgspec.convert(asked.asked, TailAsked))
        except msgspec.DecodeError:
            return None  # which the answer says
        gone = asyncio.create_task(reader.read(1))
        try:
            async with contextlib.aclosing(rows):
                while (row := await _next_or(rows, gone)) is not None:
                    writer.write(msgspec.json.encode(HandAnswered(shown=Shown(row))) + b"\n")
                    await asyncio.wait_for(writer.drain(), _ASK_S)
        except CannotDo as why:
            return HandAnswered(wrong=str(why))
        except StoreAway as fault:
            return HandAnswered(wrong=f"The store can't be read now: {fault}.")
        finally:
            gone.cancel()
        return HandAnswered(wrong="The caller went away.")

    async def _answer(self, line: bytes) -> HandAnswered:
        try:
            asked = msgspec.json.decode(line, type=HandAsked)
            hand = HANDS.get(asked.hand)
            is_long = hand is not None and hand.is_long
            async with contextlib.nullcontext() if is_long else self._turn:
                return HandAnswered(shown=await perform(self._node, asked.hand, asked.asked))
        except CannotDo as why:
            return HandAnswered(wrong=str(why))
        except msgspec.DecodeError:
            return HandAnswered(wrong="That is no line of a command.")
        except StoreAway as fault:
            return HandAnswered(wrong=f"The store can't take it now: {fault}.")
        except Exception:  # a fault of one hand must neither end the server nor leave no answer
            log.exception("a hand failed")
            return HandAnswered(wrong="It failed inside the server; the server's log says where.")


async def _next_or(rows: AsyncGenerator[Any, None], gone: asyncio.Task[bytes]) -> Any:
    """The next row; None where the caller is gone before it comes."""
    coming = asyncio.ensure_future(anext(rows))
    try:
        await asyncio.wait({coming, gone}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        if not coming.done():
            coming.cancel()
            await asyncio.wait({coming})
    return None if gone.done() or coming.cancelled() else coming.result()


def _bound(path: Path) -> socket.socket:
    """A listening socket at this path, born with mode 0600."""
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        with short_path(path) as address:
            made.bind(address)
    except OSError:
        made.close()
        raise
    finally:
        os.umask(before)
    made.setblocking(False)
    return made


@contextlib.contextmanager
def short_path(path: Path) -> Iterator[str]:
    """A name for this path that a socket can bear: itself, or by way of a link for a moment."""
    plain = os.fspath(path)
    if len(os.fsencode(plain)) <= _PATH_MAX:
        yield plain
        return
    with tempfile.TemporaryDirectory(prefix="chappe-") as folder:
        way = Path(folder) / "d"
        way.symlink_to(path.parent.resolve())
        yield os.fspath(way / path.name)
