"""What is kept of a client's header fields never changes what a head means."""

import httptools
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chappe.doors.http.head import _PLAIN, Head, head_of
from chappe.doors.http.limits import Limits

LIMITS = Limits()
FIELDS = st.lists(
    st.sampled_from(
        [
            b"Host: a",
            b"Content-Length: 3",
            b"Content-Length: x",
            b"Transfer-Encoding: chunked",
            b"Transfer-Encoding: gzip",
            b"Connection: close",
            b"Connection: keep-alive, Upgrade\r\nUpgrade: h2c",
            b"Expect: 100-continue",
            b"Expect: more",
            b"No colon",
            b" folded",
            b"A: \x00",
            b"A: b\nC: d",
        ]
    ),
    max_size=3,
)
# One that is plain, and one of the same meaning that is not: such heads are judged as a whole.
TARGETS = [(b"/api?text=a", b"a"), (b'/api?text="', b'"')]


def told(head: Head | int, text: bytes) -> object:
    """All that a head says but its text."""
    if isinstance(head, int):
        return head
    assert head.query == b"text=" + text
    rest = (head.headers, head.length, head.modern, head.keep, head.expects)
    return head.method, head.path, rest


@given(st.sampled_from([b"GET", b"POST", b"OPTIONS"]), st.booleans(), FIELDS)
def test_fields_mean_the_same_behind_a_plain_target_and_another(
    method: bytes, modern: bool, fields: list[bytes]
) -> None:
    version = b"HTTP/1.1" if modern else b"HTTP/1.0"
    plain, other = [
        told(head_of(b"\r\n".join([b"%b %b %b" % (method, target, version), *fields, b"", b""]),
                     LIMITS), text)
        for target, text in TARGETS
    ]  # fmt: skip
    assert plain == other


@pytest.mark.parametrize("place", [b"/", b"/a", b"/a?", b"/a?b="])
def test_a_plain_target_is_never_refused(place: bytes) -> None:
    for letter in _PLAIN:
        asked = b"GET %b%c HTTP/1.1\r\n\r\n" % (place, letter)
        httptools.HttpRequestParser(object()).feed_data(asked)


@pytest.mark.parametrize("target", [b"/a\x01b", b"/a?b=\x7f", b"/\tc"])
def test_what_is_known_of_the_fields_excuses_no_target(target: bytes) -> None:
    asked = [b"GET %b HTTP/1.1\r\nHost: a\r\n\r\n" % one for one in (b"/", target)]
    assert [type(head_of(raw, LIMITS)) for raw in asked] == [Head, int]


def test_two_clients_of_the_same_words_are_told_apart_by_their_requests() -> None:
    heads = [head_of(b"GET /a?%d HTTP/1.1\r\nHost: a\r\n\r\n" % nth, LIMITS) for nth in range(2)]
    asked = [head.query for head in heads if isinstance(head, Head)]
    assert asked == [b"0", b"1"]


@pytest.mark.parametrize(
    ("line", "path", "query"),
    [
        (b"GET /a?b=c HTTP/1.1", "/a", b"b=c"),
        (b"GET /a?b=d HTTP/1.1", "/a", b"b=d"),
        (b"GET /a? HTTP/1.1", "/a", b""),
        (b"GET /a?b=c?d HTTP/1.1", "/a", b"b=c?d"),
        (b"GET /a?b c HTTP/1.1", "/a", b"b%20c"),
        (b"GET /a?b  HTTP/1.1", "/a", b"b%20"),
        (b"GET /a?b HTTP/1.1 HTTP/1.1", "/a", b"b%20HTTP/1.1"),
        (b"GET /a/?b HTTP/1.1", "/a", b"b"),
        (b"GET http://h/a?b HTTP/1.1", "/a", b"b"),
        (b"POST /a HTTP/1.1\r\nReferer: http://h/?b HTTP/1.1", "/a", b""),
    ],
)
def test_a_mark_means_a_query_in_a_target_alone(line: bytes, path: str, query: bytes) -> None:
    for _ in range(2):  # read anew, and as it was kept
        head = head_of(b"%b\r\nHost: h\r\n\r\n" % line, LIMITS)
        assert isinstance(head, Head)
        assert (head.path, head.query, head.headers["host"]) == (path, query, "h")


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"GET /a?b\r\nHost: h HTTP/1.1\r\n\r\n", 400),
        (b"GET /a\r\nHost?b HTTP/1.1\r\nHost: h\r\n\r\n", 400),
        (b"GET /a?b HTTP/1.1\r\n\r\n", 400),
        (b"GET /a?b HTTP/3.1\r\nHost: h\r\n\r\n", 505),
        (b"GOT /a?b HTTP/1.1\r\nHost: h\r\n\r\n", 501),
        (b"GET /a?%b HTTP/1.1\r\nHost: h\r\n\r\n" % bytes(b"b" * LIMITS.line), 414),
    ],
)
def test_what_is_wrong_around_a_query_is_refused(head: bytes, status: int) -> None:
    assert [head_of(head, LIMITS) for _ in range(2)] == [status] * 2
