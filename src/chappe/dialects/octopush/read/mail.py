"""A mail as mailers write them: its subject, and its text.

In: the octets of a mail. Out: the subject without its encoding, and the text of the mail, or of its
first part that is one. Promise: nothing raises; time is in proportion to the octets, and parts
within parts are bounded.
"""

import html
import re
from binascii import Error as Malformed
from binascii import a2b_base64, a2b_qp
from collections.abc import Iterator
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message as Part
from email.parser import BytesHeaderParser

from chappe.dialects.craft.octets import known_as
from chappe.dialects.octopush.tables import MAIL_LIMITS

_HEAD_ENDS = re.compile(rb"\r?\n\r?\n")
_TAG = re.compile(r"<[^<>]*>")
_PARSER = BytesHeaderParser()
_PLAIN, _HTML = "text/plain", "text/html"


def subject_and_text(raw: bytes) -> tuple[str, str]:
    """Both are '' where there is none."""
    head, body = _opened(raw)
    found = dict(reversed([*_texts(head, body, MAIL_LIMITS["depth"])]))  # the first of each kind
    text = found.get(_PLAIN)
    return _subject(head), _bare(found.get(_HTML, "")) if text is None else text


def _opened(raw: bytes) -> tuple[Part, bytes]:
    """A head, of which no more is read than an honest one has; and what follows it."""
    if raw[:1] in b"\r\n":
        raw = b"\r\n" + raw  # a part without a head
    end = _HEAD_ENDS.search(raw, 0, MAIL_LIMITS["head"])
    if end is None:
        return _PARSER.parsebytes(raw[: MAIL_LIMITS["head"]]), b""
    return _PARSER.parsebytes(raw[: end.start()]), raw[end.end() :]


def _subject(head: Part) -> str:
    said = str(head.get("subject", ""))[: MAIL_LIMITS["subject"]]
    try:
        pieces = decode_header(said)
    except (HeaderParseError, Malformed, ValueError):
        return said
    return "".join(
        [
            piece if isinstance(piece, str) else _decoded(piece, charset or "")
            for piece, charset in pieces
        ]
    )


def _texts(head: Part, body: bytes, depth: int) -> Iterator[tuple[str, str]]:
    """Every text in it that is no attachment, with its kind."""
    kind = head.get_content_type()
    boundary = head.get_boundary() if head.get_content_maintype() == "multipart" else None
    if boundary and depth:
        for part in _parts(body, boundary.encode("latin-1", "replace")):
            yield from _texts(*_opened(part), depth - 1)
    elif kind in (_PLAIN, _HTML) and head.get_content_disposition() != "attachment":
        yield kind, _text(head, body)


def _parts(body: bytes, boundary: bytes) -> Iterator[bytes]:
    """What stands between its boundaries; what stands before the first is for nobody."""
    mark = b"\n--" + boundary
    body = b"\n" + body
    at = body.find(mark)
    for _ in range(MAIL_LIMITS["parts"]):
        begin = body.find(b"\n", at + len(mark)) if at >= 0 else -1
        if begin < 0 or body.startswith(b"--", at + len(mark)):
            return
        at = body.find(mark, begin)
        yield body[begin + 1 : at if at >= 0 else len(body)]


def _text(head: Part, body: bytes) -> str:
    coding = str(head.get("content-transfer-encoding", "")).strip().lower()
    if coding == "quoted-printable":
        body = a2b_qp(body)
    elif coding == "base64":
        try:
            body = a2b_base64(body)
        except Malformed:
            return ""
    charset = str(head.get_param("charset", "") or "")
    text = _decoded(body, charset)
    if str(head.get_param("format", "")).lower() == "flowed":
        return _unflowed(text, str(head.get_param("delsp", "")).lower() == "yes")
    return text


def _decoded(raw: bytes, charset: str) -> str:
    """Of names that strangers made up nobody looks any up."""
    known = known_as(charset)
    if known is not None and known != "us-ascii":
        return raw.decode(known, "replace")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _unflowed(text: str, drops_blank: bool) -> str:
    """Lines of format=flowed, without what was stuffed in: a blank at the beginning, and, where the
    mail says so, the one at which a line was broken."""
    lines = [line[1:] if line[:1] == " " else line for line in text.splitlines()]
    if drops_blank:
        lines = [line[:-1] if line[-1:] == " " and line != "-- " else line for line in lines]
    return "\n".join(lines)


def _bare(document: str) -> str:
    """What is left of a text in HTML."""
    return html.unescape(_TAG.sub("", document))
