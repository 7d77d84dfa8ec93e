"""The pages for who moves in: every example in them does what the page prints.

In: fenced blocks of the pages. `sh` is one call by curl, and `text` its whole answer; a call that
is marked `later` may have to be made again until things are as the page says. `toml` is a file: the
calls under its heading go to a node that has it. `xml` is dropped by SFTP. `{{name}}` is a hole, as
in the conformance pages. Out: nothing. Promise: no line goes through a shell.
"""

import http.client
import re
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urlsplit

import asyncssh
import pytest

from chappe.config import read_config
from chappe.demo import HOST, LISTEN_PORT, LOGIN, PASSWORD, PORT
from tests.cli.running import DEADLINE_S, Running, running, until
from tests.conformance.runner import Told, same
from tests.tidy.tree import ROOT

MOVING = ROOT / "docs" / "moving"
PAGES = (ROOT / "README.md", *(MOVING / f"{name}.md" for name in ("highsms", "smsfactor")))
TRANSLATED = [page.with_name(f"{page.stem}.fr.md") for page in PAGES]
DEMO = ("demo", "--data", "kept", "--port", "0", "--sftp-port", "0", "--listen-port", "0")
FREE_PORT = '[http]\nlisten = "127.0.0.1:0"\n\n'

_HEADING = re.compile(r"^##+ (.+)$", re.MULTILINE)
_FENCE = re.compile(r"^```(\w*)(?: (\w+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HOLE = re.compile(r"\{\{(\w+)\}\}")
_CALLBACKS = re.compile(rf"Callbacks come to http://{HOST}:(\d+)")
_VARIES = re.compile(r"[0-9][0-9/: -]*")  # numbers and dates: a hole hides no error
_FILES = re.compile(rf"sftp -P (\d+) {LOGIN}@{HOST}")


class Block(NamedTuple):
    """One fence: its language, what stands behind that, and what is in it."""

    kind: str
    note: str
    text: str


class Section(NamedTuple):
    """What stands under one heading."""

    page: str
    name: str
    blocks: tuple[Block, ...]


class Call(NamedTuple):
    """What curl would ask for."""

    method: str
    url: str
    headers: dict[str, str]
    body: str


def blocks_of(text: str) -> tuple[Block, ...]:
    return tuple(Block(*(group or "" for group in found)) for found in _FENCE.findall(text))


def sections_of(page: Path) -> Iterator[Section]:
    text = page.read_text("utf-8")
    starts = [*_HEADING.finditer(text)]
    ends = [*(found.start() for found in starts[1:]), len(text)]
    for found, end in zip(starts, ends, strict=True):
        if blocks := blocks_of(text[found.end() : end]):
            yield Section(page.name, found[1], blocks)


SECTIONS = [section for page in PAGES for section in sections_of(page)]
CALLED = [one for one in SECTIONS if any(block.kind == "sh" for block in one.blocks)]
SHARED = [one for one in CALLED if not any(block.kind == "toml" for block in one.blocks)]
OWN = [one for one in CALLED if one not in SHARED]


def call_of(line: str) -> Call:
    """A curl line: one URL, and of the options those that the pages use."""
    first, *words = shlex.split(line.replace("\\\n", " "))
    assert first == "curl"
    url, headers, bodies = "", {}, []
    while words:
        word = words.pop(0)
        if word == "-H":
            name, _, value = words.pop(0).partition(": ")
            headers[name] = value
        elif word == "-d":
            bodies.append(words.pop(0))
        elif word == "--data-urlencode":
            name, _, value = words.pop(0).partition("=")
            bodies.append(f"{name}={quote(value, safe='')}")
        else:
            assert not word.startswith("-"), f"the pages use no {word}"
            assert not url, "one URL a call"
            url = word
    if bodies:
        headers = {"Content-Type": "application/x-www-form-urlencoded"} | headers
    return Call("POST" if bodies else "GET", url, headers, "&".join(bodies))


def perform(call: Call) -> Told:
    """The call as it goes over the wire, and what came back."""
    parts = urlsplit(call.url)
    assert parts.hostname is not None
    line = http.client.HTTPConnection(parts.hostname, parts.port, timeout=DEADLINE_S)
    try:
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        line.request(call.method, target, call.body.encode() or None, call.headers)
        answer = line.getresponse()
        charset = answer.headers.get_content_charset() or "utf-8"
        return Told(str(answer.status), answer.read().decode(charset).removesuffix("\n"))
    finally:
        line.close()


def play(section: Section, node: Running, page: int = 0) -> None:
    """Make the calls of a section in order, and compare each answer whole."""
    bound: dict[str, str] = {}
    blocks = [block for block in section.blocks if block.kind in ("sh", "text")]
    asked, told = blocks[::2], blocks[1::2]
    assert [block.kind for block in asked] == ["sh"] * len(told), "each call has its answer"
    for one, answer in zip(asked, told, strict=True):
        line = one.text.replace(f"{HOST}:{PORT}", f"{HOST}:{node.port}")
        line = line.replace(f"{HOST}:{LISTEN_PORT}", f"{HOST}:{page}")
        call = call_of(_HOLE.sub(lambda found: bound[found[1]], line))
        compare(call, Told("200", answer.text.removesuffix("\n")), bound, later=one.note == "later")


def compare(call: Call, expected: Told, bound: dict[str, str], *, later: bool) -> None:
    actual = perform(call)

    def fits() -> bool:
        nonlocal actual
        if same(expected, actual, bound):
            odd = {name for name in bound if not _VARIES.fullmatch(bound[name])}
            assert odd <= {"schema"}, shown()
            return True
        assert later, shown()
        actual = perform(call)
        return False

    def shown() -> str:
        return f"\n{call.url}\nthe page says: {expected.body}\nit was:        {actual.body}"

    until(fits, shown)


@contextmanager
def demo(folder: Path) -> Iterator[tuple[Running, int]]:
    """The demo, and the port of its page for callbacks."""
    with running(folder, *DEMO) as node:
        node.prints("Ctrl-C")
        found = _CALLBACKS.search(node.out)
        assert found is not None
        yield node, int(found[1])


@pytest.mark.parametrize("order", ["as printed", "backwards"])
def test_every_example_answers_what_its_page_prints(order: str, tmp_path: Path) -> None:
    """In any order, since who reads takes what they need."""
    with demo(tmp_path) as (node, page):
        for section in SHARED if order == "as printed" else reversed(SHARED):
            play(section, node, page)


@pytest.mark.parametrize("section", OWN, ids=[f"{one.page}: {one.name}" for one in OWN])
def test_an_example_with_a_file_works_with_this_file(section: Section, tmp_path: Path) -> None:
    [file] = [block.text for block in section.blocks if block.kind == "toml"]
    (tmp_path / "chappe.toml").write_text(FREE_PORT + file)
    with running(tmp_path, "serve", "--config", "chappe.toml", "--data", "kept") as node:
        play(section, node)


def test_every_file_on_the_pages_is_one_that_can_be_read() -> None:
    files = [block.text for one in SECTIONS for block in one.blocks if block.kind == "toml"]
    assert len(files) == 6
    for file in files:
        read_config(file)


async def test_the_file_on_the_page_is_taken_over_sftp(tmp_path: Path) -> None:
    [document] = [block.text for one in SECTIONS for block in one.blocks if block.kind == "xml"]
    with demo(tmp_path) as (node, _):
        found = _FILES.search(node.out)
        assert found is not None
        known = {"username": LOGIN, "password": PASSWORD, "known_hosts": None, "config": None}
        async with (
            asyncssh.connect(HOST, int(found[1]), client_keys=None, **known) as line,
            line.start_sftp_client() as sftp,
        ):
            for name, said in (("spring.xml", document), ("spring.ack", "")):
                async with sftp.open(name, "wb") as file:
                    await file.write(said.encode())
            node.prints("spring.xml  was taken as order 1")
            node.prints("+33639980011  ERROR_NPAI  Bonjour")
            names = [str(name) for name in await sftp.listdir()]
    assert [re.sub(r"\d{12}", "STAMP", name) for name in names if name.endswith(".ok")] == [
        "spring-STAMP.ok"
    ]


@pytest.mark.parametrize("page", TRANSLATED, ids=[page.name for page in TRANSLATED])
def test_the_french_pages_have_the_same_examples(page: Path) -> None:
    english = page.with_name(page.name.replace(".fr", ""))
    assert blocks_of(page.read_text("utf-8")) == blocks_of(english.read_text("utf-8"))


@pytest.mark.parametrize("page", [*PAGES, *TRANSLATED], ids=lambda page: page.name)
def test_a_link_on_these_pages_leads_somewhere(page: Path) -> None:
    links = {link.partition("#")[0] for link in _LINK.findall(page.read_text("utf-8"))}
    assert {link for link in links if not (page.parent / link).exists()} == set()
