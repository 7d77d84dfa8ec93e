"""Reaching a node: the server that holds DIR, or the store itself where none runs.

In: a directory, a configuration, a hand and what is asked. Out: what is shown, or CannotDo.
Promise: it is the same function either way; a server that is just starting is waited for.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from chappe.config import Config
from chappe.hands import HANDS, perform
from chappe.hands.control import SHOWN_MAX, SOCKET, HandAnswered, HandAsked, short_path
from chappe.hands.shown import CannotDo, Shown
from chappe.hands.tail import HAND as TAIL
from chappe.hands.tail import TailAsked
from chappe.logs import in_short
from chappe.node import CannotStart, DirectoryTaken, Node
from chappe.node.directory import narrow
from chappe.store.contract import StoreAway

_WAIT_S = 5.0
_STEP_S = 0.05
_ANSWER_S = 300.0  # forgetting a number may look through many messages


async def reach(
    data: Path, config: Callable[[], Config], name: str, asked: msgspec.Struct
) -> Shown:
    """Let the server that holds DIR do it, or do it here where none runs, for which alone `config`
    is read."""
    async with reaching(data, config) as hold:
        return await hold.do(name, asked)


@contextlib.asynccontextmanager
async def reaching(data: Path, config: Callable[[], Config]) -> AsyncIterator["Hold"]:
    """The same for one thing after another: the store is opened but once."""
    hold = Hold(data, config)
    try:
        yield hold
    finally:
        await hold.let_go()


class Hold:
    """Whoever does what is asked: the server that holds DIR, or a node of our own."""

    def __init__(self, data: Path, config: Callable[[], Config]) -> None:
        self._data = data
        self._config = config
        self._node: Node | None = None
        self._opened = contextlib.AsyncExitStack()

    @property
    def is_alone(self) -> bool:
        """Whether no server runs, so that nothing that is done now is told before one does."""
        return self._node is not None

    async def do(self, name: str, asked: msgspec.Struct) -> Shown:
        with _in_a_sentence():
            if self._node is None:
                answered = await self._served(name, asked)
                if answered is not None:
                    return answered
            assert self._node is not None
            return await perform(self._node, name, asked)

    async def _served(self, name: str, asked: msgspec.Struct) -> Shown | None:
        """What a server shows; None where there is none, and DIR is ours from now on."""
        loop = asyncio.get_running_loop()
        until = loop.time() + _WAIT_S
        while True:
            answered = await ask(self._data, name, asked)
            if answered is not None:
                return answered
            try:
                await self._open(name)
                return None
            except DirectoryTaken as taken:
                # A server starts or stops, or another command is at work: all of these pass.
                if loop.time() > until:
                    raise CannotDo(f"{taken}") from taken
                await asyncio.sleep(_STEP_S)

    async def _open(self, name: str) -> None:
        config = self._config()
        _may_do_alone(self._data, name)
        narrow(self._data)
        self._node = await self._opened.enter_async_context(_opened(Node(config, self._data)))

    async def let_go(self) -> None:
        """The directory is somebody else's again."""
        self._node = None
        with _in_a_sentence():
            await self._opened.aclose()


@contextlib.contextmanager
def _in_a_sentence() -> Iterator[None]:
    """Whatever goes wrong is CannotDo."""
    try:
        yield
    except CannotStart as fault:
        raise CannotDo(str(fault)) from fault
    except StoreAway as fault:
        raise CannotDo(f"The store can't take it now: {fault}.") from fault
    except CannotDo:
        raise
    except Exception as fault:  # a damaged database raises what nobody can list
        why = f"It failed: {in_short(fault)}. `chappe doctor` looks for the reason."
        raise CannotDo(why) from fault


async def ask(data: Path, name: str, asked: msgspec.Struct) -> Shown | None:
    """What the server that holds DIR shows; None where there is none."""
    try:
        with short_path(data / SOCKET) as address:
            reader, writer = await asyncio.open_unix_connection(address, limit=SHOWN_MAX)
    except (FileNotFoundError, NotADirectoryError, ConnectionRefusedError):
        return None
    except OSError as fault:
        raise CannotDo(f"The server on {data} can't be reached: {fault.strerror}.") from fault
    try:
        writer.write(msgspec.json.encode(HandAsked(hand=name, asked=asked)) + b"\n")
        most = None if HANDS[name].is_long else _ANSWER_S
        line = await asyncio.wait_for(reader.readuntil(b"\n"), most)
    except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as fault:
        raise CannotDo("The server went away before it answered.") from fault
    finally:
        writer.close()
    answered = msgspec.json.decode(line, type=HandAnswered)
    if answered.shown is None:
        raise CannotDo(answered.wrong)
    return answered.shown


async def tail(data: Path, asked: TailAsked) -> AsyncGenerator[Mapping[str, Any], None]:
    """What happens at the server that holds DIR, as long as it runs."""
    with _in_a_sentence():
        try:
            with short_path(data / SOCKET) as address:
                reader, writer = await asyncio.open_unix_connection(address, limit=SHOWN_MAX)
        except OSError as fault:
            why = f"No server runs on {data}: start `chappe serve` first."
            raise CannotDo(why) from fault
        try:
            writer.write(msgspec.json.encode(HandAsked(hand=TAIL, asked=asked)) + b"\n")
            while line := await reader.readline():
                answered = msgspec.json.decode(line, type=HandAnswered)
                if answered.shown is None:
                    raise CannotDo(answered.wrong)
                yield answered.shown.value
        except OSError as fault:
            raise CannotDo("The server went away.") from fault
        finally:
            writer.close()


def _may_do_alone(data: Path, name: str) -> None:
    hand = HANDS[name]
    if hand.needs_server:
        raise CannotDo(f"No server runs on {data}: start `chappe serve` first.")
    if not data.is_dir():
        raise CannotDo(f"There is no directory {data}: give the server's own with --data.")


@contextlib.asynccontextmanager
async def _opened(node: Node) -> AsyncIterator[Node]:
    """A node with store, accounts and engine, which neither sends nor tells anything."""
    try:
        await node.open()
        node.dispatch.stop()
        node.notify.stop()
        yield node
    finally:
        await node.stop()
