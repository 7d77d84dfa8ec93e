"""The HTTP door against input that nobody wrote by hand."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from itertools import pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chappe.doors.http.door import Limits
from chappe.words.exchange import Request, Response
from tests.doors.http.line import Door, Line, settle

Run = Callable[[Awaitable[None]], None]


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    """One loop for all examples; a fault that reaches it is a failure."""
    faults: list[object] = []
    with asyncio.Runner() as runner:
        runner.get_loop().set_exception_handler(lambda _, fault: faults.append(fault))

        def run_one(awaited: Awaitable[None]) -> None:
            async def one() -> None:
                await awaited

            runner.run(one())
            assert faults == []

        yield run_one


async def echo(request: Request) -> Response:
    """Tells all that reached it, so that equal answers mean equal requests."""
    return Response(repr(request).encode(), "")


# Valid requests, cut anywhere.

token = st.text("abcXYZ-09", min_size=1, max_size=8).filter(str.isalnum)
target_bytes = st.binary(max_size=12).map(lambda raw: re.sub(rb"[\x00-\x1f\x7f]", b"", raw))
body_bytes = st.binary(max_size=40)


@st.composite
def requests(draw: st.DrawFn) -> bytes:
    method = draw(st.sampled_from([b"GET", b"POST", b"HEAD", b"PUT"]))
    target = b"/" + draw(target_bytes) + draw(st.sampled_from([b"", b"?"])) + draw(target_bytes)
    lines = [method + b" " + target + b" HTTP/1.1", b"Host: h"]
    for name in draw(st.lists(token, max_size=3)):
        value = draw(st.binary(max_size=8)).translate(None, bytes([*range(32), 127]))
        lines.append(f"X-{name}: ".encode() + value)
    body = draw(st.none() | body_bytes)
    if body is not None and draw(st.booleans()):
        lines.append(b"Content-Length: %d" % len(body))
    elif body is not None:
        lines.append(b"Transfer-Encoding: chunked")
        body = draw(chunked(body))
    end = draw(st.sampled_from([b"\r\n", b"\n"]))
    return end.join([*lines, b"", b""]) + (body or b"") + draw(st.sampled_from([b"", b"\r\n"]))


@st.composite
def chunked(draw: st.DrawFn, body: bytes) -> bytes:
    chunks = []
    while body:
        size = draw(st.integers(1, len(body)))
        extension = draw(st.sampled_from([b"", b" ", b";a=b"]))
        chunks.append(b"%x%b\r\n%b\r\n" % (size, extension, body[:size]))
        body = body[size:]
    trailer = draw(st.sampled_from([b"", b"T: t\r\n"]))
    return b"".join(chunks) + b"0\r\n" + trailer + b"\r\n"


def pieces_of(raw: bytes, cuts: set[int]) -> list[bytes]:
    borders = [0, *sorted(cut % (len(raw) + 1) for cut in cuts), len(raw)]
    return [raw[a:b] for a, b in pairwise(borders)]


@settings(max_examples=500)
@given(st.lists(requests(), min_size=1, max_size=3), st.sets(st.integers(0, 2**16), max_size=12))
def test_a_request_means_the_same_however_it_is_cut(
    run: Run, sent: list[bytes], cuts: set[int]
) -> None:
    """E55: every door has a fuzz test."""

    async def compare() -> None:
        raw = b"".join(sent)
        whole, cut = Door(echo), Door(echo)
        one, other = whole.line(), cut.line()
        one.say(raw)
        other.say(*pieces_of(raw, cuts))
        await settle(30)
        assert len(whole.asked) == len(sent)
        assert (other.got, other.closed) == (one.got, one.closed)
        assert cut.asked == whole.asked

    run(compare())


# Anything at all.

TINY = Limits(body=64, line=80, head=120, bodies_total=100, connections=4, pipelined=2)
SHARDS = (
    *(
        b"GET ",
        b"POST ",
        b"HEAD ",
        b"/",
        b"/a?b=c",
        b" HTTP/1.1\r\nHost: h\r\n",
        b" HTTP/1.0\r\n",
        b"HTTP/",
    ),
    *(b"\r\n", b"\n", b"\r", b"\r\n\r\n", b":", b" ", b"\t", b"\x00", b"\xff", b"%", b"%C3%A9"),
    *(b"Content-Length: ", b"Transfer-Encoding: ", b"chunked", b"gzip", b"Connection: ", b"close"),
    *(b"keep-alive", b"Expect: 100-continue\r\n", b"Upgrade: h2c\r\n", b"Connection: upgrade\r\n"),
    *(b"0", b"1", b"5", b"a", b"-1", b"99999999999999999999", b"0\r\n\r\n", b"1\r\nx\r\n", b";"),
    b"X-Forwarded-For: ",
    b"Host: h\r\n",
)
# One octet of each class that a head knows, in runs past every bound that code might have in mind:
# Python reads no number of more than 4,300 digits.
CLASSES = (
    b"0",
    b"9",
    b"f",
    b"A",
    b"%",
    b"+",
    b"-",
    b" ",
    b"\t",
    b",",
    b";",
    b":",
    b"\x01",
    b"\xe9",
)
COUNTS = (19, 300, 4300, 4301, 9000)
runs = st.builds(
    lambda octet, count: octet * count,
    st.sampled_from(CLASSES),
    st.sampled_from(COUNTS),
)
shard = st.sampled_from(SHARDS) | st.binary(max_size=6)
soup = st.lists(shard, max_size=30).map(b"".join)


@st.composite
def mutants(draw: st.DrawFn) -> bytes:
    raw = bytearray(b"".join(draw(st.lists(requests(), min_size=1, max_size=3))))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(raw)))
        raw[at : at + draw(st.integers(0, 6))] = draw(shard)
    return bytes(raw)


ROOMY = Limits(body=64, line=40_000, head=80_000, bodies_total=100)
FIELDS = (
    *(b"Content-Length", b"Transfer-Encoding", b"Connection", b"Expect", b"Host", b"Cookie"),
    *(b"X-Forwarded-For", b"Upgrade", b"Authorization", b"Content-Type", b"A"),
)


@st.composite
def outsized(draw: st.DrawFn) -> bytes:
    """Heads that would be well-formed if some part of them were not so long."""
    part = st.lists(shard | runs, min_size=1, max_size=3).map(b"".join)
    fields = [
        draw(st.sampled_from(FIELDS)) + b": " + draw(part) for _ in range(draw(st.integers(0, 2)))
    ]
    target = b"/" + draw(st.just(b"") | part)
    version = draw(st.sampled_from([b"HTTP/1.1", b"HTTP/1.0"]) | part)
    lines = [b"POST " + target + b" " + version, b"Host: h", *fields, b"", b""]
    return b"\r\n".join(lines) + draw(part)


STEPS = st.sampled_from(["turn", "turn", "stuck", "unstuck", "end", "go", "sweep"])


@settings(max_examples=800)
@given(soup | mutants(), st.sets(st.integers(0, 2**16), max_size=8), st.lists(STEPS, max_size=8))
def test_no_input_upsets_the_door(run: Run, raw: bytes, cuts: set[int], steps: list[str]) -> None:
    """E55: no input gives a 500, a traceback, a hang, or memory growth."""

    async def attack() -> None:
        door = Door(limits=TINY, trusted=["192.0.2.0/24"])
        line = door.line()
        script = [partial(line.say, piece) for piece in pieces_of(raw, cuts)]
        for at, step in enumerate(steps):
            script.insert(2 * at + 1, partial(act, door, line, step))
        for step_of_script in script:
            step_of_script()
            await settle(1)
        await settle(40)
        assert b"HTTP/1.1 500" not in line.heard
        assert_tidy(door, line)

    run(attack())


def act(door: Door, line: Line, step: str) -> None:
    """What else may happen to a connection between two pieces."""
    connection = line.connection
    if line.closed:
        return
    if step == "stuck":
        connection.pause_writing()
    elif step == "unstuck":
        connection.resume_writing()
    elif step == "end":
        line.end()
    elif step == "go":
        line.close()
    elif step == "sweep":
        door.hall.sweep(door.hall.now + 30)


def assert_tidy(door: Door, line: Line) -> None:
    """Nothing is being answered: the door waits, or has closed and forgotten."""
    hall = door.hall
    if line.closed:
        assert (hall.seats, hall.in_flight, hall.bodies.held) == (set(), 0, 0)
    else:
        assert hall.in_flight <= TINY.pipelined
        assert 0 <= hall.bodies.held <= TINY.bodies_total
        hall.sweep(hall.now + 1000)
        hall.sweep(hall.now + 1000)
        assert line.closed


@settings(max_examples=800)
@given(outsized())
def test_no_length_of_anything_closes_the_door(run: Run, raw: bytes) -> None:
    """E55: whatever one client says, the next one is served."""

    async def attack() -> None:
        door = Door(limits=ROOMY)
        hostile, honest = door.line(), door.line()
        # Past the line's own way of taking up, which would let a fault fly to the test: the door
        # has to bear it by itself.
        hostile.connection.data_received(raw)
        await settle(4)
        honest.connection.data_received(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        await settle(4)
        assert honest.got.startswith(b"HTTP/1.1 200 OK\r\n")
        assert b"HTTP/1.1 500" not in hostile.heard

    run(attack())


def test_no_run_of_one_octet_in_any_field_closes_the_door(run: Run) -> None:
    """E55: every class of octets in every field that means something to us, at every length that
    means something to the code below us."""

    async def attack(raw: bytes) -> None:
        door = Door(limits=ROOMY)
        hostile, honest = door.line(), door.line()
        hostile.connection.data_received(raw)
        await settle(3)
        honest.connection.data_received(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        await settle(3)
        assert honest.got.startswith(b"HTTP/1.1 200 OK\r\n"), raw[:40]

    for field, octet, count in product(FIELDS, CLASSES, COUNTS):
        run(attack(b"POST / HTTP/1.1\r\nHost: h\r\n%b: %b\r\n\r\n" % (field, octet * count)))


@settings(max_examples=200)
@given(soup | mutants())
def test_every_answer_is_one_that_a_client_can_read(run: Run, raw: bytes) -> None:
    """E55: every door has a fuzz test."""

    async def attack() -> None:
        door = Door(limits=TINY)
        line = door.line()
        line.say(raw)
        await settle(40)
        assert b"HTTP/1.1 500" not in line.heard
        answers = re.split(rb"(?=HTTP/1\.1 \d{3} )", line.got)[1:]
        finals = [answer for answer in answers if not answer.startswith(b"HTTP/1.1 100")]
        refusals = len(finals) - len(door.asked)
        assert refusals in (0, 1)
        assert all(b"\r\n\r\n" in answer for answer in answers)
        assert line.said_eof is (refusals == 1)

    run(attack())
