"""What the poster promises, against customers' servers on 127.0.0.0/8: on both event
loops, with their sockets and with those of a thread."""

import asyncio
import errno
import inspect
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, cast

import pytest

from chappe.doors.calls import address, post
from chappe.doors.calls.address import Found, Resolver
from chappe.doors.calls.connection import PostLimits
from chappe.doors.calls.post import CallGauges, Ends, Poster
from chappe.words.exchange import Call, Heard
from tests.doors.beside import WAYS, sockets_of

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK"
HEARD_OK = Heard(200, b"OK")

Story = Callable[..., Coroutine[Any, Any, None]]
# What a site does with a request: the how-manieth of its connection, the request, the way back.
Script = Callable[[int, bytes, asyncio.Transport], None]


def tell_it(story: Coroutine[Any, Any, None], loop: str) -> None:
    """Runs a story. A fault that the loop caught on the way, as a second `done`, fails it too."""
    faults: list[dict[str, Any]] = []

    async def watched() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, fault: faults.append(fault))
        with sockets_of(loop):
            await asyncio.wait_for(story, 20)

    with asyncio.Runner(loop_factory=WAYS[loop][0]) as runner:
        runner.run(watched())
    assert faults == []


def on_both_loops(story: Story) -> Callable[..., None]:
    """The story as a test: `each` holds its case where it is told for several."""

    @pytest.mark.parametrize("loop", WAYS)
    def plain(loop: str) -> None:
        tell_it(story(), loop)

    @pytest.mark.parametrize("loop", WAYS)
    def cases(loop: str, each: Any) -> None:
        tell_it(story(each), loop)

    told = cases if inspect.signature(story).parameters else plain
    told.__name__, told.__doc__ = story.__name__, story.__doc__
    return told


class _Visit(asyncio.Protocol):
    """One connection to a site, its requests counted from 1."""

    def __init__(self, site: "Site") -> None:
        self.site, self.kept, self.count = site, b"", 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.site.accepted += 1
        self.site.visits.append(self.transport)
        self.site.news.set()

    def connection_lost(self, exc: Exception | None) -> None:
        self.site.visits.remove(self.transport)
        self.site.news.set()

    def data_received(self, data: bytes) -> None:
        self.kept += data
        head, end, body = self.kept.partition(b"\r\n\r\n")
        size = head.partition(b"Content-Length: ")[2].partition(b"\r\n")[0] or b"0"
        if end and len(body) >= int(size):
            self.site.requests.append(self.kept)
            self.kept, self.count = b"", self.count + 1
            self.site.script(self.count, self.site.requests[-1], self.transport)
            self.site.news.set()


