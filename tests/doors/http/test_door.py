"""The HTTP door, over a line without a socket: what it takes, what it refuses, how it ends."""

import asyncio
import logging
import re

import pytest

from chappe.doors.http.door import Limits
from chappe.words.exchange import Request, Response
from tests.doors.http.line import Door, Gate, Line, settle

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nOK"
OK_LAST = OK.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
OK_KEPT = OK.replace(b"\r\n\r\n", b"\r\nConnection: keep-alive\r\n\r\n")
PEER = "192.0.2.7"


def refused(status: int, phrase: str) -> bytes:
    text = f"{status} {phrase}"
    return (
        f"HTTP/1.1 {text}\r\nContent-Type: text/plain\r\n"
        f"Content-Length: {len(text) + 1}\r\nConnection: close\r\n\r\n{text}\n"
    ).encode()


async def asked(*pieces: bytes) -> list[Request]:
    """The requests that these bytes make, when all of them are answered with OK."""
    door = Door()
    line = door.line()
    line.say(*pieces)
    await settle()
    assert line.got.count(b"\r\n\r\nOK") == len(door.asked)
    return door.asked


# What is taken.


async def test_a_request_is_read_whole_and_answered_in_one_write() -> None:
    door = Door()
    line = door.line()
    line.say(b"POST /api/sms/?a=%41+b HTTP/1.1\r\nHost: x\r\nX-Auth:  t\xe9 \r\nx-auth: u\r\n")
    line.say(b"Content-Length: 3\r\n\r\nb=1")
    await settle()
    headers = {"host": "x", "x-auth": "u", "content-length": "3"}
    assert door.asked == [Request("POST", "/api/sms", b"a=%41+b", headers, b"b=1", PEER)]
    assert line.got == OK
    assert (line.writes, line.closed, door.hall.bodies.held) == (1, False, 0)
    assert re.fullmatch(
        rb"Date: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT\r\n", line.take_dates()[0]
    )


@pytest.mark.parametrize(
    ("target", "path", "query"),
    [
        (b"/", "/", b""),
        (b"/api/sms//", "/api/sms", b""),
        (b"///", "/", b""),
        (b"//api///sms", "/api/sms", b""),
        (b"/api/%2Fsms/%2f", "/api/sms", b""),
        (b"/api?a=b//c", "/api", b"a=b//c"),
        (b"http://host//api", "/api", b""),
        (b"/%C3%A9/%e9/%zz", "/é/�/%zz", b""),
        (b"/api?", "/api", b""),
        (b"/a?b=?c/#d", "/a", b"b=?c/#d"),
        (b"http://host:80/api/?a=1", "/api", b"a=1"),
        (b"HTTPS://host?a=1", "/", b"a=1"),
        (b"http://host", "/", b""),
        (b'/a?text={|}[]^`\\"<>', "/a", b'text={|}[]^`\\"<>'),
        (b"/a?text=\xe9t\xe9", "/a", b"text=%E9t%E9"),
        (b"/\xc3\xa9?\xff", "/é", b"%FF"),
        (b"/a?text=le  chat&to=06 ", "/a", b"text=le%20%20chat&to=06%20"),
        (b"  /a?b c", "/a", b"b%20c"),
    ],
)
async def test_a_target_is_taken_as_old_clients_write_it(
    target: bytes, path: str, query: bytes
) -> None:
    """E55: a trailing slash is as none."""
    request = b"GET " + target + b" HTTP/1.1\r\nHost: h\r\n\r\n"
    whole = [Request("GET", path, query, {"host": "h"}, b"", PEER)]
    assert await asked(request) == whole
    assert await asked(*(bytes([byte]) for byte in request)) == whole
    assert (await asked(b"GET /first HTTP/1.1\r\nHost: h\r\n\r\n" + request))[1:] == whole


async def test_a_get_may_have_a_body_and_a_head_needs_nothing() -> None:
    request = b"GET /a HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nxyGET / HTTP/1.0\r\n\r\n"
    assert await asked(request) == [
        Request("GET", "/a", b"", {"host": "h", "content-length": "2"}, b"xy", PEER),
        Request("GET", "/", b"", {}, b"", PEER),
    ]


