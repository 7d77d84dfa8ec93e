"""What the blocks of a conformance page mean.

In: a block, and what came over the wire. Out: octets to send, or whether it came as the page says.

    request [charset]   request line, headers, a blank line, the body; 'at-once' instead of a
                        charset: before anything else could happen
    answer              status and Content-Type, a blank line, the body
    bytes               the same with the body in hexadecimal, compared octet by octet
    zip [charset]       the same with the body an archive: '== name', and below it what it holds
    header              more of the same answer: 'Name: value'; nothing behind the colon means that
                        it has no such header
    mail [name]         a mail to that name of ours, or to sms; its answer is the last reply, alone
                        above a blank line
    callback            request line and Content-Type, a blank line, the body
    handset             FROM TO TEXT: somebody writes to a code; 'at-once': and others with them
    wait                '72 hours': time goes by

Bodies are compared whole. `{{name}}` is a hole: it takes any value at first sight and stands for
that value afterwards. In a request, `{{3 * "x"}}` is xxx, and `{{octets E9 80}}` is these two
octets, in its body or above it, though no charset may hold them. `customer.example` is where the
customer listens.
"""

import codecs
import io
import re
import zipfile
from collections.abc import Mapping
from typing import NamedTuple

from tests.conformance.pages import Step

CUSTOMER = "customer.example"
AT_ONCE = "at-once"

_REPEAT = re.compile(r'\{\{(\d+) \* "(.*?)"\}\}')
_OCTETS = re.compile(r"\{\{octets ((?:[0-9A-F]{2} ?)+)\}\}")
_HOLE = re.compile(r"\{\{([a-z]\w*)\}\}")
_UNITS_MS = {"second": 1_000, "minute": 60_000, "hour": 3_600_000, "day": 86_400_000}


class Told(NamedTuple):
    """An answer or a callback: its first line, and all of its body."""

    head: str
    body: str


class Answer(NamedTuple):
    """What the door said. The names of headers are in small letters."""

    status: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def head(self) -> str:
        return f"{self.status} {self.headers.get('content-type', '')}".strip()


def request_bytes(step: Step, customer: str, bound: Mapping[str, str]) -> tuple[bytes, bytes]:
    """Head and body as they go over the wire."""
    head, _, body = _filled(step, customer, bound).partition("\n\n")
    charset = "utf-8" if step.note in ("", AT_ONCE) else step.note
    raw = _encoded(body.removesuffix("\n"), charset)
    first, *headers = head.rstrip("\n").split("\n")
    first = first if " HTTP/" in first else f"{first} HTTP/1.1"
    lines = [first, "Host: sms.example", *headers, "Connection: close"]
    if raw and "\ntransfer-encoding:" not in head.lower():
        lines.append(f"Content-Length: {len(raw)}")
    return _encoded("\r\n".join([*lines, "", ""]), "utf-8"), raw


def mail_bytes(step: Step, customer: str, bound: Mapping[str, str]) -> bytes:
    """A mail as its sender wrote it."""
    text = _filled(step, customer, bound).removesuffix("\n")
    return _encoded(text.replace("\n", "\r\n"), "utf-8")


def _filled(step: Step, customer: str, bound: Mapping[str, str]) -> str:
    text = step.text.replace(CUSTOMER, customer)
    text = _REPEAT.sub(lambda found: found[2] * int(found[1]), text)
    return _HOLE.sub(lambda found: bound[found[1]], text)


def _encoded(text: str, charset: str) -> bytes:
    """Letters in the charset, and between them the octets that are given as such."""
    encoder = codecs.getincrementalencoder(charset)()  # it writes one byte order mark, not several
    letters, *others = _OCTETS.split(text)
    raw = encoder.encode(letters)
    for octets, letters in zip(others[::2], others[1::2], strict=True):
        raw += bytes.fromhex(octets) + encoder.encode(letters)
    return raw


def told_of(step: Step, customer: str) -> Told:
    """What an answer or callback block expects."""
    head, _, body = step.text.replace(CUSTOMER, customer).partition("\n\n")
    return Told(" ".join(head.split()), body.removesuffix("\n"))


def expected_of(step: Step, customer: str) -> Told:
    """What a block that looks at an answer expects, as `seen_by` has it."""
    if step.kind == "header":
        return Told("", step.text.replace(CUSTOMER, customer).removesuffix("\n"))
    expected = told_of(step, customer)
    if step.kind == "bytes":
        return expected._replace(body=bytes.fromhex(expected.body).hex(" "))
    return expected


def seen_by(step: Step, answer: Answer) -> Told:
    """As much of an answer as a block of this kind looks at."""
    return _SIGHTS[step.kind](step, answer)


def _text(step: Step, answer: Answer) -> Told:
    charset = answer.headers.get("content-type", "").partition("charset=")[2] or "utf-8"
    return Told(answer.head, answer.body.decode(charset))


def _octets(step: Step, answer: Answer) -> Told:
    return Told(answer.head, answer.body.hex(" "))


def _archive(step: Step, answer: Answer) -> Told:
    """Names and contents in the archive's own order."""
    try:
        with zipfile.ZipFile(io.BytesIO(answer.body)) as archive:
            held = [(name, archive.read(name)) for name in archive.namelist()]
    except zipfile.BadZipFile:
        return Told(answer.head, f"no archive: {answer.body!r}")
    parts = [f"== {name}\n{raw.decode(step.note or 'utf-8')}" for name, raw in held]
    return Told(answer.head, "\n".join(parts))


def _headers(step: Step, answer: Answer) -> Told:
    names = [line.partition(":")[0] for line in step.text.splitlines()]
    lines = [f"{name}: {answer.headers.get(name.lower(), '')}".rstrip() for name in names]
    return Told("", "\n".join(lines))


_SIGHTS = {"answer": _text, "bytes": _octets, "zip": _archive, "header": _headers}
SIGHTS = frozenset(_SIGHTS)  # the blocks that look at an answer


def same(expected: Told, actual: Told, bound: dict[str, str]) -> bool:
    """Whole and equal, but for the holes, which are bound as they are met."""
    pattern = ""
    at = 0
    text = f"{expected.head}\n{expected.body}"
    for hole in _HOLE.finditer(text):
        pattern += re.escape(text[at : hole.start()])
        name = hole[1]
        if name in bound:
            pattern += re.escape(bound[name])
        else:
            pattern += f"(?P={name})" if f"(?P<{name}>" in pattern else f"(?P<{name}>.+?)"
        at = hole.end()
    found = re.fullmatch(pattern + re.escape(text[at:]), f"{actual.head}\n{actual.body}", re.DOTALL)
    if found is None:
        return False
    bound |= found.groupdict()
    return True


def wait_ms(step: Step) -> int:
    """'72 hours' in milliseconds."""
    count, unit = step.text.split()
    return int(count) * _UNITS_MS[unit.removesuffix("s")]
