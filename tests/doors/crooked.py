"""Requests that no honest client sends, made from those that the conformance pages hold.

In: the pages of all dialects, and their routes. Out: a strategy of requests. Promise: whatever a
page shows is where the crooked ones begin, so that a new page or dialect needs nothing here.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from hypothesis import strategies as st

from tests.conformance import pages, runner
from tests.spoken import SPOKEN

CASES = [case for page in pages.PAGES for case in pages.cases_of(page)]
WRONG = b"shibboleth"  # what stands for a secret that is none
FORM = b"application/x-www-form-urlencoded"

Fields = tuple[tuple[bytes, bytes], ...]


class Crooked(NamedTuple):
    """A request, before its length is counted."""

    method: bytes
    path: bytes
    query: bytes
    headers: Fields
    body: bytes

    def raw(self) -> bytes:
        target = self.path + b"?" + self.query if self.query else self.path
        fields = [*self.headers, (b"Content-Length", b"%d" % len(self.body))]
        lines = [b"%b: %b" % field for field in fields]
        first = b"%b %b HTTP/1.1" % (self.method, target)
        return b"\r\n".join([first, b"Connection: close", *lines, b"", self.body])


def _straight() -> Sequence[Crooked]:
    """Every request of every page, as it stands there."""
    return [
        _parsed(*runner.request_bytes(step, runner.CUSTOMER, defaultdict(lambda: "1")))
        for case in CASES
        for step in case.steps
        if step.kind == "request"
    ]


def _parsed(head: bytes, body: bytes) -> Crooked:
    first, *lines = head.rstrip(b"\r\n").split(b"\r\n")
    method, target, _ = first.split(b" ", 2)
    path, _, query = target.partition(b"?")
    given = (line.split(b": ", 1) for line in lines)
    ours = (b"connection", b"content-length")
    headers = tuple((name, value) for name, value in given if name.lower() not in ours)
    return Crooked(method, path, query, headers, body)


STRAIGHT = _straight()
MAILS = [
    runner.mail_bytes(step, runner.CUSTOMER, defaultdict(lambda: "1"))
    for case in CASES
    for step in case.steps
    if step.kind == "mail"
]
_NAME = re.compile(rb'[\s&?"]([A-Za-z]\w{1,30})(?:"\s*:|=)')
_BARE = re.compile(rb"^\s*\w+=(?=\s*<)")  # a document in a variable, though not escaped
_UNSENDABLE = re.compile(rb"[\x00-\x20\x7f]")  # in a request line
_OWNERS = {path.encode(): dialect.NAME for dialect in SPOKEN for _, path in dialect.ROUTES}
ROUTES = sorted(_OWNERS)


def _owner(path: bytes) -> str:
    """Whose path it is; '': nobody's."""
    return _OWNERS.get(path.rstrip(b"/"), "")


def _names() -> Mapping[str, Sequence[bytes]]:
    """Who speaks -> the names of all fields that requests to them have."""
    found: dict[str, set[bytes]] = defaultdict(set)
    for asked in STRAIGHT:
        found[_owner(asked.path)].update(_NAME.findall(asked.raw()))
    return {owner: sorted(names) for owner, names in found.items()}


_NAMES_OF = _names()
NAMES = sorted({name for names in _NAMES_OF.values() for name in names})
METHODS = (b"GET", b"POST", b"HEAD", b"PUT", b"DELETE", b"PATCH", b"OPTIONS")
TYPES = (
    *(FORM, b"application/json", b"text/xml", b"application/xml", b"text/plain"),
    *(b"", b";", b"\xff"),
    *(FORM + b"; charset=klingon", b"application/json; charset=utf-16", b"multipart/form-data"),
)