class Site:
    """A customer's server, and what came to it."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.accepted = 0
        self.requests: list[bytes] = []
        self.visits: list[asyncio.Transport] = []
        self.news = asyncio.Event()
        self.port = 0

    def url(self, path: str = "/", host: str = "127.0.0.1", scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}{path}"

    async def until(self, happened: Callable[[], bool]) -> None:
        while not happened():
            self.news.clear()
            await self.news.wait()

    async def count_accepts(self) -> int:
        """How many connections came before one that is made now: accepts keep their order."""
        before = self.accepted
        _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        await self.until(lambda: self.accepted > before)
        writer.close()
        return self.accepted - 1


@asynccontextmanager
async def serving(
    script: Script, host: str = "127.0.0.1", port: int = 0, tls: ssl.SSLContext | None = None
) -> AsyncIterator[Site]:
    site = Site(script)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Visit(site), host, port, ssl=tls)
    site.port = server.sockets[0].getsockname()[1]
    try:
        yield site
    finally:
        server.close()
        for visit in tuple(site.visits):
            visit.abort()
        await site.until(lambda: not site.visits)
        await server.wait_closed()


@asynccontextmanager
async def posting(
    told: Callable[[Ends], None] | None = None,
    *,
    allow_private: bool = True,
    resolve: Any = None,
    tls: ssl.SSLContext | None = None,
    **limits: Any,
) -> AsyncIterator[Poster]:
    poster = Poster(
        told or tell_each,
        allow_private=allow_private,
        limits=PostLimits(**limits),
        resolve=resolve or no_resolver,
        ssl_context=tls or ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
    )
    try:
        yield poster
    finally:
        await poster.close()


async def no_resolver(host: str, port: int) -> Found:
    raise AssertionError(f"{host} was looked up")


def resolving(**names: list[str]) -> Callable[[str, int], Coroutine[Any, Any, Found]]:
    async def resolve(host: str, port: int) -> Found:
        return [(socket.AF_INET, found) for found in names[host]]

    return resolve


def tell_each(ends: Ends) -> None:
    """The tickets of these stories are functions that want to know what was heard."""
    for done, heard in ends:
        done(heard)


def start(poster: Poster, call: Call) -> asyncio.Future[Heard]:
    """Sends; a second `done` would be an error on the loop, which fails the story."""
    heard: asyncio.Future[Heard] = asyncio.get_running_loop().create_future()
    poster.send([(call, heard.set_result)])
    assert not heard.done()
    return heard


def get(url: str) -> Call:
    return Call("GET", url)


def answering(answer: bytes, close: bool = False) -> Script:
    def script(count: int, request: bytes, transport: asyncio.Transport) -> None:
        transport.write(answer)
        if close:
            transport.close()

    return script


def after_turns(turns: int, act: Callable[[], None]) -> None:
    """Acts when the loop has gone round so often that all that was sent has been read."""
    if turns:
        asyncio.get_running_loop().call_soon(after_turns, turns - 1, act)
    else:
        act()


async def until(holds: Callable[[], bool]) -> None:
    while not holds():  # noqa: ASYNC110, a poster has no event for what it counts
        await asyncio.sleep(0)


async def turns(count: int) -> None:
    turned = asyncio.Event()
    after_turns(count, turned.set)
    await turned.wait()


def silent(count: int, request: bytes, transport: asyncio.Transport) -> None:
    """The dead endpoint: takes the request, and that is all."""


@on_both_loops
async def test_a_call_reaches_the_wire_whole() -> None:
    async with serving(answering(OK)) as site, posting() as poster:
        first = Call("POST", site.url("/a?b=c"), "é=1".encode(), "text/plain; charset=utf-8")
        assert await start(poster, first) == HEARD_OK
        assert await start(poster, get(site.url("/é", "fred:secret@127.0.0.1"))) == HEARD_OK
        host = b"Host: 127.0.0.1:%d\r\n" % site.port
        rest = b"Accept: */*\r\nUser-Agent: Chappe\r\n"
        assert site.requests == [
            b"POST /a?b=c HTTP/1.1\r\n" + host + rest
            + b"Content-Type: text/plain; charset=utf-8\r\nContent-Length: 4\r\n\r\n\xc3\xa9=1",
            b"GET /%C3%A9 HTTP/1.1\r\n" + host
            + b"Authorization: Basic ZnJlZDpzZWNyZXQ=\r\n" + rest + b"\r\n",
        ]  # fmt: skip


@on_both_loops
async def test_a_connection_is_kept_and_used_again() -> None:
    async with serving(answering(OK)) as site, posting() as poster:
        for _ in range(5):
            assert await start(poster, get(site.url())) == HEARD_OK
        assert (site.accepted, len(site.requests)) == (1, 5)
        assert poster.counts == CallGauges(open=1, in_flight=0, waiting=0)


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

# What a server sends, and then closes or not; what is heard; whether the connection is kept.
ANSWERS = {
    "length": (OK, False, HEARD_OK, True),
    "no body": (b"HTTP/1.1 204 No Content\r\n\r\n", False, Heard(204), True),
    "empty": (b"HTTP/1.1 500 Oh\r\ncontent-length: 0\r\n\r\n", False, Heard(500), True),
    "chunked": (CHUNKED + b"1\r\nO\r\n1;x=y\r\nK\r\n0\r\nT: t\r\n\r\n", False, HEARD_OK, True),
    "until close": (b"HTTP/1.1 200 OK\r\n\r\nOK", True, HEARD_OK, False),
    "1.0": (b"HTTP/1.0 200 OK\r\nServer: old\r\n\r\nOK", True, HEARD_OK, False),
    "1.0 length": (OK.replace(b"1.1", b"1.0"), False, HEARD_OK, False),
    "1.0 kept": (
        b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nOK",
        False, HEARD_OK, True,
    ),
    "close": (OK.replace(b"OK\r\n", b"OK\r\nConnection: close\r\n", 1), False, HEARD_OK, False),
    "continue": (b"HTTP/1.1 100 Continue\r\n\r\n" + OK, False, HEARD_OK, True),
    "hints": (b"HTTP/1.1 103 Hints\r\nContent-Length: 0\r\n\r\n" * 3 + OK, False, HEARD_OK, True),
    "hints, until close": (
        b"HTTP/1.1 103 Hints\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\n\r\nOK",
        True, HEARD_OK, False,
    ),
    "bare LF": (OK.replace(b"\r\n", b"\n"), False, HEARD_OK, True),
    "no reason": (OK.replace(b" OK", b""), False, HEARD_OK, True),
    "more than asked": (OK + b"HTTP/1.1 500 No", False, HEARD_OK, False),
    "two answers": (OK + OK.replace(b"200", b"500"), False, HEARD_OK, False),
    "rubbish behind": (OK + b"\x00", False, HEARD_OK, False),
    "redirect": (
        b"HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n", False, Heard(302), True,
    ),
    "odd status": (OK.replace(b"200", b"999"), False, Heard(999, b"OK"), True),
    "upgrade offered": (
        b"HTTP/1.1 200 OK\r\nUpgrade: h2c\r\nConnection: Upgrade\r\nContent-Length: 2\r\n\r\nOK",
        False, HEARD_OK, True,
    ),
}  # fmt: skip


@pytest.mark.parametrize("each", ANSWERS.values(), ids=ANSWERS)
@on_both_loops
async def test_an_answer_is_heard_in_every_framing(
    each: tuple[bytes, bool, Heard, bool],
) -> None:
    answer, close, heard, kept = each
    async with serving(answering(answer, close)) as site, posting() as poster:
        assert await start(poster, get(site.url())) == heard
        assert poster.counts.open == kept
        assert await start(poster, get(site.url())) == heard
        assert (site.accepted, len(site.requests)) == (1 if kept else 2, 2)


@on_both_loops
async def test_a_redirect_is_not_followed() -> None:
    """E41: it is heard as what it is."""
    async with serving(answering(OK)) as other, posting() as poster:
        found = b"HTTP/1.1 301 Moved\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n"
        async with serving(answering(found % other.url().encode())) as site:
            assert await start(poster, get(site.url())) == Heard(301)
        assert await other.count_accepts() == 0


CUT = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nOK"
FAULTS = {
    "rubbish": (b"\x00\xff rubbish", False, "broken answer"),
    "another protocol": (b"SSH-2.0-OpenSSH_9.6\r\n", False, "broken answer"),
    "no status": (b"HTTP/1.1 OK\r\n\r\n", False, "broken answer"),
    "status 0": (OK.replace(b"200", b"000"), False, "broken answer"),
    "cut head": (OK[:30], True, "broken answer"),
    "cut body": (CUT, True, "broken answer"),
    "cut chunk": (CHUNKED + b"5\r\nOK", True, "broken answer"),
    "no last chunk": (CHUNKED + b"2\r\nOK\r\n", True, "broken answer"),
    "bad chunk": (CHUNKED + b"x\r\nOK\r\n", False, "broken answer"),
    "two lengths": (CHUNKED[:-2] + b"Content-Length: 2\r\n\r\nOK", False, "broken answer"),
    "only hints": (b"HTTP/1.1 100 Continue\r\n\r\n", True, "broken answer"),
    "switched": (
        b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nxxxx",
        False, "broken answer",
    ),
    "nothing": (b"", True, "hung up"),
    "long body": (CUT.replace(b"3", b"9999") + bytes(300), False, "answer too long"),
    "long stream": (b"HTTP/1.1 200 OK\r\n\r\n" + bytes(300), False, "answer too long"),
    "long head": (b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 60, False, "answer too long"),
    "long header": (b"HTTP/1.1 200 OK\r\nA: " + b"b" * 300, False, "answer too long"),
    "hints for ever": (b"HTTP/1.1 100 Continue\r\n\r\n" * 20, False, "answer too long"),
}  # fmt: skip


@pytest.mark.parametrize("each", FAULTS.values(), ids=FAULTS)
@on_both_loops
async def test_a_bad_answer_is_a_named_fault(each: tuple[bytes, bool, str]) -> None:
    """E41, E55: and the connection that brought it is closed."""
    answer, close, fault = each
    async with serving(answering(answer, close)) as site, posting(answer_bytes=256) as poster:
        assert await start(poster, get(site.url())) == Heard(0, fault=fault)
        assert poster.counts == CallGauges(0, 0, 0)
        await site.until(lambda: not site.visits)
        assert (site.accepted, len(site.requests)) == (1, 1)


@on_both_loops
async def test_the_size_of_an_answer_is_bounded_to_the_byte() -> None:
    """E41."""
    async with serving(answering(OK)) as site:
        async with posting(answer_bytes=len(OK)) as poster:
            # The bound is each answer's own, not the connection's.
            assert [await start(poster, get(site.url())) for _ in "ab"] == [HEARD_OK, HEARD_OK]
        async with posting(answer_bytes=len(OK) - 1) as poster:
            too_long = Heard(0, fault="answer too long")
            assert await start(poster, get(site.url())) == too_long


@on_both_loops
async def test_a_reset_connection_is_no_end_of_an_answer() -> None:
    def reset(count: int, request: bytes, transport: asyncio.Transport) -> None:
        transport.write(b"HTTP/1.1 200 OK\r\n\r\nO")
        wire = transport.get_extra_info("socket")
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        after_turns(50, transport.abort)

    async with serving(reset) as site, posting() as poster:
        assert await start(poster, get(site.url())) == Heard(0, fault="broken answer")


@on_both_loops
async def test_a_server_that_closes_at_once_has_hung_up() -> None:
    class Door(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            transport.close()

    server = await asyncio.get_running_loop().create_server(Door, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    async with posting() as poster:
        for _ in range(20):
            assert await start(poster, get(url)) == Heard(0, fault="hung up")
    server.close()
    await server.wait_closed()


@on_both_loops
async def test_an_endpoint_that_never_answers_times_out() -> None:
    """E41."""
    async with serving(silent) as site, posting(answer_s=0.05) as poster:
        assert await start(poster, get(site.url())) == Heard(0, fault="timed out")
        await site.until(lambda: not site.visits)
        assert len(site.requests) == 1


@on_both_loops
async def test_an_answer_that_drips_times_out_as_a_whole() -> None:
    """E41."""

    def drip(count: int, request: bytes, transport: asyncio.Transport) -> None:
        transport.write(b"H" if count == 1 else b"")
        drops = iter(b"TTP/1.1 200 OK\r\n" + b"A: b\r\n" * 10_000)

        def drop() -> None:
            if not transport.is_closing():
                transport.write(bytes([next(drops)]))
                asyncio.get_running_loop().call_later(0.005, drop)

        drop()

    async with serving(drip) as site, posting(answer_s=0.05) as poster:
        assert await start(poster, get(site.url())) == Heard(0, fault="timed out")


@on_both_loops
async def test_a_handshake_that_never_ends_times_out() -> None:
    async with serving(silent) as site, posting(connect_s=0.05) as poster:
        url = site.url(scheme="https")
        assert await start(poster, get(url)) == Heard(0, fault="connect timed out")
        await site.until(lambda: not site.visits)


@on_both_loops
async def test_a_name_server_that_never_answers_times_out_and_is_asked_once() -> None:
    asked: list[str] = []

    async def never(host: str, port: int) -> Found:
        asked.append(host)
        nothing: asyncio.Future[Found] = asyncio.get_running_loop().create_future()
        return await nothing

    async with posting(connect_s=0.05, resolve=never) as poster:
        for _ in range(2):
            calls = [start(poster, get("http://a.test/")) for _ in range(3)]
            assert await asyncio.gather(*calls) == [Heard(0, fault="connect timed out")] * 3
    assert asked == ["a.test"]


@on_both_loops
async def test_a_closed_port_refuses() -> None:
    async with serving(silent) as site:
        port = site.port
    async with posting() as poster:
        calls = [start(poster, get(f"http://127.0.0.1:{port}/")) for _ in range(100)]
        assert await asyncio.gather(*calls) == [Heard(0, fault="refused")] * 100
        assert poster.counts == CallGauges(0, 0, 0)
        assert poster.pools == {}


@pytest.mark.parametrize(
    "each", [socket.gaierror("no"), UnicodeError("no"), TimeoutError("no"), ValueError("no"), None]
)
@on_both_loops
async def test_a_name_without_an_address_is_no_such_host(each: Exception | None) -> None:
    asked: list[tuple[str, int]] = []

    async def resolve(host: str, port: int) -> Found:
        asked.append((host, port))
        if each is not None:
            raise each
        return []

    async with posting(resolve=resolve) as poster:
        for _ in range(2):
            assert await start(poster, get("http://a.test/")) == Heard(0, fault="no such host")
    # What failed is not kept: the second call asks again.
    assert asked == [("a.test", 80)] * 2


@pytest.mark.parametrize(
    "each",
    [
        (Call("GET", "mailto:fred@example.org"), "bad URL"),
        (Call("GET", "http://127.0.0.1/\r\nX: y"), "bad URL"),
        (Call("HEAD", "http://127.0.0.1/"), "bad method"),
        (Call("POST", "http://127.0.0.1/", b"", "a/b\r\nX: y"), "bad content type"),
    ],
)
@on_both_loops
async def test_a_call_that_can_not_be_sent_is_told_a_turn_later(each: tuple[Call, str]) -> None:
    async with posting() as poster:
        assert await start(poster, each[0]) == Heard(0, fault=each[1])
        assert poster.counts == CallGauges(0, 0, 0)


def test_a_caller_s_name_can_not_add_a_line() -> None:
    with pytest.raises(ValueError, match="printable"):
        Poster(tell_each, allow_private=False, user_agent="Chappe\r\nX: y")


def closing_from(nth: int, last_words: bytes) -> Script:
    """Answers, but closes at the nth request of a connection with these words alone."""

    def script(count: int, request: bytes, transport: asyncio.Transport) -> None:
        transport.write(last_words if count >= nth else OK)
        if count >= nth:
            transport.close()

    return script


@on_both_loops
async def test_a_kept_connection_found_closed_is_tried_once_more() -> None:
    """E40: a server that closes between two requests loses no call."""
    async with serving(closing_from(2, b"")) as site, posting() as poster:
        calls = [get(site.url(path)) for path in ("/a", "/b", "/c")]
        assert [await start(poster, call) for call in calls] == [HEARD_OK] * 3
        assert site.accepted == 3
        assert [request[5:6] for request in site.requests] == [b"a", b"b", b"b", b"c", b"c"]


@on_both_loops
async def test_the_second_try_has_a_connection_of_its_own() -> None:
    """E40: kept connections die together, so another kept one would not do."""
    held: list[asyncio.Transport] = []

    def script(count: int, request: bytes, transport: asyncio.Transport) -> None:
        if request[5:6] == b"h" and len(held) < 2:
            held.append(transport)
            if len(held) == 2:
                for each in held:
                    each.write(OK)
        elif count > 1:
            transport.close()
        else:
            transport.write(OK)

    async with serving(script) as site, posting(per_origin=2) as poster:
        both = [start(poster, get(site.url("/h"))) for _ in range(2)]
        assert await asyncio.gather(*both) == [HEARD_OK] * 2
        assert await start(poster, get(site.url("/a"))) == HEARD_OK
        assert (site.accepted, len(site.requests)) == (3, 4)


@on_both_loops
async def test_no_call_is_tried_a_third_time() -> None:
    """E40: the fresh connection is closed without a word as well."""

    def script(count: int, request: bytes, transport: asyncio.Transport) -> None:
        if b"GET /first" in request:
            transport.write(OK)
        else:
            transport.close()

    async with serving(script) as site, posting() as poster:
        assert await start(poster, get(site.url("/first"))) == HEARD_OK
        assert await start(poster, get(site.url("/a"))) == Heard(0, fault="hung up")
        assert (site.accepted, len(site.requests)) == (2, 3)


@on_both_loops
async def test_a_call_is_not_tried_again_once_a_byte_has_come() -> None:
    async with serving(closing_from(2, b"H")) as site, posting() as poster:
        assert await start(poster, get(site.url())) == HEARD_OK
        assert await start(poster, get(site.url())) == Heard(0, fault="broken answer")
        assert (site.accepted, len(site.requests)) == (1, 2)


@on_both_loops
async def test_a_time_out_is_not_tried_again() -> None:
    def script(count: int, request: bytes, transport: asyncio.Transport) -> None:
        if count == 1:
            transport.write(OK)

    async with serving(script) as site, posting(answer_s=0.05) as poster:
        assert await start(poster, get(site.url())) == HEARD_OK
        assert await start(poster, get(site.url())) == Heard(0, fault="timed out")
        assert (site.accepted, len(site.requests)) == (1, 2)


@on_both_loops
async def test_what_comes_unasked_is_not_taken_for_the_next_answer() -> None:
    def script(count: int, request: bytes, transport: asyncio.Transport) -> None:
        transport.write(OK)
        unasked = OK.replace(b"200", b"500")
        asyncio.get_running_loop().call_later(0.02, transport.write, unasked)

    async with serving(script) as site, posting() as poster:
        assert await start(poster, get(site.url())) == HEARD_OK
        await site.until(lambda: not site.visits)
        assert poster.counts.open == 0
        assert await start(poster, get(site.url())) == HEARD_OK
        assert site.accepted == 2


@on_both_loops
async def test_a_server_that_answers_early_is_not_sent_another_call() -> None:
    """The rest of the body still stands before whatever would be written next."""

    class Early(_Visit):
        def data_received(self, data: bytes) -> None:
            self.transport.pause_reading()
            self.site.requests.append(data[:4])
            self.transport.write(OK)

    site = Site(silent)
    server = await asyncio.get_running_loop().create_server(lambda: Early(site), "127.0.0.1", 0)
    site.port = server.sockets[0].getsockname()[1]
    async with posting() as poster:
        call = Call("POST", site.url(), bytes(32 << 20))
        assert await start(poster, call) == HEARD_OK
        assert poster.counts.open == 0
    for visit in site.visits:
        visit.abort()
    await site.until(lambda: not site.visits)
    server.close()
    await server.wait_closed()


@on_both_loops
async def test_connections_and_waiting_calls_of_an_origin_are_bounded() -> None:
    """E55."""
    asked: list[asyncio.Transport] = []
    async with (
        serving(lambda count, request, transport: asked.append(transport)) as site,
        posting(per_origin=2, waiting=3) as poster,
    ):
        calls = [start(poster, get(site.url(f"/{turn}"))) for turn in range(7)]
        assert poster.counts == CallGauges(open=0, in_flight=2, waiting=3)
        refused = [Heard(0, fault="no room here", tried=False)] * 2
        assert await asyncio.gather(*calls[5:]) == refused
        await site.until(partial(has_come, asked, 2))
        for turn in range(5):
            asked[turn].write(OK)
            await site.until(partial(has_come, asked, min(5, turn + 3)))
        assert await asyncio.gather(*calls[:5]) == [HEARD_OK] * 5
        assert (site.accepted, poster.counts) == (2, CallGauges(open=2, in_flight=0, waiting=0))
        # Who came first was sent first; the first two had a connection each.
        assert [request[5:6] for request in site.requests[2:]] == [b"2", b"3", b"4"]


@on_both_loops
async def test_those_who_wait_are_served_by_new_connections_where_none_is_kept() -> None:
    async with (
        serving(answering(OK.replace(b"1.1", b"1.0"), close=True)) as site,
        posting(per_origin=3) as poster,
    ):
        calls = [start(poster, get(site.url())) for _ in range(50)]
        assert await asyncio.gather(*calls) == [HEARD_OK] * 50
        assert (site.accepted, poster.counts) == (50, CallGauges(0, 0, 0))


@on_both_loops
async def test_a_connect_that_fails_fails_nobody_who_has_another_to_wait_for() -> None:
    """And whoever waits goes before whoever comes."""
    held: list[asyncio.Transport] = []
    async with posting(per_origin=2) as poster, serving(silent) as site:
        # A listener of its own, so that it may close while its connections stay.
        site.script = lambda count, request, transport: held.append(transport)
        listener = socket.create_server(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        serve = asyncio.get_running_loop().create_server
        server = await serve(lambda: _Visit(site), sock=listener)
        first = start(poster, get(url + "/1"))
        await site.until(lambda: len(site.requests) == 1)
        server.close()
        second, third = start(poster, get(url + "/2")), start(poster, get(url + "/3"))
        assert await second == Heard(0, fault="refused")
        assert poster.counts == CallGauges(open=1, in_flight=1, waiting=1)
        port = int(url.rpartition(":")[2])
        server = await serve(lambda: _Visit(site), "127.0.0.1", port)
        fourth = start(poster, get(url + "/4"))
        await site.until(lambda: len(site.requests) == 2)
        assert site.requests[1][5:6] == b"3"
        for turn in range(3):
            await site.until(lambda turn=turn: len(held) > turn)  # type: ignore[misc]
            held[turn].write(OK)
        assert list(await asyncio.gather(first, third, fourth)) == [HEARD_OK] * 3
        server.close()


@on_both_loops
async def test_a_dead_endpoint_slows_nobody_else() -> None:
    """E40: one takes and never answers, one has no working name server, one no handshake."""
    hanging: asyncio.Future[Found] = asyncio.get_running_loop().create_future()

    async def resolve(host: str, port: int) -> Found:
        return await hanging if host == "hangs.test" else [(socket.AF_INET, "127.0.0.1")]

    async with (
        serving(silent) as dead,
        serving(answering(OK)) as alive,
        posting(resolve=resolve, per_origin=4) as poster,
    ):
        urls = [dead.url(), dead.url(scheme="https"), "http://hangs.test/"]
        stuck = [start(poster, get(url)) for url in urls for _ in range(50)]
        await dead.until(lambda: len(dead.requests) >= 4 and dead.accepted >= 8)
        for _ in range(20):
            heard = await asyncio.wait_for(start(poster, get(alive.url(host="alive.test"))), 1)
            assert heard == HEARD_OK
        assert not any(call.done() for call in stuck)
        assert poster.counts == CallGauges(open=5, in_flight=12, waiting=138)
    assert await asyncio.gather(*stuck) == [Heard(0, fault="closed")] * 150


@on_both_loops
async def test_an_idle_connection_is_closed_in_time() -> None:
    async with serving(answering(OK)) as site, posting(idle_s=0.05) as poster:
        assert await start(poster, get(site.url())) == HEARD_OK
        await site.until(lambda: not site.visits)
        assert poster.counts == CallGauges(0, 0, 0)
        assert poster.pools == {}
        # The sweep that ended with the last connection goes on with the next.
        assert await start(poster, get(site.url())) == HEARD_OK
        await site.until(lambda: not site.visits)
        assert site.accepted == 2


@on_both_loops
async def test_a_connection_that_the_server_closes_is_let_go() -> None:
    """The others of the same origin are kept, and no call is given to the closed one."""
    async with serving(answering(OK)) as site, posting() as poster:
        both = [start(poster, get(site.url())) for _ in range(2)]
        assert await asyncio.gather(*both) == [HEARD_OK] * 2
        for visit in tuple(site.visits):
            visit.close()
            await until(lambda: poster.counts.open == 1)
            both = [start(poster, get(site.url())) for _ in range(2)]
            assert await asyncio.gather(*both) == [HEARD_OK] * 2
        assert (site.accepted, len(site.requests)) == (4, 6)


@on_both_loops
async def test_an_idle_connection_gives_way_to_another_origin() -> None:
    """E55."""
    names = {f"{name}.test": ["127.0.0.1"] for name in "abcd"}
    async with (
        serving(answering(OK)) as site,
        posting(open=2, resolve=resolving(**names)) as poster,
    ):
        for name in names:
            assert await start(poster, get(site.url(host=name))) == HEARD_OK
        assert (site.accepted, poster.counts) == (4, CallGauges(open=2, in_flight=0, waiting=0))


@on_both_loops
async def test_closing_tells_every_call_once() -> None:
    hanging: asyncio.Future[Found] = asyncio.get_running_loop().create_future()

    async def resolve(host: str, port: int) -> Found:
        return await hanging

    async with serving(silent) as site, posting(resolve=resolve, per_origin=2) as poster:
        calls = [start(poster, get(site.url())) for _ in range(4)]
        await site.until(lambda: len(site.requests) == 2)
        calls += [start(poster, get("http://a.test/")) for _ in range(3)]
        calls += [start(poster, get(site.url(host="127.0.0.2")))]
        assert poster.counts == CallGauges(open=2, in_flight=5, waiting=3)
        await poster.close()
        assert [call.result() for call in calls] == [Heard(0, fault="closed")] * 8
        assert poster.counts == CallGauges(0, 0, 0)
        assert await start(poster, get(site.url())) == Heard(0, fault="closed")


@on_both_loops
async def test_closing_at_any_moment_leaves_nothing_behind() -> None:
    """The moments are turns of the loop, from before the connect to behind the answer."""
    ends = set()
    async with serving(answering(OK)) as site:
        for moment in (*range(40), 400, 4_000, None):
            async with posting() as poster:
                call = start(poster, get(site.url()))
                await (call if moment is None else turns(moment))
                await poster.close()
                assert poster.counts == CallGauges(0, 0, 0)
            ends.add(call.result().fault)
            await site.until(lambda: not site.visits)
    assert ends == {"closed", ""}


@pytest.mark.parametrize("loop", WAYS)
def test_a_listener_that_fails_harms_no_other_call(loop: str) -> None:
    faults: list[dict[str, Any]] = []

    async def story() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, fault: faults.append(fault))
        with sockets_of(loop):
            async with serving(answering(OK)) as site, posting(per_origin=1) as poster:

                def broken(heard: Heard) -> None:
                    raise KeyError(heard.status)

                poster.send([(get(site.url()), broken)])
                assert await start(poster, get(site.url())) == HEARD_OK
                assert site.accepted == 1

    with asyncio.Runner(loop_factory=WAYS[loop][0]) as runner:
        runner.run(story())
    assert [repr(fault["exception"]) for fault in faults] == ["KeyError(200)"]


@on_both_loops
async def test_calls_that_end_in_one_turn_are_told_together() -> None:
    told: list[Ends] = []
    async with posting(told.append, waiting=0) as poster:
        bad, wrong = Heard(0, fault="bad URL"), Heard(0, fault="bad method")
        poster.send([(get("mailto:fred@example.org"), "a"), (Call("HEAD", "http://a.test"), "b")])
        poster.send([(get("ftp://example.org"), "c")])
        assert told == []
        await turns(1)
        assert told == [[("a", bad), ("b", wrong), ("c", bad)]]
        poster.send([(get("mailto:fred@example.org"), "d")])
        await turns(1)
        assert told[1:] == [[("d", bad)]]


@on_both_loops
async def test_many_calls_are_sent_at_once_in_their_order() -> None:
    """To two origins side by side, over one connection each."""
    ends = asyncio.get_running_loop().create_future()
    told: Ends = []

    def take(some: Ends) -> None:
        told.extend(some)
        if len(told) == 6:
            ends.set_result(None)

    async with (
        serving(answering(OK)) as site,
        serving(answering(OK), "127.0.0.2") as other,
        posting(take, per_origin=1) as poster,
    ):
        paths = ["/a", "/b", "/c"]
        calls = [(get(site.url(path)), path) for path in paths]
        calls += [(get(other.url(path, "127.0.0.2")), path) for path in paths]
        poster.send(calls)
        await ends
        assert sorted(told, key=lambda end: str(end[0])) == [
            (path, HEARD_OK) for path in paths for _ in range(2)
        ]
        for each in (site, other):
            assert [request[4:6].decode() for request in each.requests] == paths
            assert each.accepted == 1


@on_both_loops
async def test_a_listener_may_send_the_next_call() -> None:
    async with serving(answering(OK)) as site, posting() as poster:
        told: list[Heard] = []
        end = asyncio.get_running_loop().create_future()

        def again(heard: Heard) -> None:
            told.append(heard)
            if len(told) == 20:
                end.set_result(None)
            else:
                poster.send([(get(site.url()), again)])

        poster.send([(get(site.url()), again)])
        await end
        assert (told, site.accepted) == ([HEARD_OK] * 20, 1)


LOOPBACKS = [
    "127.0.0.1", "localhost", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.0.0.1",
    "0177.0.0.1", "017700000001", "0", "0.0.0.0", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]",
    "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[::]", "[::1]", "１２７.0.0.1", "127。0。0。1",
    "user@127.0.0.1", "localhost.", "LOCALHOST",
]  # fmt: skip


@pytest.mark.parametrize("each", LOOPBACKS)
@on_both_loops
async def test_no_spelling_of_a_private_address_is_connected_to(each: str) -> None:
    """E41: the system's own resolver reads these, and what it answers is checked."""
    async with serving(silent) as site:
        poster = Poster(tell_each, allow_private=False)
        heard = await start(poster, get(site.url(host=each)))
        await poster.close()
        assert heard == Heard(0, fault="private address")
        assert await site.count_accepts() == 0


