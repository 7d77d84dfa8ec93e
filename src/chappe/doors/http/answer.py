"""A response in bytes.

In: a `Response`, and how the connection goes on. Out: what goes to the socket, in one piece.
Promises: always a length where the body is made, never a header that its value could split;
ValueError (a fault of whoever made the response) where it cannot be written.
"""

import re
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus
from time import time

from chappe.words.exchange import Response

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"

_PHRASES = {status.value: status.phrase for status in HTTPStatus}
_BODILESS = frozenset({*range(100, 200), 204, 304})
# These are ours to say; a second one would contradict the first.
_OURS = frozenset({"connection", "content-length", "content-type", "date", "transfer-encoding"})
_UNFIT = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


def written(response: Response, *, bare: bool, keep: bool, modern: bool) -> bytes:
    """`bare` answers HEAD: everything but the body. Of a body that is still to be made there is the
    head alone, without a length."""
    status, body = response.status, response.body
    lines = [_opening(status, response.type), _date(int(time()))]
    if response.headers:
        lines += [_header(name, value) for name, value in response.headers]
    if status not in _BODILESS:
        if response.stream is None:
            lines.append(b"Content-Length: %d\r\n" % len(body))
        elif modern:
            lines.append(b"Transfer-Encoding: chunked\r\n")
    if not keep:
        lines.append(b"Connection: close\r\n")
    elif not modern:
        lines.append(b"Connection: keep-alive\r\n")
    lines.append(b"\r\n")
    if not bare and status not in _BODILESS:
        lines.append(body)
    return b"".join(lines)


def is_streamed(response: Response, *, bare: bool) -> bool:
    """Whether something is still to be made of it, which goes out after its head."""
    return response.stream is not None and not bare and response.status not in _BODILESS


def refusal(status: int) -> Response:
    """The short text that a bad request gets."""
    return Response(f"{status} {_PHRASES[status]}\n".encode(), "text/plain", status)


@lru_cache(maxsize=256)
def _opening(status: int, kind: str) -> bytes:
    if not 100 <= status <= 599:
        raise ValueError(f"no such status: {status}")
    line = f"HTTP/1.1 {status} {_PHRASES.get(status, '')}\r\n".encode()
    return line + _line("Content-Type", kind) if kind else line


def _header(name: str, value: str) -> bytes:
    if name.lower() in _OURS or not _NAME.fullmatch(name):
        raise ValueError(f"not a header for a response to carry: {name!r}")
    return _line(name, value)


def _line(name: str, value: str) -> bytes:
    if _UNFIT.search(value):
        raise ValueError(f"a control character in {name}")
    return f"{name}: {value}\r\n".encode("latin-1")


@lru_cache(maxsize=2)
def _date(now_s: int) -> bytes:
    return f"Date: {formatdate(now_s, usegmt=True)}\r\n".encode()
