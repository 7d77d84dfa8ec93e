"""Parameters as old clients send them: urlencoded, multipart, doubled, malformed."""

import tracemalloc
from binascii import a2b_qp
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chappe.words.exchange import Request
from chappe.words.parameters import (
    PARAMETERS_MAX,
    STRAYS_MAX,
    TooMany,
    form_pairs,
    parameters,
    query_pairs,
    unescaped,
)

URLENCODED = {"content-type": "application/x-www-form-urlencoded"}
MULTIPART = {"content-type": "multipart/form-data; boundary=xYz"}


def post(body: bytes, headers: dict[str, str] | None = None, query: bytes = b"") -> Request:
    return Request("POST", "/api", query, headers or {}, body)


@pytest.mark.parametrize(
    ("raw", "pairs"),
    [
        (b"", []),
        (b"a=1&b=2", [(b"a", b"1"), (b"b", b"2")]),
        (b"&&a=1&&&b=2&", [(b"a", b"1"), (b"b", b"2")]),
        (b"flag&a=", [(b"flag", b""), (b"a", b"")]),
        (b"a=1=2", [(b"a", b"1=2")]),
        (b"text=Bonjour+tout+le+monde%2B1", [(b"text", b"Bonjour tout le monde+1")]),
        (b"text=%e9%E9\xe9", [(b"text", b"\xe9\xe9\xe9")]),
        (
            b"t=100%&u=%zz&w=%%41&%=%",
            [(b"t", b"100%"), (b"u", b"%zz"), (b"w", b"%A"), (b"%", b"%")],
        ),
        (b"+accountid+=fred&%20text%20=a+", [(b"accountid", b"fred"), (b"text", b"a ")]),
        (b"a=%26&b=%3D%0A%0d", [(b"a", b"&"), (b"b", b"=\n\r")]),
        (b"a==%3d\n=%41", [(b"a", b"==\n=A")]),
    ],
)
def test_urlencoded_pairs_are_taken_apart(raw: bytes, pairs: list[tuple[bytes, bytes]]) -> None:
    assert query_pairs(raw) == pairs


@given(st.binary(max_size=60) | st.text("%=4aF\r\n z", max_size=60).map(str.encode))
def test_escapes_are_read_as_the_standard_library_reads_them(raw: bytes) -> None:
    assert unescaped(raw) == unquote_to_bytes(raw)


@pytest.mark.parametrize("shift", range(4))
@pytest.mark.parametrize("escape", [b"%25", b"%zz", b"%%4", b"+%2B"])
def test_a_long_value_reads_as_the_same_value_in_pieces(escape: bytes, shift: int) -> None:
    raw = b"x" * shift + escape * 50_000
    assert unescaped(raw) == unquote_to_bytes(raw)
    assert query_pairs(b"a=" + raw) == [(b"a", unquote_to_bytes(raw.replace(b"+", b" ")))]


def test_no_step_of_a_long_value_keeps_other_threads_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """E55: a decoder written in C lets nobody else work until it is through."""
    steps: list[int] = []

    def decoded(raw: bytes) -> bytes:
        steps.append(len(raw))
        return a2b_qp(raw)

    monkeypatch.setattr("chappe.words.parameters.a2b_qp", decoded)
    assert query_pairs(b"a=" + b"%25" * 1_000_000) == [(b"a", b"%" * 1_000_000)]
    assert max(steps) <= 4 * 65_536


def test_a_form_of_more_parameters_than_the_bound_is_refused() -> None:
    """E55: no input makes memory grow."""
    assert len(query_pairs(b"&".join([b"a=1"] * PARAMETERS_MAX))) == PARAMETERS_MAX
    with pytest.raises(TooMany):
        query_pairs(b"&".join([b"a=1"] * (PARAMETERS_MAX + 1)))


def test_empty_pairs_do_not_count_against_the_bound() -> None:
    assert query_pairs(b"&" * 1_000_000 + b"a=1" + b"&" * 1_000_000) == [(b"a", b"1")]


def test_a_flood_of_malformed_escapes_is_refused() -> None:
    """E55: it would cost a second of everybody's time."""
    with pytest.raises(TooMany):
        query_pairs(b"a=" + b"%z" * (STRAYS_MAX + 1))


def test_a_multipart_flood_is_refused() -> None:
    """E55: no input makes memory grow."""
    with pytest.raises(TooMany):
        form_pairs(post(b"\n--xYz" * (PARAMETERS_MAX + 1), MULTIPART))


@pytest.mark.parametrize(
    ("headers", "body", "pairs"),
    [
        (URLENCODED, b"a=1", [(b"a", b"1")]),
        ({"content-type": "Application/X-WWW-Form-URLencoded ; charset=x"}, b"a", [(b"a", b"")]),
        ({}, b"text=Bonjour&to=06", [(b"text", b"Bonjour"), (b"to", b"06")]),
        ({}, b"\r\npush[text]=x", [(b"push[text]", b"x")]),
        ({}, b'{"text":"a=b"}', []),
        ({}, b"<sms><text>a=b</text></sms>", []),
        ({}, b" " * 100_000, []),
        ({"content-type": "text/xml"}, b"a=1", []),
        ({"content-type": "multipart/form-data"}, b"--x\r\n", []),
        (
            {"content-type": "multipart/formdata; boundary=x"},
            b'--x\r\nContent-Disposition: attachment; name="a"; filename="f"\r\n\r\n1\r\n--x--\r\n',
            [(b"a", b"1")],
        ),
    ],
)
def test_the_content_type_says_whether_a_body_is_a_form(
    headers: dict[str, str], body: bytes, pairs: list[tuple[bytes, bytes]]
) -> None:
    assert form_pairs(post(body, headers)) == pairs


