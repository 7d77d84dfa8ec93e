"""The mail door against input that nobody wrote by hand."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chappe.doors.mail.limits import MailLimits
from chappe.words.exchange import Request, Response
from tests.doors.mail.line import GREETING, Door, settle, spoken

Run = Callable[[Awaitable[None]], None]
TO_US = (b"EHLO c", b"MAIL FROM:<a@b>", b"RCPT TO:<sms@c>", b"DATA")


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


def pieces_of(raw: bytes, cuts: set[int]) -> list[bytes]:
    borders = [0, *sorted(cut % (len(raw) + 1) for cut in cuts), len(raw)]
    return [raw[a:b] for a, b in pairwise(borders)]


def stuffed(body: bytes) -> bytes:
    """As a client sends it, by another way than the door reads it."""
    lines = body.split(b"\r\n")
    return b"\r\n".join(b"." + line if line.startswith(b".") else line for line in lines)


# What breaks lines and ends mails, above all.
_CRUMBS = st.sampled_from([b"\r\n", b"\r", b"\n", b".", b"..", b"a", b"\x00", b"\xff", b"DATA"])
bodies = st.lists(_CRUMBS, max_size=12).map(b"".join)


@settings(max_examples=300)
@given(st.lists(bodies, min_size=1, max_size=3), st.sets(st.integers(0, 2**16), max_size=12))
def test_a_mail_is_what_was_written_however_it_is_cut(
    run: Run, sent: list[bytes], cuts: set[int]
) -> None:
    """E55: every door has a fuzz test."""

    async def compare() -> None:
        raw = spoken(TO_US[0])
        for body in sent:
            raw += spoken(*TO_US[1:]) + stuffed(body) + b"\r\n.\r\n"
        door = Door()
        line = door.line()
        line.say(*pieces_of(raw, cuts))
        await settle(30)
        assert [request.body for request in door.asked] == [body + b"\r\n" for body in sent]
        assert line.heard.count(b"250 2.0.0 Taken\r\n") == len(sent)

    run(compare())


# Anything at all.

TINY = MailLimits(line=80, body=64, commands=12, mistakes=4, recipients=2, connections=2, shares=1)
SHARDS = (
    *(b"EHLO c", b"HELO c", b"MAIL FROM:<a@b>", b"RCPT TO:<sms@c>", b"RCPT TO:<x@c>", b"DATA"),
    *(b"RSET", b"NOOP", b"QUIT", b"STARTTLS", b"AUTH", b"VRFY sms", b"MAIL FROM:<> SIZE=9"),
    *(b"\r\n", b"\r\n", b"\r\n", b"\r\n.\r\n", b"\n", b"\r", b".", b" ", b"<", b">", b'"', b"\\"),
    *(
        b"\x00",
        b"\xff\xfe",
        b"\x16\x03\x01\x02",
        b"a" * 90,
        b"a@" * 50,
        b"SIZE=",
        b"GET / HTTP/1.1",
    ),
)
REPLIES = re.compile(rb"(?:[2345]\d\d[ -][\x20-\x7e]+\r\n)*")
anything = st.lists(st.sampled_from(SHARDS) | st.binary(max_size=6), max_size=40).map(b"".join)


@settings(max_examples=400)
@given(anything, st.sets(st.integers(0, 2**16), max_size=8), st.sampled_from([200, 500, 0]))
def test_whatever_comes_is_answered_in_lines_and_leaves_nothing(
    run: Run, raw: bytes, cuts: set[int], status: int
) -> None:
    """E55: no input gives a traceback, a hang, or memory growth."""

    async def answer(request: Request) -> Response:
        if not status:
            raise RuntimeError("a fault of ours")
        return Response(b"", status=status)

    async def attack() -> None:
        door = Door(answer, limits=TINY)
        line = door.line()
        for piece in pieces_of(raw, cuts):
            if line.reading:
                line.say(piece)
                await settle(4)
                assert door.hall.bodies.held <= TINY.body + 2
                assert line.connection._session.pending <= TINY.line + len(piece)
        await settle(30)
        assert line.heard.startswith(GREETING)
        assert REPLIES.fullmatch(line.heard)
        assert all(len(request.body) <= TINY.body for request in door.asked)
        # Whoever says nothing more is gone in the end, and nothing of them stays.
        for second in (400, 4_000, 4_010):
            door.hall.sweep(second)
            await settle()
        assert (door.hall.seats, door.hall.bodies.held, door.hall.in_flight) == (set(), 0, 0)

    run(attack())


@settings(max_examples=300)
@given(anything, st.sets(st.integers(0, 2**16), max_size=12))
def test_the_same_is_answered_however_it_is_cut(run: Run, raw: bytes, cuts: set[int]) -> None:
    async def compare() -> None:
        heard = []
        for pieces in ([raw], pieces_of(raw, cuts)):
            door = Door()
            line = door.line()
            line.say(*pieces)
            await settle(30)
            heard.append((line.heard, [request.body for request in door.asked], line.over))
        assert heard[0] == heard[1]

    run(compare())
