"""A mail as mailers write them: its subject, and its text.

In: the octets of a mail. Out: the subject without its encoding and its blanks, and the text of the
mail, or of all parts of it that are one: some carriers put a note of theirs before it. Promise:
nothing raises; time is in proportion to the octets, and parts are bounded.

It is read by a few patterns of our own. Python's parser of mails takes time in proportion to the
square of a head, looks up every name of a charset that it meets, and raises where one holds a NUL.
"""

import html
import re
from binascii import Error as Malformed
from binascii import a2b_base64, a2b_qp
from collections.abc import Iterator, Mapping
from itertools import groupby, islice
from typing import NamedTuple

from chappe.dialects.craft.octets import known_as
from chappe.dialects.octopush.tables import MAIL_LIMITS

_HEAD_ENDS = re.compile(rb"\n\r?\n")
_HEADER = re.compile(
    rb"^(subject|content-(?:type|transfer-encoding|disposition))[ \t]*:(.*(?:\n[ \t].*)*)",
    re.IGNORECASE | re.MULTILINE,
)
_KIND = re.compile(r"\s*([\w.+-]{1,64})/([\w.+-]{1,64})")
_PARAMETER = re.compile(r';\s*([\w-]{1,64})\s*=\s*(?:"([^"]{0,200})"|([^\s;"]{1,200}))')
_WORD = re.compile(r"=\?([^?]{1,64})\?([bq])\?([^?]*)\?=", re.IGNORECASE)
_WORDS = re.compile(rf"(?:{_WORD.pattern})+", re.IGNORECASE)
_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_NO_LETTERS = bytes(set(range(256)) - set(_LETTERS))

