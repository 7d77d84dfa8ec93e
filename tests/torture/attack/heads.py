"""Heads of requests that no honest client sends.

In: a seed and the number of a batch. Out: its heads, always the same. Promise: the first batches
hold every place of a head with a run of every class of octets in every length; all later ones are
put together by chance, from parts that are mostly right, so that one wrong part is looked at. None
is a guess at a secret: those are answered late, and have an attack of their own (`guesses.py`).
"""

import itertools
import random
from collections.abc import Callable, Sequence
from functools import cache
from typing import Final

from tests.torture.attack.hurl import Orders, Told
from tests.torture.attack.volley import pelt

BATCH: Final = 16

_RUNS: Final = (
    *(b"0", b"1", b"9", b"f", b"a", b"Z", b"%", b"%00", b"%41", b"%ff", b"%zz", b"/", b"//"),
    *(b"../", b"?", b"&", b"a=b&", b"=", b"+", b"-", b".", b":", b";", b",", b" ", b"\t", b'"'),
    *(
        b"\\",
        b"\x00",
        b"\x7f",
        b"\xe9",
        b"\xff",
        b"\xc3\xa9",
        b"\n",
        b"\r",
        b"\r\n ",
        b"{",
        b"127.0.0.1,",
    ),
)
_LENGTHS: Final = (1, 2, 17, 19, 21, 100, 1_025, 4_301, 9_000, 65_537)
_SHORT: Final = _LENGTHS[:6]
_LONG_SHARE: Final = 0.02  # of runs that chance draws

# Where a run may stand in an otherwise honest head.
_PLACES: Final[Sequence[bytes]] = (
    b"%sGET / HTTP/1.1\r\nHost: h\r\n\r\n",
    b"GET%s / HTTP/1.1\r\nHost: h\r\n\r\n",
    b"GET /%s HTTP/1.1\r\nHost: h\r\n\r\n",
    b"GET /x?%s HTTP/1.1\r\nHost: h\r\n\r\n",
    b"GET %s HTTP/1.1\r\nHost: h\r\n\r\n",
    b"GET http://%s/ HTTP/1.1\r\nHost: h\r\n\r\n",
    b"GET / HTTP/%s\r\nHost: h\r\n\r\n",
    b"GET / HTTP/1.1%s\r\nHost: h\r\n\r\n",
    b"GET / HTTP/1.1\r\n%s: h\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost%s: h\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: %s\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: h\r\nX: %s\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: h\r\n%s\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: h\r\nContent-Length: %s\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 0%s\r\n\r\n",
    b"POST /api HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n%s\r\n0\r\n\r\n",
    b"POST /api HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1;%s\r\na\r\n0\r\n\r\n",
    b"POST /api HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n%s: t\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: %s\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: h\r\nConnection: %s\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: h\r\nExpect: %s\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: %s\r\n\r\n",
    b"GET /nowhere HTTP/1.1\r\nHost: h\r\nX-Auth-Token: %s\r\n\r\n",
    b"POST /api HTTP/1.1\r\nHost: h\r\nContent-Type: %s\r\nContent-Length: 1\r\n\r\na",
    b"POST /api HTTP/1.1\r\nHost: h\r\nContent-Type: multipart/form-data; boundary=%s\r\n"
    b"Content-Length: 1\r\n\r\na",
)

