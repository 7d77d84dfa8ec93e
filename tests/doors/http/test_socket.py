"""The HTTP door over real sockets, on both event loops."""

import asyncio
import contextlib
import ssl
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path

import pytest

from chappe.doors.http.door import DoorCounts, HttpDoor, Limits
from chappe.doors.http.head import Head, head_of
from chappe.doors.http.turn import Each, HttpTurn
from chappe.words.exchange import Request, Response
from tests.doors.beside import WAYS, sockets_of
from tests.doors.http.line import Gate

Run = Callable[[Awaitable[None]], None]
CERTIFICATE = Path(__file__).parents[1] / "localhost.pem"
NONE = {"1xx": 0, "2xx": 0, "3xx": 0, "4xx": 0, "5xx": 0}


@pytest.fixture(params=WAYS)
def run(request: pytest.FixtureRequest) -> Iterator[Run]:
    """One loop per case; a fault that reaches it is a failure, and so is a case that hangs."""
    faults: list[object] = []
    with asyncio.Runner(loop_factory=WAYS[request.param][0]) as runner:
        runner.get_loop().set_exception_handler(lambda _, fault: faults.append(fault))

        def run_one(awaited: Awaitable[None]) -> None:
            async def one() -> None:
                with sockets_of(request.param):
                    async with asyncio.timeout(10):
                        await awaited

            runner.run(one())
            assert faults == []

        yield run_one


async def tell(request: Request) -> Response:
    return Response(f"{request.path} {request.peer} {len(request.body)}".encode())


