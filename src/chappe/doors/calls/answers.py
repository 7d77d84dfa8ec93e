"""The answers that come over one connection to a customer's server, read one after the other.

In: bytes in pieces of any size. Out: a `Heard` for each answer that is whole, and whether another
request may follow it. httptools judges. Servers say much the same at every call, so its verdict
on a short head is kept, for the answers that come in one piece, and so is the last short answer.
"""

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

from chappe.words.exchange import Heard
from chappe.words.remembered import remembered

_HEAD_END = b"\r\n\r\n"
_KEPT_BYTES = 1024


class Answers:
    """`heard` is the answer once it is whole; `broken` that it can no longer become so."""

    __slots__ = (
        "_framed", "_last", "_last_heard", "_parser", "_parts", "_status", "broken", "heard",
        "reusable", "taken",
    )  # fmt: skip

    def __init__(self) -> None:
        # It and we hold each other, which the collector alone undoes: most never need one.
        self._parser: HttpResponseParser | None = None
        self.reusable = False
        self._last = b""  # the last answer that was here at once, where another could follow it
        self._last_heard: Heard | None = None
        self.expect()

    def expect(self) -> None:
        """Begin with the next answer."""
        self.taken = self._status = 0
        self._framed = self.broken = False
        self.heard: Heard | None = None
        self._parts: list[bytes] = []

    def feed(self, piece: bytes) -> None:
        """Bytes have come."""
        first = not self.taken
        self.taken += len(piece)
        if first and piece == self._last:
            self.heard, self.reusable = self._last_heard, True
        elif not (first and self._take_whole(piece)):
            self._parse(piece)

    def ended(self) -> Heard | None:
        """The server has said all: the answer, where it may end so."""
        if self._status < 200 or self._framed:
            return None
        return Heard(self._status, b"".join(self._parts))

    def _take_whole(self, piece: bytes) -> bool:
        """Take an answer that is here from its first byte to its last, and no more than that."""
        end = piece.find(_HEAD_END) + len(_HEAD_END)
        if not len(_HEAD_END) <= end <= _KEPT_BYTES:
            return False
        verdict = _verdict(piece[:end], len(piece) - end)
        if verdict is None:
            return False
        status, self.reusable = verdict
        self.heard = Heard(status, piece[end:])
        if self.reusable and len(piece) <= _KEPT_BYTES:
            self._last, self._last_heard = piece, self.heard
        return True

    def _parse(self, piece: bytes) -> None:
        if self._parser is None:
            self._parser = HttpResponseParser(self)
            # Old servers end lines with a bare LF.
            self._parser.set_dangerous_leniencies(lenient_optional_cr_before_lf=True)
        try:
            self._parser.feed_data(piece)
        except (HttpParserError, HttpParserUpgrade):
            self.reusable = False
            self.broken = self.heard is None

    # What httptools calls.

    def on_message_begin(self) -> None:
        """An answer begins."""
        if self.heard is not None:
            self.reusable = False  # More than one answer came to one request.

    def on_header(self, name: bytes, value: bytes) -> None:
        """One field."""
        if len(name) == 14 and name.lower() == b"content-length":
            self._framed = True
        elif len(name) == 17 and name.lower() == b"transfer-encoding":
            self._framed = b"chunked" in value.lower()

    def on_headers_complete(self) -> None:
        """The blank line."""
        if self._parser is not None:
            self._status = self._parser.get_status_code()

    def on_body(self, part: bytes) -> None:
        """Some of the body."""
        self._parts.append(part)

    def on_message_complete(self) -> None:
        """An answer ends."""
        if self.heard is not None:
            return
        if 100 <= self._status < 200:
            # It only foretells the answer, which is still to come.
            self._status, self._framed = 0, False
        else:
            self.heard = Heard(self._status, b"".join(self._parts))
            self.reusable = self._parser is not None and self._parser.should_keep_alive()


@remembered(1_024)
def _verdict(head: bytes, size: int) -> tuple[int, bool] | None:
    """The status, and whether another request may follow, where `size` bytes behind this head
    are its whole body whatever they are; else None."""
    answers = Answers()
    answers._parse(head + bytes(size))
    heard = answers.heard
    if heard is None or len(heard.body) != size:
        return None
    return heard.status, answers.reusable