_METHODS: Final = (
    *(b"GET", b"GET", b"GET", b"POST", b"HEAD", b"PUT", b"DELETE", b"PATCH", b"OPTIONS"),
    *(b"get", b"CONNECT", b"TRACE", b"PRI", b"G\x00T", b""),
)
_TARGETS: Final = (
    *(b"/", b"/", b"/api", b"/API/apiV2.php", b"/campaign/status", b"/healthz", b"/nowhere"),
    *(b"*", b"", b"//", b"http://h/api", b"HTTP://h", b"https://h:99999999999/?a", b"h:443"),
    *(b"/%2e%2e/%00", b"/api?to=%", b"/api?%zz=%C3%28", b"/\xe9 \xff", b"/api?a=b c", b"/#x"),
)
_VERSIONS: Final = (
    *(b"HTTP/1.1",) * 8,
    *(b"HTTP/1.0", b"HTTP/0.9", b"HTTP/2.0", b"HTTP/1.10", b"HTTP/9.9", b"http/1.1", b"", b"HTTP"),
)
_NAMES: Final = (
    *(b"Host", b"X", b"Cookie", b"Accept", b"User-Agent", b"Connection", b"Expect", b"Upgrade"),
    *(b"Content-Type", b"Content-Length", b"Transfer-Encoding", b"X-Forwarded-For", b"Origin"),
    *(b"X-Auth-Token", b"Authorization", b"Trailer", b"TE", b"Range", b"X Y", b"", b"\xe9", b"x:"),
)
_VALUES: Final = (
    *(
        b"h",
        b"",
        b"0",
        b"1",
        b"-1",
        b"+1",
        b"0x10",
        b"1, 1",
        b"1e3",
        b"00",
        b"18446744073709551616",
    ),
    *(b"chunked", b"gzip, chunked", b"chunked, chunked", b"\x0bchunked", b"identity", b"close"),
    *(b"keep-alive", b"close, keep-alive", b"upgrade", b"100-continue", b"h2c", b"\t", b"a\r\n b"),
    *(b"text/xml; charset=klingon", b"application/json", b"Basic Og==", b"127.0.0.1", b"::1"),
)
_ENDS: Final = (*(b"\r\n",) * 12, b"\n", b"\r", b"\r\n\t", b"\x00\r\n")
_SEPARATORS: Final = (*(b": ",) * 10, b":", b" : ", b"\t:\t", b" ", b"")
_CHUNKS: Final = (
    *(b"0\r\n\r\n", b"1\r\na\r\n0\r\n\r\n", b"g\r\n", b"1\r\nab\r\n0\r\n\r\n", b"-1\r\na\r\n"),
    *(
        b"ffffffffffffffff\r\n",
        b"0x1\r\na\r\n0\r\n\r\n",
        b"1 \r\na\r\n0\r\n\r\n",
        b"0\r\nA: b\r\n\r\n",
    ),
)


def pelt_heads(orders: Orders) -> Told:
    """The attack."""
    return pelt(orders, heads_of)


def heads_of(seed: str, number: int) -> Sequence[bytes]:
    """The heads of one batch."""
    swept = _swept()
    if number * BATCH < len(swept):
        return [_run_at(*case) for case in swept[number * BATCH : (number + 1) * BATCH]]
    chance = random.Random(f"{seed} {number}")
    return [_bent(chance) for _ in range(BATCH)]


@cache
def _swept() -> Sequence[tuple[bytes, bytes, int]]:
    """The dear ones last: a short siege sees many of the others."""
    cases = itertools.product(_LENGTHS, _PLACES, _RUNS)
    return [(place, octets, length) for length, place, octets in cases]


def _run_at(place: bytes, octets: bytes, length: int) -> bytes:
    return place.replace(b"%s", octets * (length // len(octets) or 1))


def _bent(chance: random.Random) -> bytes:
    draw = chance.choice
    line = b" ".join((draw(_METHODS), draw(_TARGETS), draw(_VERSIONS)))
    fields = [_field(draw, chance) for _ in range(int(chance.random() * 6))]
    if chance.random() < 0.1 and fields:
        fields.append(draw(fields))
    raw = b"".join((line, draw(_ENDS), *fields, b"\r\n"))
    if b"chunked" in raw:
        raw += draw(_CHUNKS)
    if chance.random() < 0.3:
        at = int(chance.random() * len(raw))
        length = draw(_LENGTHS if chance.random() < _LONG_SHARE else _SHORT)
        octets = draw(_RUNS)
        raw = raw[:at] + octets * (length // len(octets) or 1) + raw[at:]
    return raw


def _field(draw: Callable[[Sequence[bytes]], bytes], chance: random.Random) -> bytes:
    value = draw(_VALUES)
    if chance.random() < 0.1:
        value += draw(_RUNS) * int(chance.random() * 40)
    return b"".join((draw(_NAMES), draw(_SEPARATORS), value, draw(_ENDS)))
