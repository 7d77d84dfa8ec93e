"""Where a call goes: customers' URLs taken apart, and the addresses that are refused."""

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chappe.doors.calls.address import aim, leads_to, may_call, may_knock, write_request
from chappe.words.exchange import Call

REFUSED = """
0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.255 100.100.100.200 127.0.0.1
127.255.255.254 168.63.129.16 169.254.0.1 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.192
192.0.2.1 192.88.99.1 192.168.0.1 192.168.255.255 198.18.0.1 198.19.255.255 198.51.100.1
203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255
:: ::1 ::7f00:1 ::8.8.8.8 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 ::ffff:0:127.0.0.1
64:ff9b::127.0.0.1 64:ff9b::192.168.1.1 64:ff9b:1::8.8.8.8 100::1 2001::1 2001:0:7f00:1::
2001:0:808:808:0:0:f7f7:f7f7 2001:10::1 2001:db8::1 2002:7f00:1:: 2002:c0a8:101::1 2002:a00:1::
3fff::1 4000::1 5f00::1 fc00::1 fd00:ec2::254 fe80::1 fe80::1%eth0 febf::1 fec0::1 ff02::1 ff0e::1
::1%lo
"""

PUBLIC = """
1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.1 100.63.255.255 100.128.0.1 126.255.255.255 128.0.0.1
169.253.255.255 172.15.255.255 172.32.0.1 192.167.255.255 192.169.0.1 198.17.255.255 198.20.0.1
223.255.255.255 2606:4700::1111 2a01:cb00::1 2001:4860:4860::8888 2003::1 2620:0:ccc::2
::ffff:8.8.8.8 64:ff9b::8.8.8.8 2002:808:808::1
"""

NO_ADDRESS = [
    "", "localhost", "127.1", "2130706433", "0x7f.0.0.1", "0177.0.0.1", "8.8.8.8 ", "8.8.8.8/32",
    "[::1]", "8.8.8", "８.8.8.8", "8.8.8.8\n",
]  # fmt: skip


@pytest.mark.parametrize("address", REFUSED.split())
def test_an_address_that_is_nobodys_public_host_is_refused(address: str) -> None:
    """E41: private, loopback, link-local and all that wraps them."""
    assert not may_call(address)


@pytest.mark.parametrize("address", PUBLIC.split())
def test_a_public_address_may_be_called(address: str) -> None:
    assert may_call(address)


@pytest.mark.parametrize("address", NO_ADDRESS)
def test_what_is_no_strict_address_is_refused(address: str) -> None:
    assert not may_call(address)


@given(st.text())
def test_no_text_breaks_the_guard(text: str) -> None:
    may_call(text)


@given(st.ip_addresses())
def test_what_may_be_called_is_public_to_the_standard_library_as_well(
    address: IPv4Address | IPv6Address,
) -> None:
    bare: IPv4Address | IPv6Address = address
    if isinstance(address, IPv6Address):
        bare = address.ipv4_mapped or address.sixtofour or address
    if may_call(str(address)):
        assert bare.is_global
        assert not bare.is_multicast


@given(st.ip_addresses(v=4))
def test_a_wrapped_address_is_judged_like_the_bare_one(bare: IPv4Address) -> None:
    number = int(bare)
    wraps = [
        IPv6Address((0xFFFF << 32) + number),
        IPv6Address((0x64FF9B << 96) + number),
        IPv6Address((0x2002 << 112) + (number << 80) + 1),
    ]
    assert [may_call(str(wrap)) for wrap in wraps] == [may_call(str(bare))] * 3


ORIGINS = {
    "http://example.org": "http://example.org:80",
    "HTTP://Example.ORG/Path": "http://example.org:80",
    "https://example.org?x=1": "https://example.org:443",
    "https://example.org:8443/a": "https://example.org:8443",
    "http://example.org:/a": "http://example.org:80",
    "http://example.org.:080/a": "http://example.org:80",
    "http://fred:secret@example.org/a": "http://example.org:80",
    "http://a@b@example.org/a": "http://example.org:80",
    "http://café.example/": "http://xn--caf-dma.example:80",
    "http://CAFÉ。example/": "http://xn--caf-dma.example:80",
    "http://１２７.0.0.1/": "http://127.0.0.1:80",
    "http://under_score.example/": "http://under_score.example:80",
    "http://[2001:DB8:0::1]/": "http://[2001:db8::1]:80",
    "http://[2001:db8:0:0::127.0.0.1]:81/": "http://[2001:db8::7f00:1]:81",
    "http://127.1/": "http://127.1:80",
    "http://example.org/#frag\r\nment": "http://example.org:80",
}