async def test_line_feeds_alone_end_lines_too() -> None:
    assert await asked(
        b"\r\n\nGET /a HTTP/1.1\nHost: h\nA: b\r\nC: d\n\nGET /b HTTP/1.1\r\nHost: h\r\n\r\n"
    ) == [
        Request("GET", "/a", b"", {"host": "h", "a": "b", "c": "d"}, b"", PEER),
        Request("GET", "/b", b"", {"host": "h"}, b"", PEER),
    ]


CHUNKED = b"POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: Chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("chunks", "body"),
    [
        (b"0\r\n\r\n", b""),
        (b'3\r\nabc\r\n00A ;x="y"\r\n0123456789\r\n0\r\n\r\n', b"abc0123456789"),
        (b"2  \r\n\r\n\r\n0;z\r\nTrailer: t\r\n\r\n", b"\r\n"),
    ],
)
async def test_a_chunked_body_is_put_together(chunks: bytes, body: bytes) -> None:
    request = CHUNKED + chunks
    headers = {"host": "h", "transfer-encoding": "Chunked"}
    whole = [Request("POST", "/a", b"", headers, body, PEER)]
    assert await asked(request) == whole
    assert await asked(*(bytes([byte]) for byte in request)) == whole
    assert (await asked(request + b"\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n"))[0:1] == whole


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.0\r\n",
        b"HTTP/1.0\r\nHost: h\r\n",
        b"HTTP/1.1\r\nHost:\r\n",
        b"HTTP/1.1\r\nhost: [2001:db8::1]:8025\r\n",
        b"HTTP/1.1\r\nHOST: sms_api.example.org.:80\r\n",
    ],
)
async def test_a_host_is_named_once_and_by_old_clients_need_not_be(head: bytes) -> None:
    assert [request.path for request in await asked(b"GET /a " + head + b"\r\n")] == ["/a"]


async def test_an_offer_of_another_protocol_is_not_taken_up() -> None:
    upgrade = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nContent-Length: 1\r\n\r\nx"
    assert [r.body for r in await asked(b"POST / HTTP/1.1\r\nHost: h\r\n" + upgrade)] == [b"x"]


# How a connection goes on.


@pytest.mark.parametrize(
    ("head", "answer", "closed"),
    [
        (b"HTTP/1.1\r\nHost: h\r\n\r\n", OK, False),
        (b"HTTP/1.1\r\nHost: h\r\nConnection: TE\r\nConnection: Close\r\n\r\n", OK_LAST, True),
        (b"HTTP/1.0\r\n\r\n", OK_LAST, True),
        (b"HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", OK_KEPT, False),
    ],
)
async def test_each_version_keeps_its_rule_of_keeping_alive(
    head: bytes, answer: bytes, closed: bool
) -> None:
    line = Door().line()
    line.say(b"GET / " + head)
    await settle()
    assert (line.got, line.closed) == (answer, closed)


async def test_nothing_is_read_after_the_last_request() -> None:
    door = Door()
    line = door.line()
    line.say(b"GET /a HTTP/1.0\r\n\r\nGET /b HTTP/1.0\r\n\r\n", b"GET /c HTTP/1.0\r\n\r\n")
    await settle()
    assert [request.path for request in door.asked] == ["/a"]
    assert line.got == OK_LAST


async def test_requests_sent_ahead_are_answered_in_order_and_one_at_a_time() -> None:
    most = under_way = 0

    async def answer(request: Request) -> Response:
        nonlocal most, under_way
        under_way += 1
        most = max(most, under_way)
        await settle(3)
        under_way -= 1
        return Response(request.path.encode(), "")

    line = Door(answer).line()
    line.say(b"".join(b"GET /%d HTTP/1.1\r\nHost: h\r\n\r\n" % n for n in range(40)))
    await settle(300)
    assert line.got == b"".join(
        b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n/%d" % (len(str(n)) + 1, n)
        for n in range(40)
    )
    assert most == 1


