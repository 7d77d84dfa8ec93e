"""The bytes of one connection, read into requests; without a socket.

In: bytes in pieces of any size. Out: heads with their bodies one by one, or the status of the
refusal that ends the connection. Promises: the same requests however the bytes were cut; after a
refusal, or a request that was said to be the last, nothing more is read; what is kept is bounded
by one head, one body and the last piece; no exception.
"""

import re
from enum import Enum

import msgspec

from chappe.doors.http.chunks import Chunks
from chappe.doors.http.head import CHUNKED, Head, head_of
from chappe.doors.http.limits import Limits
from chappe.doors.http.parcel import Parcel
from chappe.doors.lobby.seating import Bodies

Stage = Enum("Stage", ["IDLE", "HEAD", "BODY", "SHUT"])
_IDLE, _HEAD, _BODY, _SHUT = Stage  # spares a look-up in the hot path

_LONG = 128 * 1024  # octets; to join a longer body on the loop would keep all others waiting
_BLANK_LINE = re.compile(rb"\n\r?\n")
_LINE_BREAKS = re.compile(rb"[\r\n]*")


def allowed_s(stage: Stage, limits: Limits) -> float:
    """How long a connection may be about it."""
    if stage is _IDLE:
        return limits.idle_s
    return limits.body_s if stage is _BODY else limits.head_s


class Arrived(msgspec.Struct, frozen=True):
    """A whole request. A long body is still in its parcel."""

    head: Head
    body: bytes
    parcel: Parcel | None = None

    @property
    def size(self) -> int:
        """How many octets its body has."""
        return len(self.body) if self.parcel is None else self.parcel.size


class Intake:
    """`stage` says what is under way; `invites` that the client waits for 100 Continue.

    The body of an arrived request stays counted in `bodies` until its taker lets it go.
    """

    __slots__ = (
        "_at",
        "_bodies",
        "_body",
        "_chunks",
        "_head",
        "_limits",
        "_rest",
        "_scanned",
        "invites",
        "stage",
    )

    def __init__(self, limits: Limits, bodies: Bodies) -> None:
        self._limits = limits
        self._bodies = bodies
        self.stage = _IDLE
        self.invites = False
        self._rest: bytes | bytearray = b""
        self._at = 0  # where in `_rest` the unread begins
        self._scanned = 0  # how much of the unread is known to hold no blank line
        self._head: Head | None = None
        self._body = Parcel()
        self._chunks: Chunks | None = None

    def feed(self, piece: bytes) -> None:
        """Bytes have come."""
        if self.stage is _SHUT:
            return
        if not self._rest:
            self._rest = piece
            return
        if isinstance(self._rest, bytes):
            self._rest = bytearray(self._rest[self._at :])
        else:
            del self._rest[: self._at]
        self._at = 0
        self._rest += piece

    @property
    def unread(self) -> int:
        """How much has come that nobody has looked at."""
        return len(self._rest) - self._at

    @property
    def pending(self) -> bool:
        """There is something to take up: bytes, or an invitation that was put off."""
        return bool(self._rest) or self.invites

    @property
    def head(self) -> Head | None:
        """What is known of a request whose body is under way."""
        return self._head if self.stage is _BODY else None

    @property
    def received(self) -> int:
        """How much has come of what is under way."""
        return self._body.size + len(self._rest) - self._at

    def next(self) -> Arrived | int | None:
        """The next request; or the status of a refusal; or None until more has come."""
        arrived: Arrived | int | None = None
        if self.stage is _BODY:
            arrived = self._gather_body()
        elif self.stage is not _SHUT and self._at < len(self._rest):
            arrived = self._scan_head()
        if isinstance(arrived, int):
            self.shut()
        elif arrived is not None:
            if not arrived.head.keep:
                self.stage = _SHUT
                self._rest = b""
            else:
                self.stage = _HEAD if self._at < len(self._rest) else _IDLE
        if self._at >= len(self._rest):
            self._rest = b""
            self._at = 0
        return arrived

    def shut(self) -> None:
        """Read no more, and drop what has come."""
        self.stage = _SHUT
        self.invites = False
        self._bodies.held -= self._body.size
        self._rest = b""
        self._at = 0
        self._body = Parcel()
        self._chunks = None

    def _scan_head(self) -> Arrived | int | None:
        rest, at = self._rest, self._at
        if rest[at] < 0x20:
            # Some clients end a body with a line break that no length speaks of.
            breaks = _LINE_BREAKS.match(rest, at)
            at = self._at = breaks.end() if breaks else at
            if at == len(rest):
                self.stage = _IDLE
                return None
        found = _BLANK_LINE.search(rest, at + self._scanned)
        if found is None:
            self.stage = _HEAD
            self._scanned = max(len(rest) - at - 2, 0)
            return self._excess() or None
        self._scanned = 0
        self._at = end = found.end()
        head = head_of(bytes(rest[at:end]), self._limits)
        if isinstance(head, int):
            return head
        if head.length == 0:
            return Arrived(head, b"")
        return self._begin_body(head)

    def _excess(self) -> int:
        """The refusal that an unfinished head has earned already, or 0."""
        rest, at, limits = self._rest, self._at, self._limits
        if not rest[at : at + 1].isalpha():
            return 400
        size = len(rest) - at
        if size <= min(limits.head, limits.line):
            return 0
        line_end = rest.find(b"\n", at)
        line = (line_end if line_end >= 0 else len(rest)) - at
        if line > limits.line:
            return 414
        return 431 if size - line > limits.head else 0

    def _begin_body(self, head: Head) -> Arrived | int | None:
        length, bodies, rest, at = head.length, self._bodies, self._rest, self._at
        if length > self._limits.body:
            return 413
        if bodies.held + max(length, 0) > self._limits.bodies_total:
            return 503
        if 0 < length <= len(rest) - at:
            bodies.held += length
            self._at = at + length
            return Arrived(head, bytes(rest[at : at + length]))
        self._head = head
        self.stage = _BODY
        self._chunks = Chunks(self._limits) if length == CHUNKED else None
        self._body = self._chunks.body if self._chunks else Parcel()
        if head.expects and at == len(rest):
            self.invites = True
            return None
        return self._gather_body()

    def _gather_body(self) -> Arrived | int | None:
        head, rest, before = self._head, self._rest, self._body.size
        if head is None or self._at == len(rest):
            return None
        self.invites = False
        if self._chunks is None:
            piece = rest[self._at : self._at + head.length - before]
            self._body.add(piece)
            self._at += len(piece)
            complete = self._body.size == head.length
        else:
            self._at = self._chunks.feed(rest, self._at)
            complete = self._chunks.done
        self._bodies.held += self._body.size - before
        if self._chunks is not None and self._chunks.fault:
            return self._chunks.fault
        if self._bodies.held > self._limits.bodies_total:
            return 503
        if not complete:
            return None
        body, self._body, self._chunks, self._head = self._body, Parcel(), None, None
        return Arrived(head, b"", body) if body.size > _LONG else Arrived(head, body.whole())
