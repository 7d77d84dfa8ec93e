"""A whole node for one case, or several: real sockets, a hand clock, a customer who listens.

In: a case. Out: what was answered and what the customer got, step by step. Every case begins with
an empty store, so that numbers are literals.
"""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from chappe.dialects.shape import Action, Dialect, first_error
from chappe.doors.calls.connection import PostLimits
from chappe.doors.http.answer import CONTINUE
from chappe.links.operator import OperatorLink
from chappe.node import Node
from chappe.words.clock import SECOND, HandClock
from chappe.words.found import Campaign
from chappe.words.lifecycle import Reason, State
from chappe.words.news import News
from tests.conformance.grounds import Ground, Taken
from tests.conformance.runner import Answer, Told
from tests.conformance.scenes import NOW, PREPARE
from tests.nodes.wire import deeds
from tests.spoken import SPOKEN

_QUIET_ROUNDS = 3
_POLL_S = 0.0005
_PATIENCE_S = 10.0
_CLOSELY_MS = 2 * SECOND
_PIECES = 40
_HEARD = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nvalidation"


_Rows = tuple[set[tuple[str, str]], set[tuple[str, State, Reason]]]


class Reached:
    """Which rows of the tables cases have brought about, by dialect."""

    def __init__(self) -> None:
        self.errors: set[tuple[str, str]] = set()
        self.statuses: set[tuple[str, State, Reason]] = set()

    def note(self) -> bytes:
        """For another process to `add`."""
        return msgspec.json.encode((self.errors, self.statuses))

    def add(self, note: bytes) -> None:
        errors, statuses = msgspec.json.decode(note, type=_Rows)
        self.errors |= errors
        self.statuses |= statuses


class Watched:
    """A dialect that notes which rows it was asked for, and is itself in all else."""

    def __init__(self, dialect: Dialect, reached: Reached) -> None:
        self._dialect = dialect
        self._reached = reached
        self.ACTIONS = {
            name: one._replace(write=self._noting(one)) for name, one in dialect.ACTIONS.items()
        }

    def __getattr__(self, name: str) -> Any:
        return getattr(self._dialect, name)

    def write_refused(self, refusal: Any, *rest: Any) -> Any:
        dialect = self._dialect
        first = first_error(refusal, dialect.ERRORS, dialect.REFUSALS)
        self._reached.errors.add((dialect.NAME, str(first.error)))
        return self._dialect.write_refused(refusal, *rest)

    def tell(self, news: News, account: Any) -> Any:
        call = self._dialect.tell(news, account)
        if call is not None and news.reply is None:
            self._reached.statuses.add((self._dialect.NAME, news.state, news.reason))
        return call

    def _noting(self, action: Action[Any]) -> Callable[..., Any]:
        def noted(answer: Any, *rest: Any) -> Any:
            for message in answer.messages if isinstance(answer, Campaign) else ():
                self._reached.statuses.add((self._dialect.NAME, message.state, message.reason))
            return action.write(answer, *rest)

        return noted


class Customer:
    """Whoever listens at customer.example: keeps what comes, and says what every dialect hears."""

    def __init__(self) -> None:
        self.calls: list[Told] = []
        self.place = ""
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        host, port = self._server.sockets[0].getsockname()
        self.place = f"{host}:{port}"

    async def close(self) -> None:
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                headers = _headers(head)
                body = await reader.readexactly(int(headers.get("content-length", "0")))
                line = head.partition(" HTTP/")[0]
                kind = headers.get("content-type", "")
                self.calls.append(Told(f"{line} {kind}".strip(), body.decode()))
                writer.write(_HEARD)
        writer.close()


