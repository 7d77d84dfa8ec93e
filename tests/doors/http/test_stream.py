"""Answers that are made while they are sent: no faster than a client reads, never by halves."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from chappe.doors.http.door import DoorCounts, HttpDoor, Limits
from chappe.words.exchange import Request, Response
from tests.doors.http.line import Door, Line, settle
from tests.doors.http.test_socket import NONE, Run, run, until

__all__ = ["run"]

PIECES = (b"one", b"", b"two and a half", b"three")
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n"
CHUNKS = b"3\r\none\r\ne\r\ntwo and a half\r\n5\r\nthree\r\n0\r\n\r\n"
OK = HEAD + b"Content-Length: 2\r\n\r\nOK"
MODERN = b"GET /s HTTP/1.1\r\nHost: h\r\n\r\n"
TIMED = Limits(idle_s=75, head_s=20, body_s=300)


class Source:
    """Pieces as they are asked for; what became of whoever made them."""

    def __init__(self, *pieces: bytes, fault: Exception | None = None) -> None:
        self._pieces = pieces or PIECES
        self._fault = fault
        self.made = 0
        self.ended = False

    async def stream(self) -> AsyncGenerator[bytes, None]:
        try:
            for piece in self._pieces:
                self.made += 1
                yield piece
                await asyncio.sleep(0)
            if self._fault is not None:
                raise self._fault
        finally:
            self.ended = True

    async def __call__(self, request: Request) -> Response:
        return Response(stream=self.stream()) if request.path == "/s" else Response(b"OK")


async def asked(source: Source, *said: bytes, limits: Limits | None = None) -> tuple[Door, Line]:
    door = Door(source, limits=limits)
    line = door.line()
    line.say(*said)
    await settle(30)
    return door, line


async def test_an_answer_in_chunks_leaves_the_connection_to_the_next() -> None:
    source = Source()
    door, line = await asked(source, MODERN + b"GET /b HTTP/1.1\r\nHost: h\r\n\r\n")
    assert line.got == CHUNKED + b"\r\n" + CHUNKS + OK
    assert (line.closed, source.ended, door.hall.in_flight) == (False, True, 0)


async def test_whoever_knows_no_chunks_reads_to_the_end_of_the_connection() -> None:
    _, line = await asked(Source(), b"GET /s HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
    assert line.got == HEAD + b"Connection: close\r\n\r\n" + b"".join(PIECES)
    assert (line.closed, line.cut) == (True, False)


@pytest.mark.parametrize(
    ("version", "head"),
    [(b"1.1", CHUNKED), (b"1.0", HEAD + b"Connection: close\r\n")],
)
async def test_a_head_has_no_length_and_nothing_is_made_for_it(version: bytes, head: bytes) -> None:
    source = Source()
    _, line = await asked(source, b"HEAD /s HTTP/" + version + b"\r\nHost: h\r\n\r\n")
    assert (line.got, source.made) == (head + b"\r\n", 0)


async def test_a_fault_half_way_cuts_the_client_off_and_is_counted(
    caplog: pytest.LogCaptureFixture,
) -> None:
    source = Source(b"half", fault=ValueError("secret"))
    door, line = await asked(source, MODERN)
    assert line.got == CHUNKED + b"\r\n4\r\nhalf\r\n"
    assert (line.cut, door.hall.broken, door.hall.in_flight, door.hall.seats) == (True, 1, 0, set())
    assert ["secret" in one.getMessage() for one in caplog.records] == [False]


async def test_no_more_is_made_than_a_client_reads() -> None:
    source = Source(*[b"x"] * 9)
    door = Door(source)
    line = door.line()
    line.say(MODERN)
    await until(lambda: source.made >= 3)
    line.connection.pause_writing()
    await settle(50)
    held = source.made
    line.connection.resume_writing()
    await settle(50)
    assert (held <= 4, source.made, source.ended) == (True, 9, True)


async def test_a_client_that_reads_nothing_of_it_is_cut_off() -> None:
    """E55: nothing hangs."""
    source = Source(*[b"x"] * 9)
    door = Door(source, limits=TIMED)
    line = door.line()
    line.connection.pause_writing()
    line.say(MODERN)
    line.connection.resume_writing()
    line.connection.pause_writing()
    line.owed = 1
    await settle(50)
    for second in (0, 15, 30):
        door.hall.sweep(second)
    await settle(50)
    assert (line.cut, source.ended, door.hall.in_flight, door.hall.seats) == (True, True, 0, set())
    assert (source.made, door.hall.broken) == (1, 0)


async def test_whoever_makes_it_is_told_that_the_client_is_gone() -> None:
    source = Source(*[b"x"] * 9)
    door = Door(source)
    line = door.line()
    line.say(MODERN)
    await until(lambda: source.made >= 3)
    line.abort()
    await settle(50)
    assert (source.made < 9, source.ended, door.hall.seats, door.hall.broken) == (
        True,
        True,
        set(),
        0,
    )


async def test_an_answer_on_its_way_gives_way_like_one_that_nobody_reads() -> None:
    """E55: long answers, read slowly, do not fill the door for good."""
    source = Source(*[b"x"] * 9)
    door = Door(source)
    line = door.line()
    line.say(MODERN)
    await until(lambda: source.made >= 3)
    line.connection.pause_writing()
    spared = [line.connection.spared_since(unfinished) is None for unfinished in (False, True)]
    line.connection.give_way()
    await settle(50)
    assert spared == [True, False]
    assert (line.cut, source.ended, door.hall.seats) == (True, True, set())


async def test_nobody_waits_for_a_client_that_went_before_its_answer_began() -> None:
    """E55: it had let an earlier answer wait, and is gone."""
    source, gate = Source(), asyncio.Event()

    async def give(request: Request) -> Response:
        await gate.wait()
        return await source(request)

    door = Door(give)
    line = door.line()
    line.say(MODERN)
    line.connection.pause_writing()
    line.abort()
    await settle()
    gate.set()
    await settle(50)
    assert (source.ended, door.hall.in_flight, door.hall.seats) == (True, 0, set())


def test_a_door_that_drains_finishes_it_and_one_that_closes_does_not(run: Run) -> None:
    """E54: the door closes in its time."""

    async def case() -> None:
        may, closed = asyncio.Event(), asyncio.Event()

        async def endless() -> AsyncGenerator[bytes, None]:
            try:
                yield b"half"
                await may.wait()
                yield b"whole"
                await asyncio.Event().wait()
            finally:
                closed.set()

        async def tell(request: Request) -> Response:
            return Response(stream=endless())

        door = HttpDoor(tell)
        reader, writer = await asyncio.open_connection(*await door.listen("127.0.0.1", 0))
        writer.write(MODERN)
        await reader.readuntil(b"half\r\n")
        draining = asyncio.ensure_future(door.drain(0.2))
        may.set()
        assert await reader.readuntil(b"whole\r\n") == b"5\r\nwhole\r\n"
        await draining
        assert closed.is_set()
        assert await reader.read() == b""
        writer.close()

    run(case())


def test_an_answer_of_octets_goes_out_whole(run: Run) -> None:
    """A ZIP is octets like any other: none of them is touched."""
    whole = b"PK\x03\x04" + bytes(range(256)) * 4_000

    async def case() -> None:
        async def tell(request: Request) -> Response:
            return Response(whole, "application/zip")

        door = HttpDoor(tell)
        reader, writer = await asyncio.open_connection(*await door.listen("127.0.0.1", 0))
        writer.write(MODERN)
        head = await reader.readuntil(b"\r\n\r\n")
        assert b"Content-Length: %d\r\n" % len(whole) in head
        assert await reader.readexactly(len(whole)) == whole
        assert door.counts() == DoorCounts(1, 0, NONE | {"2xx": 1})
        writer.close()
        await door.drain(5)

    run(case())


def test_a_client_that_stops_reading_stops_what_is_made(run: Run) -> None:
    """Real sockets hold a bounded number of octets, and so does whoever fills them."""
    source = Source(*[b"x" * 65_536] * 2_000)

    async def case() -> None:
        door = HttpDoor(source)
        reader, writer = await asyncio.open_connection(*await door.listen("127.0.0.1", 0))
        writer.write(MODERN)
        await reader.readuntil(b"\r\n\r\n")
        seen = -1
        while seen != source.made:
            seen = source.made
            for _ in range(200):
                await asyncio.sleep(0)
        assert source.made < 1_000
        writer.transport.abort()
        await until(lambda: source.ended)
        await door.drain(5)

    run(case())