# What a value may be, in whatever form it travels.
_HUGE = b"9" * 5000
_NUMBERS = b"0 -1 1e999 NaN 0x10 007 1.5 99999999999999999999 " + _HUGE
_TEXTS = (
    *(b"", b" ", b"\x00", b"\xe9\xff", b"\xc3\xa9", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"%", b"%zz"),
    *(b"%00", b"%EF%BC%91", b"%C2%B2", b"%ED%A0%80", b"%F0%9F%98%80" * 80, b"a" * 1001, b"%0D%0A"),
    *(b"'; DROP TABLE ordr; --", b"../../etc/passwd", b"{0}", b"%URL%", b"STOP au 36105", b"{nom}"),
    *(b"http://[::1", b"http://a:99999/", b"http://%00/", b"file:///etc/passwd", b"mailto:x"),
    *(b"2026-02-30", b"25:61", b"0000-00-00 00:00:00", b"9999-12-31", b"20261120", b"2026-11-21"),
    *(b"0639980000", b"+33639980034", b"0033639980036", b"33", b"+1" * 40, b"+", b"0x", b"D83D"),
    *(b"fred", b"susan", b"nobody", WRONG, b"azerty", b"xpasswordx", b"B", b"P", b"8", b"true"),
)
_WORST = {"flat": b"%00%ED%A0%80%EF%BC%91", "json": b"\\u0000\\uff11", "xml": b"&#xFF11;&#133;"}
VALUES = (*_NUMBERS.split(), *_TEXTS)
_NAMES = st.sampled_from([name for name in NAMES if name not in (b"accountid", b"password")])
_HOSTILE = st.sampled_from(VALUES) | st.binary(max_size=12)
JSONS = (
    *(b"null", b"true", b"[]", b"{}", b"[[]]", b"-0", b"1e400", b"1.5", _HUGE, b'""', b"NaN"),
    *(b'"\\ud800"', b'"\\u0000"', b'"\\', b'{"value":null}', b'[{"a":[]}]', b"[" * 40_000, b","),
    b'{"a":' * 40_000,
)
XMLS = (
    *(b"<a>", b"</a>", b"<a/>", b"<push>", b"</push>", b"<![CDATA[", b"]]>", b"<!--", b"<?x?>"),
    *(b"&", b"&#0;", b"&#xD800;", b"&lol;", b"&amp;", b'a="', b"<to/>", b"<to value='' value=''/>"),
    *(b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"<a>" * 40_000, b"<message/>" * 2_000),
)
FLATS = (b"&", b"=", b"&&", b"a" * 20_000, b"&a=b" * 5_000, b"&to=0639980000" * 50, b"[]", b";")

# How each form falls apart, and what may be put between the pieces.
_SHAPES: Mapping[str, tuple[re.Pattern[bytes], Sequence[bytes]]] = {
    "flat": (re.compile(rb"[^&=]+|[&=]"), FLATS + VALUES),
    "json": (
        re.compile(rb'"(?:[^"\\]|\\.)*"|[-\w.]+|[\[\]{},:]|\s+', re.DOTALL),
        JSONS + tuple(b'"%b"' % value for value in VALUES),
    ),
    "xml": (re.compile(rb'</?\w+|"[^"]*"|[\w ]+|.', re.DOTALL), XMLS + VALUES),
}


def swept() -> Iterator[Crooked]:
    """The first request of each form on each path of ours, and on one that is nobody's, with each
    field in turn, of those that this path's owner knows, at its worst."""
    first: dict[tuple[bytes, str], Crooked] = {}
    for asked in STRAIGHT:
        path = asked.path.rstrip(b"/") if _owner(asked.path) else b""
        first.setdefault((path, _shape_of(asked)), asked)
    for (_, shape), asked in first.items():
        names = _NAMES_OF[_owner(asked.path)]
        for name, other in zip(names, (*names[1:], names[0]), strict=True):
            number, text = (name, _HUGE), (other, _WORST[shape])
            yield _with_fields(asked, shape, [number, text])


def _with_fields(asked: Crooked, shape: str, fields: Sequence[tuple[bytes, bytes]]) -> Crooked:
    """Wherever a field may stand: in every object, in every tag, or at the end."""
    if shape == "json":
        more = b"".join(b'"%b":"%b",' % field for field in fields)
        return asked._replace(body=re.sub(rb"\{(?=\s*\S)", lambda _: b"{" + more, asked.body))
    if shape == "xml":
        more = b"".join(b' %b="%b"' % field for field in fields)
        return asked._replace(body=re.sub(rb"<\w+", lambda found: found[0] + more, asked.body))
    more = b"".join(b"&%b=%b" % field for field in fields)
    if asked.query:
        return asked._replace(query=_UNSENDABLE.sub(b"+", asked.query + more))
    return asked._replace(body=asked.body + more)


def _shape_of(asked: Crooked) -> str:
    document = _BARE.sub(b"", asked.body).lstrip()
    return {b"{": "json", b"[": "json", b"<": "xml"}.get(document[:1], "flat")


@st.composite
def crooked(draw: st.DrawFn) -> Crooked:
    """An honest request, bent in one to four places."""
    asked = draw(st.sampled_from(STRAIGHT))
    for bend in draw(st.lists(st.sampled_from(_BENDS), min_size=1, max_size=4)):
        asked = bend(draw, asked)
    return asked


def _bend_method(draw: st.DrawFn, asked: Crooked) -> Crooked:
    return asked._replace(method=draw(st.sampled_from((*METHODS, b"BREW"))))


def _bend_path(draw: st.DrawFn, asked: Crooked) -> Crooked:
    """Another path of ours, or one that is nearly ours."""
    path = draw(st.sampled_from((*ROUTES, b"/", b"/readyz", b"/metrics", b"/api/x", b"/\xff%FF")))
    near = (path, path + b"/", path + b"//", path.upper(), b"/" + path, path + b"%2F", path[:-1])
    return asked._replace(path=draw(st.sampled_from(near)) or b"/")