@on_both_loops
async def test_a_public_name_of_private_addresses_is_not_connected_to() -> None:
    """E41."""
    resolve = resolving(**{"public.test": ["10.0.0.1", "127.0.0.1", "169.254.169.254", "::1"]})
    async with serving(silent) as site, posting(allow_private=False, resolve=resolve) as poster:
        heard = await start(poster, get(site.url(host="public.test")))
        assert heard == Heard(0, fault="private address")
        assert await site.count_accepts() == 0


@on_both_loops
async def test_what_a_resolver_answers_is_never_asked_of_another() -> None:
    """E41: a name in place of an address leads nowhere."""
    resolve = resolving(**{"public.test": ["localhost"]})
    async with serving(silent) as site:
        for allow_private, fault in ((False, "private address"), (True, "no such host")):
            async with posting(allow_private=allow_private, resolve=resolve) as poster:
                heard = await start(poster, get(site.url(host="public.test")))
                assert heard == Heard(0, fault=fault)
        assert await site.count_accepts() == 0


def only_second_is_public(found: str) -> bool:
    return found == "127.0.0.2"


@pytest.mark.parametrize("loop", WAYS)
def test_only_the_allowed_of_several_addresses_is_called(
    loop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E41."""

    async def story() -> None:
        resolve = resolving(**{"both.test": ["127.0.0.1", "127.0.0.2", "127.0.0.3"]})
        async with (
            serving(silent) as private,
            serving(answering(OK), "127.0.0.2", private.port) as public,
            posting(allow_private=False, resolve=resolve) as poster,
        ):
            assert await start(poster, get(public.url(host="both.test"))) == HEARD_OK
            assert await private.count_accepts() == 0

    monkeypatch.setattr(address, "may_call", only_second_is_public)
    tell_it(story(), loop)


@pytest.mark.parametrize("loop", WAYS)
def test_a_name_that_turns_private_between_two_calls_is_caught(
    loop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E41: each answer is checked before a connection, and there is no other look-up."""
    answers = iter(["127.0.0.2", "127.0.0.1"])

    async def rebinding(host: str, port: int) -> Found:
        return [(socket.AF_INET, next(answers))]

    async def story() -> None:
        async with (
            serving(silent) as private,
            serving(answering(OK, close=True), "127.0.0.2", private.port) as public,
            posting(allow_private=False, resolve=rebinding) as poster,
        ):
            assert await start(poster, get(public.url(host="a.test"))) == HEARD_OK
            heard = await start(poster, get(public.url(host="a.test")))
            assert heard == Heard(0, fault="private address")
            assert (await private.count_accepts(), public.accepted) == (0, 1)

    monkeypatch.setattr(address, "may_call", only_second_is_public)
    monkeypatch.setattr(address, "_FRESH_S", 0)
    tell_it(story(), loop)


@on_both_loops
async def test_a_name_is_looked_up_once_for_many_connections() -> None:
    asked: list[str] = []

    async def resolve(host: str, port: int) -> Found:
        asked.append(host)
        return [(socket.AF_INET, "127.0.0.1")]

    script = answering(OK.replace(b"1.1", b"1.0"), close=True)
    async with serving(script) as site, posting(resolve=resolve) as poster:
        for _ in range(2):
            calls = [start(poster, get(site.url(host="a.test"))) for _ in range(10)]
            assert await asyncio.gather(*calls) == [HEARD_OK] * 10
    assert asked == ["a.test"]


@on_both_loops
async def test_the_next_address_is_tried_where_one_is_dead() -> None:
    resolve = resolving(**{"a.test": ["127.0.0.3", "127.0.0.2", "127.0.0.1"]})
    async with (
        serving(answering(OK), "127.0.0.2") as site,
        posting(resolve=resolve) as poster,
    ):
        assert await start(poster, get(site.url(host="a.test"))) == HEARD_OK


@on_both_loops
async def test_no_more_than_four_addresses_of_a_name_are_tried() -> None:
    """E55: a name may have as many as its owner likes."""
    resolve = resolving(**{"a.test": ["127.0.0.3"] * 4 + ["127.0.0.1"]})
    async with serving(silent) as site, posting(resolve=resolve) as poster:
        heard = await start(poster, get(site.url(host="a.test")))
        assert heard == Heard(0, fault="refused")
        assert await site.count_accepts() == 0


def test_no_more_names_are_kept_than_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    """E55: the oldest makes room."""
    asked: list[str] = []

    async def resolve(host: str, port: int) -> Found:
        asked.append(host)
        return [(socket.AF_INET, "127.0.0.1")]

    async def story() -> None:
        names = Resolver(resolve, allow_private=True)
        for host in "abbcca":
            assert await names.find(host, 80) == [(socket.AF_INET, "127.0.0.1")]
        await names.close()

    monkeypatch.setattr(address, "_NAMES", 2)
    tell_it(story(), "asyncio")
    assert asked == ["a", "b", "c", "a"]


def test_an_origin_is_the_key_of_a_lane() -> None:
    poster = Poster(tell_each, allow_private=False)
    urls = ["HTTP://fred:secret@Example.org/a?b#c", "https://example.org", "ftp://example.org", ""]
    assert [poster.origin(url) for url in urls] == [
        "http://example.org:80",
        "https://example.org:443",
        "",
        "",
    ]


# A key and a certificate for callbacks.test, made for these tests, from 2020 to 2120.
PEM = """\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgVaN0yDbGToV3CPiM
hR1NqiHRh9UarBXavCR1HNZ8d/ihRANCAAQDpuKnPJTadOXnM13ipgcRSlierf98
8tCzvt5DcdncB7ZElJGtZrV0DxiZAwkBK0Fz9xTiOYF6UxyESB9wjz8F
-----END PRIVATE KEY-----
-----BEGIN CERTIFICATE-----
MIIBgDCCASagAwIBAgIBATAKBggqhkjOPQQDAjAZMRcwFQYDVQQDDA5jYWxsYmFj
a3MudGVzdDAgFw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFowGTEXMBUG
A1UEAwwOY2FsbGJhY2tzLnRlc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQD
puKnPJTadOXnM13ipgcRSlierf988tCzvt5DcdncB7ZElJGtZrV0DxiZAwkBK0Fz
9xTiOYF6UxyESB9wjz8Fo10wWzAPBgNVHRMBAf8EBTADAQH/MA4GA1UdDwEB/wQE
AwIChDAZBgNVHREEEjAQgg5jYWxsYmFja3MudGVzdDAdBgNVHQ4EFgQUuxkTPOSw
aIbT4odxI1sLQYtBf5cwCgYIKoZIzj0EAwIDSAAwRQIgZV80NLYZ5Du7mkgsT1uA
vWF1fmRD1Y1T0KehcSAuNMQCIQC215gbWcRhj4akhvNnys9hUnoswTC0VgiaUTa/
TY616w==
-----END CERTIFICATE-----
"""


@pytest.fixture
def tls(tmp_path: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server that shows the certificate, and a caller that trusts it."""
    pem = tmp_path / "callbacks.pem"
    pem.write_text(PEM)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(pem)
    caller = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    caller.load_verify_locations(pem)
    return server, caller


NAMES = {"callbacks.test": ["127.0.0.1"], "other.test": ["127.0.0.1"]}


@pytest.mark.parametrize("loop", WAYS)
def test_https_is_called_under_the_name_that_it_proves(
    loop: str, tls: tuple[ssl.SSLContext, ssl.SSLContext]
) -> None:
    async def story() -> None:
        async with (
            serving(answering(OK), tls=tls[0]) as site,
            posting(tls=tls[1], resolve=resolving(**NAMES)) as poster,
        ):
            good = get(site.url("/a", "callbacks.test", "https"))
            assert [await start(poster, good) for _ in range(3)] == [HEARD_OK] * 3
            assert (site.accepted, len(site.requests)) == (1, 3)
            other = get(site.url("/b", "other.test", "https"))
            assert await start(poster, other) == Heard(0, fault="TLS")
            assert len(site.requests) == 3

    tell_it(story(), loop)


@pytest.mark.parametrize("loop", WAYS)
def test_a_server_that_speaks_before_it_is_asked_is_given_no_call(
    loop: str, tls: tuple[ssl.SSLContext, ssl.SSLContext]
) -> None:
    """Up to TLS 1.2 the server has the handshake's last word, so more may come along with it."""
    tls[0].maximum_version = ssl.TLSVersion.TLSv1_2

    class Door(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            cast(asyncio.Transport, transport).write(OK)

    async def story() -> None:
        serve = asyncio.get_running_loop().create_server
        server = await serve(Door, "127.0.0.1", 0, ssl=tls[0])
        port = server.sockets[0].getsockname()[1]
        async with posting(tls=tls[1], resolve=resolving(**NAMES)) as poster:
            heard = await start(poster, get(f"https://callbacks.test:{port}/"))
            assert heard == Heard(0, fault="hung up")
            assert poster.counts == CallGauges(0, 0, 0)
        server.close()
        await server.wait_closed()

    tell_it(story(), loop)


@pytest.mark.parametrize("loop", WAYS)
def test_a_dead_address_leaves_time_for_the_next(
    loop: str, tls: tuple[ssl.SSLContext, ssl.SSLContext]
) -> None:
    resolve = resolving(**{"callbacks.test": ["127.0.0.2", "127.0.0.1"]})

    async def story() -> None:
        async with (
            serving(answering(OK), tls=tls[0]) as site,
            serving(silent, "127.0.0.2", site.port) as dead,
            posting(tls=tls[1], resolve=resolve, connect_s=1) as poster,
        ):
            call = get(site.url("/a", "callbacks.test", "https"))
            assert await start(poster, call) == HEARD_OK
            assert (dead.accepted, site.accepted) == (1, 1)

    tell_it(story(), loop)


@pytest.mark.parametrize("loop", WAYS)
def test_a_certificate_that_nobody_vouches_for_is_refused(
    loop: str, tls: tuple[ssl.SSLContext, ssl.SSLContext]
) -> None:
    async def story() -> None:
        async with serving(answering(OK), tls=tls[0]) as site:
            poster = Poster(tell_each, allow_private=True, resolve=resolving(**NAMES))
            call = get(site.url("/a", "callbacks.test", "https"))
            assert await start(poster, call) == Heard(0, fault="TLS")
            await poster.close()
            assert site.requests == []

    tell_it(story(), loop)


@on_both_loops
async def test_plain_words_in_a_handshake_are_no_tls() -> None:
    class Plain(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            cast(asyncio.Transport, transport).write(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    server = await asyncio.get_running_loop().create_server(Plain, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with posting() as poster:
        assert await start(poster, get(f"https://127.0.0.1:{port}/")) == Heard(0, fault="TLS")
    server.close()
    await server.wait_closed()


def has_come(asked: list[asyncio.Transport], count: int) -> bool:
    return len(asked) >= count


@on_both_loops
async def test_connections_are_bounded_over_all_origins_and_pools_take_turns() -> None:
    """E55: of ten origins four are called; each that ends lets the next one in."""
    asked: list[asyncio.Transport] = []
    async with (
        serving(lambda count, request, transport: asked.append(transport), "0.0.0.0") as site,
        posting(open=4) as poster,
    ):
        calls = [start(poster, get(site.url(host=f"127.0.0.{10 + n}"))) for n in range(10)]
        await site.until(lambda: len(asked) == 4)
        assert (site.accepted, poster.counts) == (4, CallGauges(open=4, in_flight=4, waiting=6))
        for ended in range(10):
            asked[ended].write(OK)
            await site.until(partial(has_come, asked, min(10, ended + 5)))
            assert len(site.visits) <= 4
        assert await asyncio.gather(*calls) == [HEARD_OK] * 10
        hosts = [request.partition(b"Host: ")[2].partition(b":")[0] for request in site.requests]
        # The first four are called at once, and may overtake each other on the way.
        assert sorted(hosts[:4]) + hosts[4:] == [b"127.0.0.%d" % (10 + n) for n in range(10)]
        assert poster.counts == CallGauges(open=4, in_flight=0, waiting=0)


@on_both_loops
async def test_closing_while_pools_wait_for_room_tells_every_call_once() -> None:
    async with serving(silent, "0.0.0.0") as site, posting(open=2) as poster:
        calls = [start(poster, get(site.url(host=f"127.0.0.{10 + n}"))) for n in range(6)]
        await site.until(lambda: len(site.requests) == 2)
        await poster.close()
        assert [call.result() for call in calls] == [Heard(0, fault="closed")] * 6
        assert (site.accepted, poster.counts) == (2, CallGauges(0, 0, 0))


@on_both_loops
async def test_where_this_machine_has_no_descriptor_left_nobody_was_called() -> None:
    """E55: it is told as such, idle connections are given up for it, and it is logged once."""
    logged: list[object] = []
    async with serving(answering(OK), "0.0.0.0") as site, posting() as poster:
        assert await start(poster, get(site.url())) == HEARD_OK

        async def none_left(pool: object, address: str) -> object:
            raise OSError(errno.EMFILE, "Too many open files")

        with pytest.MonkeyPatch.context() as without:
            without.setattr(post._Pool, "_dial", none_left)
            without.setattr(post.log, "warning", lambda *said: logged.append(said[1]))
            calls = [start(poster, get(site.url(host=f"127.0.0.{10 + n}"))) for n in range(3)]
            not_tried = Heard(0, fault="no room here", tried=False)
            assert await asyncio.gather(*calls) == [not_tried] * 3
        assert poster.counts == CallGauges(0, 0, 0)
        assert await start(poster, get(site.url())) == HEARD_OK
    assert logged == ["Too many open files"]


@on_both_loops
async def test_ports_of_other_services_are_not_called() -> None:
    """E55: unless whoever runs the installation says so."""
    async with posting() as poster:
        for port in (22, 25, 6379, 11211):
            refused = Heard(0, fault="port not allowed")
            assert await start(poster, get(f"http://127.0.0.1:{port}/")) == refused
        assert poster.pools == {}
    poster = Poster(tell_each, allow_private=True, ports=frozenset({25}))
    heard = await start(poster, get("http://127.0.0.1:25/"))
    assert heard.fault == "refused"
    await poster.close()


@on_both_loops
async def test_a_known_name_outlives_name_servers_that_hang() -> None:
    """E55: its last answer serves while it is asked for anew."""
    never: asyncio.Future[Found] = asyncio.get_running_loop().create_future()
    asked = 0

    async def resolve(host: str, port: int) -> Found:
        nonlocal asked
        asked += 1
        return [(socket.AF_INET, "127.0.0.1")] if asked == 1 else await never

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(address, "_FRESH_S", 0)
        patch.setattr(address, "_PATIENCE_S", 0.01)
        async with (
            serving(answering(OK, close=True)) as site,
            posting(resolve=resolve) as poster,
        ):
            for _ in range(3):
                assert await start(poster, get(site.url(host="a.test"))) == HEARD_OK
            assert asked == 2