async def test_a_client_that_sends_too_far_ahead_is_not_read_until_it_is_served() -> None:
    gate = Gate()
    door = Door(gate, limits=Limits(pipelined=2))
    line = door.line()
    line.say(b"GET /a HTTP/1.1\r\nHost: h\r\n\r\n" * 2)
    assert line.reading
    line.say(b"GET /a HTTP/1.1\r\nHost: h\r\n\r\n" * 8)
    assert (line.reading, door.hall.in_flight) == (False, 3)
    gate.open()
    await settle(60)
    assert (line.reading, door.hall.in_flight, line.writes) == (True, 0, 10)


async def test_what_came_too_far_ahead_is_worked_off_before_more_is_read() -> None:
    """E55: one place that is free again is not room for all that a socket holds."""
    answers = asyncio.Semaphore(0)

    async def answer(request: Request) -> Response:
        await answers.acquire()
        return Response(b"")

    door = Door(answer, limits=Limits(pipelined=2, unread=10_000))
    line = door.line()
    line.say(b"GET /a HTTP/1.1\r\nHost: h\r\n\r\n" * 9)
    for served in range(1, 8):
        answers.release()
        await settle()
        assert (line.writes, line.reading) == (served, False)
    answers.release()
    await settle()
    assert (line.writes, line.reading) == (8, True)


async def test_no_more_is_read_than_somebody_looks_at() -> None:
    """E55: one turn of the loop may bring piece after piece."""
    door = Door(limits=Limits(unread=100))
    line = door.line()
    line.connection.data_received(b"GET /a HTTP/1.1\r\nHost: h\r\nX: " + b"x" * 100)
    assert not line.reading
    await settle()
    assert line.reading
    line.say(b"\r\n\r\n")
    await settle()
    assert (line.writes, line.reading) == (1, True)


async def test_a_client_that_does_not_read_gets_no_further_answer_and_is_not_read() -> None:
    door = Door()
    line = door.line()
    line.connection.pause_writing()
    assert not line.reading
    line.say(b"GET /a HTTP/1.1\r\nHost: h\r\n\r\n" * 3)
    await settle()
    assert line.writes == 0
    line.connection.resume_writing()
    await settle()
    assert (line.writes, line.reading) == (3, True)