class House:
    """One node and its customer; or several on one database, that are asked in turn and go by one
    clock."""

    def __init__(
        self,
        nodes: Sequence[Node],
        clock: HandClock,
        customer: Customer,
        taken: Taken,
        told: Callable[[], tuple[int, int]] = lambda: (0, 0),
    ) -> None:
        self.node = nodes[0]
        self.clock = clock
        self._nodes = nodes
        self._turn = itertools.cycle(nodes)
        self._customer = customer
        self._taken = taken
        self._told = told  # among nodes: what was heard, and what is under way

    @property
    def place(self) -> str:
        """Where the customer listens."""
        return self._customer.place

    @property
    def calls(self) -> list[Told]:
        """What the customer was told, and the page did not mention yet."""
        return self._customer.calls

    async def ask(self, head: bytes, body: bytes, *, pieces: bool) -> Answer:
        """The answer."""
        return await self._kept_in_mind(
            self._exchange(_cut(head, body) if pieces else [head + body])
        )

    async def mail(self, name: str, raw: bytes, *, pieces: bool) -> Answer:
        """The last reply, which is all that there is."""
        lines = raw.split(b"\r\n")
        stuffed = b"\r\n".join([b"." + line if line[:1] == b"." else line for line in lines])
        content = stuffed + b"\r\n.\r\n"
        return await self._kept_in_mind(
            self._mailed(name, _cut(b"", content) if pieces else [content])
        )

    async def _kept_in_mind(self, asking: Awaitable[Answer]) -> Answer:
        """One that refuses must have left no order, no message and no booking."""
        refused, taken = self._refused, await self._taken()
        answer = await asking
        if self._refused > refused:
            now = await self._taken()
            assert now == taken, f"it was refused, yet something was taken: {answer}"
        return answer

    async def _exchange(self, pieces: Iterable[bytes]) -> Answer:
        """Send a request and read the answer to its end."""
        reader, writer = await asyncio.open_connection(*next(self._turn).doors.http)
        try:
            async with asyncio.timeout(_PATIENCE_S):
                for piece in pieces:
                    writer.write(piece)
                    await writer.drain()
                    await asyncio.sleep(0)
                raw = (await reader.read()).removeprefix(CONTINUE)
        finally:
            writer.close()
            await writer.wait_closed()
        top, _, body = raw.partition(b"\r\n\r\n")
        headers = _headers(top.decode())
        if headers.get("transfer-encoding") == "chunked":
            body = _joined(body)
        return Answer(top.split(b" ", 2)[1].decode(), headers, body)

    async def _mailed(self, name: str, content: Iterable[bytes]) -> Answer:
        """Give a mail to the door, and read each reply, as far as the first that ends it."""
        reader, writer = await asyncio.open_connection(*next(self._turn).doors.mail)
        to = f"RCPT TO:<{name}@sms.example>".encode()
        commands = (b"EHLO client.example", b"MAIL FROM:<a@client.example>", to, b"DATA")
        try:
            async with asyncio.timeout(_PATIENCE_S):
                reply = await _reply(reader)
                for pieces in (*([command + b"\r\n"] for command in commands), content):
                    if reply[:1] not in "23":
                        break
                    for piece in pieces:
                        writer.write(piece)
                        await writer.drain()
                        await asyncio.sleep(0)
                    reply = await _reply(reader)
        finally:
            writer.close()
            await writer.wait_closed()
        return Answer(reply, {}, b"")

    @property
    def _refused(self) -> int:
        """How many requests were refused so far."""
        refusals = [of for node in self._nodes for of in node.measures.refusals.values()]
        return sum(count for of in refusals for count in of.values())

    def write(self, number: str, code: str, text: str) -> None:
        """A handset writes to a code."""
        (link,) = [node.links["sim"] for node in self._nodes if "sim" in node.links]
        assert isinstance(link, OperatorLink)
        link.hand_in(int(number.removeprefix("+")), code, text)

    async def go_by(self, wait: int) -> None:
        """Let time go by: in one step to its last seconds, and in these in order."""
        end = self.clock.now() + wait
        await self._quiet()
        self.clock.advance(max(self.clock.now(), end - _CLOSELY_MS))
        await self._quiet()
        while (due := self.clock.next_due()) is not None and due <= end:
            self.clock.advance(due)
            await self._quiet()
        self.clock.advance(end)

    async def _quiet(self) -> None:
        """Until nothing moves any more without the clock."""
        rounds = 0
        before: tuple[int, ...] = ()
        async with asyncio.timeout(_PATIENCE_S):
            while rounds < _QUIET_ROUNDS:
                # Since then nothing came to be written; of several, while others were waited for.
                for node in self._nodes if not rounds or len(self._nodes) > 1 else ():
                    await node.store.settled()
                await asyncio.sleep(0 if rounds else _POLL_S)
                heard, under_way = self._told()
                done = [count for node in self._nodes for count in deeds(node)]
                now = (*done, heard, len(self.calls))
                is_quiet = not under_way and all(node.is_quiet() for node in self._nodes)
                is_calm = is_quiet and now == before
                rounds = rounds + 1 if is_calm else 0
                before = now


def _cut(head: bytes, body: bytes) -> Iterable[bytes]:
    size = max(3, len(body) // _PIECES)
    return [head, *(body[start : start + size] for start in range(0, len(body), size))]


async def _reply(reader: asyncio.StreamReader) -> str:
    """The last line of a reply of SMTP."""
    while (line := (await reader.readline()).decode().rstrip("\r\n"))[3:4] == "-":
        pass
    return line


def _joined(chunks: bytes) -> bytes:
    """The body that came in chunks; one that is not ended properly is not taken."""
    body = b""
    while True:
        size, _, rest = chunks.partition(b"\r\n")
        length = int(size, 16)
        chunk, end, chunks = rest[:length], rest[length : length + 2], rest[length + 2 :]
        assert len(chunk) == length, f"a chunk is cut off: {chunk!r}"
        assert end == b"\r\n", f"a chunk does not end where it says: {end!r}"
        if not length:
            return body
        body += chunk


def _headers(head: str) -> dict[str, str]:
    lines = (line.partition(":") for line in head.split("\r\n")[1:])
    return {name.lower(): value.strip() for name, _, value in lines if value}


@contextlib.asynccontextmanager
async def open_house(ground: Ground, scene: str, reached: Reached) -> AsyncIterator[House]:
    """A node on a ground of its own, as the scene has it."""
    async with opened_nodes(ground, scene, reached, (ground.data,)) as (nodes, clock, customer):
        yield House(nodes, clock, customer, ground.taken)


Opened = tuple[Sequence[Node], HandClock, Customer]


@contextlib.asynccontextmanager
async def opened_nodes(
    ground: Ground, scene: str, reached: Reached, places: Sequence[Path]
) -> AsyncIterator[Opened]:
    """Nodes that go by one clock, one in each of the places, and their customer."""
    customer, clock = Customer(), HandClock(NOW)
    await customer.open()
    watched: Any = tuple(Watched(dialect, reached) for dialect in SPOKEN)
    async with contextlib.AsyncExitStack() as opened:
        opened.push_async_callback(customer.close)
        patch = opened.enter_context(pytest.MonkeyPatch.context())
        # To collect the garbage of a whole test run at each start would take longer than the cases.
        patch.setattr("chappe.node.memory.settle", lambda: None)
        nodes = [Node(ground.config(customer.place), one, clock, watched) for one in places]
        for node in nodes:
            opened.push_async_callback(node.stop)
            await node.start()
            # One connection, so that calls come in the order of events.
            node.poster.limits = PostLimits(per_origin=1)
            if scene:
                PREPARE[scene](node)
        yield nodes, clock, customer