@pytest.mark.parametrize(("url", "origin"), ORIGINS.items())
def test_an_origin_has_one_spelling(url: str, origin: str) -> None:
    aimed = aim(url)
    assert aimed is not None
    assert aimed[0].origin == origin


BAD = [
    "", "example.org", "//example.org/", "ftp://example.org/", "file:///etc/passwd", "http:",
    "http://", "http:///path", "http://:80/", "http://fred@/", "http://example.org:0/",
    "http://example.org:65536/", "http://example.org:8o/", "http://example.org:-1/",
    "http://example.org:80:80/", "http://exa mple.org/", "http://exa%6dple.org/",
    "http://a..b/", "http://.a/", "http://" + "a" * 64 + ".org/", "http://" + "a." * 130 + "org/",
    "http://[::1/", "http://::1/", "http://[::1]x/", "http://[::1%25lo]/", "http://[1.2.3.4]/",
    "http://example.org\r\nX: y/", "http://example.org/\r\nX: y", "http://example.org/a\nb",
    "http://example.org/a\tb", "http://example.org/a\x00", "http://example.org/a\x7f",
    "http://fr\red@example.org/", "http://good.example\\@evil.example/", "http://a／b.example/",
    "http://faß.example/", "http://a\u200db.example/", "http://\udc80.example/",
    "http://example.org/\udc80", "http://\udc80@example.org/", " http://example.org/",
    "httpſ://example.org/", "http://example.org/" + "a" * 65536,
]  # fmt: skip


@pytest.mark.parametrize("url", BAD)
def test_what_is_no_http_url_is_refused(url: str) -> None:
    assert aim(url) is None


TARGETS = {
    "": b"/",
    "?": b"/?",
    "?a=1": b"/?a=1",
    "/a/b?c=d&e[]=f": b"/a/b?c=d&e[]=f",
    "/a#b?c": b"/a",
    "?a#b": b"/?a",
    "/é?q=œuf": b"/%C3%A9?q=%C5%93uf",
    "/%C3%A9?q=%e9%zz%": b"/%C3%A9?q=%e9%zz%",
    '/a b"<>|{}^`\\': b"/a%20b%22%3C%3E%7C%7B%7D%5E%60%5C",
    "/\x85\u2028": b"/%C2%85%E2%80%A8",
    "//evil.example/": b"//evil.example/",
    "/../a": b"/../a",
}


@pytest.mark.parametrize(("rest", "target"), TARGETS.items())
def test_a_target_is_encoded_once(rest: str, target: bytes) -> None:
    aimed = aim("http://example.org" + rest)
    assert aimed is not None
    assert aimed[1] == target


REQUESTS = {
    Call("GET", "http://example.org/a?b=c"): (
        b"GET /a?b=c HTTP/1.1\r\nHost: example.org\r\nAccept: */*\r\nUser-Agent: Chappe\r\n\r\n"
    ),
    Call("GET", "https://fr%C3%A9d:p%40ss@[2001:db8::1]:8443"): (
        b"GET / HTTP/1.1\r\nHost: [2001:db8::1]:8443\r\n"
        b"Authorization: Basic ZnLDqWQ6cEBzcw==\r\nAccept: */*\r\nUser-Agent: Chappe\r\n\r\n"
    ),
    Call("GET", "http://fred@example.org"): (
        b"GET / HTTP/1.1\r\nHost: example.org\r\n"
        b"Authorization: Basic ZnJlZDo=\r\nAccept: */*\r\nUser-Agent: Chappe\r\n\r\n"
    ),
    Call("POST", "https://example.org:443/a", b'{"a":1}', "application/json"): (
        b"POST /a HTTP/1.1\r\nHost: example.org\r\nAccept: */*\r\nUser-Agent: Chappe\r\n"
        b'Content-Type: application/json\r\nContent-Length: 7\r\n\r\n{"a":1}'
    ),
    Call("POST", "http://example.org"): (
        b"POST / HTTP/1.1\r\nHost: example.org\r\nAccept: */*\r\nUser-Agent: Chappe\r\n"
        b"Content-Length: 0\r\n\r\n"
    ),
    Call("GET", "http://example.org", b"\r\n\x00"): (
        b"GET / HTTP/1.1\r\nHost: example.org\r\nAccept: */*\r\nUser-Agent: Chappe\r\n"
        b"Content-Length: 3\r\n\r\n\r\n\x00"
    ),
}