async def test_who_is_refused_and_gone_already_is_no_fault_of_ours(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """E55: the loop may not know yet that the client is gone, and the socket does."""

    class Gone(Line):
        def write_eof(self) -> None:
            raise OSError(107, "Transport endpoint is not connected")

    line = Gone(Door().hall)
    line.say(b"no request\r\n\r\n")
    await settle()
    assert (line.cut, line.closed, caplog.text) == (True, True, "")


async def test_a_client_that_has_said_all_still_gets_its_answers() -> None:
    gate = Gate()
    line = Door(gate, limits=Limits(pipelined=1)).line()
    line.say(b"GET /a HTTP/1.1\r\nHost: h\r\n\r\n" * 4)
    line.end()
    assert not line.closed
    gate.open()
    await settle(40)
    assert (line.writes, line.closed) == (4, True)


async def test_a_client_that_ends_in_the_middle_of_a_request_is_let_go() -> None:
    door = Door()
    line = door.line()
    line.say(b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nab")
    assert door.hall.bodies.held == 2
    line.end()
    await settle()
    assert (line.got, line.closed, door.asked, door.hall.bodies.held) == (b"", True, [], 0)
    assert not door.hall.seats


async def test_a_client_that_goes_away_is_answered_in_vain_and_what_waited_is_dropped(
    caplog: pytest.LogCaptureFixture,
) -> None:
    gate = Gate()
    door = Door(gate)
    line = door.line()
    line.say(b"POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nx" * 3)
    await settle()
    line.close()
    await settle()
    assert (len(door.hall.seats), door.hall.in_flight) == (1, 1)
    gate.open()
    await settle()
    assert (line.heard, len(door.asked), caplog.records) == (b"", 1, [])
    assert (door.hall.seats, door.hall.in_flight) == (set(), 0)
    assert door.hall.bodies.held == 0


# 100 Continue.

EXPECTING = b"POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-Continue\r\n"
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


@pytest.mark.parametrize(
    ("framing", "body"),
    [(b"Content-Length: 1\r\n\r\n", b"x"), (b"Transfer-Encoding: chunked\r\n\r\n", b"0\r\n\r\n")],
)
async def test_a_body_that_is_awaited_is_asked_for(framing: bytes, body: bytes) -> None:
    line = Door().line()
    line.say(EXPECTING + framing)
    assert line.got == CONTINUE
    line.say(body)
    await settle()
    assert line.got == CONTINUE + OK


async def test_a_body_that_is_here_is_not_asked_for() -> None:
    line = Door().line()
    line.say(EXPECTING + b"Content-Length: 2\r\n\r\nx")
    line.say(b"y")
    line.say(EXPECTING + b"Content-Length: 0\r\n\r\n")
    await settle()
    assert line.got == OK + OK


async def test_a_body_is_asked_for_after_the_answers_that_go_before() -> None:
    gate = Gate()
    line = Door(gate).line()
    line.say(b"GET /a HTTP/1.1\r\nHost: h\r\n\r\n" + EXPECTING + b"Content-Length: 1\r\n\r\n")
    await settle()
    assert line.got == b""
    gate.open()
    await settle()
    assert line.got == OK[:-2] + b"/a" + CONTINUE


async def test_an_announced_body_that_is_too_large_is_refused_without_asking_for_it() -> None:
    """E55: bodies are bounded."""
    line = Door(limits=Limits(body=4)).line()
    line.say(EXPECTING + b"Content-Length: 5\r\n\r\n")
    await settle()
    assert line.got == refused(413, "Request Entity Too Large")


# What is refused.

LARGE = refused(413, "Request Entity Too Large")
LONG = refused(414, "Request-URI Too Long")
BAD = refused(400, "Bad Request")
FIELDS = refused(431, "Request Header Fields Too Large")
UNKNOWN = refused(501, "Not Implemented")
VERSION = refused(505, "HTTP Version Not Supported")
LENGTH = b"Content-Length: 1\r\n"
CODING = b"Transfer-Encoding: chunked\r\n"


@pytest.mark.parametrize(
    ("bad", "answer"),
    [
        (b"\x16\x03\x01\x02", BAD),
        (b"GET\r\n\r\n", BAD),
        (b"GET /\r\n\r\n", BAD),
        (b"GET / FTP/1.1\r\n\r\n", BAD),
        (b"GET api HTTP/1.1\r\nHost: h\r\n\r\n", BAD),
        (b"GET * HTTP/1.1\r\nHost: h\r\n\r\n", BAD),
        (b"GET ftp://host/ HTTP/1.1\r\nHost: h\r\n\r\n", BAD),
        (b"GET /a\tb HTTP/1.1\r\nHost: h\r\n\r\n", BAD),
        (b"GET /a\x00b HTTP/1.1\r\nHost: h\r\n\r\n", BAD),
        (b"GET /a\rb HTTP/1.1\r\nHost: h\r\n\r\n", BAD),
        (b"GET /a\x7f HTTP/1.1\r\nHost: h\r\n\r\n", BAD),
        (b"G(T / HTTP/1.1\r\nHost: h\r\n\r\n", BAD),
        (b"BREW / HTTP/1.1\r\nHost: h\r\n\r\n", UNKNOWN),
        (b"SOURCE / HTTP/1.1\r\nHost: h\r\n\r\n", UNKNOWN),
        (b"CONNECT host:80 HTTP/1.1\r\nHost: h\r\n\r\n", UNKNOWN),
        (b"GET / HTTP/1.1\r\n\r\n", BAD),
        (b"GET http://host/ HTTP/1.1\r\n\r\n", BAD),
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", BAD),
        (b"GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", BAD),
        (b"GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", BAD),
        (b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", BAD),
        (b"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", BAD),
        (b"GET / HTTP/2.0\r\n\r\n", VERSION),
        (b"GET / HTTP/1.2\r\n\r\n", VERSION),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", VERSION),
        (b"GET / HTTP/1.1\r\nHost: h\r\nA\r\n\r\n", BAD),
        (b"GET / HTTP/1.1\r\nHost: h\r\nA : b\r\n\r\n", BAD),
        (b"GET / HTTP/1.1\r\nHost: h\r\nA: b\r\n c\r\n\r\n", BAD),
        (b"GET / HTTP/1.1\r\nHost: h\r\nA: b\x00\r\n\r\n", BAD),
        (b"GET / HTTP/1.1\r\nHost: h\r\nA: b\rC: d\r\n\r\n", BAD),
        (b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n", BAD),
        (b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1x\r\n\r\n", BAD),
        (b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length:\r\n\r\n", BAD),
        (b"POST / HTTP/1.1\r\nHost: h\r\n" + LENGTH + CODING + b"\r\n", BAD),
        (b"POST / HTTP/1.1\r\nHost: h\r\n" + CODING + LENGTH + b"\r\n", BAD),
        (b"POST / HTTP/1.1\r\nHost: h\r\n" + LENGTH + b"content-length: 2\r\n\r\nxy", BAD),
        (b"POST / HTTP/1.1\r\nHost: h\r\n" + CODING + CODING + b"\r\n", BAD),
        (b"POST / HTTP/1.0\r\n" + CODING + b"\r\n", BAD),
        (b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n", UNKNOWN),
        (b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", UNKNOWN),
        (b"POST / HTTP/1.1\r\nHost: h\r\nExpect: tea\r\n\r\n", refused(417, "Expectation Failed")),
        (b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 101\r\n\r\n", LARGE),
        (CHUNKED + b"65\r\n", LARGE),
        (CHUNKED + b"40\r\n" + b"x" * 64 + b"\r\n40\r\n", LARGE),
        (CHUNKED + b"x\r\n", BAD),
        (CHUNKED + b"0x1\r\n", BAD),
        (CHUNKED + b"1\n", BAD),
        (CHUNKED + b"1\r\nab\r\n", BAD),
        (CHUNKED + b"1;" + b"e" * 300, BAD),
        (CHUNKED + b"0\r\n" + b"T: t\r\n" * 40, FIELDS),
        (CHUNKED + b"0\r\n" + b"t" * 201, FIELDS),
        (b"GET /" + b"a" * 296 + b" HTTP/1.1\r\nHost: h\r\n\r\n", LONG),
        (b"GET /" + b"a" * 300, LONG),
        (b"GET / HTTP/1.1\r\nHost: h\r\nA: " + b"a" * 200 + b"\r\n\r\n", FIELDS),
        (b"GET / HTTP/1.1\r\nHost: h\r\nA: " + b"a" * 600, FIELDS),
        (b"GET /" + b"%" * 250 + b" HTTP/1.1\r\nHost: h\r\n\r\n" + b"\x01", OK + BAD),
    ],
)
async def test_what_is_bad_gets_a_short_answer_and_the_end(bad: bytes, answer: bytes) -> None:
    """E55: no input gives a 500, a hang or a traceback."""
    door = Door(limits=Limits(body=100, line=300, head=200))
    line = door.line()
    line.say(bad, b"GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n")
    await settle()
    assert (line.got, line.said_eof) == (answer, True)
    assert (len(door.asked), door.hall.bodies.held) == (answer.startswith(OK), 0)


async def test_a_path_of_stray_escapes_is_refused() -> None:
    """E55: it would cost more than it is worth."""
    line = Door().line()
    line.say(b"GET /" + b"%" * 200_000 + b" HTTP/1.1\r\nHost: h\r\n\r\n")
    assert line.got == BAD


async def test_a_bad_request_is_refused_after_the_answers_that_go_before() -> None:
    line = Door().line()
    line.say(b"GET / HTTP/1.1\r\nHost: h\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\nBAD\r\n\r\n")
    await settle()
    assert line.got == OK + OK + BAD


async def test_bodies_are_bounded_over_all_connections() -> None:
    """E55: bodies are bounded."""
    door = Door(limits=Limits(bodies_total=10, body_shares=1))
    first, second, third = door.line(), door.line(), door.line()
    first.say(b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\n12345678")
    second.say(b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\n")
    third.say(CHUNKED + b"3\r\n123\r\n")
    first.say(b"9")
    await settle()
    busy = refused(503, "Service Unavailable")
    assert [line.got for line in (first, second, third)] == [OK, busy, busy]
    assert door.hall.bodies.held == 0


# What is answered.


@pytest.mark.parametrize(
    ("response", "answer"),
    [
        (
            Response(b"", "", 302, (("Location", "http://x/"),)),
            b"HTTP/1.1 302 Found\r\nLocation: http://x/\r\nContent-Length: 0\r\n\r\n",
        ),
        (Response(b"gone", "", 204), b"HTTP/1.1 204 No Content\r\n\r\n"),
        (Response(b"gone", "", 304), b"HTTP/1.1 304 Not Modified\r\n\r\n"),
        (Response(b"x", "", 299), b"HTTP/1.1 299 \r\nContent-Length: 1\r\n\r\nx"),
    ],
)
async def test_a_response_is_written_as_its_status_asks(response: Response, answer: bytes) -> None:
    async def give(request: Request) -> Response:
        return response

    line = Door(give).line()
    line.say(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")
    await settle()
    assert line.got == answer


async def test_head_is_answered_like_get_without_the_body() -> None:
    line = Door().line()
    line.say(b"HEAD / HTTP/1.1\r\nHost: h\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n")
    await settle()
    assert line.got == OK[:-2] + OK


@pytest.mark.parametrize(
    "response",
    [
        Response(b"x", "text/plain\r\nEvil: 1"),
        Response(b"x", headers=(("Location", "/\r\n\r\n<script>"),)),
        Response(b"x", headers=(("Evil\n", "1"),)),
        Response(b"x", headers=(("content-length", "9"),)),
        Response(b"x", headers=(("Location", "/€"),)),
        Response(b"x", status=99),
        Response(b"x", status=1000),
        None,
    ],
)
async def test_a_response_that_cannot_be_written_is_a_fault_of_ours(
    response: Response, caplog: pytest.LogCaptureFixture
) -> None:
    async def give(request: Request) -> Response:
        return response

    line = Door(give).line()
    line.say(b"GET / HTTP/1.0\r\n\r\n")
    await settle()
    assert line.got == refused(500, "Internal Server Error")
    assert len(caplog.records) == 1


async def test_a_fault_is_told_to_the_log_once_and_without_secrets(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """E53: never a password, key or message text. E55: no traceback."""

    async def fail(request: Request) -> Response:
        raise ValueError(request.query)

    door = Door(fail)
    line = door.line()
    line.say(b"GET /?password=xpasswordx HTTP/1.1\r\nHost: h\r\n\r\n")
    await settle()
    failed = refused(500, "Internal Server Error").replace(b"Connection: close\r\n", b"")
    assert (line.got, line.closed) == (failed, False)
    (record,) = caplog.records
    assert (record.levelno, record.exc_info) == (logging.ERROR, None)
    assert "ValueError" in record.getMessage()
    assert "xpasswordx" not in caplog.text
    assert door.hall.answered == {"nobody": [0, 0, 0, 0, 0, 1]}


async def test_an_answer_that_is_cancelled_ends_the_connection() -> None:
    """E55: nothing hangs."""

    async def cancelled(request: Request) -> Response:
        raise asyncio.CancelledError

    door = Door(cancelled)
    line = door.line()
    line.say(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")
    await settle()
    assert (line.cut, door.hall.seats, door.hall.in_flight) == (True, set(), 0)


# Who asks.


@pytest.mark.parametrize(
    ("peer", "header", "seen"),
    [
        ("192.0.2.7", b"198.51.100.1", "192.0.2.7"),
        ("10.0.0.1", b"198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", b"6.6.6.6, 198.51.100.1, 10.0.0.9", "198.51.100.1"),
        ("::ffff:10.0.0.1", b"198.51.100.1:4000", "198.51.100.1"),
        ("fd00::1%eth0", b"[2001:db8::1]:80", "2001:db8::1"),
        ("10.0.0.1", b"10.0.0.8, 10.0.0.9", "10.0.0.8"),
        ("10.0.0.1", b"6.6.6.6, unknown, 10.0.0.9", "10.0.0.9"),
        ("10.0.0.1", b"", "10.0.0.1"),
        ("10.0.0.1", b"6.6.6.6\r\nX-Forwarded-For: 198.51.100.1", "198.51.100.1"),
    ],
)
async def test_only_a_trusted_proxy_is_believed(peer: str, header: bytes, seen: str) -> None:
    """E55: whom guessing slows down is nobody's own choice."""
    door = Door(trusted=["10.0.0.0/8", "fd00::/8"])
    door.line(peer).say(b"GET / HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: " + header + b"\r\n\r\n")
    await settle()
    assert [request.peer for request in door.asked] == [seen]


# What takes too long.

TIMED = Limits(idle_s=75, head_s=20, body_s=300)


@pytest.mark.parametrize(
    ("pieces", "allowed_s"),
    [
        ([], 75),
        ([b"\r\n"], 75),
        ([b"GET / HTTP/1.1\r\nHost: h\r\n\r\n"], 75),
        ([b"G"], 20),
        ([b"GET / HTTP/1.1\r\nHost: h\r\n\r\nG"], 20),
        ([b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nx"], 300),
        ([CHUNKED], 300),
    ],
)
async def test_who_takes_too_long_is_let_go(pieces: list[bytes], allowed_s: int) -> None:
    """E55: nothing hangs."""
    door = Door(limits=TIMED)
    line = door.line()
    line.say(*pieces)
    await settle()
    door.hall.sweep(allowed_s - 1)
    assert not line.closed
    door.hall.sweep(allowed_s)
    assert (line.closed, line.cut) == (True, False)


async def test_dripping_bytes_do_not_buy_time() -> None:
    """E55: nothing hangs."""
    door = Door(limits=TIMED)
    line = door.line()
    for second in range(20):
        door.hall.sweep(second)
        line.say(b"GET / HTTP/1.1\r\nHost: h\r\nA: bcdefghijk"[second : second + 1])
    door.hall.sweep(20)
    assert line.closed


async def test_a_request_being_answered_has_its_time_and_a_fresh_clock_follows() -> None:
    gate = Gate()
    door = Door(gate, limits=TIMED)
    line = door.line()
    line.say(b"GET /a HTTP/1.1\r\nHost: h\r\n\r\nG")
    door.hall.sweep(1000)
    assert not line.closed
    gate.open()
    await settle()
    door.hall.sweep(1019)
    assert (line.writes, line.closed) == (1, False)
    door.hall.sweep(1020)
    assert line.closed


async def test_a_client_that_never_reads_is_cut_off() -> None:
    """E55: nothing hangs."""
    door = Door(limits=TIMED)
    line = door.line()
    line.say(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")
    await settle()
    line.connection.pause_writing()
    door.hall.sweep(299)
    assert not line.closed
    door.hall.sweep(300)
    assert line.cut


async def test_a_refused_client_may_read_its_answer_and_is_then_cut_off() -> None:
    door = Door(limits=TIMED)
    line = door.line()
    line.say(b"BAD\r\n\r\n", b"x" * 1000)
    door.hall.sweep(TIMED.linger_s - 1)
    assert not line.closed
    door.hall.sweep(TIMED.linger_s)
    assert line.cut


async def test_a_refused_client_that_leaves_is_let_go() -> None:
    line = Door().line()
    line.say(b"BAD\r\n\r\n")
    line.end()
    assert (line.closed, line.cut) == (True, False)


async def test_a_client_that_stopped_reading_is_cut_off_even_while_it_is_answered() -> None:
    """E55: nothing hangs."""
    gate = Gate()
    door = Door(gate, limits=TIMED)
    line = door.line()
    line.say(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n" * 2)
    line.connection.pause_writing()
    door.hall.sweep(300)
    gate.open()
    await settle()
    assert (line.cut, line.writes, len(door.asked)) == (True, 0, 1)
    assert (door.hall.seats, door.hall.in_flight) == (set(), 0)


async def test_who_comes_while_the_door_drains_is_let_go() -> None:
    """E54: the door closes in its time."""
    door = Door()
    door.hall.draining = True
    line = door.line()
    await settle()
    assert (line.closed, door.hall.seats) == (True, set())
