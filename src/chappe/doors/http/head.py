"""The head of a request: request line and header fields, read at one go.

In: the bytes from the method to the blank line. Out: a `Head`, or the status of the refusal.
Promises: what is accepted has one meaning only (one length, one framing); no exception.
httptools judges; what it refuses though old clients send it (bytes above 0x7F and blanks in the
target, line feeds alone) is brought into its proper form before it looks.
"""

import re

import httptools
import msgspec

from chappe.doors.http.limits import Limits
from chappe.words.parameters import TooMany, unescaped
from chappe.words.remembered import remembered

CHUNKED = -1

# Any other is 501, before httptools could take one that only a stranger protocol knows.
METHODS = {
    word.encode(): word for word in ("GET", "POST", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS")
}
_VERSIONS = {b"HTTP/1.1": True, b"HTTP/1.0": False}
_METHOD_SHAPE = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VERSION_SHAPE = re.compile(rb"HTTP/[0-9]\.[0-9]")
_LINE_END = re.compile(rb"\r?\n")
_SLASHES = re.compile(r"/{2,}")
# What a host may be made of, its port with it; empty is one too.
_HOST = re.compile(r"[^\x00-\x20/?#@\\,]*")
_AUTHORITY = re.compile(rb"https?://[^/?]+", re.IGNORECASE)
# What httptools takes anywhere in a target that begins with '/'.
_PLAIN = b"/?%&=+-._~!$'()*,;:@0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_ONCE = ("content-length", "host", "transfer-encoding")  # each reader would take another one
_JOINED = ("connection", "traceparent")  # a list; or one that is none, where it stands twice
_KEPT_BYTES = 1024
_LENGTH_DIGITS = 18  # of a length; whatever has more is longer than anything that we take
_PERCENT = ord("%")
_NO_LIMITS = Limits()  # what is read by them is far below
# Controls stay as they are, for httptools to refuse.
_ESCAPED = [chr(c) if c <= 0x7F and c != 0x20 else f"%{c:02X}" for c in range(256)]


class Head(msgspec.Struct, frozen=True):
    """What a head says. `length` is the body's, or CHUNKED; `modern` is HTTP/1.1."""

    method: str
    path: str
    query: bytes
    headers: dict[str, str]
    length: int
    modern: bool
    keep: bool
    expects: bool


def head_of(raw: bytes, limits: Limits) -> Head | int:
    """`raw` begins with the request line and ends with the first blank line."""
    front, mark, back = raw.partition(b"?")
    query, _, rest = back.partition(b" ")
    is_short = len(raw) <= limits.line and len(front) + len(rest) <= _KEPT_BYTES <= limits.head
    if mark and is_short and not query.translate(None, _PLAIN):
        head = _around(front, rest)
        if head is not None:
            return Head(
                head.method,
                head.path,
                query,
                head.headers,
                head.length,
                head.modern,
                head.keep,
                head.expects,
            )
    return _whole(raw, limits)


@remembered(1_024)
def _around(front: bytes, rest: bytes) -> Head | None:
    """A client says the same of itself in all its requests; where the query is plain and has no
    part in the verdict, it is reached once. None where the whole has to be looked at."""
    _, _, path = front.partition(b" ")
    version, _, _ = rest.partition(b"\r\n")
    if path[:1] != b"/" or b" " in path or version not in _VERSIONS:
        return None  # that mark was none of a query
    head = _whole(b"%b %b" % (front, rest), _NO_LIMITS)
    return head if isinstance(head, Head) else None


def _whole(raw: bytes, limits: Limits) -> Head | int:
    line_end = raw.find(b"\n")
    if line_end > limits.line:
        return 414
    if len(raw) - line_end > limits.head:
        return 431
    line = raw[:line_end].removesuffix(b"\r")
    parts = line.split(b" ")
    if len(parts) != 3 or not line.isascii():
        parts = _tidied(line)
    if len(parts) != 3:
        return 400
    method, whole, version = parts
    if method not in METHODS or version not in _VERSIONS:
        return _stranger(method, version)
    target = whole
    if whole[:1] != b"/":
        # An absolute target names us once more; only what follows the authority counts.
        authority = _AUTHORITY.match(whole)
        if authority is None:
            return 400
        target = whole[authority.end() :]
    rest = raw[line_end + 1 :]
    if whole is target and len(rest) <= _KEPT_BYTES and not target.translate(None, _PLAIN):
        fields = _known(method, version, rest)
    else:
        fields = _fields(method, whole, version, rest)
    if isinstance(fields, int):
        return fields
    path, _, query = target.partition(b"?")
    plain = _plain_path(path)
    if plain is None:
        return 400
    return Head(
        METHODS[method],
        plain,
        query,
        fields.headers,
        fields.length,
        fields.modern,
        fields.keep,
        fields.expects,
    )


@remembered(1_024)
def _known(method: bytes, version: bytes, rest: bytes) -> "_Fields | int":
    """The same where there is no query; where the target is plain, it has no part in it either."""
    return _fields(method, b"/", version, rest)


def _fields(method: bytes, target: bytes, version: bytes, rest: bytes) -> "_Fields | int":
    """The fields of a head, or the status of the refusal."""
    if rest.count(b"\n") != rest.count(b"\r\n"):
        rest = _LINE_END.sub(b"\r\n", rest)
    fields = _Fields(_VERSIONS[version])
    fault = fields.read(b"%b %b %b\r\n%b" % (method, target, version, rest))
    return fault or fields


def _tidied(line: bytes) -> list[bytes]:
    """Method, target and version, where the target holds bytes that it should not."""
    method, _, rest = line.partition(b" ")
    target, _, version = rest.rstrip(b" ").rpartition(b" ")
    target = target.lstrip(b" ")
    if not target:
        return [line]
    return [method, target.decode("latin-1").translate(_ESCAPED).encode(), version]


def _stranger(method: bytes, version: bytes) -> int:
    if not _VERSION_SHAPE.fullmatch(version) or not _METHOD_SHAPE.fullmatch(method):
        return 400
    return 505 if version not in _VERSIONS else 501


def _plain_path(path: bytes) -> str | None:
    """As clients mean it: some put two slashes where they join the path to an address."""
    if _PERCENT not in path:
        plain = path.decode()
    else:
        try:
            plain = unescaped(path).decode("utf-8", "replace")
        except TooMany:
            return None
    if "//" in plain:
        plain = _SLASHES.sub("/", plain)
    return plain.rstrip("/") or "/"


class _Fields:
    """Collects the header fields of one head while httptools reads it."""

    __slots__ = ("complete", "doubled", "expects", "headers", "keep", "length", "modern")

    def __init__(self, modern: bool) -> None:
        self.headers: dict[str, str] = {}
        self.doubled = False
        self.complete = False
        self.length = 0
        self.modern = modern
        self.keep = modern
        self.expects = False

    def read(self, raw: bytes) -> int:
        """The status of the refusal, or 0."""
        try:
            httptools.HttpRequestParser(self).feed_data(raw)
        except httptools.HttpParserUpgrade:
            pass  # We offer no other protocol, so the request stands as it is.
        except httptools.HttpParserError:
            return 501 if self._unknown_coding() else 400
        return self._weigh() if self.complete else 400

    def on_header(self, name: bytes, value: bytes) -> None:
        """httptools calls this for each field; a trailing blank is no part of the value."""
        key = name.decode("latin-1").lower()
        text = value.decode("latin-1").rstrip(" \t")
        if key in self.headers:
            if key in _ONCE:
                self.doubled = True
            elif key in _JOINED:
                text = f"{self.headers[key]}, {text}"
        self.headers[key] = text

    def on_headers_complete(self) -> None:
        """httptools calls this at the blank line."""
        self.complete = True

    def _unknown_coding(self) -> bool:
        coding = self.headers.get("transfer-encoding")
        return (
            coding is not None
            and coding.lower() != "chunked"
            and "content-length" not in self.headers
        )

    def _weigh(self) -> int:
        headers = self.headers
        if self.doubled or not self._hosted():
            return 400
        if "content-length" in headers:
            if "transfer-encoding" in headers:
                return 400
            # httptools has seen to it that these are digits, but not to how many they are.
            digits = headers["content-length"].lstrip("0")
            if len(digits) > _LENGTH_DIGITS:
                return 413
            self.length = int(digits or "0")
        elif "transfer-encoding" in headers:
            if self._unknown_coding():
                return 501
            if not self.modern:
                # HTTP/1.0 knows no chunks; whoever passed this on may have read it otherwise.
                return 400
            self.length = CHUNKED
        if "connection" in headers:
            self._heed(headers["connection"])
        if "expect" in headers and self.modern:
            if headers["expect"].lower() != "100-continue":
                return 417
            self.expects = True
        return 0

    def _hosted(self) -> bool:
        """Whether it says which host it is for, as far as its version has to."""
        host = self.headers.get("host")
        return not self.modern if host is None else _HOST.fullmatch(host) is not None

    def _heed(self, connection: str) -> None:
        wishes = [wish.strip() for wish in connection.lower().split(",")]
        if "close" in wishes:
            self.keep = False
        elif "keep-alive" in wishes:
            self.keep = True