@pytest.mark.parametrize(("call", "request_"), REQUESTS.items())
def test_a_request_is_written_whole(call: Call, request_: bytes) -> None:
    written = write_request(call, b"Chappe")
    assert not isinstance(written, str)
    assert written[1] == request_


@pytest.mark.parametrize(
    ("call", "fault"),
    [
        (Call("GET", "gopher://example.org/"), "bad URL"),
        (Call("PUT", "http://example.org/"), "bad method"),
        (Call("GET / HTTP/1.1\r\nX: y\r\n", "http://example.org/"), "bad method"),
        (Call("POST", "http://example.org/", b"", "text/plain\r\nX: y"), "bad content type"),
        (Call("POST", "http://example.org/", b"", "text/é"), "bad content type"),
    ],
)
def test_a_call_that_can_not_be_written_is_a_fault(call: Call, fault: str) -> None:
    assert write_request(call, b"Chappe") == fault


PIECES = st.lists(
    st.sampled_from(
        ["http://", "https://", "HTTP://", "a", "é", "example", ".", ":", "@", "/", "?", "#", "[",
         "]", "%", "%41", "\r\n", "\n", "\x00", "\\", " ", "::1", "80", "127.0.0.1", "\ud800", "。"]
    ) | st.text(max_size=3)
)  # fmt: skip


@given(PIECES, st.text(max_size=8), st.sampled_from(["GET", "POST"]))
def test_no_text_of_a_customer_adds_a_line_to_a_request(
    pieces: list[str], kind: str, method: str
) -> None:
    """E41, E55: whatever a URL or type holds, the head has the lines that we wrote."""
    for url in ("".join(pieces), "http://example.org/" + "".join(pieces)):
        written = write_request(Call(method, url, type=kind), b"Chappe")
        if isinstance(written, str):
            continue
        place, request = written
        names = [line.partition(b":")[0] for line in request.split(b"\r\n")[1:]]
        assert names == [
            b"Host",
            *[b"Authorization"] * (b"\r\nAuthorization" in place.head),
            b"Accept",
            b"User-Agent",
            *[b"Content-Type"] * (method == "POST" and kind != ""),
            *[b"Content-Length"] * (method == "POST"),
            b"",
            b"",
        ]
        assert all(0x20 <= byte < 0x7F for byte in request.replace(b"\r\n", b""))
        assert request.partition(b"\r\n")[0].count(b" ") == 2


@given(st.text(max_size=20))
def test_an_encoded_target_stays_as_it_is(text: str) -> None:
    once = aim("http://example.org/" + text)
    if once is not None:
        assert aim(once[0].origin + once[1].decode()) == once


def test_callbacks_go_to_ports_of_the_web_and_to_those_that_anybody_may_open() -> None:
    """E55: and to none where something else listens as a rule."""
    refused = {0, 1, 21, 22, 25, 53, 81, 110, 587, 993, 1023, 1433, 3306, 5432, 6379, 9200, 27017}
    allowed = {80, 443, 1024, 3000, 8000, 8080, 8225, 8443, 9000, 32_768, 65_535}
    assert {port for port in refused | allowed if may_knock(port)} == allowed
    assert {port for port in refused if may_knock(port, {25, 6379})} == {25, 6379}


@pytest.mark.parametrize(
    ("url", "leads"),
    [
        ("http://example.org/a", True),
        ("https://EXAMPLE.org.:8443", True),
        ("http://www.example.org", False),
        ("http://a.b.sub.test/", True),
        ("http://sub.test/", False),
        ("http://xsub.test/", False),
        ("http://example.org@evil.test/", False),
        ("http://evil.test/example.org", False),
        ("http://192.0.2.10/", True),
        ("http://[2001:DB8::7]/", True),
        ("no URL", True),
    ],
)
def test_an_accounts_calls_lead_to_its_hosts_alone(url: str, leads: bool) -> None:
    """E55: what is no URL is refused as such."""
    assert leads_to(url, ("example.org", ".sub.test", "192.0.2.10", "2001:db8::7")) is leads