def part(name: bytes, value: bytes) -> bytes:
    return (
        b'--xYz\r\nContent-Disposition: form-data; name="' + name + b'"\r\n\r\n' + value + b"\r\n"
    )


END = b"--xYz--\r\n"


@pytest.mark.parametrize(
    ("body", "pairs"),
    [
        (part(b"text", b"Bonjour") + part(b"to", b"06") + END, [("text", "Bonjour"), ("to", "06")]),
        (b"preamble\r\n" + part(b"a", b"1") + END + b"epilogue", [("a", "1")]),
        ((part(b"a", b"1") + part(b" b ", b"") + END).replace(b"\r", b""), [("a", "1"), ("b", "")]),
        (part(b"a", b"1\r\n\r\n--xY\r\n--xYzz\r\n") + END, [("a", "1\r\n\r\n--xY\r\n--xYzz\r\n")]),
        (part(b'a\\"b\\\\', b"1") + END, [('a"b\\', "1")]),
        (part(b'a"; filename="n; name=x', b"\x01\x02") + END, [("a", "\x01\x02")]),
        (part(b'f"; x="; name=z', b"1") + END, [("f", "1")]),
        (b"--xYz\r\ncontent-disposition:form-data; name=to\r\n\r\n06\r\n--xYz--", [("to", "06")]),
        (
            b"--xYz \r\nA: b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--xYz",
            [("a", "1")],
        ),
        (b"--xYz\r\n\r\nnameless\r\n" + END, []),
        (b"--xYz\r\nContent-Disposition: form-data; filename=x\r\n\r\n1\r\n" + END, []),
        (b"--xYz\r\n" + END, []),
        (
            part(b"a", b"1") + b"--xYz\r\nContent-Disposition: form-data; name=b\r\n\r\n2",
            [("a", "1")],
        ),
        (part(b"a", b"1") + END + part(b"b", b"2") + END, [("a", "1")]),
        (part(b"a", b"+%41"), []),
        (part(b"a", b"+%41") + END, [("a", "+%41")]),
    ],
)
def test_multipart_is_read_strictly(body: bytes, pairs: list[tuple[str, str]]) -> None:
    expected = [(name.encode(), value.encode()) for name, value in pairs]
    assert form_pairs(post(body, MULTIPART)) == expected


@pytest.mark.parametrize(
    "header",
    [
        'multipart/form-data; boundary="xYz"',
        "Multipart/Form-Data;charset=utf-8; BOUNDARY=xYz ; x=y",
    ],
)
def test_the_boundary_is_found_however_it_is_written(header: str) -> None:
    body = part(b"a", b"1") + END
    assert form_pairs(post(body, {"content-type": header})) == [(b"a", b"1")]


def read(request: Request, *, first_wins: bool = False) -> dict[str, str]:
    return parameters(request, first_wins=first_wins, decode=lambda raw: raw.decode("latin-1"))


def test_the_body_wins_over_the_query() -> None:
    request = post(b"text=b&to=2", URLENCODED, b"text=q&login=fred")
    assert read(request) == {"text": "b", "to": "2", "login": "fred"}
    assert read(request, first_wins=True) == {"text": "b", "to": "2", "login": "fred"}


def test_of_doubled_parameters_the_last_counts_or_the_first() -> None:
    """E55: a parameter given twice."""
    request = post(b"to=3&to=4", URLENCODED, b"a=1&a=2&to=0")
    assert read(request) == {"a": "2", "to": "4"}
    assert read(request, first_wins=True) == {"a": "1", "to": "3"}


def test_an_empty_value_counts_as_not_given() -> None:
    request = post(b"text=&to=", URLENCODED, b"text=q&a=1&a=&b")
    assert read(request) == {"text": "q", "a": "1"}


def test_the_caller_decides_how_bytes_become_text() -> None:
    request = post(b"t%E9xt=%E9", URLENCODED)
    assert read(request) == {"t\xe9xt": "\xe9"}


SHARDS = (
    *(b"--xYz", b"--", b"\r\n", b"\n", b"\r", b"a=1", b"&", b"%", b"%4", b"+", b'"', b"\\", b";"),
    *(b"Content-Disposition: form-data", b"; name=", b"; filename=", b"\xff", b" ", b"="),
)
hostile = st.lists(st.sampled_from(SHARDS) | st.binary(max_size=5), max_size=25).map(b"".join)


@settings(max_examples=400)
@given(
    hostile,
    hostile,
    st.sampled_from([{}, URLENCODED, MULTIPART])
    | st.text('multipar/fod-;=bny" xYz', max_size=40).map(lambda text: {"content-type": text}),
)
def test_no_form_raises(body: bytes, query: bytes, headers: dict[str, str]) -> None:
    """E55: bad input."""
    request = post(body, headers, query)
    given_pairs = query_pairs(query) + form_pairs(request)
    assert set(read(request).values()) <= {value.decode("latin-1") for _, value in given_pairs}


def test_a_long_value_is_never_copied_as_a_whole() -> None:
    """E3: others wait for each copy of 32 MiB, some 12 ms."""
    raw = b"text=" + b"%25" * 1_000_000
    tracemalloc.start()
    try:
        pairs = query_pairs(raw)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert pairs == [(b"text", b"%" * 1_000_000)]
    assert most < len(raw)
