"""Parameters of a request, from its query and its body.

In: a request as a door took it. Out: pairs of raw bytes, or one dictionary of text.
Promises: nothing here raises but `TooMany` (and what a caller's own `decode` raises); time and
memory stay in proportion to the input, whatever it holds. A `+` is a blank; a malformed `%`
stands for itself; blanks around a name do not count; a name without '=' has an empty value.
"""

import re
from binascii import a2b_qp
from collections.abc import Callable, Iterator
from itertools import chain

from chappe.words.exchange import Request

PARAMETERS_MAX = 100_000
STRAYS_MAX = 100_000
PART_HEAD_MAX = 16 * 1024
_WINDOW = 1 << 16  # octets that are decoded together: other threads wait for each step
_LOOKED_THROUGH = 1 << 20  # and that are looked through together

# Whether bytes hold one of these is found several times faster by its number.
_PERCENT, _SIGN, _PLUS, _AND, _CR, _LF = b"%=+&\r\n"

Pairs = list[tuple[bytes, bytes]]

_STRAY = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_FULL_PAIR = re.compile(rb"[^&]+")
_FORM_SHAPE = re.compile(rb"[\w.\-\[\]%+ ]{1,128}=")
_BOUNDARY = re.compile(r';\s*boundary\s*=\s*(?:"([^"]{1,200})"|([^\s;"]{1,200}))', re.IGNORECASE)
_DELIMITED = re.compile(rb"(--)|[ \t]{0,1000}(?:\r?\n|\Z)")
_PART_HEAD_END = re.compile(rb"\r?\n\r?\n")
# curl calls a part an attachment where the body is called anything but multipart/form-data.
_DISPOSITION = re.compile(
    rb"^content-disposition[ \t]*:[ \t]*(?:form-data|attachment)", re.I | re.M
)
_ATTRIBUTE = re.compile(rb';[ \t]*([\w*-]+)[ \t]*=[ \t]*(?:"((?:[^"\\\r\n]|\\.)*)"|([^\s;"]*))')
_QUOTED = re.compile(rb'\\(["\\])')


class TooMany(Exception):
    """More parameters (or more malformed escapes) than an honest form holds."""


def parameters(
    request: Request, *, first_wins: bool = False, decode: Callable[[bytes], str]
) -> dict[str, str]:
    """Query and body as one: the body wins over the query, and of doubled ones the last.

    With `first_wins` it is the first of each of the two. An empty value counts as not given.
    """
    query, form = query_pairs(request.query), form_pairs(request)
    if first_wins:
        query.reverse()
        form.reverse()
    query += form
    texts = [*map(decode, chain.from_iterable([pair for pair in query if pair[1]]))]
    return dict(zip(texts[::2], texts[1::2], strict=True))


def query_pairs(raw: bytes) -> Pairs:
    """The pairs of an urlencoded string, in its order."""
    if not raw:
        return []
    if len(raw) > _WINDOW:
        return [_pair(pair) for pair in _long_split(raw)]
    raw = raw.replace(b"+", b" ")
    split = [pair.partition(b"=") for pair in raw.split(b"&") if pair]
    if _PERCENT not in raw:
        return [(name.strip(), value) for name, _, value in split]
    return [
        (
            (unescaped(name) if _PERCENT in name else name).strip(),
            unescaped(value) if _PERCENT in value else value,
        )
        for name, _, value in split
    ]


def _long_split(raw: bytes) -> Iterator[memoryview]:
    """What stands between the '&' of a long text, but for what is empty, a window at a time: to
    split or to copy it all in one step would keep other threads waiting."""
    whole, count, begin = memoryview(raw), 0, -1  # where the open pair begins
    for at in range(0, len(raw), _WINDOW):
        window = raw[at : at + _WINDOW]
        if begin >= 0 and window[0] == _AND:
            yield whole[begin:at]
            begin = -1
        for found in _FULL_PAIR.finditer(window):
            if begin < 0:
                begin = at + found.start()
                count += 1
                if count > PARAMETERS_MAX:
                    raise TooMany
            if found.end() < len(window):
                yield whole[begin : at + found.end()]
                begin = -1
    if begin >= 0:
        yield whole[begin:]


def _pair(pair: memoryview) -> tuple[bytes, bytes]:
    """One pair, of which either side may be long."""
    for at in range(0, len(pair), _WINDOW):
        end = bytes(pair[at : at + _WINDOW]).find(_SIGN)
        if end >= 0:
            end += at
            break
    else:
        end = len(pair)
    name = unescaped(pair[:end], spaced=True).strip()
    return name, unescaped(pair[end + 1 :], spaced=True)


