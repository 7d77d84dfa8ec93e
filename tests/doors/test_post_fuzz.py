"""Whatever a customer's server sends, in whatever pieces, each call is told once and no more."""

import asyncio
import random
import re
from contextlib import suppress
from functools import partial
from typing import Any, cast

import pytest
import uvloop

from chappe.doors.calls.connection import PostLimits
from chappe.doors.calls.post import Ends, Poster
from chappe.words.exchange import Call, Heard

LOOPS = {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}
CALLS = 2000
TOGETHER = 100
LIMITS = PostLimits(per_origin=8, answer_s=0.05, answer_bytes=512, waiting=TOGETHER)
FAULTS = {"broken answer", "hung up", "timed out", "answer too long"}

GOOD = [
    b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nO\r\n1;x\r\nK\r\n0\r\nT: t\r\n\r\n",
    b"HTTP/1.0 200 OK\r\nServer: old\r\n\r\nOK",
    b"HTTP/1.1 204 No Content\r\n\r\n",
    b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nConnection: close\r\n\r\nOK",
    b"HTTP/1.1 101 Up\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
    b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n",
]
SPICE = [
    b"\r\n", b"\n", b"\r", b"\x00", b" ", b":", b"\xff", b"0\r\n\r\n", b"HTTP/1.1 ", b"-1",
    b"99999999999999999999", b"Content-Length: 2\r\n", b"Transfer-Encoding: chunked\r\n",
    b"Connection: Upgrade\r\nUpgrade: x\r\n", b"Connection: close\r\n", b"A" * 300,
]  # fmt: skip


def mutated(chance: random.Random) -> bytes:
    if chance.random() < 0.1:
        return chance.randbytes(chance.randrange(600))
    text = bytearray(b"".join(chance.choices(GOOD, k=chance.choice([1, 1, 1, 2]))))
    for _ in range(chance.choice([0, 1, 1, 2, 5])):
        spot = chance.randrange(len(text) + 1)
        match chance.randrange(4):
            case 0:
                text[spot : spot + 1] = chance.randbytes(1)
            case 1:
                del text[spot : spot + chance.randrange(1, 20)]
            case 2:
                text[spot:spot] = chance.choice(SPICE)
            case 3:
                text[spot:] = b""
    return bytes(text)


def in_pieces(text: bytes, chance: random.Random) -> list[bytes]:
    cuts = sorted(chance.randrange(len(text) + 1) for _ in range(chance.choice([0, 0, 1, 3, 9])))
    return [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True) if a < b]


class Hostile(asyncio.Protocol):
    """Sends what chance made, a piece a turn, and ends in one of four ways, or not at all."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.ended = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        assert re.match(rb"(GET|POST) /[!-~]* HTTP/1\.1\r\n", data)
        self.turn(iter(in_pieces(mutated(self.chance), self.chance)))

    def turn(self, pieces: Any) -> None:
        if self.ended or self.transport.is_closing():
            return
        piece = next(pieces, None)
        if piece is not None:
            self.transport.write(piece)
            asyncio.get_running_loop().call_soon(self.turn, pieces)
        elif (end := self.chance.random()) < 0.5:
            self.transport.close()
        elif end < 0.7:
            self.transport.abort()
        elif end < 0.9:
            self.ended = True
            # The poster may have closed the other end by now.
            with suppress(OSError):
                self.transport.write_eof()


def tell_each(ends: Ends) -> None:
    for done, heard in ends:
        done(heard)


async def storm(chance: random.Random) -> list[list[Heard]]:
    """Makes the calls, a wave at a time, and returns what each of them was told."""
    told: list[list[Heard]] = [[] for _ in range(CALLS)]
    poster = Poster(tell_each, allow_private=True, limits=LIMITS)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Hostile(chance), "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    for start in range(0, CALLS, TOGETHER):
        wave = loop.create_future()
        left = TOGETHER

        def done(nth: int, heard: Heard, wave: asyncio.Future[None] = wave) -> None:
            nonlocal left
            told[nth].append(heard)
            assert poster.counts.open <= LIMITS.per_origin
            assert poster.counts.in_flight <= LIMITS.per_origin
            left -= 1
            if left == 0:
                wave.set_result(None)

        for nth in range(start, start + TOGETHER):
            call = Call("GET", url) if nth % 2 else Call("POST", url, b"a=1", "text/plain")
            poster.send([(call, partial(done, nth))])
        await asyncio.wait_for(wave, 20)
        assert poster.counts.in_flight == poster.counts.waiting == 0
    server.close()
    await poster.close()
    assert poster.counts == (0, 0, 0)
    return told


@pytest.mark.parametrize("loop", LOOPS)
def test_no_answer_breaks_the_poster(loop: str) -> None:
    """E55: nothing raises, each call ends once in a fault with a name or in a bounded answer,
    and the connections stay within their bound."""
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    faults: list[dict[str, Any]] = []

    async def watched() -> list[list[Heard]]:
        asyncio.get_running_loop().set_exception_handler(lambda _, fault: faults.append(fault))
        return await storm(random.Random(seed))

    with asyncio.Runner(loop_factory=LOOPS[loop]) as runner:
        told = runner.run(watched())
    assert faults == []
    assert {len(each) for each in told} == {1}
    heard = [each[0] for each in told]
    strange = [
        each
        for each in heard
        if (each.fault not in FAULTS or each.body if each.status == 0 else each.fault)
        or len(each.body) > LIMITS.answer_bytes
        or 0 < each.status < 200
    ]
    assert strange == []
    # The storm was one: there were all kinds of ends, and good answers among them.
    assert {each.fault for each in heard} == {*FAULTS, ""}