async def heard(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    """The status line and the body of one answer."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.partition(b"Content-Length: ")[2].partition(b"\r\n")[0])
    return head.partition(b"\r\n")[0], await reader.readexactly(length)


async def until(holds: Callable[[], bool]) -> None:
    while not holds():  # noqa: ASYNC110, a door has no event for what it counts
        await asyncio.sleep(0)


def test_a_connection_is_kept_and_counted(run: Run) -> None:
    async def case() -> None:
        door = HttpDoor(tell)
        host, port = await door.listen("127.0.0.1", 0)
        reader, writer = await asyncio.open_connection(host, port)
        for path in (b"/a", b"/b"):
            writer.write(b"GET " + path + b" HTTP/1.1\r\nHost: h\r\n\r\n")
            assert await heard(reader) == (b"HTTP/1.1 200 OK", path + b" 127.0.0.1 0")
        assert door.counts() == DoorCounts(1, 0, NONE | {"2xx": 2})
        writer.close()
        await door.drain(5)
        assert door.counts() == DoorCounts(0, 0, NONE | {"2xx": 2})

    run(case())


def test_a_client_may_close_its_half_and_still_read(run: Run) -> None:
    gate = Gate()

    async def case() -> None:
        door = HttpDoor(gate)
        reader, writer = await asyncio.open_connection(*await door.listen("127.0.0.1", 0))
        writer.write(b"GET /a HTTP/1.1\r\nHost: h\r\n\r\nGET /b HTTP/1.1\r\nHost: h\r\n\r\n")
        writer.write_eof()
        await until(lambda: door.counts().in_flight == 2)
        gate.open()
        assert [await heard(reader), await heard(reader)] == [
            (b"HTTP/1.1 200 OK", b"/a"),
            (b"HTTP/1.1 200 OK", b"/b"),
        ]
        assert await reader.read() == b""
        writer.close()
        await door.drain(5)

    run(case())


def test_a_refused_client_that_sends_all_the_same_reads_why(run: Run) -> None:
    """E55: bodies are bounded."""

    async def case() -> None:
        door = HttpDoor(tell, limits=Limits(body=1000))
        reader, writer = await asyncio.open_connection(*await door.listen("127.0.0.1", 0))
        writer.write(
            b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4000000\r\n\r\n" + b"x" * 4_000_000
        )
        await writer.drain()
        status, text = await heard(reader)
        assert status == b"HTTP/1.1 413 Request Entity Too Large"
        assert text == b"413 Request Entity Too Large\n"
        assert await reader.read() == b""
        writer.close()
        await door.drain(5)

    run(case())


def test_a_large_answer_reaches_a_client_that_reads_late(run: Run) -> None:
    async def large(request: Request) -> Response:
        return Response(b"x" * 5_000_000)

    async def case() -> None:
        door = HttpDoor(large)
        address = await door.listen("127.0.0.1", 0)
        reader, writer = await asyncio.open_connection(*address, limit=1000)
        writer.write(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n" * 3)
        await until(lambda: door.counts().answered["2xx"] > 0)
        sizes = [len((await heard(reader))[1]) for _ in range(3)]
        assert sizes == [5_000_000] * 3
        writer.close()
        await door.drain(5)

    run(case())


def test_what_is_in_flight_is_answered_while_the_door_drains(run: Run) -> None:
    """E54: no submission in flight is lost."""
    gate = Gate()

    async def case() -> None:
        door = HttpDoor(gate)
        address = await door.listen("127.0.0.1", 0)
        idle, idle_writer = await asyncio.open_connection(*address)
        busy, busy_writer = await asyncio.open_connection(*address)
        half, half_writer = await asyncio.open_connection(*address)
        busy_writer.write(b"GET /busy HTTP/1.1\r\nHost: h\r\n\r\n")
        half_writer.write(b"POST /half HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n")
        half_writer.write(b"Content-Length: 2\r\n\r\n")
        assert await half.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        await until(lambda: (door.counts().in_flight, door.counts().connections) == (1, 3))
        drained = asyncio.ensure_future(door.drain(5))
        assert await idle.read() == b""
        with pytest.raises(OSError, match=r"(?i)connect"):
            await asyncio.open_connection(*address)
        half_writer.write(b"xy")
        gate.open()
        for reader, path in ((busy, b"/busy"), (half, b"/half")):
            answer = await reader.read()
            assert b"\r\nConnection: close\r\n" in answer
            assert answer.endswith(path)
        await drained
        for writer in (idle_writer, busy_writer, half_writer):
            writer.close()

    run(case())


def test_a_drain_ends_in_time_whatever_hangs(run: Run) -> None:
    """E54: within its time."""
    cancelled: list[str] = []

    async def hang(request: Request) -> Response:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.append(request.path)
            raise
        raise AssertionError

    async def case() -> None:
        door = HttpDoor(hang)
        reader, writer = await asyncio.open_connection(*await door.listen("127.0.0.1", 0))
        writer.write(b"GET /a HTTP/1.1\r\nHost: h\r\n\r\n")
        await until(lambda: door.counts().in_flight == 1)
        await door.drain(0.01)
        assert (cancelled, door.counts()) == (["/a"], DoorCounts(0, 0, NONE))
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await reader.readexactly(1)
        writer.close()

    run(case())


ENDLESS = {
    "zeros": (b"0" * 5000, b"HTTP/1.1 200 OK"),
    "zeros before a digit": (b"0" * 5000 + b"2", b"HTTP/1.1 200 OK"),
    "nines": (b"9" * 5000, b"HTTP/1.1 400 Bad Request"),
    "as many as fit": (b"9" * 18, b"HTTP/1.1 413 Request Entity Too Large"),
    "more than we count": (b"9" * 19, b"HTTP/1.1 413 Request Entity Too Large"),
}


@pytest.mark.parametrize(("digits", "status"), ENDLESS.values(), ids=ENDLESS)
def test_a_length_of_endless_digits_closes_no_door(run: Run, digits: bytes, status: bytes) -> None:
    """E55: one request without a login once closed the door for good."""

    async def case() -> None:
        door = HttpDoor(tell)
        address = await door.listen("127.0.0.1", 0)
        reader, writer = await asyncio.open_connection(*address)
        writer.write(b"POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: " + digits + b"\r\n\r\nxy")
        assert (await heard(reader))[0] == status
        honest, honest_writer = await asyncio.open_connection(*address)
        honest_writer.write(b"GET /b HTTP/1.1\r\nHost: h\r\n\r\n")
        assert await heard(honest) == (b"HTTP/1.1 200 OK", b"/b 127.0.0.1 0")
        writer.close()
        honest_writer.close()
        await door.drain(5)

    run(case())


class Slips:
    """An answerer with a fault of its own, for the whole turn that holds a `/slip`."""

    def __init__(self) -> None:
        self._each = Each(tell)

    def take(self, turns: Sequence[HttpTurn]) -> None:
        if any(turn.request.path == "/slip" for turn in turns):
            raise ZeroDivisionError
        self._each.take(turns)


def test_a_fault_of_the_answerer_is_a_500_and_no_more(run: Run) -> None:
    """E55: a door outlives whoever answers."""

    async def case() -> None:
        door = HttpDoor(Slips())
        reader, writer = await asyncio.open_connection(*await door.listen("127.0.0.1", 0))
        for path, status in ((b"/slip", b"500"), (b"/a", b"200"), (b"/slip", b"500")):
            writer.write(b"GET " + path + b" HTTP/1.1\r\nHost: h\r\n\r\n")
            assert (await heard(reader))[0].split()[1] == status
        assert door.counts() == DoorCounts(1, 0, NONE | {"2xx": 1, "5xx": 2})
        writer.close()
        await door.drain(5)

    run(case())


def test_a_fault_in_reading_costs_one_connection(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """E55: a slip of ours, wherever it is, is one client's trouble."""

    def slipping(raw: bytes, limits: Limits) -> Head | int:
        if b"/slip" in raw:
            raise ZeroDivisionError
        return head_of(raw, limits)

    monkeypatch.setattr("chappe.doors.http.intake.head_of", slipping)

    async def case() -> None:
        door = HttpDoor(tell)
        address = await door.listen("127.0.0.1", 0)
        bad, bad_writer = await asyncio.open_connection(*address)
        good, good_writer = await asyncio.open_connection(*address)
        for _ in range(2):
            good_writer.write(b"GET /a HTTP/1.1\r\nHost: h\r\n\r\n")
            assert await heard(good) == (b"HTTP/1.1 200 OK", b"/a 127.0.0.1 0")
            bad_writer.write(b"GET /slip HTTP/1.1\r\nHost: h\r\n\r\n")
            with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
                await bad.readexactly(1)
        await until(lambda: door.counts().connections == 1)
        for writer in (bad_writer, good_writer):
            writer.close()
        await door.drain(5)

    run(case())


def test_the_sweep_closes_who_is_idle(run: Run) -> None:
    """E55: nothing hangs."""

    async def case() -> None:
        door = HttpDoor(tell, limits=Limits(idle_s=0.1))
        reader, writer = await asyncio.open_connection(*await door.listen("127.0.0.1", 0))
        assert await reader.read() == b""
        writer.close()
        await door.drain(5)

    run(case())


def test_tls_is_spoken(run: Run) -> None:
    async def case() -> None:
        door = HttpDoor(tell)
        address = await door.listen("127.0.0.1", 0, served_tls)
        trusting = ssl.create_default_context(cafile=str(CERTIFICATE))
        reader, writer = await asyncio.open_connection(
            *address, ssl=trusting, server_hostname="localhost"
        )
        writer.write(
            b"POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 300000\r\n\r\n" + b"x" * 300_000
        )
        assert await heard(reader) == (b"HTTP/1.1 200 OK", b"/a 127.0.0.1 300000")
        writer.write(b"BAD\r\n\r\n")
        assert await heard(reader) == (b"HTTP/1.1 400 Bad Request", b"400 Bad Request\n")
        writer.close()
        await writer.wait_closed()
        await door.drain(5)

    run(case())


def served_tls() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


async def over_tls(host: str, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    trusting = ssl.create_default_context(cafile=str(CERTIFICATE))
    return await asyncio.open_connection(host, port, ssl=trusting, server_hostname="localhost")


def test_a_handshake_is_counted_and_has_its_time(run: Run) -> None:
    """E55: who never says a word over TLS is seen all the same, and let go."""

    async def case() -> None:
        door = HttpDoor(tell, limits=Limits(handshake_s=0.1))
        address = await door.listen("127.0.0.1", 0, served_tls)
        silent, silent_writer = await asyncio.open_connection(*address)
        half, half_writer = await asyncio.open_connection(*address)
        half_writer.write(b"\x16\x03\x01\x02\x00\x01")  # how a handshake begins
        await until(lambda: door.counts().connections == 2)
        for reader in (silent, half):
            with contextlib.suppress(ConnectionError):
                assert await reader.read() == b""
        await until(lambda: door.counts().connections == 0)
        for writer in (silent_writer, half_writer):
            writer.close()
        await door.drain(5)

    run(case())


def test_handshakes_have_a_share_and_what_fails_gives_its_seat_back(run: Run) -> None:
    """E55: no input makes descriptors or memory grow."""

    async def case() -> None:
        door = HttpDoor(tell, limits=Limits(connections=8, shares=2, guests=1))
        address = await door.listen("127.0.0.1", 0, served_tls)
        silent = [await asyncio.open_connection(*address) for _ in range(20)]
        await until(lambda: door.counts().connections == 5)
        closed = [asyncio.ensure_future(gone(reader)) for reader, _ in silent]
        await until(lambda: sum(one.done() for one in closed) == 15)
        for _, writer in silent:
            writer.close()
        await asyncio.gather(*closed)
        await until(lambda: door.counts().connections == 0)
        stranger, stranger_writer = await asyncio.open_connection(*address)
        stranger_writer.write(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")  # no TLS at all
        await gone(stranger)
        await until(lambda: door.counts().connections == 0)
        reader, writer = await over_tls(*address)
        writer.write(b"GET /a HTTP/1.1\r\nHost: h\r\n\r\n")
        assert await heard(reader) == (b"HTTP/1.1 200 OK", b"/a 127.0.0.1 0")
        assert door.counts() == DoorCounts(1, 0, NONE | {"2xx": 1}, crowded=16)
        for one in (stranger_writer, writer):
            one.close()
        await door.drain(5)

    run(case())


async def gone(reader: asyncio.StreamReader) -> None:
    """Until the other end is."""
    with contextlib.suppress(ConnectionError):
        await reader.read()


def test_a_door_full_of_silence_still_says_over_tls_how_it_is(run: Run) -> None:
    """E53: the watchman is answered."""

    async def case() -> None:
        limits = Limits(connections=4, shares=1, guests=2)
        door = HttpDoor(tell, limits=limits, vital=["/healthz"])
        address = await door.listen("127.0.0.1", 0, served_tls)
        silent = [await asyncio.open_connection(*address) for _ in range(9)]
        for path, status in ((b"/healthz", b"200 OK"), (b"/a", b"503 Service Unavailable")):
            reader, writer = await over_tls(*address)
            writer.write(b"GET " + path + b" HTTP/1.1\r\nHost: h\r\n\r\n")
            assert (await heard(reader))[0] == b"HTTP/1.1 " + status
            writer.close()
        for _, writer in silent:
            writer.close()
        await door.drain(5)

    run(case())


def test_a_drain_waits_for_no_handshake(run: Run) -> None:
    """E54: within its time."""

    async def case() -> None:
        door = HttpDoor(tell)
        address = await door.listen("127.0.0.1", 0, served_tls)
        silent, silent_writer = await asyncio.open_connection(*address)
        half, half_writer = await asyncio.open_connection(*address)
        half_writer.write(b"\x16\x03\x01\x02\x00\x01")
        await until(lambda: door.counts().connections == 2)
        async with asyncio.timeout(1):
            await door.drain(5)
        assert door.counts().connections == 0
        for reader, writer in ((silent, silent_writer), (half, half_writer)):
            await gone(reader)
            writer.close()

    run(case())


def test_an_address_that_is_taken_is_the_callers_to_hear_of(run: Run) -> None:
    async def case() -> None:
        door = HttpDoor(tell)
        _, port = await door.listen("127.0.0.1", 0)
        with pytest.raises(OSError, match="in use"):
            await door.listen("127.0.0.1", port)
        await door.drain(5)

    run(case())