def form_pairs(request: Request) -> Pairs:
    """The pairs of the body, if it is a form; else none."""
    body = request.body
    if not body:
        return []
    header = request.headers.get("content-type", "")
    kind = header.partition(";")[0].strip().lower()
    if kind == "application/x-www-form-urlencoded":
        return query_pairs(body)
    # Whatever the kind is called: the parts themselves say that they are those of a form.
    if kind.startswith("multipart/"):
        boundary = _BOUNDARY.search(header)
        if boundary is None:
            return []
        return _multipart(body, (boundary[1] or boundary[2]).encode("latin-1", "replace"))
    if not kind and _FORM_SHAPE.match(body[:512].lstrip()):
        return query_pairs(body)
    return []


def unescaped(raw: bytes | memoryview, *, spaced: bool = False) -> bytes:
    """Percent-decoding: a malformed `%` stands for itself, and a `+` too, unless it is a blank."""
    if len(raw) <= _WINDOW:
        only = bytes(raw).replace(b"+", b" ") if spaced else bytes(raw)
        return _unescaped(only) if _PERCENT in only else only
    pieces, strays = [], 0
    for found in _windows(memoryview(raw)):
        window = found.replace(b"+", b" ") if spaced and _PLUS in found else found
        if _PERCENT not in window:
            pieces.append(window)
            continue
        piece = _unescaped(window)
        # A well-formed escape is two octets longer than what it stands for.
        strays += window.count(b"%") - (len(window) - len(piece)) // 2
        if strays > STRAYS_MAX:
            raise TooMany
        pieces.append(piece)
    return b"".join(pieces)


def _windows(raw: memoryview) -> Iterator[bytes]:
    """None of them ends within an escape."""
    at = 0
    while at < len(raw):
        window = bytes(raw[at : at + _WINDOW])
        if len(window) == _WINDOW:
            begun = window.rfind(b"%", -2)
            window = window[:begun] if begun >= 0 else window
        yield window
        at += len(window)


def _unescaped(raw: bytes) -> bytes:
    # Quoted-printable is percent-encoding with another sign, and its decoder is written in C:
    # ten times the speed of urllib's, and no list of a million pieces for a hostile value.
    found = a2b_qp(raw.replace(b"=", b"=3D").replace(b"%", b"="))
    # It leaves a malformed escape as it is, but for the two that mean something to it: a sign at
    # the end of a line, or of all. Where no sign is left and no line ends, there was none.
    if _SIGN in found or raw.endswith(b"%") or _LF in raw or _CR in raw:
        mended = _STRAY.sub(b"%25", raw)  # so that every '%' begins a well-formed escape
        return a2b_qp(mended.replace(b"=", b"=3D").replace(b"%", b"="))
    return found


def _multipart(body: bytes, boundary: bytes) -> Pairs:
    """The named parts of a multipart body; one that nothing closes is not taken."""
    delimiter = b"\n--" + boundary
    pairs: Pairs = []
    begin = -1  # where the open part begins, its head's leading line break included
    count = 0
    at = 0 if body.startswith(delimiter[1:]) else _next(body, delimiter, 0)
    while at >= 0:
        count += 1
        if count > PARAMETERS_MAX:
            raise TooMany
        after = at + len(delimiter) - 1
        found = _DELIMITED.match(body, after)
        if found is not None:
            if begin >= 0:
                _take_part(body, begin, at - 1, pairs)
            if found[1]:
                break
            begin = after
        at = _next(body, delimiter, after)
    return pairs


def _next(body: bytes, delimiter: bytes, start: int) -> int:
    """Where the '--' of the next delimiter line stands, or a negative number."""
    for begin in range(start, len(body), _LOOKED_THROUGH):
        found = body.find(delimiter, begin, begin + _LOOKED_THROUGH + len(delimiter) - 1)
        if found >= 0:
            return found + 1
    return -1


def _take_part(body: bytes, begin: int, end: int, pairs: Pairs) -> None:
    """What stands between two delimiters, without the line feed of the second; it may still end in
    that line's CR. It is copied once: it may be nearly all of the body."""
    head_end = _PART_HEAD_END.search(body, begin, min(begin + PART_HEAD_MAX, end))
    if head_end is None:
        return
    name = _part_name(body[begin : head_end.start()])
    if name is not None:
        value = head_end.end()
        pairs.append((name, body[value : end - body.endswith(b"\r", value, end)]))


def _part_name(head: bytes) -> bytes | None:
    disposition = _DISPOSITION.search(head)
    if disposition is None:
        return None
    line = head[disposition.end() :].partition(b"\n")[0]
    for attribute in _ATTRIBUTE.finditer(line):
        if attribute[1].lower() == b"name":
            name = attribute[3] if attribute[2] is None else _QUOTED.sub(rb"\1", attribute[2])
            return name.strip()
    return None
