"""Conformance pages: cases that a provider's own support engineer could review.

In: a Markdown page. Out: its cases, each a list of steps. A heading names the case and the rows it
proves; a `Source:` line says where the truth comes from, a `Scene:` line who asks and how things
stand. Then stand fenced blocks, in the order in which they happen:

    request [charset]   request line, headers, a blank line, the body; 'at-once' instead of a
                        charset: before anything else could happen
    answer              status and Content-Type, a blank line, the body
    callback            request line and Content-Type, a blank line, the body
    handset             FROM TO TEXT: somebody writes to a code; 'at-once': and others with him
    wait                '72 hours': time goes by

Bodies are compared whole. `{{name}}` is a hole: it takes any value at first sight and stands for
that value afterwards. In a request, `{{3 * "x"}}` is xxx. `customer.example` is where the customer
listens.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

CUSTOMER = "customer.example"
AT_ONCE = "at-once"

_FENCE = re.compile(r"^```(\w+)(?: ([\w-]+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
_LINE = re.compile(r"^(Source|Scene): (.+)$", re.MULTILINE)
_REPEAT = re.compile(r'\{\{(\d+) \* "(.*?)"\}\}')
_HOLE = re.compile(r"\{\{([a-z]\w*)\}\}")
_UNITS_MS = {"second": 1_000, "minute": 60_000, "hour": 3_600_000, "day": 86_400_000}


class Step(NamedTuple):
    """One fenced block. `note` is what stands behind its kind."""

    kind: str
    note: str
    text: str


class Case(NamedTuple):
    """One heading, with what happens under it."""

    page: str
    name: str
    source: str
    scene: str
    steps: tuple[Step, ...]


class Told(NamedTuple):
    """An answer or a callback: its first line, and all of its body."""

    head: str
    body: str


def cases_of(page: Path) -> Iterator[Case]:
    """The cases of a page; one that lacks a part is an error in the page."""
    text = page.read_text(encoding="utf-8")
    starts = [*_HEADING.finditer(text)]
    ends = [*(found.start() for found in starts[1:]), len(text)]
    for found, end in zip(starts, ends, strict=True):
        part = text[found.end() : end]
        lines = dict(_LINE.findall(part))
        steps = tuple(Step(*(group or "" for group in one)) for one in _FENCE.findall(part))
        assert steps, f"{page.name}: '{found[1]}' has no blocks"
        assert set(lines) == {"Source", "Scene"}, f"{page.name}: '{found[1]}' lacks a line"
        yield Case(page.name, found[1], lines["Source"], lines["Scene"], steps)


def request_bytes(step: Step, customer: str, bound: dict[str, str]) -> tuple[bytes, bytes]:
    """Head and body as they go over the wire."""
    text = step.text.replace(CUSTOMER, customer)
    text = _REPEAT.sub(lambda found: found[2] * int(found[1]), text)
    text = _HOLE.sub(lambda found: bound[found[1]], text)
    head, _, body = text.partition("\n\n")
    charset = "utf-8" if step.note in ("", AT_ONCE) else step.note
    raw = body.removesuffix("\n").encode(charset)
    first, *headers = head.rstrip("\n").split("\n")
    first = first if " HTTP/" in first else f"{first} HTTP/1.1"
    lines = [first, "Host: sms.example", *headers, "Connection: close"]
    if raw:
        lines.append(f"Content-Length: {len(raw)}")
    return "\r\n".join([*lines, "", ""]).encode(), raw


def told_of(step: Step, customer: str) -> Told:
    """What an answer or callback block expects."""
    head, _, body = step.text.replace(CUSTOMER, customer).partition("\n\n")
    return Told(" ".join(head.split()), body.removesuffix("\n"))


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