def _bend_query(draw: st.DrawFn, asked: Crooked) -> Crooked:
    query = _bent(draw, asked.query, "flat")
    return asked._replace(query=_UNSENDABLE.sub(b"+", query))


def _bend_body(draw: st.DrawFn, asked: Crooked) -> Crooked:
    return asked._replace(body=_bent(draw, asked.body, _shape_of(asked)))


def _bend_fields(draw: st.DrawFn, asked: Crooked) -> Crooked:
    """Some more fields, of those that some request has: hostile ones, or a second time."""
    fields = draw(st.lists(st.tuples(_NAMES, _HOSTILE), min_size=1, max_size=5))
    shape = _shape_of(asked)
    if shape == "flat" or asked.query:
        return _with_fields(asked, "flat", fields)
    body = asked.body
    for name, value in fields:
        if shape == "json":
            literal = draw(st.sampled_from((b'"%b"' % value, b'"%b"' % value, *JSONS)))
            body = _inserted(draw, body, rb"\{", b'"%b":%b,' % (name, literal))
        else:
            body = _inserted(draw, body, rb"<\w+", b' %b="%b" ' % (name, value))
    return asked._replace(body=body)


def _inserted(draw: st.DrawFn, body: bytes, behind: bytes, piece: bytes) -> bytes:
    places = [found.end() for found in re.finditer(behind, body[:10_000])]
    at = draw(st.sampled_from(places)) if places else 0
    return body[:at] + piece + body[at:]


def _bend_type(draw: st.DrawFn, asked: Crooked) -> Crooked:
    kept = tuple(field for field in asked.headers if field[0].lower() != b"content-type")
    kind = draw(st.sampled_from(TYPES))
    return asked._replace(headers=(*kept, (b"Content-Type", kind)))


def _bend_secret(draw: st.DrawFn, asked: Crooked) -> Crooked:
    """Somebody else's, none, or a wrong one; or right where it was wrong."""
    right = draw(st.sampled_from((b"xpasswordx", b"xpasswordx", b"guess", b"azerty")))
    wrong = draw(st.sampled_from((WRONG, b"xpasswordx", b"")))
    token = draw(st.sampled_from((b"azerty", WRONG, b"\xe9", b"a" * 5000)))
    headers = asked.headers
    if draw(st.booleans()):
        headers = (*headers, (b"X-Auth-Token", token))
    query, body = (text.replace(right, wrong) for text in (asked.query, asked.body))
    return asked._replace(query=query, body=body, headers=headers)


def _bend_form(draw: st.DrawFn, asked: Crooked) -> Crooked:
    """The query's parameters move into the body: as a form, or in parts."""
    if not asked.query:
        return asked
    kept = tuple(field for field in asked.headers if field[0].lower() != b"content-type")
    if draw(st.booleans()):
        headers = (*kept, (b"Content-Type", FORM))
        return asked._replace(method=b"POST", query=b"", headers=headers, body=asked.query)
    border = draw(st.sampled_from((b"x", b"--", b'"x y"', b"x" * 300)))
    pairs = (unquote_to_bytes(pair).partition(b"=") for pair in asked.query.split(b"&"))
    parts = [
        b'--%b\r\nContent-Disposition: form-data; name="%b"\r\n\r\n%b\r\n' % (border, name, value)
        for name, _, value in pairs
    ]
    body = _bent(draw, b"".join(parts) + b"--" + border + b"--\r\n", "flat")
    headers = (*kept, (b"Content-Type", b"multipart/form-data; boundary=" + border))
    return asked._replace(method=b"POST", query=b"", headers=headers, body=body)


def _bent(draw: st.DrawFn, text: bytes, shape: str) -> bytes:
    """One piece replaced, doubled, taken out, or moved."""
    pattern, strange = _SHAPES[shape]
    pieces = pattern.findall(text)
    at = draw(st.integers(0, len(pieces)))
    piece = draw(st.sampled_from(strange) | st.binary(max_size=12))
    how = draw(st.sampled_from(("replace", "replace", "insert", "double", "drop", "cut")))
    if how == "cut":
        return text[: draw(st.integers(0, len(text)))]
    some = {"replace": [piece], "insert": [piece, *pieces[at : at + 1]], "drop": []}
    return b"".join([*pieces[:at], *some.get(how, pieces[at : at + 1] * 2), *pieces[at + 1 :]])


_BENDS: Sequence[Callable[[st.DrawFn, Crooked], Crooked]] = (
    *(_bend_fields, _bend_fields, _bend_fields, _bend_query, _bend_body, _bend_body),
    *(_bend_path, _bend_method, _bend_type, _bend_secret, _bend_form),
)
