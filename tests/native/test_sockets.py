"""Sockets that a thread reads and writes: asyncio's promises about transports, kept."""

import asyncio
import contextlib
import gc
import os
import random
import resource
import socket
import struct
import weakref
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import pytest
import uvloop

from chappe.doors.lobby import sockets
from chappe.doors.lobby.sockets import OfThread, Opening
from chappe.native.sockets import Port

HOST = "127.0.0.1"
MUCH = 5 << 20


class Speaker(asyncio.Protocol):
    """Writes down what it is told, and does what a case wants."""

    def __init__(self, **acts: Callable[..., Any]) -> None:
        self.acts = acts
        self.heard = bytearray()
        self.told: list[str] = []
        self.lost: Exception | None = None
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]  # it has all that one has
        self._act("made")

    def data_received(self, data: bytes) -> None:
        self.heard += data
        self._act("data", data)

    def eof_received(self) -> bool:
        return bool(self._act("eof"))

    def pause_writing(self) -> None:
        self._act("pause")

    def resume_writing(self) -> None:
        self._act("resume")

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost = exc
        self._act("lost")

    def _act(self, name: str, *given: Any) -> Any:
        self.told.append(name)
        act = self.acts.get(name)
        return None if act is None else act(self, *given)


class Stage:
    """An open address, who spoke there, and what was raised."""

    def __init__(self, ways: OfThread) -> None:
        self.ways = ways
        self.speakers: list[Speaker] = []
        self.raised: list[BaseException] = []
        self.port = 0
        self.opening: Opening

    async def open(self, **acts: Callable[..., Any]) -> None:
        def speaker() -> Speaker:
            self.speakers.append(Speaker(**acts))
            return self.speakers[-1]

        self.opening = await self.ways.listen(speaker, HOST, 0)
        self.port = self.opening.place[1]

    async def client(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection(HOST, self.port)


async def until(holds: Callable[[], object]) -> None:
    while not holds():  # noqa: ASYNC110, nothing tells of what a thread does
        await asyncio.sleep(0)


Case = Callable[[Stage], Awaitable[None]]


@pytest.fixture(params=[asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])
def play(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Callable[[Case], None]:
    def play_one(case: Case) -> None:
        async def one() -> None:
            raised: list[BaseException] = []
            monkeypatch.setattr(sockets, "report", raised.append)
            ways = OfThread()
            stage = Stage(ways)
            stage.raised = raised
            try:
                async with asyncio.timeout(20):
                    await case(stage)
            finally:
                ways.close()

        with asyncio.Runner(loop_factory=request.param) as runner:
            runner.run(one())

    return play_one


def test_what_is_heard_and_said_comes_whole_and_in_order(play: Callable[[Case], None]) -> None:
    """Both ways at once, more than any buffer holds."""

    async def case(stage: Stage) -> None:
        await stage.open(data=lambda me, data: me.transport.write(data))
        reader, writer = await stage.client()
        sent = random.Random(7).randbytes(MUCH)

        async def send() -> None:
            writer.write(sent)
            await writer.drain()
            writer.write_eof()

        async with asyncio.TaskGroup() as both:
            both.create_task(send())
            echo = both.create_task(reader.read(-1))
        assert echo.result() == sent
        (speaker,) = stage.speakers
        assert speaker.heard == sent
        await until(lambda: "lost" in speaker.told)
        assert (speaker.told[0], speaker.told[-2:], speaker.lost) == ("made", ["eof", "lost"], None)
        writer.close()

    play(case)


def test_who_does_not_want_to_hear_hears_nothing(play: Callable[[Case], None]) -> None:
    """Not even what was read already; and the one who sends has to wait."""

    async def case(stage: Stage) -> None:
        await stage.open(data=lambda me, data: me.transport.pause_reading())
        _, writer = await stage.client()
        sent = bytes(MUCH)
        writer.write(sent)
        writer.write_eof()
        await until(lambda: stage.speakers and stage.speakers[0].heard)
        (speaker,) = stage.speakers
        heard = 0

        def more_than(pieces: int) -> bool:
            return speaker.told.count("data") > pieces

        while len(speaker.heard) < MUCH:
            pieces = speaker.told.count("data")
            for _ in range(100):
                await asyncio.sleep(0)
            assert speaker.told.count("data") == pieces
            assert len(speaker.heard) - heard <= 1 << 16
            heard = len(speaker.heard)
            speaker.transport.resume_reading()
            await until(partial(more_than, pieces))
        assert "eof" not in speaker.told
        speaker.transport.resume_reading()
        await until(lambda: "lost" in speaker.told)
        writer.close()

    play(case)


def test_who_reads_slowly_makes_the_writer_wait(play: Callable[[Case], None]) -> None:
    async def case(stage: Stage) -> None:
        await stage.open(data=lambda me, data: me.transport.write(bytes(MUCH)))
        end = socket.create_connection((HOST, stage.port))
        end.setblocking(False)
        end.send(b"?")
        await until(lambda: stage.speakers and "pause" in stage.speakers[0].told)
        (speaker,) = stage.speakers
        assert speaker.transport.get_write_buffer_size() > 1 << 16
        got = 0
        while got < MUCH:
            with contextlib.suppress(BlockingIOError):
                got += len(end.recv(1 << 16))
            await asyncio.sleep(0)
        await until(lambda: "resume" in speaker.told)
        assert speaker.transport.get_write_buffer_size() == 0
        assert got == MUCH
        end.close()

    play(case)


def test_a_line_may_be_closed_while_there_is_still_much_to_send(
    play: Callable[[Case], None],
) -> None:
    async def case(stage: Stage) -> None:
        def answer(me: Speaker, _: bytes) -> None:
            me.transport.write(bytes(MUCH))
            me.transport.close()
            me.transport.write(b"too late")
            assert me.transport.is_closing()

        await stage.open(data=answer)
        reader, writer = await stage.client()
        writer.write(b"?")
        assert len(await reader.read(-1)) == MUCH
        await until(lambda: "lost" in stage.speakers[0].told)
        assert stage.speakers[0].lost is None
        writer.close()

    play(case)


def test_an_aborted_line_is_cut_and_one_that_says_no_more_still_hears(
    play: Callable[[Case], None],
) -> None:
    async def case(stage: Stage) -> None:
        def act(me: Speaker, data: bytes) -> None:
            if data == b"abort":
                me.transport.write(b"never heard" * 1000)
                me.transport.abort()
            elif data == b"half":
                me.transport.write(b"last words")
                me.transport.write_eof()

        await stage.open(data=act)
        reader, writer = await stage.client()
        writer.write(b"half")
        assert await reader.read(-1) == b"last words"
        writer.write(b"still heard")
        await until(lambda: stage.speakers[0].heard == b"halfstill heard")
        writer.close()
        await until(lambda: "lost" in stage.speakers[0].told)
        reader, writer = await stage.client()
        writer.write(b"abort")
        with contextlib.suppress(ConnectionError):
            await reader.read(-1)
        await until(lambda: "lost" in stage.speakers[1].told)
        assert stage.speakers[1].lost is None
        writer.close()

    play(case)


def test_a_reset_is_told_as_one(play: Callable[[Case], None]) -> None:
    async def case(stage: Stage) -> None:
        await stage.open()
        end = socket.create_connection((HOST, stage.port))
        await until(lambda: stage.speakers and stage.speakers[0].told)
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        end.close()
        (speaker,) = stage.speakers
        await until(lambda: "lost" in speaker.told)
        assert isinstance(speaker.lost, ConnectionResetError)

    play(case)


def test_whoever_hangs_up_as_soon_as_they_are_called_costs_nothing(
    play: Callable[[Case], None],
) -> None:
    """E55: no descriptor stays, though nobody's name is known any more."""

    async def case(stage: Stage) -> None:
        loop = asyncio.get_running_loop()
        port = Port(stage.raised.append, 0)
        loop.add_reader(port.fileno(), port.deliver)
        with socket.create_server((HOST, 0)) as deaf:
            for number in range(50):
                end = socket.socket()
                end.setblocking(False)
                await loop.sock_connect(end, deaf.getsockname())
                other, _ = deaf.accept()
                other.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                other.close()
                speaker = Speaker()
                port.adopt(end.detach(), speaker)
                await until(partial(has_lost, speaker))
                if not number:
                    before = len(os.listdir("/proc/self/fd"))
            assert len(os.listdir("/proc/self/fd")) == before
        loop.remove_reader(port.fileno())
        port.close()

    play(case)


def has_lost(speaker: Speaker) -> bool:
    return "lost" in speaker.told


@pytest.mark.parametrize("where", ["made", "data", "eof", "lost", "pause", "resume"])
def test_a_fault_costs_its_own_line_alone(play: Callable[[Case], None], where: str) -> None:
    """E55: it is reported, and whoever else speaks is heard."""

    async def case(stage: Stage) -> None:
        def fail(me: Speaker, *_: Any) -> None:
            raise KeyError(where)

        def answer(me: Speaker, data: bytes) -> None:
            me.transport.write(bytes(MUCH) if where in ("pause", "resume") else data)

        acts: dict[str, Callable[..., Any]] = {"data": answer, "eof": lambda me: where == "resume"}
        await stage.open(**acts | {where: fail})
        reader, writer = await stage.client()
        with contextlib.suppress(OSError):  # it may have been cut before
            writer.write(b"?")
            writer.write_eof()
            await reader.read(-1)
        writer.close()
        await until(lambda: stage.speakers and "lost" in stage.speakers[0].told)
        assert {repr(one) for one in stage.raised} == {f"KeyError('{where}')"}
        stage.opening.close()
        await stage.open(data=lambda me, data: me.transport.write(data))
        reader, writer = await stage.client()
        writer.write(b"hello")
        assert await reader.readexactly(5) == b"hello"
        writer.close()

    play(case)


def test_whom_nobody_speaks_to_is_cut(play: Callable[[Case], None]) -> None:
    async def case(stage: Stage) -> None:
        def nobody() -> asyncio.Protocol:
            raise KeyError("nobody")

        opening = await stage.ways.listen(nobody, HOST, 0)
        stage.port = opening.place[1]
        reader, writer = await stage.client()
        with contextlib.suppress(ConnectionError):
            assert await reader.read(-1) == b""
        assert [repr(one) for one in stage.raised] == ["KeyError('nobody')"]
        writer.close()

    play(case)


def test_an_address_that_is_closed_refuses_at_once(play: Callable[[Case], None]) -> None:
    async def case(stage: Stage) -> None:
        await stage.open(data=lambda me, data: me.transport.write(data))
        reader, writer = await stage.client()
        await until(lambda: stage.speakers)
        stage.opening.close()
        stage.opening.close()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((HOST, stage.port))
        writer.write(b"those who came before are served")
        assert await reader.readexactly(4) == b"thos"
        writer.close()

    play(case)


def test_an_address_that_is_taken_is_told(play: Callable[[Case], None]) -> None:
    async def case(stage: Stage) -> None:
        await stage.open()
        with pytest.raises(OSError, match="in use"):
            await stage.ways.listen(Speaker, HOST, stage.port)

    play(case)


def test_the_end_of_all_is_told_to_all(play: Callable[[Case], None]) -> None:
    async def case(stage: Stage) -> None:
        await stage.open(data=lambda me, data: me.transport.pause_reading())
        clients = [await stage.client() for _ in range(100)]
        for _, writer in clients[::2]:
            writer.write(b"something")
        await until(lambda: sum("data" in one.told for one in stage.speakers) == 50)
        stage.ways.close()
        assert all(one.told[-1] == "lost" for one in stage.speakers)
        stage.ways.close()
        for one in stage.speakers:
            for act in (one.transport.abort, one.transport.close, one.transport.resume_reading):
                act()
            one.transport.write(b"nobody hears it")
            assert one.transport.get_write_buffer_size() == 0
        for _, writer in clients:
            writer.close()

    play(case)


def said(ends: list[socket.socket]) -> list[bytes | None]:
    """What each was told so far: nothing yet, that it is over, or an echo."""
    told: list[bytes | None] = []
    for end in ends:
        try:
            told.append(end.recv(6, socket.MSG_PEEK))
        except BlockingIOError:
            told.append(None)
        except ConnectionError:
            told.append(b"")
    return told


def test_where_descriptors_run_out_newcomers_are_shut_out_and_later_served(
    play: Callable[[Case], None],
) -> None:
    """E55: whoever is in is served all the same."""

    async def case(stage: Stage) -> None:
        gc.collect()  # what others left open would be closed at some time
        await stage.open(data=lambda me, data: me.transport.write(data))
        reader, writer = await stage.client()
        await until(lambda: len(stage.speakers) == 1)
        ends = [socket.socket() for _ in range(4)]
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        used = max(map(int, os.listdir("/proc/self/fd"))) + 1
        fillers = []
        resource.setrlimit(resource.RLIMIT_NOFILE, (used, hard))
        try:
            with contextlib.suppress(OSError):
                while True:
                    fillers.append(os.open("/dev/null", os.O_RDONLY))
            for end in ends:
                end.connect((HOST, stage.port))
                end.send(b"served")
                end.setblocking(False)
            # Whatever else is closed meanwhile may let some of them in; not all.
            await until(lambda: b"" in said(ends))
            writer.write(b"here")
            assert await reader.readexactly(4) == b"here"
        finally:
            for filler in fillers:
                os.close(filler)
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        await until(lambda: None not in said(ends))
        later, after = await stage.client()
        after.write(b"later")
        assert await later.readexactly(5) == b"later"
        for each in (writer, after):
            each.close()
        for end in ends:
            end.close()

    play(case)


def test_many_who_come_and_go_leave_nothing_behind(play: Callable[[Case], None]) -> None:
    """No descriptor, no line and no protocol, however each of them ends."""

    async def case(stage: Stage) -> None:
        await stage.open(data=lambda me, data: me.transport.write(data))
        chance = random.Random(3)

        async def come_and_go() -> None:
            end = socket.socket()
            end.setblocking(False)
            loop = asyncio.get_running_loop()
            await loop.sock_connect(end, (HOST, stage.port))
            said = chance.randbytes(chance.choice([1, 100, 200_000]))
            how = chance.choice(["whole", "mute", "reset", "gone"])
            if how != "mute":
                await loop.sock_sendall(end, said)
            if how == "whole":
                got = bytearray()
                while len(got) < len(said):
                    got += await loop.sock_recv(end, 1 << 16)
                assert got == said
            if how == "reset":
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            end.close()

        await come_and_go()
        await until(lambda: stage.speakers and stage.speakers[0].told[-1] == "lost")
        before = len(os.listdir("/proc/self/fd"))
        for _ in range(20):
            await asyncio.gather(*[come_and_go() for _ in range(50)])
        await until(lambda: len(stage.speakers) == 1001)
        await until(lambda: all(one.told[-1] == "lost" for one in stage.speakers))
        assert len(os.listdir("/proc/self/fd")) == before
        assert stage.raised == []
        left = [weakref.ref(one) for one in stage.speakers]
        stage.speakers.clear()
        gc.collect()
        assert [one() for one in left if one() is not None] == []

    play(case)