_UNSEEN = re.compile(r"<(head|style|script)\b", re.IGNORECASE)
_SEEN_AGAIN = {name: re.compile(f"</{name}", re.IGNORECASE) for name in ("head", "style", "script")}
_PARAGRAPH = re.compile(r"</p\b[^<>]*>", re.IGNORECASE)
_LINE = re.compile(r"<(?:br|/div)\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_STIFF_BLANK = "\xa0"

_PLAIN, _HTML = "text/plain", "text/html"
_MARK = "\ufeff"
_WIDE = frozenset({"utf-16", "utf-16le", "utf-16be"})
_LATIN, _WINDOWS = "iso-8859-1", "cp1252"  # who says the one has often written the other


class _Part(NamedTuple):
    """A head, and where the body stands that belongs to it."""

    headers: Mapping[bytes, str]
    kind: str
    parameters: Mapping[str, str]
    begin: int
    end: int


def subject_and_text(mail: bytes) -> tuple[str, str]:
    """Both are '' where there is none."""
    raw = b"\n" + mail.removeprefix(b"\xef\xbb\xbf")  # a break before every head, also of a part
    parts = [*islice(_parts(raw, 1, len(raw), MAIL_LIMITS["depth"]), MAIL_LIMITS["parts"])]
    subject = _subject(parts[0].headers.get(b"subject", ""))
    for kind, readable in ((_PLAIN, _unfolded), (_HTML, _bare)):
        texts = [readable(_text(raw, part), part) for part in parts if _is_text(part, kind)]
        text = "\n\n".join(texts)
        if text and not text.isspace():
            return subject, text
    return subject, ""


# --- parts ---


def _parts(raw: bytes, begin: int, end: int, depth: int) -> Iterator[_Part]:
    """This one, and those within it, in their order."""
    part = _opened(raw, begin, end)
    boundary = part.parameters.get("boundary", "").rstrip()
    yield part
    if depth and boundary and part.kind.startswith("multipart/"):
        for inner, over in _between(raw, part, boundary.encode("latin-1", "replace")):
            yield from _parts(raw, inner, over, depth - 1)


def _opened(raw: bytes, begin: int, end: int) -> _Part:
    """Of a head no more is read than an honest one has."""
    last = min(end, begin + MAIL_LIMITS["head"])
    found = _HEAD_ENDS.search(raw, begin - 1, last)
    head = raw[begin : found.start() if found else last]
    said = _HEADER.findall(head)
    # The first of each kind counts.
    headers = {name.lower(): _decoded(value, "").strip() for name, value in reversed(said)}
    content = headers.get(b"content-type", "")[: MAIL_LIMITS["content_type"]]
    kind, parameters = _KIND.match(content), _PARAMETER.findall(content)
    return _Part(
        headers,
        kind[0].strip().lower() if kind else _PLAIN,
        {name.lower(): quoted or bare for name, quoted, bare in reversed(parameters)},
        found.end() if found else end,
        end,
    )


def _between(raw: bytes, part: _Part, boundary: bytes) -> Iterator[tuple[int, int]]:
    """What stands between boundaries; what stands before the first, or behind the last, is for
    nobody. A boundary is a whole line, since it may begin like another one."""
    line = re.compile(rb"\n--" + re.escape(boundary) + rb"(--)?[ \t]*\r?(?=\n|\Z)")
    begin = 0
    for found in line.finditer(raw, part.begin - 1, part.end):
        if begin:
            yield begin, found.start()
        if found[1]:
            return
        begin = found.end() + 1
    if begin:
        yield min(begin, part.end), part.end


def _is_text(part: _Part, kind: str) -> bool:
    disposition = part.headers.get(b"content-disposition", "")
    return part.kind == kind and not disposition.lower().startswith("attachment")


# --- texts ---


def _text(raw: bytes, part: _Part) -> str:
    coding = part.headers.get(b"content-transfer-encoding", "").lower()
    body = raw[part.begin : part.end]
    if coding.startswith("quoted-printable"):
        body = a2b_qp(body)
    elif coding.startswith("base64"):
        body = _from_base64(body)
    return _decoded(body, part.parameters.get("charset", "")).removeprefix(_MARK)


def _from_base64(raw: bytes) -> bytes:
    """As much as can be read; what carriers write below it in clear is no fault of the sender's."""
    try:
        return a2b_base64(raw)
    except Malformed:
        letters = raw.translate(None, _NO_LETTERS)
        odd = len(letters) % 4 == 1
        return a2b_base64(letters[: len(letters) - odd] + b"==")


def _decoded(raw: bytes, charset: str) -> str:
    """Of names that strangers made up nobody looks any up."""
    spelled = charset.strip().lower().replace("_", "-")
    if spelled in _WIDE:
        return raw.decode(spelled, "replace")
    known = known_as(spelled)
    if known not in (None, "us-ascii", "utf-8"):
        return raw.decode(_WINDOWS if known == _LATIN else known, "replace")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode(_WINDOWS, "replace")


def _unfolded(text: str, part: _Part) -> str:
    """Lines of format=flowed, without what was stuffed in: a blank at the beginning, and, where the
    mail says so, the one at which a line was broken."""
    text = text.replace("\r\n", "\n")
    if part.parameters.get("format", "").lower() != "flowed":
        return text
    text = f"\n{text}".replace("\n ", "\n")
    if part.parameters.get("delsp", "").lower() == "yes":
        text = text.replace(" \n", "\n")
    return text[1:]


def _bare(document: str, part: _Part) -> str:
    """What is left of a text in HTML."""
    text = _PARAGRAPH.sub("\n\n", _LINE.sub("\n", _shown(document)))
    text = _ENTITY.sub(lambda found: html.unescape(found[0]), _TAG.sub("", text))
    return text.replace(_STIFF_BLANK, " ")


def _shown(document: str) -> str:
    """The document without what nobody sees of it."""
    kept: list[str] = []
    at = 0
    while found := _UNSEEN.search(document, at):
        kept.append(document[at : found.start()])
        over = _SEEN_AGAIN[found[1].lower()].search(document, found.end())
        at = over.start() if over else len(document)
    return "".join([*kept, document[at:]])


# --- subjects ---


def _subject(said: str) -> str:
    """Where it was folded a blank came in, and none belongs there."""
    said = "".join(said[: MAIL_LIMITS["subject"]].split())
    # Some leave an underscore as it is, which stands for a blank where others encode it.
    blank = "=5f" in said.lower()
    return "".join(_WORDS.sub(lambda found: _words(found[0], blank=blank), said).split())


def _words(run: str, *, blank: bool) -> str:
    """Words that follow each other: a letter may begin in one and end in the next."""
    pieces = [
        (charset.lower(), _octets(coding, said.encode("utf-8", "replace"), blank=blank))
        for charset, coding, said in _WORD.findall(run)
    ]
    return "".join(
        [
            _decoded(b"".join([octets for _, octets in alike]), charset.partition("*")[0])
            for charset, alike in groupby(pieces, key=lambda piece: piece[0])
        ]
    )


def _octets(coding: str, said: bytes, *, blank: bool) -> bytes:
    return _from_base64(said) if coding in "bB" else a2b_qp(said, header=blank)
