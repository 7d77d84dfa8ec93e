"""What is kept of an answer never changes what the next one means."""

import gc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chappe.doors.calls.answers import Answers
from chappe.words.exchange import Heard

LINES = st.sampled_from(
    [
        b"Content-Length: 2",
        b"Content-Length: 0",
        b"content-length:2",
        b"Content-Length: +2",
        b"Content-Length: 2, 2",
        b"Transfer-Encoding: chunked",
        b"Transfer-Encoding: gzip",
        b"Connection: close",
        b"Connection: keep-alive",
        b"Connection: Upgrade\r\nUpgrade: x",
        b"Date: Thu, 01 Jan 1970 00:00:00 GMT",
        b" folded",
        b"No colon",
        b"\xff: \xff",
        b"A: \x00",
        b"A: b\nContent-Length: 1",
    ]
)
STATUS_LINES = st.sampled_from(
    [
        b"HTTP/1.1 200 OK",
        b"HTTP/1.1 200 OK",
        b"HTTP/1.0 200 OK",
        b"HTTP/1.1 204 No Content",
        b"HTTP/1.1 304 Not Modified",
        b"HTTP/1.1 100 Continue",
        b"HTTP/1.1 101 Up",
        b"HTTP/1.1 503 ",
        b"HTTP/1.1 99 Low",
        b"HTTP/2 200",
        b"ICY 200 OK",
        b"\r\nHTTP/1.1 200 OK",
        b"",
    ]
)
BODIES = st.sampled_from(
    [
        b"",
        b"ok",
        b"\x00\x00",
        b"okHTTP/1.1 ",
        b"ok\r\n",
        b"0\r\n\r\n",
        b"2\r\nok\r\n0\r\n\r\n",
        b"o",
    ]
)


@st.composite
def answers(draw: st.DrawFn) -> bytes:
    """An answer, sound or not."""
    lines = [draw(STATUS_LINES), *draw(st.lists(LINES, max_size=3))]
    return b"\r\n".join(lines) + draw(st.sampled_from([b"\r\n\r\n", b"\n\n"])) + draw(BODIES)


@given(st.lists(answers(), min_size=1, max_size=3))
def test_an_answer_in_one_piece_means_what_it_means_in_two(said: list[bytes]) -> None:
    """Only what comes in one piece can meet what is kept; the other is parsed each time. Each
    answer comes twice, so that it meets the verdict on its head, and itself."""
    whole, cut = Answers(), Answers()
    for answer in [answer for answer in said for _ in range(2)]:
        whole.feed(answer)
        cut.feed(answer[:1])
        cut.feed(answer[1:])
        assert (whole.heard, whole.broken, whole.taken) == (cut.heard, cut.broken, cut.taken)
        if whole.heard is None:
            assert whole.ended() == cut.ended()
            break
        assert whole.reusable == cut.reusable
        if not whole.reusable:
            break
        whole.expect()
        cut.expect()


@pytest.mark.parametrize(
    ("head", "lasting"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", True),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n", False),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n", False),
    ],
)
def test_each_answer_brings_its_own_body_behind_the_same_head(head: bytes, lasting: bool) -> None:
    for body in (b"ok", b"no"):
        answers = Answers()
        answers.feed(head + body)
        assert (answers.heard, answers.reusable) == (Heard(200, body), lasting)


def test_the_answer_before_is_taken_for_no_other() -> None:
    said = [b"HTTP/1.1 %d So\r\nContent-Length: 2\r\n\r\n%b" % each for each in TURNS]
    answers = Answers()
    heard = []
    for answer in said:
        answers.expect()
        answers.feed(answer)
        heard.append((answers.heard, answers.reusable, answers.taken))
    assert heard == [(Heard(status, body), True, len(said[0])) for status, body in TURNS]


TURNS = [(200, b"ok"), (200, b"ok"), (500, b"ok"), (500, b"ok"), (500, b"no"), (200, b"ok")]


def test_an_answer_that_lacks_a_byte_is_awaited() -> None:
    answers = Answers()
    answers.feed(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no")
    assert answers.heard is None
    answers.feed(b"k")
    assert answers.heard == Heard(200, b"ok")


def test_what_hears_nothing_is_gone_with_who_asked() -> None:
    """Thousands of endpoints that say nothing leave nothing for the collector."""
    gc.collect()
    gc.disable()
    try:
        for heard in (b"", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"):
            answers = Answers()
            if heard:
                answers.feed(heard)
            del answers
        assert not [one for one in gc.get_objects() if isinstance(one, Answers)]
    finally:
        gc.enable()
